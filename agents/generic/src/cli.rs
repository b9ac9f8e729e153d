//! The command line of `generic-agent`.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use clap::{CommandFactory as _, Parser, Subcommand};

use finops_core::assembly::BuildError;
use finops_core::cli::{
    self, CommonArgs, Launch, Program, SharedCommand, Sources, complain, environment_help, failed,
    print,
};
use finops_core::config::{AgentConfig, Checker, Setting, example};
use finops_core::run::ExitStatus;

use crate::agent::{GenericAgent, NAME, VERSION};
use crate::builder::GenericAgentBuilder;
use crate::command::Orphans;
use crate::config::{GenericConfig, SHORTEST_INTERVAL, settings};
use crate::plugins_command::PluginsCommand;

/// Measures this machine, runs plugin commands, prices both by your own rates and pushes the result
/// to an OpenFinOps server.
///
/// It needs no cloud and no credentials: `generic-agent --once --server none` shows what it sees.
#[derive(Debug, Parser)]
#[command(name = NAME, version)]
struct Arguments {
    #[command(flatten)]
    common: CommonArgs,
    /// Write a commented configuration file with every setting, and end. An existing file stays.
    #[arg(long, value_name = "FILE")]
    create_config: Option<PathBuf>,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List the plugins of the configuration, and try them one by one.
    #[command(subcommand)]
    Plugins(PluginsCommand),
    #[command(flatten)]
    Shared(SharedCommand),
}

/// What makes this agent's program different from another's.
pub(crate) struct Generic;

impl Program for Generic {
    type Agent = GenericAgent;
    type Config = GenericConfig;

    const NAME: &'static str = NAME;
    const VERSION: &'static str = VERSION;
    const SHORTEST_INTERVAL: std::time::Duration = SHORTEST_INTERVAL;

    fn settings() -> Vec<&'static Setting> {
        settings()
    }

    fn check(check: &mut Checker, common: &mut AgentConfig) -> GenericConfig {
        GenericConfig::check(check, common)
    }

    fn build(own: GenericConfig, launch: Launch) -> Result<GenericAgent, BuildError> {
        GenericAgentBuilder::launched(own, launch).build()
    }
}

/// The arguments as this agent has them: its interval is another than the others'.
fn command() -> clap::Command {
    Arguments::command()
        .mut_arg("interval", |it| it.help("Time between two cycles: seconds, 5m, 1h [default: 60]"))
        .after_help(environment_help(&settings()))
}

/// Parses the arguments, runs what they ask for and says how it went.
pub async fn run() -> ExitStatus {
    let arguments: Arguments = match cli::parse(command()) {
        Ok(arguments) => arguments,
        Err(status) => return status,
    };
    if let Some(file) = &arguments.create_config {
        return create(file);
    }
    let sources =
        Sources { file: arguments.common.config.clone(), flags: arguments.common.flags() };
    match &arguments.command {
        Some(Command::Shared(command)) => command.run::<Generic>(&sources).await,
        Some(Command::Plugins(command)) => with_orphans(command.run(&sources)).await,
        None => {
            let once = arguments.common.once;
            Box::pin(with_orphans(cli::run_agent::<Generic>(sources, once))).await
        }
    }
}

/// Runs `work`, and ends what its commands have left behind, meanwhile and at the end.
async fn with_orphans(work: impl Future<Output = ExitStatus>) -> ExitStatus {
    let orphans = match Orphans::adopt() {
        Ok(orphans) => orphans,
        Err(error) => return failed::<Generic>(format_args!("cannot adopt processes: {error}")),
    };
    let mut work = std::pin::pin!(work);
    let mut beat = tokio::time::interval(SHORTEST_INTERVAL);
    let status = loop {
        tokio::select! {
            status = &mut work => break status,
            _ = beat.tick() => sweep(&orphans),
        }
    };
    sweep(&orphans);
    status
}

fn sweep(orphans: &Orphans) {
    let killed = orphans.sweep();
    if killed > 0 {
        tracing::warn!(killed, "ended processes that plugin commands had left behind");
    }
}

/// Writes the example file. It may come to hold passwords of plugins: only its owner reads it.
fn create(file: &Path) -> ExitStatus {
    let text = example(NAME, &settings());
    let opened = OpenOptions::new().write(true).create_new(true).mode(0o600).open(file);
    let shown = file.display();
    match opened.and_then(|mut file| file.write_all(text.as_bytes())) {
        Ok(()) => {
            print(&format!("wrote {shown}; try it: {NAME} --config {shown} --once\n"));
            ExitStatus::Success
        }
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            complain(NAME, format_args!("{shown} is there already and stays as it is"));
            ExitStatus::Usage
        }
        Err(error) => failed::<Generic>(format_args!("cannot write {shown}: {error}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The long flags of `command` and of everything below it.
    fn collect_flags(command: &clap::Command, flags: &mut Vec<String>) {
        flags.extend(command.get_arguments().filter_map(|it| it.get_long().map(str::to_owned)));
        command.get_subcommands().for_each(|below| collect_flags(below, flags));
    }

    #[test]
    fn the_documents_name_every_setting_and_no_flag_that_is_not_there() {
        let reference = include_str!("../../../docs/configuration.md");
        for setting in settings() {
            let names = [setting.key].into_iter().chain(setting.aliases.iter().copied());
            for name in names.chain(setting.environment.iter().copied()) {
                assert!(reference.contains(&format!("`{name}`")), "{name} is not described");
            }
        }
        let mut command = command();
        command.build(); // adds --help and --version
        let mut flags = vec!["release".to_owned()];
        collect_flags(&command, &mut flags);
        let readme = include_str!("../../../README.md");
        let lines = readme.lines().filter(|line| line.contains("generic-agent"));
        for word in lines.flat_map(|line| line.split([' ', '`', ',', '.', ';', ')', '('])) {
            if let Some(flag) = word.strip_prefix("--").filter(|flag| !flag.is_empty()) {
                assert!(flags.iter().any(|known| known == flag), "README names --{flag}");
            }
        }
    }
}
