//! The command line of `aws-agent`.

use clap::{CommandFactory as _, Parser, Subcommand};

use finops_core::admin::PriceBook;
use finops_core::assembly::BuildError;
use finops_core::cli::{
    self, CommonArgs, Launch, Program, SharedCommand, Sources, complain, environment_help, failed,
    print,
};
use finops_core::config::{AgentConfig, Checker, Flag, Output, Setting, agent_settings};
use finops_core::run::ExitStatus;

use crate::agent::{AwsAgent, NAME, VERSION};
use crate::builder::AwsAgentBuilder;
use crate::check::{self, Finding, Line};
use crate::config::{AWS_SETTINGS, AwsConfig};

/// Discovers what runs on AWS, prices it from list prices and pushes it to an OpenFinOps server.
///
/// Credentials come from the AWS SDK's own chain: environment, profile, SSO, IRSA, container,
/// instance metadata.
#[derive(Debug, Parser)]
#[command(name = NAME, version)]
struct Arguments {
    #[command(flatten)]
    common: CommonArgs,
    /// A region to collect; several times, comma-separated, or `all` [default: the profile's, else
    /// us-east-1].
    #[arg(long, value_name = "REGION", global = true)]
    region: Vec<String>,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Try each permission and the server, and name what is missing.
    Check,
    #[command(flatten)]
    Shared(SharedCommand),
}

/// What makes this agent's program different from another's.
struct Aws;

impl Program for Aws {
    type Agent = AwsAgent;
    type Config = AwsConfig;

    const NAME: &'static str = NAME;
    const VERSION: &'static str = VERSION;

    fn settings() -> Vec<&'static Setting> {
        agent_settings().chain(AWS_SETTINGS).collect()
    }

    fn check(check: &mut Checker, _: &mut AgentConfig) -> AwsConfig {
        AwsConfig::check(check)
    }

    fn build(own: AwsConfig, launch: Launch) -> Result<AwsAgent, BuildError> {
        AwsAgentBuilder::launched(own, launch).build()
    }

    fn price_book(agent: &AwsAgent) -> Option<PriceBook> {
        let book = agent.prices.book();
        book.newest_date().map(|newest| PriceBook { newest, rows: book.len() as u64 })
    }
}

/// Parses the arguments, runs what they ask for and says how it went.
pub async fn run() -> ExitStatus {
    let command = Arguments::command().after_help(environment_help(&Aws::settings()));
    let arguments: Arguments = match cli::parse(command) {
        Ok(arguments) => arguments,
        Err(status) => return status,
    };
    let sources = sources(&arguments);
    match &arguments.command {
        Some(Command::Shared(command)) => command.run::<Aws>(&sources).await,
        Some(Command::Check) => try_everything(&sources).await,
        None => Box::pin(cli::run_agent::<Aws>(sources, arguments.common.once)).await,
    }
}

fn sources(arguments: &Arguments) -> Sources {
    let mut flags = arguments.common.flags();
    for region in &arguments.region {
        flags.push(Flag { key: "region", name: "--region", value: region.clone() });
    }
    Sources { file: arguments.common.config.clone(), flags }
}

async fn try_everything(sources: &Sources) -> ExitStatus {
    let (common, own) = match sources.read::<Aws>() {
        Ok(read) => read,
        Err(errors) => return failed::<Aws>(errors),
    };
    cli::start_logging_once(common.log_level.as_deref(), None);
    match Aws::build(own, Launch::of::<Aws>(common, Output::None)) {
        Ok(agent) => check(&agent).await,
        Err(error) => failed::<Aws>(error),
    }
}

async fn check(agent: &AwsAgent) -> ExitStatus {
    let lines = check::check(agent).await;
    print(&table(&lines));
    let bad = lines.iter().filter(|line| line.finding != Finding::Granted).count();
    if bad == 0 {
        print("everything that the agent needs is there\n");
        return ExitStatus::Success;
    }
    let missing = lines.iter().filter(|line| matches!(line.finding, Finding::Missing(_)));
    let missing: Vec<&str> = missing.map(|line| line.subject.as_str()).collect();
    if !missing.is_empty() {
        complain(NAME, format_args!("missing permissions: {}", missing.join(", ")));
    }
    let credentials = lines.iter().any(|line| line.subject == "credentials");
    let server =
        lines.iter().any(|line| line.subject == "server" && line.finding != Finding::Granted);
    match () {
        () if credentials => ExitStatus::Usage,
        () if server => ExitStatus::Kept,
        () => ExitStatus::Partial,
    }
}

fn table(lines: &[Line]) -> String {
    let mut rows = vec![["what", "where", "result", ""].map(str::to_owned)];
    for line in lines {
        let (result, detail) = match &line.finding {
            Finding::Granted => ("ok", ""),
            Finding::Missing(detail) => ("MISSING", detail.as_str()),
            Finding::Failed(detail) => ("failed", detail.as_str()),
        };
        rows.push([&line.subject, &line.place, result, detail].map(str::to_owned));
    }
    cli::columns(&rows)
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
        for setting in agent_settings().chain(AWS_SETTINGS) {
            let names = [setting.key].into_iter().chain(setting.aliases.iter().copied());
            for name in names.chain(setting.environment.iter().copied()) {
                assert!(reference.contains(&format!("`{name}`")), "{name} is not described");
            }
        }
        let mut command = Arguments::command();
        command.build(); // adds --help and --version
        let mut flags = Vec::new();
        collect_flags(&command, &mut flags);
        let readme = include_str!("../../../README.md");
        let words =
            readme.lines().filter(|line| line.contains("aws-agent") || line.contains("`--"));
        for word in words.flat_map(|line| line.split([' ', '`', ',', '.', ';', ')', '('])) {
            // cargo's own flags stand on cargo's lines.
            let Some(flag) = word.strip_prefix("--").filter(|flag| *flag != "release") else {
                continue;
            };
            assert!(flags.iter().any(|known| known == flag), "README names --{flag}");
        }
    }
}
