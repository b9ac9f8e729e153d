//! The command line of `azure-agent`.

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

use crate::agent::{AzureAgent, NAME, VERSION};
use crate::builder::AzureAgentBuilder;
use crate::check;
use crate::config::{AZURE_SETTINGS, AzureConfig};
use crate::prices;
use crate::services::priced_by;

/// Discovers what runs on Azure, prices it from list prices and pushes it to an OpenFinOps server.
///
/// Credentials come from the first that is there: workload identity, a client secret in the
/// environment, a managed identity, az or azd.
#[derive(Debug, Parser)]
#[command(name = NAME, version)]
struct Arguments {
    #[command(flatten)]
    common: CommonArgs,
    /// A subscription to collect, by its id; several times, comma-separated, or `all` that the
    /// identity can see [default: all].
    #[arg(long, value_name = "ID", global = true)]
    subscription: Vec<String>,
    /// Only what is in this resource group; several times or comma-separated.
    #[arg(long, value_name = "NAME", global = true)]
    resource_group: Vec<String>,
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
struct Azure;

impl Program for Azure {
    type Agent = AzureAgent;
    type Config = AzureConfig;

    const NAME: &'static str = NAME;
    const VERSION: &'static str = VERSION;

    fn settings() -> Vec<&'static Setting> {
        agent_settings().chain(AZURE_SETTINGS).chain(PRICE_SETTINGS).collect()
    }

    fn check(check: &mut Checker, _: &mut AgentConfig) -> AzureConfig {
        AzureConfig::check(check)
    }

    fn build(own: AzureConfig, launch: Launch) -> Result<AzureAgent, BuildError> {
        AzureAgentBuilder::launched(own, launch).build()
    }
}

impl PricedProgram for Azure {
    const PROVIDER: &'static str = "azure";

    fn embedded() -> &'static PriceBook {
        PriceBook::azure()
    }

    fn vendor(own: &AzureConfig) -> Box<dyn Vendor> {
        prices::vendor(own)
    }

    fn addresses(own: &AzureConfig) -> Vec<Url> {
        prices::addresses(own)
    }

    fn regions(own: &AzureConfig) -> BTreeSet<String> {
        prices::regions(own)
    }

    fn services_of(service: &str) -> &'static [&'static str] {
        priced_by(service)
    }
}

/// Parses the arguments, runs what they ask for and says how it went.
pub async fn run() -> ExitStatus {
    let command = Arguments::command().after_help(environment_help(&Azure::settings()));
    let arguments: Arguments = match cli::parse(command) {
        Ok(arguments) => arguments,
        Err(status) => return status,
    };
    let sources = sources(&arguments);
    match &arguments.command {
        Some(Command::Shared(command)) => command.run::<Azure>(&sources).await,
        Some(Command::Pricing(command)) => command.run::<Azure>(&sources).await,
        Some(Command::Check) => cli::try_everything::<Azure>(&sources, check::check).await,
        None => Box::pin(cli::run_agent::<Azure>(sources, arguments.common.once)).await,
    }
}

fn sources(arguments: &Arguments) -> Sources {
    let mut flags = arguments.common.flags();
    for id in &arguments.subscription {
        flags.push(Flag { key: "subscription", name: "--subscription", value: id.clone() });
    }
    for name in &arguments.resource_group {
        flags.push(Flag { key: "resource_group", name: "--resource-group", value: name.clone() });
    }
    Sources { file: arguments.common.config.clone(), flags }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reference_describes_every_setting() {
        let reference = include_str!("../../../docs/configuration.md");
        for setting in Azure::settings() {
            let names = [setting.key].into_iter().chain(setting.aliases.iter().copied());
            for name in names.chain(setting.environment.iter().copied()) {
                assert!(reference.contains(&format!("`{name}`")), "{name} is not described");
            }
        }
    }
}
