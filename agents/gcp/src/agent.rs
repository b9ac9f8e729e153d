//! The agent itself: the five verbs over Google Cloud.

use std::path::Path;
use std::sync::Arc;

use futures::{Stream, StreamExt as _, stream};
use tokio::sync::OnceCell;
use tokio::task::JoinSet;
use tracing::Instrument as _;

use finops_core::admin::PriceWatch;
use finops_core::agent::{Agent, AgentError};
use finops_core::collecting::Collecting;
use finops_core::daily::DailyFigures;
use finops_core::data_dir::DataDir;
use finops_core::delivery::Delivery;
use finops_core::model::{Scope, Snapshot};
use finops_core::replicas::Replica;
use finops_core::wire::Registration;
use finops_pricing::AgentPrices;
use finops_pricing::agent_prices::in_use;
use finops_pricing::command::wanted;

use crate::builder::GcpAgentBuilder;
use crate::collect::{self, Shared};
use crate::config::GcpConfig;
use crate::google::{Google, Meter};
use crate::metrics::MetricBudget;
use crate::prices;
use crate::projects;
use crate::services::priced_by;

/// The agent's name: of the binary, of its data directory, in its id.
pub(crate) const NAME: &str = "gcp-agent";
/// The agent's version.
pub(crate) const VERSION: &str = env!("CARGO_PKG_VERSION");

/// An agent of Google Cloud projects.
pub struct GcpAgent {
    pub(crate) config: GcpConfig,
    pub(crate) collecting: Collecting,
    pub(crate) registration: Registration,
    pub(crate) delivery: Arc<Delivery>,
    pub(crate) data_dir: DataDir,
    pub(crate) prices: Arc<AgentPrices>,
    pub(crate) google: OnceCell<Google>,
}

impl GcpAgent {
    /// An agent with the defaults: the server at `http://localhost:8080`, the project that it runs
    /// in, an id that is made once and kept.
    #[must_use]
    pub fn builder() -> GcpAgentBuilder {
        GcpAgentBuilder::new()
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

    /// Google Cloud, once the identity has shown that it is one.
    async fn google(&self) -> Result<&Google, AgentError> {
        let google = self.google.get_or_try_init(|| Google::connect(&self.config)).await?;
        google.authenticate().await?;
        Ok(google)
    }

    /// Google Cloud and the projects of one cycle.
    pub(crate) async fn targets(&self, meter: &Meter) -> Result<(&Google, Vec<Scope>), AgentError> {
        let google = self.google().await?;
        let own = self.own_project();
        let projects =
            projects::targets(google, meter, &self.config.projects, own.as_deref()).await?;
        Ok((google, projects))
    }

    /// The project that the key belongs to, else the one that the agent runs in, as it found out at
    /// its start.
    fn own_project(&self) -> Option<String> {
        projects::of_the_key().or_else(|| self.project_here())
    }

    fn project_here(&self) -> Option<String> {
        let identity = &self.delivery.sender().identity;
        let here = identity.provider() == "gcp";
        let project = identity.cloud.get("account.id").filter(|_| here)?;
        project.as_str().map(str::to_owned)
    }

    /// What the scopes of a cycle share.
    pub(crate) fn shared(&self, google: &Google) -> Shared {
        Shared {
            google: google.clone(),
            prices: self.prices.list(),
            adjustment: self.prices.adjustment(),
            regions: self.config.regions.as_slice().into(),
            autopilot_pods: self.config.autopilot_pods,
            budget: Arc::new(MetricBudget::new(self.config.max_metric_requests)),
            daily: DailyFigures::new(Some(self.data_dir.path().join("cache"))),
            traced: self.collecting.traced,
            progress: Arc::clone(&self.collecting.progress),
        }
    }

    async fn snapshots(&self) -> impl Stream<Item = Result<Snapshot, AgentError>> + Send + use<> {
        let meter = Meter::default();
        let mine = async {
            let (google, projects) = self.targets(&meter).await?;
            let projects = self.collecting.replica.share(projects, |scope| scope).await?;
            Ok((google, projects))
        };
        let (google, projects) = match mine.await {
            Ok(ready) => ready,
            Err(error) => return stream::iter([Err(error)]).left_stream(),
        };
        self.collecting.progress.scopes(projects.len());
        let shared = self.shared(google);
        // What it took to find the projects is told with the first of them.
        let mut found = Some(meter);
        stream::iter(projects)
            .map(move |scope| snapshot(scope, shared.clone(), found.take()))
            .buffer_unordered(self.collecting.concurrency)
            .map(Ok)
            .right_stream()
    }
}

/// One project in a task of its own: a panic in it ends the task, not the agent.
async fn snapshot(scope: Scope, shared: Shared, found: Option<Meter>) -> Snapshot {
    let span = tracing::info_span!(
        "scope",
        cloud.provider = scope.provider,
        cloud.account.id = &*scope.account_id,
        cloud.region = &*scope.region,
    );
    collect_in_a_task(scope, shared, found).instrument(span).await
}

async fn collect_in_a_task(scope: Scope, shared: Shared, found: Option<Meter>) -> Snapshot {
    let named = scope.clone();
    // A set, because it ends its task where a cycle is cut off.
    let mut tasks = JoinSet::new();
    let collecting =
        async move { collect::collect(scope, &shared, found.unwrap_or_default()).await };
    tasks.spawn(collecting.in_current_span());
    match tasks.join_next().await {
        Some(Err(error)) => collect::broken(&named, &error),
        Some(Ok(snapshot)) => snapshot,
        None => unreachable!("the set has one task"),
    }
}

impl Agent for GcpAgent {
    fn delivery(&self) -> &Arc<Delivery> {
        &self.delivery
    }

    async fn registration(&self) -> Registration {
        self.registration.clone()
    }

    fn collect(&self) -> impl Stream<Item = Result<Snapshot, AgentError>> + Send {
        stream::once(self.snapshots()).flatten()
    }

    fn group_by(&self) -> &[String] {
        &self.collecting.group_by
    }

    fn replica(&self) -> Replica {
        self.collecting.replica.clone()
    }

    fn price_watch(&self) -> PriceWatch {
        self.prices.watch()
    }

    async fn upkeep(&self) {
        let vendor = || prices::vendor(&self.config);
        let wanted = || {
            let in_use = in_use(self.delivery.outbox());
            wanted(&prices::regions(&self.config), &in_use, priced_by)
        };
        self.prices.keep_fresh(vendor, prices::addresses(&self.config), wanted).await;
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::metrics;
    use crate::services::SERVICES;

    /// The permissions of the role, in the order of the file.
    fn granted() -> Vec<&'static str> {
        let role = include_str!("../../../deploy/iam/gcp-agent-role.yaml");
        let (_, permissions) = role.split_once("includedPermissions:\n").unwrap();
        permissions.lines().filter_map(|line| line.strip_prefix("- ")).collect()
    }

    #[test]
    fn the_role_grants_exactly_what_the_services_declare() {
        let used = SERVICES.iter().flat_map(|service| service.permissions().iter().copied());
        let others = [projects::SEARCH.permission, metrics::LIST.permission];
        let needed: BTreeSet<&str> = used.chain(others).collect();
        let granted = granted();
        assert_eq!(granted.iter().copied().collect::<BTreeSet<_>>(), needed);
        assert!(granted.is_sorted(), "{granted:?}");
    }

    #[test]
    fn the_builder_has_the_guides_parameters_and_its_defaults() {
        let folder = tempfile::tempdir().unwrap();
        let agent = GcpAgent::builder().data_dir(folder.path()).build().unwrap();
        assert_eq!(agent.delivery.addresses(), ["http://localhost:8080/"]);
        assert!(agent.agent_id().starts_with("gcp-agent-"));
        assert!(agent.config.projects.is_empty());
        assert_eq!(agent.registration.region, "global");

        let agent = GcpAgent::builder()
            .openfinops_endpoint("https://finops.example:8443/base")
            .project_id("web-1")
            .region("us-central1")
            .agent_id("mine")
            .data_dir(folder.path())
            .build()
            .unwrap();
        assert_eq!(agent.agent_id(), "mine");
        assert_eq!(agent.config.projects.ids, ["web-1"]);
        assert_eq!(agent.config.regions, ["us-central1"]);
        let nonsense = GcpAgent::builder().server_url("nonsense").data_dir(folder.path()).build();
        assert!(nonsense.is_err());
    }
}
