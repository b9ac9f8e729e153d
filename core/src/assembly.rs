//! What every agent is put together from: its folder, its id, its outbox, its sinks.

use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use secrecy::SecretString;
use url::Url;

use crate::config::{AgentConfig, Output, RunConfig};
use crate::data_dir::{DataDir, DataDirError};
use crate::delivery::{Delivery, Pacing};
use crate::history::Cadence;
use crate::identity::{self, Collector, Identity, Surroundings};
use crate::outbox::Outbox;
use crate::sinks;
use crate::store::StoreError;
use crate::wire::{Sender, ServiceView};

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
    /// What only this agent has could not be set up.
    #[error("{0}")]
    Agent(String),
}

/// What every agent is put together from. Everything has a default.
pub struct Assembly {
    name: &'static str,
    version: &'static str,
    server: Option<String>,
    token: Option<SecretString>,
    agent_id: Option<String>,
    hostname: Option<String>,
    environment: Option<String>,
    identity: Option<Arc<Identity>>,
    interval: Duration,
    data_dir: Option<PathBuf>,
    printer: Option<Box<dyn Write + Send>>,
    run: RunConfig,
    outbox: Option<Arc<Outbox>>,
    by_hand: bool,
}

/// How an agent's services appear in documents.
#[derive(Debug, Clone, Default)]
pub struct Views {
    /// The services that the agent knows.
    pub services: Vec<&'static ServiceView>,
    /// A service that its user named.
    pub other: Option<&'static ServiceView>,
}

/// What comes of it.
pub struct Assembled {
    /// The agent's id at the server.
    pub agent_id: String,
    /// The machine's name, as documents give it.
    pub hostname: String,
    /// The folder that survives restarts.
    pub data_dir: DataDir,
    /// The way of its documents.
    pub delivery: Arc<Delivery>,
    /// The time between cycles.
    pub interval: Duration,
}

impl Assembly {
    /// The defaults of the agent `name`: the server at `http://localhost:8080`, an id that is made
    /// once and kept, a cycle every 300 seconds.
    #[must_use]
    pub fn new(name: &'static str, version: &'static str) -> Self {
        Self {
            name,
            version,
            server: Some(DEFAULT_SERVER.to_owned()),
            token: None,
            agent_id: None,
            hostname: None,
            environment: None,
            identity: None,
            interval: Duration::from_secs(300),
            data_dir: None,
            printer: None,
            run: RunConfig::default(),
            outbox: None,
            by_hand: false,
        }
    }

    /// Everything that the settings of every agent say. Documents go to standard output where
    /// `output` says so.
    #[must_use]
    pub fn configured(mut self, config: &AgentConfig, output: Output) -> Self {
        self.server = config.server.as_ref().map(Url::to_string);
        self.token.clone_from(&config.token);
        self.agent_id.clone_from(&config.agent_id);
        self.environment.clone_from(&config.environment);
        self.interval = config.interval;
        self.data_dir.clone_from(&config.data_dir);
        self.run = config.run.clone();
        if output == Output::Json {
            self.printer = Some(Box::new(std::io::stdout()));
        }
        self
    }

    /// The server, `http://host:port` or `https://host`; `None` sends nothing.
    #[must_use]
    pub fn server(mut self, url: Option<String>) -> Self {
        self.server = url;
        self
    }

    /// The token sent to the server.
    #[must_use]
    pub fn token(mut self, token: Option<SecretString>) -> Self {
        self.token = token;
        self
    }

    /// The agent's id at the server.
    #[must_use]
    pub fn agent_id(mut self, id: impl Into<String>) -> Self {
        self.agent_id = Some(id.into());
        self
    }

    /// The machine's name, where it is not what the system says.
    #[must_use]
    pub fn hostname(mut self, name: Option<String>) -> Self {
        self.hostname = name;
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
    pub fn identity(mut self, identity: Option<Arc<Identity>>) -> Self {
        self.identity = identity;
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

    /// Where each snapshot document is also written, one a line.
    #[must_use]
    pub fn printer(mut self, printer: Box<dyn Write + Send>) -> Self {
        self.printer = Some(printer);
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
    pub fn outbox(mut self, outbox: Option<Arc<Outbox>>) -> Self {
        self.outbox = outbox;
        self
    }

    /// Collects whenever someone starts it, and not every interval.
    #[must_use]
    pub fn started_by_hand(mut self) -> Self {
        self.by_hand = true;
        self
    }

    /// Opens what the agent needs.
    ///
    /// # Errors
    /// The server's address is none, or the data directory cannot be used.
    pub fn assemble(self, views: Views) -> Result<Assembled, BuildError> {
        let (name, version, interval) = (self.name, self.version, self.interval);
        let data_dir = DataDir::open(self.data_dir.as_deref(), name)?;
        let hostname = self.hostname.unwrap_or_else(identity::hostname);
        let agent_id = match self.agent_id {
            Some(id) => id,
            None => data_dir.agent_id(name, &hostname)?,
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
        let environment = self.environment;
        let sender = Sender {
            agent_id: agent_id.clone(),
            hostname: hostname.clone(),
            views: views.services,
            other_view: views.other,
            identity: self.identity.unwrap_or_else(|| {
                let collector = Collector::new(Surroundings::of_this_process());
                Arc::new(collector.service(name, version).environment(environment).local())
            }),
            started: Instant::now(),
        };
        let pacing = Pacing { interval, rate: self.run.send_rate };
        let cadence =
            if self.by_hand { Cadence::AtLeast(interval) } else { Cadence::Every(interval) };
        let delivery =
            Delivery::new(sender, outbox, sinks, pacing).cadence(cadence).limits(self.run.limits);
        Ok(Assembled { agent_id, hostname, data_dir, delivery: Arc::new(delivery), interval })
    }
}

fn address(url: &str) -> Result<Url, BuildError> {
    let parsed = Url::parse(url).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
    parsed.ok_or_else(|| BuildError::Server(url.to_owned()))
}
