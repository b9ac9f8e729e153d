//! The command line of `gcp-agent`.

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

use crate::agent::{GcpAgent, NAME, VERSION};
use crate::builder::GcpAgentBuilder;
use crate::check;
use crate::config::{GCP_SETTINGS, GcpConfig};
use crate::prices;
use crate::services::priced_by;

/// Discovers what runs on Google Cloud, prices it from list prices and pushes it to an OpenFinOps server.
///
/// Credentials are Google's Application Default Credentials: GOOGLE_APPLICATION_CREDENTIALS, gcloud,
/// or the machine's service account.
#[derive(Debug, Parser)]
#[command(name = NAME, version)]
struct Arguments {
    #[command(flatten)]
    common: CommonArgs,
    /// A project to collect, by its id; several times or comma-separated [default: the one that the
    /// agent runs in].
    #[arg(long, value_name = "ID", global = true)]
    project: Vec<String>,
    /// Every active project below this folder, by its number; several times or comma-separated.
    #[arg(long, value_name = "NUMBER", global = true)]
    folder: Vec<String>,
    /// Every active project of this organisation, by its number; several times or comma-separated.
    #[arg(long, value_name = "NUMBER", global = true)]
    organization: Vec<String>,
    /// Only what is in this region; several times or comma-separated [default: all].
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
struct Gcp;

impl Program for Gcp {
    type Agent = GcpAgent;
    type Config = GcpConfig;

    const NAME: &'static str = NAME;
    const VERSION: &'static str = VERSION;

    fn settings() -> Vec<&'static Setting> {
        agent_settings().chain(GCP_SETTINGS).chain(PRICE_SETTINGS).collect()
    }

    fn check(check: &mut Checker, _: &mut AgentConfig) -> GcpConfig {
        GcpConfig::check(check)
    }

    fn build(own: GcpConfig, launch: Launch) -> Result<GcpAgent, BuildError> {
        GcpAgentBuilder::launched(own, launch).build()
    }
}

impl PricedProgram for Gcp {
    const PROVIDER: &'static str = "gcp";

    fn embedded() -> &'static PriceBook {
        PriceBook::gcp()
    }

    fn vendor(own: &GcpConfig) -> Box<dyn Vendor> {
        prices::vendor(own)
    }

    fn addresses(own: &GcpConfig) -> Vec<Url> {
        prices::addresses(own)
    }

    fn regions(own: &GcpConfig) -> BTreeSet<String> {
        prices::regions(own)
    }

    fn services_of(service: &str) -> &'static [&'static str] {
        priced_by(service)
    }
}

/// Parses the arguments, runs what they ask for and says how it went.
pub async fn run() -> ExitStatus {
    let command = Arguments::command().after_help(environment_help(&Gcp::settings()));
    let arguments: Arguments = match cli::parse(command) {
        Ok(arguments) => arguments,
        Err(status) => return status,
    };
    let sources = sources(&arguments);
    match &arguments.command {
        Some(Command::Shared(command)) => command.run::<Gcp>(&sources).await,
        Some(Command::Pricing(command)) => command.run::<Gcp>(&sources).await,
        Some(Command::Check) => cli::try_everything::<Gcp>(&sources, check::check).await,
        None => Box::pin(cli::run_agent::<Gcp>(sources, arguments.common.once)).await,
    }
}

fn sources(arguments: &Arguments) -> Sources {
    let mut flags = arguments.common.flags();
    let named = [
        ("project", "--project", &arguments.project),
        ("folder", "--folder", &arguments.folder),
        ("organization", "--organization", &arguments.organization),
        ("region", "--region", &arguments.region),
    ];
    for (key, name, values) in named {
        flags.extend(values.iter().map(|value| Flag { key, name, value: value.clone() }));
    }
    Sources { file: arguments.common.config.clone(), flags }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reference_describes_every_setting() {
        let reference = include_str!("../../../docs/configuration.md");
        for setting in Gcp::settings() {
            let names = [setting.key].into_iter().chain(setting.aliases.iter().copied());
            for name in names.chain(setting.environment.iter().copied()) {
                assert!(reference.contains(&format!("`{name}`")), "{name} is not described");
            }
        }
    }
}
