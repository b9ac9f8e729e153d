//! The collectors that are built in.

use std::path::PathBuf;
use std::time::Duration;

use finops_core::config::{Branch, Checker};

/// Where Docker's engine listens.
const DOCKER_SOCKET: &str = "/var/run/docker.sock";
/// How long upstream gives a command of `custom_commands`.
const COMMAND_TIMEOUT: Duration = Duration::from_secs(30);

/// Which of the built-in collectors are on, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CollectorsConfig {
    /// The machine's own figures.
    pub system_metrics: bool,
    /// NVIDIA's graphics processors; `None` where `nvidia-smi` decides by being there.
    pub gpu_metrics: Option<bool>,
    /// The socket of Docker's engine, where that is asked.
    pub docker_metrics: Option<PathBuf>,
    /// The names of the processes to look at, where that is on; none of them means all.
    pub process_metrics: Option<Vec<String>>,
    /// Commands whose output is sent as it is.
    pub custom_commands: Vec<CustomCommand>,
}

/// A command of `custom_commands`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomCommand {
    /// Its name.
    pub name: String,
    /// The program and its arguments.
    pub arguments: Vec<String>,
    /// How long it may take.
    pub timeout: Duration,
}

impl Default for CollectorsConfig {
    fn default() -> Self {
        Self {
            system_metrics: true,
            gpu_metrics: None,
            docker_metrics: None,
            process_metrics: None,
            custom_commands: Vec::new(),
        }
    }
}

impl CollectorsConfig {
    pub(super) fn check(check: &mut Checker) -> Self {
        let default = Self::default();
        let Some(mut tree) = check.branch("collectors") else { return default };
        let config = Self {
            system_metrics: match tree.branch("system_metrics") {
                Some(part) => read(part, true, |_| ()).is_some(),
                None => true,
            },
            gpu_metrics: tree.branch("gpu_metrics").map(|part| read(part, true, |_| ()).is_some()),
            docker_metrics: off(&mut tree, "docker_metrics", |part| {
                part.text("socket").map_or_else(|| DOCKER_SOCKET.into(), PathBuf::from)
            }),
            process_metrics: off(&mut tree, "process_metrics", |part| {
                part.texts("process_names").into_iter().map(|name| name.text).collect()
            }),
            custom_commands: off(&mut tree, "custom_commands", commands).unwrap_or_default(),
        };
        tree.finish();
        config
    }
}

/// A collector that is off unless it is turned on.
fn off<T>(
    tree: &mut Branch,
    key: &'static str,
    values: impl FnOnce(&mut Branch) -> T,
) -> Option<T> {
    tree.branch(key).and_then(|part| read(part, false, values))
}

/// What `values` reads of a collector's table, where the collector is on. What is off is read too:
/// a mistake in it would else show only on the day it is turned on.
fn read<T>(mut part: Branch, by_default: bool, values: impl FnOnce(&mut Branch) -> T) -> Option<T> {
    let enabled = part.flag("enabled").unwrap_or(by_default);
    part.text("description"); // upstream's files have one
    let value = values(&mut part);
    part.finish();
    enabled.then_some(value)
}

fn commands(part: &mut Branch) -> Vec<CustomCommand> {
    let timeout = part.duration("timeout", Duration::from_secs(1)).unwrap_or(COMMAND_TIMEOUT);
    let mut commands = Vec::new();
    for (name, written) in part.pairs("commands") {
        match shlex::split(&written.text) {
            Some(arguments) if arguments.first().is_some_and(|program| !program.is_empty()) => {
                commands.push(CustomCommand { name, arguments, timeout });
            }
            Some(_) => part.wrong(&written, "is empty", "write a program and its arguments"),
            None => part.wrong(&written, "has a quote without its other", "close the quote"),
        }
    }
    commands
}
