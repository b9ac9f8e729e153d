//! What one cycle saw in one scope.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use rust_decimal::Decimal;
use serde_json::value::RawValue;
use uuid::Uuid;

use super::money::CostRate;
use super::reading::Readings;
use super::resource::Resource;
use crate::telemetry::Captured;

/// The unit of collection, failure, memory and sending: an account in a region, a subscription, a
/// project, a host.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Scope {
    /// `aws`, `azure`, `gcp` or `generic`.
    pub provider: &'static str,
    /// The account, subscription or project.
    pub account_id: Arc<str>,
    /// The region, or `global`.
    pub region: Arc<str>,
}

impl std::fmt::Display for Scope {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{} {}", self.account_id, self.region)
    }
}

/// A service's name in documents: `ec2`. Most are known when the program is built; a plugin's is its
/// user's.
pub type ServiceName = Cow<'static, str>;

/// Why a service could not be collected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceFailure {
    /// What failed, with the vendor's error code: `AccessDenied: User … is not authorized`.
    pub error: String,
    /// What to do about it: `grant rds:DescribeDBInstances`.
    pub hint: Option<String>,
}

/// What asking one service came to.
#[derive(Debug, Clone, PartialEq)]
pub enum ServiceOutcome {
    /// There are resources.
    Found(Vec<Resource>),
    /// These, and there may be more: a part of the service did not answer. What was answered counts;
    /// that it is not everything is shown beside it.
    Partial(Vec<Resource>, ServiceFailure),
    /// The service answered, and there is nothing.
    Empty,
    /// The service did not answer, or not in full. Nothing is known; never shown as zero.
    Failed(ServiceFailure),
}

impl ServiceOutcome {
    /// `Found`, or `Empty` where there is nothing.
    #[must_use]
    pub fn of(resources: Vec<Resource>) -> Self {
        if resources.is_empty() { Self::Empty } else { Self::Found(resources) }
    }

    /// The resources found, to be added to: none where the service was empty or failed.
    pub fn resources_mut(&mut self) -> &mut [Resource] {
        match self {
            Self::Found(resources) | Self::Partial(resources, _) => resources,
            Self::Empty | Self::Failed(_) => &mut [],
        }
    }

    /// The resources found: none where the service was empty or failed.
    #[must_use]
    pub fn resources(&self) -> &[Resource] {
        match self {
            Self::Found(resources) | Self::Partial(resources, _) => resources,
            Self::Empty | Self::Failed(_) => &[],
        }
    }

    /// Why the service, or a part of it, did not answer.
    #[must_use]
    pub fn failure(&self) -> Option<&ServiceFailure> {
        match self {
            Self::Failed(failure) | Self::Partial(_, failure) => Some(failure),
            Self::Found(_) | Self::Empty => None,
        }
    }
}

impl From<Result<Vec<Resource>, ServiceFailure>> for ServiceOutcome {
    fn from(listed: Result<Vec<Resource>, ServiceFailure>) -> Self {
        listed.map_or_else(Self::Failed, Self::of)
    }
}

/// One service in one snapshot.
#[derive(Debug, Clone, PartialEq)]
pub struct ServiceSnapshot {
    /// The service's name in documents: `ec2`, `rds`, …
    pub name: ServiceName,
    /// What was found.
    pub outcome: ServiceOutcome,
    /// When the service had been read.
    pub collected_at: Timestamp,
}

impl ServiceSnapshot {
    /// What asking the service `name` came to, now.
    pub fn now(name: impl Into<ServiceName>, outcome: ServiceOutcome) -> Self {
        Self { name: name.into(), outcome, collected_at: Timestamp::now() }
    }

    /// The resources of the service `name`, where it answered in full.
    #[must_use]
    pub fn answered<'a>(services: &'a [Self], name: &str) -> Option<&'a [Resource]> {
        let service = services.iter().find(|service| service.name == name)?;
        service.outcome.failure().is_none().then(|| service.outcome.resources())
    }

    /// The resources of the service `name`, to be added to.
    pub fn resources_mut<'a>(
        services: &'a mut [Self],
        name: &str,
    ) -> impl Iterator<Item = &'a mut Resource> {
        let named = services.iter_mut().filter(move |service| service.name == name);
        named.flat_map(|service| service.outcome.resources_mut())
    }
}

/// Something an operator should know of: a failed service, a dropped metric, an unattached volume.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// The kind, for machines: `service_failed`, `metrics_limited`, …
    pub kind: &'static str,
    /// When it was noticed.
    pub at: Timestamp,
    /// The service it concerns.
    pub service: Option<ServiceName>,
    /// What happened, for a person.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
}

impl Event {
    /// An event that happens now, of a service that the agent knows.
    pub fn now(kind: &'static str, service: Option<&'static str>, message: String) -> Self {
        let service = service.map(Cow::Borrowed);
        Self { kind, at: Timestamp::now(), service, message, hint: None }
    }

    /// The event of a failed service.
    #[must_use]
    pub fn service_failed(service: ServiceName, failure: &ServiceFailure) -> Self {
        let mut event = Self::now("service_failed", None, failure.error.clone());
        event.service = Some(service);
        event.hint.clone_from(&failure.hint);
        event
    }
}

/// What it took to collect a snapshot.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CollectionStats {
    /// Requests sent to the vendor's APIs, retries included.
    pub api_calls: u64,
    /// How many of those were repeats.
    pub retries: u64,
    /// How many answers said 'too many requests'.
    pub throttled: u64,
    /// How long the scope took.
    pub duration: Duration,
    /// What the vendor charges for these calls, in USD at list price, where that is known.
    pub estimated_api_cost: Option<Decimal>,
    /// Paid metrics asked for.
    pub metrics_requested: u64,
    /// Requests by operation: `ec2:DescribeInstances` → 3.
    pub operations: BTreeMap<String, u64>,
}

/// What collecting a snapshot did, as telemetry.v2 events.
#[derive(Debug, Clone, Default)]
pub struct Traces {
    /// The events, in the order in which they came.
    pub events: Vec<Box<RawValue>>,
    /// How many more there were than a document carries.
    pub left_out: u64,
}

impl From<Captured> for Traces {
    fn from(captured: Captured) -> Self {
        Self { events: captured.events, left_out: captured.left_out }
    }
}

/// Everything one cycle saw in one scope.
#[derive(Debug, Clone)]
pub struct Snapshot {
    /// Time-ordered and unique: the key under which a receiver can drop a repeat.
    pub id: Uuid,
    /// Where.
    pub scope: Scope,
    /// When collecting began.
    pub collected_at: Timestamp,
    /// The services asked, in the order of the agent's list.
    pub services: Vec<ServiceSnapshot>,
    /// What collectors measured that is no resource. Empty for the agents of clouds.
    pub readings: Readings,
    /// What an operator should know of.
    pub events: Vec<Event>,
    /// What it took.
    pub stats: CollectionStats,
    /// What was done, where that is traced.
    pub traces: Traces,
}

impl Snapshot {
    /// The snapshot of a scope that cannot be read: each of `services` failed for one reason, which
    /// an event of the kind `event` tells.
    #[must_use]
    pub fn inaccessible(
        scope: &Scope,
        services: impl IntoIterator<Item = ServiceName>,
        event: &'static str,
        failure: &ServiceFailure,
    ) -> Self {
        let failed = |name| ServiceSnapshot::now(name, ServiceOutcome::Failed(failure.clone()));
        let mut event = Event::now(event, None, failure.error.clone());
        event.hint.clone_from(&failure.hint);
        Self {
            id: Uuid::now_v7(),
            scope: scope.clone(),
            collected_at: Timestamp::now(),
            services: services.into_iter().map(failed).collect(),
            readings: Readings::default(),
            events: vec![event],
            stats: CollectionStats::default(),
            traces: Traces::default(),
        }
    }

    /// Every resource with its service's name.
    pub fn resources(&self) -> impl Iterator<Item = (&ServiceName, &Resource)> {
        self.services.iter().flat_map(|service| {
            service.outcome.resources().iter().map(|resource| (&service.name, resource))
        })
    }

    /// The sum of everything that has a price.
    #[must_use]
    pub fn total(&self) -> CostRate {
        self.resources().filter_map(|(_, resource)| resource.costs.known()).sum()
    }

    /// The services and collectors that failed, in full or in part, in order, each once.
    pub fn failed_services(&self) -> impl Iterator<Item = (&ServiceName, &ServiceFailure)> {
        let services = self
            .services
            .iter()
            .filter_map(|service| Some((&service.name, service.outcome.failure()?)));
        let collectors = self.readings.list.iter().filter_map(|reading| {
            let failure = reading.outcome.as_ref().err()?;
            Some((&reading.collector, failure))
        });
        // A collector whose readings become resources is a service too.
        let once = |(name, _): &(&ServiceName, &ServiceFailure)| {
            !self.services.iter().any(|service| service.name == **name)
        };
        services.chain(collectors.filter(once))
    }

    /// Puts an event of each failure before the others: they are what an operator looks for.
    pub fn note_failures(&mut self) {
        let failures: Vec<Event> = self
            .failed_services()
            .map(|(service, failure)| Event {
                kind: if self.is_partial(service) {
                    "service_incomplete"
                } else {
                    "service_failed"
                },
                ..Event::service_failed(service.clone(), failure)
            })
            .collect();
        self.events.splice(0..0, failures);
    }

    fn is_partial(&self, name: &ServiceName) -> bool {
        let mut named = self.services.iter().filter(|service| service.name == *name);
        named.any(|service| matches!(service.outcome, ServiceOutcome::Partial(..)))
    }
}
