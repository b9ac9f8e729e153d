//! The agent itself: the five verbs over AWS.

use std::path::Path;
use std::sync::Arc;

use aws_config::SdkConfig;
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
use finops_core::progress::Progress;
use finops_core::replicas::Replica;
use finops_core::telemetry;
use finops_core::wire::Registration;
use finops_pricing::AgentPrices;
use finops_pricing::agent_prices::in_use;
use finops_pricing::command::wanted;

use crate::accounts::{self, Target};
use crate::builder::AwsAgentBuilder;
use crate::collect;
use crate::config::{AwsConfig, Regions};
use crate::metrics::MetricBudget;
use crate::prices;
use crate::scope::{AwsScope, Shared};
use crate::services::{SERVICES, priced_by};

/// The agent's name: of the binary, of its data directory, in its id.
pub(crate) const NAME: &str = "aws-agent";
/// The agent's version.
pub(crate) const VERSION: &str = env!("CARGO_PKG_VERSION");
/// An agent of AWS accounts.
pub struct AwsAgent {
    pub(crate) config: AwsConfig,
    pub(crate) collecting: Collecting,
    pub(crate) registration: Registration,
    pub(crate) delivery: Arc<Delivery>,
    pub(crate) data_dir: DataDir,
    pub(crate) prices: Arc<AgentPrices>,
    pub(crate) sdk: OnceCell<SdkConfig>,
}

impl AwsAgent {
    /// An agent with the defaults of the guide: the server at `http://localhost:8080`, the region
    /// of the profile or else `us-east-1`, an id that is made once and kept.
    #[must_use]
    pub fn builder() -> AwsAgentBuilder {
        AwsAgentBuilder::new()
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
            prices: self.prices.list(),
            adjustment: self.prices.adjustment(),
            budget: Arc::new(MetricBudget::new(self.config.max_metrics, scopes)),
            daily: DailyFigures::new(Some(self.data_dir.path().join("cache"))),
            traced: self.collecting.traced,
        }
    }

    async fn snapshots(&self) -> impl Stream<Item = Result<Snapshot, AgentError>> + Send + use<> {
        let mine = async {
            let targets = self.targets().await?;
            self.collecting.replica.share(targets, |target| &target.scope).await
        };
        let targets = match mine.await {
            Ok(targets) => targets,
            Err(error) => return stream::iter([Err(error)]).left_stream(),
        };
        self.collecting.progress.scopes(targets.len());
        let shared = self.shared(targets.len());
        let progress = Arc::clone(&self.collecting.progress);
        stream::iter(targets)
            .map(move |target| snapshot(target, shared.clone(), Arc::clone(&progress)))
            .buffer_unordered(self.collecting.concurrency)
            .map(Ok)
            .right_stream()
    }
}

/// One scope in a task of its own: a panic in it ends the task, not the agent.
async fn snapshot(target: Target, shared: Shared, progress: Arc<dyn Progress>) -> Snapshot {
    let span = tracing::info_span!(
        "scope",
        cloud.provider = target.scope.provider,
        cloud.account.id = &*target.scope.account_id,
        cloud.region = &*target.scope.region,
    );
    collect_in_a_task(target, shared, progress).instrument(span).await
}

async fn collect_in_a_task(
    target: Target,
    shared: Shared,
    progress: Arc<dyn Progress>,
) -> Snapshot {
    let Target { scope, home, access } = target;
    let sdk = match access {
        Ok(sdk) => sdk,
        Err(failure) => {
            progress.scope_done(&scope);
            telemetry::fail(&Span::current(), "AccountFailed", &failure.error);
            return collect::inaccessible(&scope, home, &failure);
        }
    };
    let named = scope.clone();
    // A set, because it ends its task where a cycle is cut off.
    let mut tasks = JoinSet::new();
    let collecting = async move {
        let scope = AwsScope::new(scope, home, sdk, shared);
        collect::collect(&scope, &*progress).await
    };
    tasks.spawn(collecting.in_current_span());
    match tasks.join_next().await {
        Some(Err(error)) => collect::broken(&named, home, &error),
        Some(Ok(snapshot)) => snapshot,
        None => unreachable!("the set has one task"),
    }
}

impl Agent for AwsAgent {
    fn delivery(&self) -> &Arc<Delivery> {
        &self.delivery
    }

    async fn registration(&self) -> Registration {
        let mut registration = self.registration.clone();
        if self.config.regions == Regions::Default {
            registration.region = accounts::region_of(self.sdk().await).to_owned();
        }
        registration
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

    use aws_config::retry::RetryConfig;
    use aws_config::{BehaviorVersion, Region};
    use finops_core::model::Scope;

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
        assert_eq!(agent.delivery.addresses(), ["http://localhost:8080/"]);
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

    /// Breaks where it is told of a service.
    struct Breaking;

    impl Progress for Breaking {
        fn service_done(&self, _: &Scope, service: &str, _: Option<usize>) {
            panic!("{service} cannot be shown");
        }
    }

    /// Needs neither credentials nor a network: each service fails, and is then told of.
    fn unreachable(region: &'static str) -> Target {
        let sdk = SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::from_static(region))
            .retry_config(RetryConfig::disabled())
            .build();
        let scope =
            Scope { provider: "aws", account_id: "123456789012".into(), region: region.into() };
        Target { scope, home: true, access: Ok(sdk) }
    }

    #[tokio::test]
    async fn a_panic_in_a_scope_fails_that_scope_and_says_whose_fault_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let agent = AwsAgent::builder().data_dir(folder.path()).build().unwrap();
        let snapshot =
            snapshot(unreachable("eu-west-1"), agent.shared(1), Arc::new(Breaking)).await;
        assert_eq!(&*snapshot.scope.region, "eu-west-1");
        let failed: Vec<&str> = snapshot.failed_services().map(|(service, _)| &**service).collect();
        assert_eq!(failed.len(), SERVICES.len(), "{failed:?}");
        for (_, failure) in snapshot.failed_services() {
            assert!(failure.error.contains("cannot be shown"), "{failure:?}");
            assert!(failure.hint.as_deref().is_some_and(|hint| hint.contains("report it")));
        }
        assert_eq!(snapshot.events.len(), 1);
    }
}
