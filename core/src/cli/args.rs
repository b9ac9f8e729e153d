//! The flags that every agent has.

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::{Args, FromArgMatches};

use crate::config::{Flag, Setting};
use crate::run::ExitStatus;

/// The flags that every agent has. Each overrides the environment and the file.
#[derive(Debug, Clone, Default, Args)]
pub struct CommonArgs {
    /// Collect and send once, print a table, and end with a status that says how it went.
    #[arg(long)]
    pub once: bool,
    /// The OpenFinOps server, or `none` to send nothing [default: http://localhost:8080].
    #[arg(long, value_name = "URL", global = true, alias = "openfinops-endpoint")]
    pub server: Option<String>,
    /// Time between two cycles: seconds, 5m, 1h [default: 300].
    #[arg(long, value_name = "SECONDS")]
    pub interval: Option<String>,
    /// A YAML file with settings; `config example` prints one.
    #[arg(long, value_name = "FILE", env = "OPENFINOPS_CONFIG", global = true)]
    pub config: Option<PathBuf>,
    /// The agent's name at the server [default: made once and kept in the data directory].
    #[arg(long, value_name = "ID")]
    pub agent_id: Option<String>,
    /// What goes to standard output: table, json (one snapshot document a line) or none.
    #[arg(long, value_name = "WHAT")]
    pub output: Option<String>,
    /// Add up costs by a tag in the table, once for each: tag:team.
    #[arg(long, value_name = "tag:KEY")]
    pub group_by: Vec<String>,
    /// Where the agent keeps its id, what it could not deliver yet, and its history.
    #[arg(long, value_name = "DIR", global = true)]
    pub data_dir: Option<PathBuf>,
    /// Serve the status page, /metrics, /healthz and /readyz there: 127.0.0.1:9464.
    #[arg(long, value_name = "ADDRESS:PORT", conflicts_with = "once")]
    pub listen: Option<String>,
    /// How many scopes are collected side by side [default: 4].
    #[arg(long, value_name = "N")]
    pub concurrency: Option<String>,
    /// Which part of the scopes this replica collects, of how many: 0/3, or a pod's name, aws-agent-0/3.
    #[arg(long, value_name = "I/N")]
    pub shard: Option<String>,
    /// A Kubernetes Lease by which replicas agree who collects, or with --shard how many they are.
    #[arg(long, value_name = "NAME", conflicts_with = "once")]
    pub lease: Option<String>,
    /// How much goes to standard error: error, warn, info, debug or trace.
    #[arg(long, value_name = "LEVEL", global = true)]
    pub log_level: Option<String>,
    /// The same as --log-level debug.
    #[arg(long, global = true, conflicts_with = "log_level")]
    pub debug: bool,
}

impl CommonArgs {
    /// The flags that were given, as settings.
    #[must_use]
    pub fn flags(&self) -> Vec<Flag> {
        let mut flags = Vec::new();
        let mut add = |key, name, value: Option<String>| {
            flags.extend(value.map(|value| Flag { key, name, value }));
        };
        add("server", "--server", self.server.clone());
        add("interval", "--interval", self.interval.clone());
        add("agent_id", "--agent-id", self.agent_id.clone());
        add("output", "--output", self.output.clone());
        for key in &self.group_by {
            add("group_by", "--group-by", Some(key.clone()));
        }
        let data_dir = self.data_dir.as_ref().map(|path| path.to_string_lossy().into_owned());
        add("data_dir", "--data-dir", data_dir);
        add("concurrency", "--concurrency", self.concurrency.clone());
        add("shard", "--shard", self.shard.clone());
        add("lease", "--lease", self.lease.clone());
        add("listen", "--listen", self.listen.clone());
        let level = if self.debug { Some("debug".to_owned()) } else { self.log_level.clone() };
        add("log_level", "--log-level", level);
        flags
    }
}

/// The arguments of `command` that this process was started with.
///
/// # Errors
/// The status to end with, once help, the version or what is wrong has been printed.
pub fn parse<A: FromArgMatches>(command: clap::Command) -> Result<A, ExitStatus> {
    let parsed = command.try_get_matches().and_then(|matches| A::from_arg_matches(&matches));
    parsed.map_err(|error| {
        // --help and --version are no mistakes; clap prints each where it belongs.
        let status = if error.use_stderr() { ExitStatus::Usage } else { ExitStatus::Success };
        let _ = error.print();
        status
    })
}

/// The part of `--help` that lists environment variables and exit statuses.
#[must_use]
pub fn environment_help(settings: &[&'static Setting]) -> String {
    let mut text = "Environment:\n".to_owned();
    let _ = writeln!(text, "  {:<38} token sent to the server", "OPENFINOPS_TOKEN");
    let _ = writeln!(text, "  {:<38} --config", "OPENFINOPS_CONFIG");
    for setting in settings.iter().filter(|setting| !setting.environment.is_empty()) {
        let _ = writeln!(text, "  {:<38} {}", setting.environment.join(", "), setting.key);
    }
    text.push_str(
        "\nSettings: defaults, then the YAML file, then the environment, then flags; the later \
         one wins.\n\n\
         Exit status of --once:\n\
         \u{20} 0  all collected and delivered\n\
         \u{20} 2  wrong usage or configuration, or no credentials\n\
         \u{20} 3  some services failed, the rest was delivered\n\
         \u{20} 4  collected, but kept in the data directory: the server is unreachable or refused\n\
         \u{20} 5  nothing could be collected\n",
    );
    text
}
