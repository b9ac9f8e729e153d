//! What an agent is built from.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::OnceCell;

use finops_core::assembly::{Assembled, Assembly, BuildError, Views};
use finops_core::cli::Launch;
use finops_core::collecting::Collecting;
use finops_core::wire::{Registration, RegistrationConfig};
use finops_pricing::{AgentPrices, PriceBook};

use crate::agent::{AwsAgent, NAME, VERSION};
use crate::config::{AwsConfig, Regions, RoleConfig};
use crate::services::SERVICES;

/// What an agent is built from. Everything has a default.
pub struct AwsAgentBuilder {
    assembly: Assembly,
    config: AwsConfig,
    collecting: Collecting,
}

impl AwsAgentBuilder {
    pub(crate) fn new() -> Self {
        Self {
            assembly: Assembly::new(NAME, VERSION),
            config: AwsConfig::default(),
            collecting: Collecting::default(),
        }
    }

    /// As the program is started: the common settings and its own.
    pub(crate) fn launched(config: AwsConfig, launch: Launch) -> Self {
        let Launch { common, assembly, progress, replica, .. } = launch;
        Self { assembly, config, collecting: Collecting::configured(&common, progress, replica) }
    }

    finops_core::assembly_methods!();
    finops_core::collecting_methods!();

    /// One region to collect; call it again for more.
    #[must_use]
    pub fn aws_region(mut self, region: impl Into<String>) -> Self {
        let mut names = match std::mem::replace(&mut self.config.regions, Regions::Default) {
            Regions::Named(names) => names,
            Regions::Default | Regions::All => Vec::new(),
        };
        names.push(region.into());
        self.config.regions = Regions::Named(names);
        self
    }

    /// The same as [`Self::aws_region`].
    #[must_use]
    pub fn region(self, region: impl Into<String>) -> Self {
        self.aws_region(region)
    }

    /// Another account, through a role.
    #[must_use]
    pub fn account(mut self, role: RoleConfig) -> Self {
        self.config.roles.push(role);
        self
    }

    /// All the settings that only the AWS agent has.
    #[must_use]
    pub fn config(mut self, config: AwsConfig) -> Self {
        self.config = config;
        self
    }

    /// The agent.
    ///
    /// # Errors
    /// The server's address is none, or the data directory cannot be used.
    pub fn build(self) -> Result<AwsAgent, BuildError> {
        let services = SERVICES.iter().map(|service| service.view()).collect();
        let views = Views { services, other: None };
        let Assembled { agent_id, hostname, data_dir, delivery, interval } =
            self.assembly.assemble(views)?;
        let config = self.config.prices.clone();
        let prices = AgentPrices::new("aws", PriceBook::aws(), config, data_dir.path());
        Ok(AwsAgent {
            registration: registration(agent_id, hostname, &self.config, interval),
            config: self.config,
            collecting: self.collecting,
            delivery,
            data_dir,
            prices: Arc::new(prices),
            sdk: OnceCell::new(),
        })
    }
}

fn registration(
    agent_id: String,
    hostname: String,
    config: &AwsConfig,
    interval: Duration,
) -> Registration {
    let region = match &config.regions {
        Regions::Named(names) => names.join(","),
        Regions::All => "all".to_owned(),
        // What the SDK finds is filled in when the agent registers.
        Regions::Default => String::new(),
    };
    Registration {
        agent_id,
        hostname,
        cloud_provider: "aws",
        region,
        agent_type: "aws_telemetry".into(),
        agent_version: VERSION,
        config: RegistrationConfig {
            services: SERVICES.iter().map(|service| service.view().service.into()).collect(),
            collection_interval: interval.as_secs(),
            cost_tracking: true,
        },
        more: serde_json::Map::new(),
    }
}
