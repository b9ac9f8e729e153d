//! The agent itself: the five verbs over Azure.

use std::path::Path;
use std::sync::Arc;

use futures::{Stream, StreamExt as _, stream};
use tokio::sync::OnceCell;
use tokio::task::JoinSet;
use tracing::{Instrument as _, Span};

use finops_core::admin::PriceWatch;
use finops_core::agent::{Agent, AgentError};
use finops_core::collecting::Collecting;
use finops_core::daily::DailyFigures;
use finops_core::data_dir::DataDir;
use finops_core::delivery::Delivery;
use finops_core::model::Snapshot;
use finops_core::replicas::Replica;
use finops_core::telemetry;
use finops_core::wire::Registration;
use finops_pricing::AgentPrices;
use finops_pricing::agent_prices::in_use;
use finops_pricing::command::wanted;

use crate::arm::{Azure, Meter};
use crate::builder::AzureAgentBuilder;
use crate::collect::{self, Shared};
use crate::config::AzureConfig;
use crate::inventory::{Found, discover};
use crate::metrics::MetricBudget;
use crate::prices;
use crate::scope::AzureScope;
use crate::services::priced_by;
use crate::subscriptions::{self, Target};

/// The agent's name: of the binary, of its data directory, in its id.
pub(crate) const NAME: &str = "azure-agent";
/// The agent's version.
pub(crate) const VERSION: &str = env!("CARGO_PKG_VERSION");

/// An agent of Azure subscriptions.
pub struct AzureAgent {
    pub(crate) config: AzureConfig,
    pub(crate) collecting: Collecting,
    pub(crate) registration: Registration,
    pub(crate) delivery: Arc<Delivery>,
    pub(crate) data_dir: DataDir,
    pub(crate) prices: Arc<AgentPrices>,
    pub(crate) azure: OnceCell<Azure>,
}

impl AzureAgent {
    /// An agent with the defaults: the server at `http://localhost:8080`, every subscription that
    /// the identity can see, an id that is made once and kept.
    #[must_use]
    pub fn builder() -> AzureAgentBuilder {
        AzureAgentBuilder::new()
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

    /// Azure, once the identity has shown that it is one.
    async fn azure(&self) -> Result<&Azure, AgentError> {
        let azure = self.azure.get_or_try_init(|| async { Azure::new(&self.config) }).await?;
        azure.authenticate().await?;
        Ok(azure)
    }

    /// Azure and the subscriptions of one cycle.
    pub(crate) async fn targets(&self, meter: &Meter) -> Result<(&Azure, Vec<Target>), AgentError> {
        let azure = self.azure().await?;
        let targets = subscriptions::targets(azure, meter, &self.config.subscriptions).await?;
        Ok((azure, targets))
    }

    /// What the `scopes` scopes of a cycle share.
    fn shared(&self, azure: &Azure, scopes: usize) -> Shared {
        Shared {
            azure: azure.clone(),
            prices: self.prices.list(),
            adjustment: self.prices.adjustment(),
            budget: Arc::new(MetricBudget::new(self.config.max_metric_requests, scopes)),
            daily: DailyFigures::new(Some(self.data_dir.path().join("cache"))),
            traced: self.collecting.traced,
            progress: Arc::clone(&self.collecting.progress),
        }
    }

    async fn snapshots(&self) -> impl Stream<Item = Result<Snapshot, AgentError>> + Send + use<> {
        let meter = Meter::default();
        let mine = async {
            let (azure, targets) = self.targets(&meter).await?;
            let targets = self.collecting.replica.share(targets, |target| &target.scope).await?;
            Ok((azure, targets))
        };
        let (azure, targets) = match mine.await {
            Ok(ready) => ready,
            Err(error) => return stream::iter([Err(error)]).left_stream(),
        };
        self.collecting.progress.scopes(targets.len());
        let shared = self.shared(azure, targets.len());
        discover(azure.clone(), meter.clone(), targets, self.config.resource_groups.clone())
            .map(move |found| snapshot(found, shared.clone()))
            .buffer_unordered(self.collecting.concurrency)
            .map(Ok)
            .right_stream()
    }
}

/// One subscription in a task of its own: a panic in it ends the task, not the agent.
async fn snapshot(found: Found, shared: Shared) -> Snapshot {
    let span = tracing::info_span!(
        "scope",
        cloud.provider = found.scope.provider,
        cloud.account.id = &*found.scope.account_id,
        cloud.region = &*found.scope.region,
    );
    collect_in_a_task(found, shared).instrument(span).await
}

async fn collect_in_a_task(found: Found, shared: Shared) -> Snapshot {
    let Found { scope, inventory, meter, events } = found;
    let inventory = match inventory {
        Ok(inventory) => inventory,
        Err(failure) => {
            shared.budget.pass();
            shared.progress.scope_done(&scope);
            telemetry::fail(&Span::current(), "SubscriptionFailed", &failure.error);
            let mut snapshot = collect::inaccessible(&scope, &failure, meter.stats());
            snapshot.events.extend(events);
            return snapshot;
        }
    };
    let named = scope.clone();
    // A set, because it ends its task where a cycle is cut off.
    let mut tasks = JoinSet::new();
    let collecting = async move {
        let scope = AzureScope::new(scope, inventory, meter, Arc::clone(&shared.prices));
        events.into_iter().for_each(|event| scope.note(event));
        collect::collect(scope, &shared).await
    };
    tasks.spawn(collecting.in_current_span());
    match tasks.join_next().await {
        Some(Err(error)) => collect::broken(&named, &error),
        Some(Ok(snapshot)) => snapshot,
        None => unreachable!("the set has one task"),
    }
}

impl Agent for AzureAgent {
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
    use crate::config::Subscriptions;
    use crate::inventory::{ANYTHING, Kind, QUERY};
    use crate::metrics::PERMISSION;
    use crate::services::SERVICES;

    /// Every action that the agent needs, each once, in alphabetical order.
    fn permissions() -> Vec<&'static str> {
        let read = Kind::ALL.iter().map(|kind| kind.permission());
        let used = SERVICES.iter().flat_map(|service| service.permissions().iter().copied());
        let discovery = [subscriptions::LIST.permission, ANYTHING.permission, QUERY.permission];
        let mut actions: Vec<&'static str> = read.chain(used).chain(discovery).collect();
        actions.sort_unstable();
        actions.dedup();
        actions
    }

    #[test]
    fn the_role_grants_exactly_what_the_services_declare_and_monitoring_reader_the_rest() {
        let text = include_str!("../../../deploy/iam/azure-agent-role.json");
        let role: serde_json::Value = serde_json::from_str(text).unwrap();
        let granted: BTreeSet<&str> = role["Actions"]
            .as_array()
            .unwrap()
            .iter()
            .map(|action| action.as_str().unwrap())
            .collect();
        let needed: BTreeSet<&str> = permissions().into_iter().collect();
        let others: Vec<&str> = needed.difference(&granted).copied().collect();
        assert_eq!(others, [PERMISSION], "what the role lacks");
        assert!(granted.is_subset(&needed), "{granted:?}");
        for none in ["NotActions", "DataActions", "NotDataActions"] {
            assert_eq!(role[none], serde_json::json!([]));
        }
    }

    #[test]
    fn the_builder_has_the_guides_parameters_and_its_defaults() {
        let folder = tempfile::tempdir().unwrap();
        let agent = AzureAgent::builder().data_dir(folder.path()).build().unwrap();
        assert_eq!(agent.delivery.addresses(), ["http://localhost:8080/"]);
        assert!(agent.agent_id().starts_with("azure-agent-"));
        assert_eq!(agent.config.subscriptions, Subscriptions::All);
        assert_eq!(agent.registration.region, "global");

        let agent = AzureAgent::builder()
            .openfinops_endpoint("https://finops.example:8443/base")
            .subscription_id("11111111-2222-3333-4444-55555555AAAA")
            .agent_id("mine")
            .data_dir(folder.path())
            .build()
            .unwrap();
        assert_eq!(agent.agent_id(), "mine");
        let named = Subscriptions::Named(vec!["11111111-2222-3333-4444-55555555aaaa".to_owned()]);
        assert_eq!(agent.config.subscriptions, named);
        let nonsense = AzureAgent::builder().server_url("nonsense").data_dir(folder.path()).build();
        assert!(nonsense.is_err());
    }
}
