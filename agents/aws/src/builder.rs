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

use crate::agent::{AwsAgent, NAME, VERSION};
use crate::collect::SharedProgress;
use crate::config::{AwsConfig, Regions, RoleConfig};
use crate::services::SERVICES;

/// What an agent is built from. Everything has a default.
pub struct AwsAgentBuilder {
    assembly: Assembly,
    config: AwsConfig,
    traced: usize,
    group_by: Vec<String>,
    concurrency: usize,
    progress: SharedProgress,
}

impl AwsAgentBuilder {
    pub(crate) fn new() -> Self {
        Self {
            assembly: Assembly::new(NAME, VERSION),
            config: AwsConfig::default(),
            traced: TelemetryConfig::default().snapshot_events,
            group_by: Vec::new(),
            concurrency: 4,
            progress: Arc::new(Silent),
        }
    }

    /// As the program is started: the common settings and its own.
    pub(crate) fn launched(config: AwsConfig, launch: Launch) -> Self {
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

    /// How many scopes are collected side by side.
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
    pub fn build(self) -> Result<AwsAgent, BuildError> {
        let services = SERVICES.iter().map(|service| service.view()).collect();
        let views = Views { services, other: None };
        let Assembled { agent_id, hostname, data_dir, delivery, interval } =
            self.assembly.assemble(views)?;
        Ok(AwsAgent {
            registration: registration(agent_id, hostname, &self.config, interval),
            config: self.config,
            group_by: self.group_by,
            concurrency: self.concurrency,
            delivery,
            data_dir,
            prices: Arc::new(ListPrices::aws()),
            progress: self.progress,
            sdk: OnceCell::new(),
            traced: self.traced,
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
