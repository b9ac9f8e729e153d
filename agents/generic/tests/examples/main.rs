//! The files of `deploy/examples`, against what their tools print. `outputs/SOURCES.md` says where
//! each output comes from.

// Helpers outside of test functions unwrap too: a panic is how a test fails.
#![allow(clippy::unwrap_used)]

mod cases;
mod documentation;
mod machines;
mod storage;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use finops_core::model::Resource;
use generic_agent::Plugin;
use generic_agent::collectors::{CollectError, Collected};
use generic_agent::command::Run;
use generic_agent::config::GenericConfig;
use generic_agent::parse::parse;
use serde_json::{Map, Value};
use tokio::sync::Semaphore;

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The names of the files in `folder`, sorted.
fn files(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// The text of an example: `df` is `deploy/examples/df.yaml`.
fn text(example: &str) -> String {
    let file = repository().join(format!("deploy/examples/{example}.yaml"));
    std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

fn config(example: &str) -> GenericConfig {
    GenericConfig::of_text(&text(example)).unwrap_or_else(|errors| panic!("{example}: {errors}"))
}

fn plugin(example: &str, name: &str) -> Plugin {
    let plugins = config(example).plugins;
    let config = plugins.into_iter().find(|plugin| plugin.name == name);
    let config = config.unwrap_or_else(|| panic!("{example} has no plugin {name}"));
    Plugin::new(config, "site".into(), Arc::new(Semaphore::new(1)))
}

fn output(file: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/examples/outputs");
    std::fs::read(folder.join(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
}

/// What the plugin makes of a run that printed the output and exited with `status`.
fn judge(example: &str, name: &str, file: &str, status: i32) -> Result<Collected, CollectError> {
    let run = Run { exit_status: Some(status), stdout: output(file), ..Run::default() };
    plugin(example, name).judge(&run)
}

/// The records that the plugin's rules read.
fn records(example: &str, name: &str, file: &str) -> Vec<Map<String, Value>> {
    let plugin = plugin(example, name);
    let parsed = parse(&output(file), &plugin.config().rules);
    let parsed = parsed.unwrap_or_else(|error| panic!("{file}: {error}"));
    parsed.records().to_vec()
}

/// The resources of a run that succeeded.
fn resources(example: &str, name: &str, file: &str) -> Vec<Resource> {
    judge(example, name, file, 0).unwrap().resources.unwrap()
}

/// Each resource's identifier, and what a month of it costs; or why that is not known.
fn months(resources: &[Resource]) -> Vec<(&str, String)> {
    resources.iter().map(|resource| (&*resource.id, month(resource))).collect()
}

fn month(resource: &Resource) -> String {
    let costs = &resource.costs;
    if let Some(missing) = costs.unpriced.first() {
        return missing.reason.to_string();
    }
    costs.known().unwrap().exact_monthly().normalize().to_string()
}

fn priced(expected: &[(&'static str, &str)]) -> Vec<(&'static str, String)> {
    expected.iter().map(|(id, month)| (*id, (*month).to_owned())).collect()
}
