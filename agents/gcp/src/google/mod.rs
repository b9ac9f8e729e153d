//! The door to Google Cloud: Google's own clients with one identity, and every call counted, traced,
//! bounded and told of in one way.

mod attempts;
mod call;
mod clients;
mod cluster;
mod error;
mod hint;
mod identity;
mod no_token;
mod pages;
mod quote;
mod refusal;
mod rest;
mod said;
#[cfg(test)]
pub(crate) mod scripted;
#[cfg(test)]
mod tests;
mod wait;

pub(crate) use attempts::Attempts;
pub(crate) use call::Call;
pub(crate) use cluster::ClusterAddress;
pub(crate) use error::{GoogleError, Trouble};
pub(crate) use pages::{Page, Turns};

use std::sync::Arc;

use finops_core::agent::AgentError;
pub(crate) use finops_core::meter::Meter;
use google_cloud_asset_v1::client::AssetService;
use google_cloud_compute_v1::client::Snapshots;
use google_cloud_container_v1::client::ClusterManager;
use google_cloud_functions_v2::client::FunctionService;
use google_cloud_monitoring_v3::client::MetricService;
use google_cloud_sql_v1::client::SqlInstancesService;

use self::attempts::Limits;
use self::identity::Identity;
pub(crate) use self::identity::OwnHeaders;
use self::rest::Rest;
use crate::config::GcpConfig;
use crate::endpoints::Api;

/// What is asked, and what it takes to be allowed to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Operation {
    /// Which API.
    pub api: Api,
    /// The method by its name in Google's discovery documents: `compute.instances.aggregatedList`.
    pub method: &'static str,
    /// The permission that it takes: `compute.instances.list`.
    pub permission: &'static str,
}

/// Google Cloud, as one identity sees it. Cloning is cheap and shares credentials and connections.
#[derive(Debug, Clone)]
pub(crate) struct Google {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    identity: Arc<Identity>,
    snapshots: Snapshots,
    clusters: ClusterManager,
    functions: FunctionService,
    databases: SqlInstancesService,
    metrics: MetricService,
    assets: AssetService,
    /// What Google has no REST client for, or none that lists everything: buckets, Cloud Run.
    rest: Rest,
    limits: Limits,
}

impl Google {
    /// Makes ready to ask: finds the credentials and makes the clients. Nothing is asked of an API.
    ///
    /// # Errors
    /// There are no Application Default Credentials, or they cannot be used.
    pub(crate) async fn connect(config: &GcpConfig) -> Result<Self, AgentError> {
        let inner = clients::connect(config).await?;
        Ok(Self { inner: Arc::new(inner) })
    }

    /// Google Cloud at which nothing can be asked, for tests.
    #[cfg(test)]
    pub(crate) async fn nowhere() -> Self {
        Self::at("http://127.0.0.1:9").await
    }

    /// Google Cloud of which every API answers at `address`, asked by nobody, for tests. It waits
    /// for a repeat no longer than some milliseconds.
    #[cfg(test)]
    pub(crate) async fn at(address: &str) -> Self {
        let identity = Identity::new(identity::Source::Nobody);
        Self::of(address, identity.expect("nobody needs no file")).await
    }

    /// The same, asked by somebody.
    #[cfg(test)]
    async fn of(address: &str, identity: Arc<Identity>) -> Self {
        use std::time::Duration;

        let address: url::Url = address.parse().expect("a test's address is one");
        let mut endpoints = crate::endpoints::Endpoints::default();
        Api::ALL.iter().for_each(|api| endpoints.set(*api, address.clone()));
        let limits = Limits {
            first_wait: Duration::from_millis(1),
            ..Limits::new(Duration::from_secs(10), 3)
        };
        let inner = clients::assemble(&endpoints, identity, limits).await;
        Self { inner: Arc::new(inner.expect("clients need nothing but addresses")) }
    }

    /// The same, reading answers of at most so many bytes.
    #[cfg(test)]
    fn with_largest(mut self, largest: usize) -> Self {
        Arc::get_mut(&mut self.inner).expect("nobody else has it yet").rest.largest = largest;
        self
    }

    /// The same, waiting no longer than this for an answer.
    #[cfg(test)]
    fn with_timeout(mut self, timeout: std::time::Duration) -> Self {
        let inner = Arc::get_mut(&mut self.inner).expect("nobody else has it yet");
        inner.limits.timeout = timeout;
        self
    }

    #[cfg(test)]
    fn is_stale(&self) -> bool {
        self.inner.identity.is_stale()
    }

    /// Gets a first token.
    ///
    /// # Errors
    /// There is no identity, or what should vouch for it refuses or cannot be reached.
    pub(crate) async fn authenticate(&self) -> Result<(), AgentError> {
        self.inner.identity.authenticate().await
    }

    /// A call about `project` (or `organizations/1`, `folders/1`): of one request, or of pages.
    pub(crate) fn call<'a>(
        &'a self,
        meter: &'a Meter,
        operation: Operation,
        project: &'a str,
    ) -> Call<'a> {
        Call::new(self, meter, operation, project)
    }

    /// The client for snapshots of disks.
    pub(crate) fn snapshots(&self) -> &Snapshots {
        &self.inner.snapshots
    }

    /// The client for clusters.
    pub(crate) fn clusters(&self) -> &ClusterManager {
        &self.inner.clusters
    }

    /// The client for functions.
    pub(crate) fn functions(&self) -> &FunctionService {
        &self.inner.functions
    }

    /// The client for databases.
    pub(crate) fn databases(&self) -> &SqlInstancesService {
        &self.inner.databases
    }

    /// The client for metrics.
    pub(crate) fn metrics(&self) -> &MetricService {
        &self.inner.metrics
    }

    /// The client that searches for projects.
    pub(crate) fn assets(&self) -> &AssetService {
        &self.inner.assets
    }
}
