//! The agent itself: the five verbs over AWS.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use aws_config::SdkConfig;
use futures::{Stream, StreamExt as _, stream};
use secrecy::SecretString;
use tokio::sync::OnceCell;
use url::Url;

use finops_core::agent::{Agent, AgentError};
use finops_core::data_dir::{DataDir, DataDirError};
use finops_core::delivery::{Delivery, Receipt};
use finops_core::identity;
use finops_core::model::Snapshot;
use finops_core::outbox::Outbox;
use finops_core::progress::{Progress, Silent};
use finops_core::server::ServerClient;
use finops_core::wire::{Registration, RegistrationConfig, Sender};
use finops_pricing::aws::AwsPrices;

use crate::accounts::{self, Target};
use crate::collect::{self, SharedProgress};
use crate::config::{AwsConfig, Regions, RoleConfig};
use crate::metrics::MetricBudget;
use crate::scope::{AwsScope, Shared};
use crate::services::SERVICES;

/// The agent's name: of the binary, of its data directory, in its id.
pub(crate) const NAME: &str = "aws-agent";
/// The agent's version.
pub(crate) const VERSION: &str = env!("CARGO_PKG_VERSION");
/// Where an OpenFinOps server listens by default.
const DEFAULT_SERVER: &str = "http://localhost:8080";

/// An agent of AWS accounts.
pub struct AwsAgent {
    config: AwsConfig,
    group_by: Vec<String>,
    concurrency: usize,
    registration: Registration,
    delivery: Delivery,
    data_dir: DataDir,
    prices: Arc<AwsPrices>,
    progress: SharedProgress,
    sdk: OnceCell<SdkConfig>,
}

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
    #[error("cannot use the outbox in {path}: {source}; give another folder with --data-dir", path = path.display())]
    Outbox {
        /// Where it should be.
        path: PathBuf,
        /// What went wrong.
        source: std::io::Error,
    },
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
    interval: Duration,
    data_dir: Option<PathBuf>,
    group_by: Vec<String>,
    concurrency: usize,
    printer: Option<Box<dyn Write + Send>>,
    progress: SharedProgress,
}

impl AwsAgent {
    /// An agent with the defaults of the guide: the server at `http://localhost:8080`, the region
    /// of the profile or else `us-east-1`, an id that is made once and kept.
    #[must_use]
    pub fn builder() -> AwsAgentBuilder {
        AwsAgentBuilder {
            server: Some(DEFAULT_SERVER.to_owned()),
            token: None,
            config: AwsConfig::default(),
            agent_id: None,
            interval: Duration::from_secs(300),
            data_dir: None,
            group_by: Vec::new(),
            concurrency: 4,
            printer: None,
            progress: Arc::new(Silent),
        }
    }

    /// The agent's id at the server.
    #[must_use]
    pub fn agent_id(&self) -> &str {
        &self.registration.agent_id
    }

    /// The folder that survives restarts.
    #[must_use]
    pub fn data_dir(&self) -> &Path {
        self.data_dir.path()
    }

    /// The way to the server.
    pub(crate) fn delivery(&self) -> &Delivery {
        &self.delivery
    }

    /// The scopes of one cycle.
    pub(crate) async fn targets(&self) -> Result<Vec<Target>, AgentError> {
        accounts::targets(&self.config, self.sdk().await).await
    }

    async fn sdk(&self) -> &SdkConfig {
        self.sdk.get_or_init(|| accounts::load(&self.config)).await
    }

    /// What the scopes of a cycle of `scopes` scopes share.
    pub(crate) fn shared(&self, scopes: usize) -> Shared {
        Shared {
            prices: Arc::clone(&self.prices),
            budget: Arc::new(MetricBudget::new(self.config.max_metrics, scopes)),
            cache_dir: Some(self.data_dir.path().join("cache")),
        }
    }

    async fn snapshots(&self) -> impl Stream<Item = Result<Snapshot, AgentError>> + Send + use<> {
        let targets = match self.targets().await {
            Ok(targets) => targets,
            Err(error) => return stream::iter([Err(error)]).left_stream(),
        };
        self.progress.scopes(targets.len());
        let shared = self.shared(targets.len());
        let progress = Arc::clone(&self.progress);
        stream::iter(targets)
            .map(move |target| snapshot(target, shared.clone(), Arc::clone(&progress)))
            .buffer_unordered(self.concurrency)
            .map(Ok)
            .right_stream()
    }
}

/// One scope in a task of its own: a panic in it ends the task, not the agent.
async fn snapshot(target: Target, shared: Shared, progress: Arc<dyn Progress>) -> Snapshot {
    let Target { scope, home, access } = target;
    let sdk = match access {
        Ok(sdk) => sdk,
        Err(failure) => {
            progress.scope_done(&scope);
            return collect::inaccessible(&scope, home, &failure);
        }
    };
    let named = scope.clone();
    let task = tokio::spawn(async move {
        let scope = AwsScope::new(scope, home, sdk, shared);
        collect::collect(&scope, &*progress).await
    });
    match task.await {
        Ok(snapshot) => snapshot,
        Err(error) => collect::broken(&named, home, &error),
    }
}

impl Agent for AwsAgent {
    fn group_by(&self) -> &[String] {
        &self.group_by
    }

    async fn register(&self) -> Result<(), AgentError> {
        let mut registration = self.registration.clone();
        if self.config.regions == Regions::Default {
            registration.region = accounts::region_of(self.sdk().await).to_owned();
        }
        self.delivery.register(&registration).await
    }

    fn collect(&self) -> impl Stream<Item = Result<Snapshot, AgentError>> + Send {
        stream::once(self.snapshots()).flatten()
    }

    async fn send(&self, snapshot: Snapshot) -> Result<Receipt, AgentError> {
        self.delivery.send(&snapshot).await
    }
}

impl AwsAgentBuilder {
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

    /// The agent.
    ///
    /// # Errors
    /// The server's address is none, or the data directory cannot be used.
    pub fn build(self) -> Result<AwsAgent, BuildError> {
        let data_dir = DataDir::open(self.data_dir.as_deref(), NAME)?;
        let folder = data_dir.path().join("outbox");
        let outbox = Outbox::open(&folder)
            .map_err(|source| BuildError::Outbox { path: folder.clone(), source })?;
        let hostname = identity::hostname();
        let agent_id = match self.agent_id {
            Some(id) => id,
            None => data_dir.agent_id(NAME, &hostname)?,
        };
        let server = self.server.map(|url| client(&url, self.token)).transpose()?;
        let environment = std::env::var("ENVIRONMENT").ok().filter(|name| !name.is_empty());
        let sender = Sender {
            agent_id: agent_id.clone(),
            hostname: hostname.clone(),
            views: SERVICES.iter().map(|service| service.view()).collect(),
            identity: identity::identity(NAME, VERSION, environment),
            started: std::time::Instant::now(),
        };
        let mut delivery = Delivery::new(sender, outbox, server);
        if let Some(printer) = self.printer {
            delivery = delivery.printing_to(printer);
        }
        Ok(AwsAgent {
            registration: registration(agent_id, hostname, &self.config, self.interval),
            config: self.config,
            group_by: self.group_by,
            concurrency: self.concurrency,
            delivery,
            data_dir,
            prices: Arc::new(AwsPrices::embedded()),
            progress: self.progress,
            sdk: OnceCell::new(),
        })
    }
}

fn client(url: &str, token: Option<SecretString>) -> Result<ServerClient, BuildError> {
    let parsed = Url::parse(url).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
    let Some(parsed) = parsed else {
        return Err(BuildError::Server(url.to_owned()));
    };
    ServerClient::new(parsed, token).map_err(BuildError::Tls)
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

/// Every permission that collecting needs, each once, in alphabetical order.
pub(crate) fn permissions() -> Vec<&'static str> {
    let mut actions: Vec<&'static str> = SERVICES
        .iter()
        .flat_map(|service| service.permissions().iter().copied())
        .chain(["ec2:DescribeRegions"])
        .collect();
    actions.sort_unstable();
    actions.dedup();
    actions
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_policy_grants_exactly_what_the_services_declare() {
        let text = include_str!("../../../deploy/iam/aws-agent-policy.json");
        let policy: serde_json::Value = serde_json::from_str(text).unwrap();
        let granted: BTreeSet<&str> = policy["Statement"]
            .as_array()
            .unwrap()
            .iter()
            .flat_map(|statement| match &statement["Action"] {
                serde_json::Value::Array(actions) => actions.iter().collect(),
                action => vec![action],
            })
            .map(|action| action.as_str().unwrap())
            .collect();
        assert_eq!(granted, permissions().into_iter().collect());
    }

    #[test]
    fn the_builder_takes_the_guides_parameters_and_has_its_defaults() {
        let folder = tempfile::tempdir().unwrap();
        let agent = AwsAgent::builder().data_dir(folder.path()).build().unwrap();
        assert_eq!(agent.delivery.server().unwrap().address().as_str(), "http://localhost:8080/");
        assert!(agent.agent_id().starts_with("aws-agent-"));

        let agent = AwsAgent::builder()
            .openfinops_endpoint("https://finops.example:8443/base")
            .aws_region("us-west-2")
            .agent_id("mine")
            .data_dir(folder.path())
            .build()
            .unwrap();
        assert_eq!(agent.agent_id(), "mine");
        assert_eq!(agent.registration.region, "us-west-2");
        assert!(
            AwsAgent::builder().server_url("nonsense").data_dir(folder.path()).build().is_err()
        );
    }
}
