//! What an agent is built from.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::OnceCell;

use finops_core::assembly::{Assembled, Assembly, BuildError, Views};
use finops_core::cli::Launch;
use finops_core::config::TelemetryConfig;
use finops_core::progress::{Progress, Silent};
use finops_core::wire::{Registration, RegistrationConfig};
use finops_pricing::ListPrices;

use crate::agent::{AzureAgent, NAME, VERSION};
use crate::config::{AzureConfig, Subscriptions};
use crate::services::SERVICES;

/// What an agent is built from. Everything has a default.
pub struct AzureAgentBuilder {
    assembly: Assembly,
    config: AzureConfig,
    traced: usize,
    group_by: Vec<String>,
    concurrency: usize,
    progress: Arc<dyn Progress>,
}

impl AzureAgentBuilder {
    pub(crate) fn new() -> Self {
        Self {
            assembly: Assembly::new(NAME, VERSION),
            config: AzureConfig::default(),
            traced: TelemetryConfig::default().snapshot_events,
            group_by: Vec::new(),
            concurrency: 4,
            progress: Arc::new(Silent),
        }
    }

    /// As the program is started: the common settings and its own.
    pub(crate) fn launched(config: AzureConfig, launch: Launch) -> Self {
        let Launch { common, assembly, progress, .. } = launch;
        Self {
            assembly,
            config,
            traced: common.telemetry.snapshot_events,
            group_by: common.group_by,
            concurrency: common.concurrency,
            progress,
        }
    }

    finops_core::assembly_methods!();

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

    /// The most trace events that a snapshot carries.
    #[must_use]
    pub fn traced(mut self, events: usize) -> Self {
        self.traced = events;
        self
    }

    /// Tag keys by which a cycle's report adds up costs.
    #[must_use]
    pub fn group_by(mut self, keys: Vec<String>) -> Self {
        self.group_by = keys;
        self
    }

    /// How many subscriptions are collected side by side.
    #[must_use]
    pub fn concurrency(mut self, scopes: usize) -> Self {
        self.concurrency = scopes.max(1);
        self
    }

    /// Who is told how far a cycle is.
    #[must_use]
    pub fn progress(mut self, progress: Arc<dyn Progress>) -> Self {
        self.progress = progress;
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
        Ok(AzureAgent {
            registration: registration(agent_id, hostname, interval),
            config: self.config,
            group_by: self.group_by,
            concurrency: self.concurrency,
            delivery,
            data_dir,
            prices: Arc::new(ListPrices::azure()),
            progress: self.progress,
            azure: OnceCell::new(),
            traced: self.traced,
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
