//! What an agent is built from.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::OnceCell;

use finops_core::assembly::{Assembled, Assembly, BuildError, Views};
use finops_core::cli::Launch;
use finops_core::collecting::Collecting;
use finops_core::wire::{Registration, RegistrationConfig};
use finops_pricing::{AgentPrices, PriceBook};

use crate::agent::{GcpAgent, NAME, VERSION};
use crate::config::GcpConfig;
use crate::services::SERVICES;

/// What an agent is built from. Everything has a default.
pub struct GcpAgentBuilder {
    assembly: Assembly,
    config: GcpConfig,
    collecting: Collecting,
}

impl GcpAgentBuilder {
    pub(crate) fn new() -> Self {
        Self {
            assembly: Assembly::new(NAME, VERSION),
            config: GcpConfig::default(),
            collecting: Collecting::default(),
        }
    }

    /// As the program is started: the common settings and its own.
    pub(crate) fn launched(config: GcpConfig, launch: Launch) -> Self {
        let Launch { common, assembly, progress, replica, .. } = launch;
        Self { assembly, config, collecting: Collecting::configured(&common, progress, replica) }
    }

    finops_core::assembly_methods!();
    finops_core::collecting_methods!();

    /// One project to collect, by its id; call it again for more.
    #[must_use]
    pub fn project_id(mut self, id: impl Into<String>) -> Self {
        self.config.projects.ids.push(id.into());
        self
    }

    /// Only what is in this region; call it again for more.
    #[must_use]
    pub fn region(mut self, region: impl Into<String>) -> Self {
        self.config.regions.push(region.into());
        self
    }

    /// All the settings that only the Google Cloud agent has.
    #[must_use]
    pub fn config(mut self, config: GcpConfig) -> Self {
        self.config = config;
        self
    }

    /// The agent.
    ///
    /// # Errors
    /// The server's address is none, or the data directory cannot be used.
    pub fn build(self) -> Result<GcpAgent, BuildError> {
        let services = SERVICES.iter().map(|service| service.view()).collect();
        let views = Views { services, other: None };
        let Assembled { agent_id, hostname, data_dir, delivery, interval } =
            self.assembly.assemble(views)?;
        let config = self.config.prices.clone();
        let prices = AgentPrices::new("gcp", PriceBook::gcp(), config, data_dir.path());
        Ok(GcpAgent {
            registration: registration(agent_id, hostname, interval),
            config: self.config,
            collecting: self.collecting,
            delivery,
            data_dir,
            prices: Arc::new(prices),
            google: OnceCell::new(),
        })
    }
}

/// The server refuses agents without a region. Projects have none.
fn registration(agent_id: String, hostname: String, interval: Duration) -> Registration {
    Registration {
        agent_id,
        hostname,
        cloud_provider: "gcp",
        region: "global".to_owned(),
        agent_type: "gcp_telemetry".into(),
        agent_version: VERSION,
        config: RegistrationConfig {
            services: SERVICES.iter().map(|service| service.view().service.into()).collect(),
            collection_interval: interval.as_secs(),
            cost_tracking: true,
        },
        more: serde_json::Map::new(),
    }
}
