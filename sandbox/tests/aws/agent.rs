//! Runs of aws-agent with another environment than the sandbox says, and what their documents hold.

use std::collections::BTreeMap;
use std::process::{Command, Output};

use serde_json::Value;

use super::support::{Sandbox, program};

/// The environment that the sandbox says.
pub(crate) async fn environment(sandbox: &Sandbox) -> BTreeMap<String, String> {
    let agents = sandbox.ask("GET", "/agents", "").await;
    let variables = agents["aws"]["environment"].as_object().expect("variables");
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    variables.iter().map(|(name, value)| (name.clone(), text(value))).collect()
}

/// Runs the agent with this environment and nothing else.
pub(crate) fn run(arguments: &[&str], environment: &BTreeMap<String, String>) -> Output {
    let folder = tempfile::tempdir().expect("a folder");
    Command::new(program("aws-agent"))
        .args(arguments)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("OPENFINOPS_METADATA_ROOT", folder.path())
        .env("OPENFINOPS_DATA_DIR", folder.path().join("data"))
        .envs(environment)
        .output()
        .expect("the agent runs")
}

/// The documents that a run printed, one a line.
pub(crate) fn documents(output: &Output) -> Vec<Value> {
    let text = std::str::from_utf8(&output.stdout).expect("UTF-8");
    text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}
