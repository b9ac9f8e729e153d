//! The command line of `aws-agent`.

use std::collections::BTreeSet;

use clap::{CommandFactory as _, Parser, Subcommand};

use finops_core::assembly::BuildError;
use finops_core::cli::{
    self, CommonArgs, Launch, Program, SharedCommand, Sources, environment_help,
};
use finops_core::config::{AgentConfig, Checker, Flag, Setting, agent_settings};
use finops_core::run::ExitStatus;

use finops_pricing::PriceBook;
use finops_pricing::command::{PricedProgram, PricingCommand};
use finops_pricing::settings::PRICE_SETTINGS;
use finops_pricing::sync::Vendor;
use url::Url;

use crate::agent::{AwsAgent, NAME, VERSION};
use crate::builder::AwsAgentBuilder;
use crate::check;
use crate::config::{AWS_SETTINGS, AwsConfig};
use crate::prices;
use crate::services::priced_by;

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
    /// Fetch, show, compare and explain prices.
    #[command(subcommand, visible_alias = "price")]
    Pricing(PricingCommand),
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
        agent_settings().chain(AWS_SETTINGS).chain(PRICE_SETTINGS).collect()
    }

    fn check(check: &mut Checker, _: &mut AgentConfig) -> AwsConfig {
        AwsConfig::check(check)
    }

    fn build(own: AwsConfig, launch: Launch) -> Result<AwsAgent, BuildError> {
        AwsAgentBuilder::launched(own, launch).build()
    }
}

impl PricedProgram for Aws {
    const PROVIDER: &'static str = "aws";

    fn embedded() -> &'static PriceBook {
        PriceBook::aws()
    }

    fn vendor(own: &AwsConfig) -> Box<dyn Vendor> {
        prices::vendor(own)
    }

    fn addresses(own: &AwsConfig) -> Vec<Url> {
        prices::addresses(own)
    }

    fn regions(own: &AwsConfig) -> BTreeSet<String> {
        prices::regions(own)
    }

    fn services_of(service: &str) -> &'static [&'static str] {
        priced_by(service)
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
        Some(Command::Pricing(command)) => command.run::<Aws>(&sources).await,
        Some(Command::Check) => cli::try_everything::<Aws>(&sources, check::check).await,
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
        for setting in agent_settings().chain(AWS_SETTINGS).chain(PRICE_SETTINGS) {
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
        // The flags of others stand on lines of their own.
        let others = |line: &&str| line.contains("systemctl") || line.contains("install.sh");
        let words = readme
            .lines()
            .filter(|line| line.contains("aws-agent") || line.contains("`--"))
            .filter(|line| !others(line));
        for word in words.flat_map(|line| line.split([' ', '`', ',', '.', ';', ')', '('])) {
            // cargo's own flags stand on cargo's lines.
            let Some(flag) = word.strip_prefix("--").filter(|flag| *flag != "release") else {
                continue;
            };
            assert!(flags.iter().any(|known| known == flag), "README names --{flag}");
        }
    }
}
