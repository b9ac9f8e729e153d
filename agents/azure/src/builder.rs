//! What an agent is built from.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::OnceCell;

use finops_core::assembly::{Assembled, Assembly, BuildError, Views};
use finops_core::cli::Launch;
use finops_core::collecting::Collecting;
use finops_core::wire::{Registration, RegistrationConfig};
use finops_pricing::{AgentPrices, PriceBook};

use crate::agent::{AzureAgent, NAME, VERSION};
use crate::config::{AzureConfig, Subscriptions};
use crate::services::SERVICES;

/// What an agent is built from. Everything has a default.
pub struct AzureAgentBuilder {
    assembly: Assembly,
    config: AzureConfig,
    collecting: Collecting,
}

impl AzureAgentBuilder {
    pub(crate) fn new() -> Self {
        Self {
            assembly: Assembly::new(NAME, VERSION),
            config: AzureConfig::default(),
            collecting: Collecting::default(),
        }
    }

    /// As the program is started: the common settings and its own.
    pub(crate) fn launched(config: AzureConfig, launch: Launch) -> Self {
        let Launch { common, assembly, progress, replica, .. } = launch;
        Self { assembly, config, collecting: Collecting::configured(&common, progress, replica) }
    }

    finops_core::assembly_methods!();
    finops_core::collecting_methods!();

    /// One subscription to collect, by its id; call it again for more.
    #[must_use]
    pub fn subscription_id(mut self, id: impl Into<String>) -> Self {
        let mut ids = match std::mem::replace(&mut self.config.subscriptions, Subscriptions::All) {
            Subscriptions::Named(ids) => ids,
            Subscriptions::All => Vec::new(),
        };
        ids.push(id.into().to_ascii_lowercase());
        self.config.subscriptions = Subscriptions::Named(ids);
        self
    }

    /// All the settings that only the Azure agent has.
    #[must_use]
    pub fn config(mut self, config: AzureConfig) -> Self {
        self.config = config;
        self
    }

    /// The agent.
    ///
    /// # Errors
    /// The server's address is none, or the data directory cannot be used.
    pub fn build(self) -> Result<AzureAgent, BuildError> {
        let services = SERVICES.iter().map(|service| service.view()).collect();
        let views = Views { services, other: None };
        let Assembled { agent_id, hostname, data_dir, delivery, interval } =
            self.assembly.assemble(views)?;
        let config = self.config.prices.clone();
        let prices = AgentPrices::new("azure", PriceBook::azure(), config, data_dir.path());
        Ok(AzureAgent {
            registration: registration(agent_id, hostname, interval),
            config: self.config,
            collecting: self.collecting,
            delivery,
            data_dir,
            prices: Arc::new(prices),
            azure: OnceCell::new(),
        })
    }
}

/// The server refuses agents without a region. Subscriptions have none.
fn registration(agent_id: String, hostname: String, interval: Duration) -> Registration {
    Registration {
        agent_id,
        hostname,
        cloud_provider: "azure",
        region: "global".to_owned(),
        agent_type: "azure_telemetry".into(),
        agent_version: VERSION,
        config: RegistrationConfig {
            services: SERVICES.iter().map(|service| service.view().service.into()).collect(),
            collection_interval: interval.as_secs(),
            cost_tracking: true,
        },
        more: serde_json::Map::new(),
    }
}
