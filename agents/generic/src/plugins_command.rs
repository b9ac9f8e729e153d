//! `plugins`: what is configured, and one of them tried.

use std::sync::Arc;

use clap::Subcommand;
use serde_json::Value;
use tokio::sync::Semaphore;

use finops_core::cli::{Sources, columns, complain, failed, print};
use finops_core::model::{CostLine, Resource};
use finops_core::run::ExitStatus;

use crate::agent::NAME;
use crate::cli::Generic;
use crate::collectors::{CollectError, Collected};
use crate::command::{Program, Run};
use crate::config::{GenericConfig, PluginConfig};
use crate::folder;
use crate::plugin::Plugin;

/// The most of a plugin's figures that is shown, in bytes of JSON.
const SHOWN: usize = 16 * 1024;

/// What can be done with plugins.
#[derive(Debug, Subcommand)]
pub(crate) enum PluginsCommand {
    /// List the plugins of the configuration.
    List,
    /// Run one plugin and show what was read and what it would cost.
    Test {
        /// Its name.
        name: String,
    },
}

impl PluginsCommand {
    pub(crate) async fn run(&self, sources: &Sources) -> ExitStatus {
        let (common, config) = match sources.read::<Generic>() {
            Ok(read) => read,
            Err(errors) => return failed::<Generic>(errors),
        };
        finops_core::cli::start_logging_once(common.log_level.as_deref(), None);
        let plugins = match plugins(&config) {
            Ok(plugins) => plugins,
            Err(problem) => return failed::<Generic>(problem),
        };
        match self {
            Self::List => list(&plugins),
            Self::Test { name } => match plugins.iter().find(|plugin| plugin.name == *name) {
                Some(plugin) => test(plugin.clone(), config.region.as_str().into()).await,
                None => unknown(name, &plugins),
            },
        }
    }
}

/// The plugins of the file and of the folder.
fn plugins(config: &GenericConfig) -> Result<Vec<PluginConfig>, String> {
    let mut plugins = config.plugins.clone();
    if let Some(path) = &config.plugins_directory {
        let found = folder::read(path)?;
        found.left_out.iter().for_each(|reason| complain(NAME, reason));
        plugins.extend(found.plugins);
    }
    Ok(plugins)
}

fn unknown(name: &str, plugins: &[PluginConfig]) -> ExitStatus {
    let known: Vec<&str> = plugins.iter().map(|plugin| plugin.name.as_str()).collect();
    match known.as_slice() {
        [] => failed::<Generic>("no plugins are configured; give a file with --config"),
        known => {
            let known = known.join(", ");
            failed::<Generic>(format_args!("there is no plugin {name}; there are {known}"))
        }
    }
}

fn list(plugins: &[PluginConfig]) -> ExitStatus {
    let mut rows = vec![["plugin", "every", "timeout", "command"].map(str::to_owned)];
    rows.extend(plugins.iter().map(|plugin| {
        let every = plugin.interval.map(|interval| format!("{} s", interval.as_secs()));
        [
            plugin.name.clone(),
            every.unwrap_or_else(|| "cycle".to_owned()),
            format!("{} s", plugin.command.timeout.as_secs()),
            shown(&plugin.command.program),
        ]
    }));
    print(&columns(&rows));
    ExitStatus::Success
}

fn shown(program: &Program) -> String {
    match program {
        Program::Arguments(words) => words.join(" "),
        Program::Shell(script) => format!("/bin/sh -c: {script}"),
    }
}

async fn test(config: PluginConfig, region: Arc<str>) -> ExitStatus {
    let plugin = Plugin::new(config, region, Arc::new(Semaphore::new(1)));
    let run = plugin.run().await;
    let judged = plugin.judge(&run);
    print(&columns(&about(&plugin, &run, &judged)));
    match judged {
        Ok(collected) => {
            print(&figures(&collected));
            print(&costs(&collected));
            ExitStatus::Success
        }
        Err(error) => {
            let hint = error.hint.map(|hint| format!("; {hint}")).unwrap_or_default();
            complain(NAME, format_args!("{}{hint}", error.error));
            ExitStatus::Partial
        }
    }
}

fn about(plugin: &Plugin, run: &Run, judged: &Result<Collected, CollectError>) -> Vec<[String; 2]> {
    let ended = match (run.exit_status, run.signal) {
        (Some(status), _) => format!("exited with status {status}"),
        (None, Some(signal)) => format!("was ended by signal {signal}"),
        (None, None) => "did not run to its end".to_owned(),
    };
    let mut rows = vec![
        ["plugin".to_owned(), plugin.config().name.clone()],
        ["command".to_owned(), shown(&plugin.config().command.program)],
        ["it".to_owned(), format!("{ended} after {:.3} s", run.duration.as_secs_f64())],
        ["printed".to_owned(), format!("{} bytes", run.stdout.len())],
    ];
    for line in run.stderr.lines() {
        rows.push(["standard error".to_owned(), line.to_owned()]);
    }
    rows.extend(run.note.iter().map(|note| ["note".to_owned(), note.clone()]));
    if judged.is_err() {
        let output = String::from_utf8_lossy(&run.stdout);
        for line in output.lines().take(10) {
            rows.push(["output".to_owned(), line.chars().take(200).collect()]);
        }
    }
    rows
}

/// What was read, as documents carry it.
fn figures(collected: &Collected) -> String {
    let text = serde_json::to_string_pretty(&Value::Object(collected.data.clone()));
    let text = text.unwrap_or_default();
    let end = text.floor_char_boundary(SHOWN);
    let more = if end < text.len() { "\n… (cut)" } else { "" };
    format!("\nread as\n{}{more}\n", &text[..end])
}

/// What the resources would cost.
fn costs(collected: &Collected) -> String {
    let Some(resources) = &collected.resources else {
        return "\nno `resources`: these figures are measured and cost nothing\n".to_owned();
    };
    let header = ["resource", "name", "hourly USD", "monthly USD", "because"];
    let mut rows = vec![header.map(str::to_owned)];
    rows.extend(resources.iter().map(row));
    format!("\n{}", columns(&rows))
}

fn row(resource: &Resource) -> [String; 5] {
    let known = resource.costs.known();
    let amount = |amount: Option<rust_decimal::Decimal>| {
        amount.map_or_else(|| "unpriced".to_owned(), |amount| amount.normalize().to_string())
    };
    let mut because: Vec<String> = resource.costs.lines.iter().map(line).collect();
    because.extend(resource.costs.unpriced.iter().map(|missing| missing.reason.to_string()));
    [
        resource.id.to_string(),
        resource.name.as_deref().unwrap_or_default().to_owned(),
        amount(known.map(|rate| rate.hourly())),
        amount(known.map(|rate| rate.monthly())),
        because.join("; "),
    ]
}

fn line(line: &CostLine) -> String {
    let price = &line.price;
    let (quantity, usd) = (line.quantity.amount().normalize(), price.unit_price.normalize());
    let (unit, key) = (price.unit.name(), &price.sku_key);
    format!("{quantity} × {usd} per {unit} ({key}: {}, {})", price.source, price.as_of)
}
