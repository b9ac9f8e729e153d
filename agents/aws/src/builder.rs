//! What an agent is built from.

use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use secrecy::SecretString;
use tokio::sync::OnceCell;
use url::Url;

use finops_core::config::{RunConfig, TelemetryConfig};
use finops_core::data_dir::{DataDir, DataDirError};
use finops_core::delivery::{Delivery, Pacing};
use finops_core::history::Cadence;
use finops_core::identity::{self, Collector, Identity, Surroundings};
use finops_core::outbox::Outbox;
use finops_core::progress::{Progress, Silent};
use finops_core::sinks;
use finops_core::store::StoreError;
use finops_core::wire::{Registration, RegistrationConfig, Sender};
use finops_pricing::aws::AwsPrices;

use crate::agent::{AwsAgent, NAME, VERSION};
use crate::collect::SharedProgress;
use crate::config::{AwsConfig, Regions, RoleConfig};
use crate::services::SERVICES;

/// Where an OpenFinOps server listens by default.
const DEFAULT_SERVER: &str = "http://localhost:8080";

/// Why an agent could not be built.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// The server's address is none.
    #[error("the server's address \"{0}\" is not valid: write http://host:port or https://host")]
    Server(String),
    /// The data directory cannot be used.
    #[error(transparent)]
    DataDir(#[from] DataDirError),
    /// The outbox cannot be used.
    #[error("cannot use the outbox: {0}")]
    Outbox(#[from] StoreError),
    /// TLS could not be set up.
    #[error("TLS cannot be set up: {0}; install the system's CA certificates")]
    Tls(reqwest::Error),
}

/// What an agent is built from. Everything has a default.
pub struct AwsAgentBuilder {
    server: Option<String>,
    token: Option<SecretString>,
    config: AwsConfig,
    agent_id: Option<String>,
    environment: Option<String>,
    identity: Option<Arc<Identity>>,
    traced: usize,
    interval: Duration,
    data_dir: Option<PathBuf>,
    group_by: Vec<String>,
    concurrency: usize,
    printer: Option<Box<dyn Write + Send>>,
    progress: SharedProgress,
    run: RunConfig,
    outbox: Option<Arc<Outbox>>,
    cadence: Option<Cadence>,
}

impl AwsAgentBuilder {
    pub(crate) fn new() -> Self {
        Self {
            server: Some(DEFAULT_SERVER.to_owned()),
            token: None,
            config: AwsConfig::default(),
            agent_id: None,
            environment: None,
            identity: None,
            traced: TelemetryConfig::default().snapshot_events,
            interval: Duration::from_secs(300),
            data_dir: None,
            group_by: Vec::new(),
            concurrency: 4,
            printer: None,
            progress: Arc::new(Silent),
            run: RunConfig::default(),
            outbox: None,
            cadence: None,
        }
    }

    /// The server, `http://host:port` or `https://host`.
    #[must_use]
    pub fn openfinops_endpoint(mut self, url: impl Into<String>) -> Self {
        self.server = Some(url.into());
        self
    }

    /// The same as [`Self::openfinops_endpoint`].
    #[must_use]
    pub fn server_url(self, url: impl Into<String>) -> Self {
        self.openfinops_endpoint(url)
    }

    /// Sends nothing.
    #[must_use]
    pub fn without_server(mut self) -> Self {
        self.server = None;
        self
    }

    /// The token sent to the server.
    #[must_use]
    pub fn token(mut self, token: Option<SecretString>) -> Self {
        self.token = token;
        self
    }

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

    /// The agent's id at the server.
    #[must_use]
    pub fn agent_id(mut self, id: impl Into<String>) -> Self {
        self.agent_id = Some(id.into());
        self
    }

    /// The name of this environment (`prod`) in the identity that documents carry.
    #[must_use]
    pub fn environment(mut self, name: impl Into<String>) -> Self {
        self.environment = Some(name.into());
        self
    }

    /// Who this process is, as its documents say. Without it they say what the process knows by
    /// itself.
    #[must_use]
    pub fn identity(mut self, identity: Arc<Identity>) -> Self {
        self.identity = Some(identity);
        self
    }

    /// The most trace events that a snapshot carries.
    #[must_use]
    pub fn traced(mut self, events: usize) -> Self {
        self.traced = events;
        self
    }

    /// The time between cycles, as the server is told.
    #[must_use]
    pub fn interval(mut self, interval: Duration) -> Self {
        self.interval = interval;
        self
    }

    /// The folder that survives restarts.
    #[must_use]
    pub fn data_dir(mut self, path: impl Into<PathBuf>) -> Self {
        self.data_dir = Some(path.into());
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

    /// Where each snapshot document is also written, one a line.
    #[must_use]
    pub fn print_documents_to(mut self, printer: Box<dyn Write + Send>) -> Self {
        self.printer = Some(printer);
        self
    }

    /// Who is told how far a cycle is.
    #[must_use]
    pub fn progress(mut self, progress: Arc<dyn Progress>) -> Self {
        self.progress = progress;
        self
    }

    /// How it delivers: bounds, pace, further sinks.
    #[must_use]
    pub fn run(mut self, run: RunConfig) -> Self {
        self.run = run;
        self
    }

    /// The outbox of an agent that this one takes over from.
    #[must_use]
    pub fn outbox(mut self, outbox: Arc<Outbox>) -> Self {
        self.outbox = Some(outbox);
        self
    }

    /// Collects whenever someone starts it, and not every interval.
    #[must_use]
    pub fn started_by_hand(mut self) -> Self {
        self.cadence = Some(Cadence::AtLeast(self.interval));
        self
    }

    /// The agent.
    ///
    /// # Errors
    /// The server's address is none, or the data directory cannot be used.
    pub fn build(self) -> Result<AwsAgent, BuildError> {
        let data_dir = DataDir::open(self.data_dir.as_deref(), NAME)?;
        let hostname = identity::hostname();
        let agent_id = match self.agent_id {
            Some(id) => id,
            None => data_dir.agent_id(NAME, &hostname)?,
        };
        let server = self.server.as_deref().map(address).transpose()?;
        let sinks =
            sinks::build(server, self.token, self.printer, &self.run).map_err(BuildError::Tls)?;
        let names = sinks.iter().map(|sink| sink.name().to_owned()).collect();
        let outbox = match self.outbox {
            // It changes hands when this agent begins to run.
            Some(outbox) => outbox,
            None => Arc::new(Outbox::open(data_dir.path(), names, self.run.limits.clone())?),
        };
        let sender = Sender {
            agent_id: agent_id.clone(),
            hostname: hostname.clone(),
            views: SERVICES.iter().map(|service| service.view()).collect(),
            identity: self.identity.unwrap_or_else(|| {
                let environment = self.environment.clone();
                let collector = Collector::new(Surroundings::of_this_process());
                Arc::new(collector.service(NAME, VERSION).environment(environment).local())
            }),
            started: std::time::Instant::now(),
        };
        let pacing = Pacing { interval: self.interval, rate: self.run.send_rate };
        let cadence = self.cadence.unwrap_or(Cadence::Every(self.interval));
        let delivery =
            Delivery::new(sender, outbox, sinks, pacing).cadence(cadence).limits(self.run.limits);
        Ok(AwsAgent {
            registration: registration(agent_id, hostname, &self.config, self.interval),
            config: self.config,
            group_by: self.group_by,
            concurrency: self.concurrency,
            delivery: Arc::new(delivery),
            data_dir,
            prices: Arc::new(AwsPrices::embedded()),
            progress: self.progress,
            sdk: OnceCell::new(),
            traced: self.traced,
        })
    }
}

fn address(url: &str) -> Result<Url, BuildError> {
    let parsed = Url::parse(url).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
    parsed.ok_or_else(|| BuildError::Server(url.to_owned()))
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
        agent_type: "aws_telemetry",
        agent_version: VERSION,
        config: RegistrationConfig {
            services: SERVICES.iter().map(|service| service.view().service).collect(),
            collection_interval: interval.as_secs(),
            cost_tracking: true,
        },
    }
}
