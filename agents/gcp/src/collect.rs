//! One project, from listing to its snapshot.

use std::sync::Arc;
use std::time::Instant;

use futures::future::join_all;
use tracing::{Instrument as _, Span};
use uuid::Uuid;

use finops_core::daily::DailyFigures;
use finops_core::model::{
    CollectionStats, Readings, Scope, ServiceFailure, ServiceOutcome, ServiceSnapshot, Snapshot,
};
use finops_core::progress::Progress;
use finops_core::telemetry;
use finops_pricing::{Adjustment, ListPrices};

use crate::google::{Google, Meter};
use crate::links::link;
use crate::metrics::{Asked, MetricBudget, Query, fetch};
use crate::scope::GcpScope;
use crate::services::{GcpService, SERVICES};

/// The name under which a failing Cloud Monitoring appears among the services.
const MONITORING: &str = "monitoring";

/// What all scopes of a cycle share.
#[derive(Clone)]
pub(crate) struct Shared {
    /// The door to Google Cloud.
    pub google: Google,
    /// Prices.
    pub prices: Arc<ListPrices>,
    /// The user's own prices and discounts.
    pub adjustment: Adjustment,
    /// Only what is in these regions; everything where there are none.
    pub regions: Arc<[String]>,
    /// Whether pods of Autopilot clusters are read.
    pub autopilot_pods: bool,
    /// The ceiling on requests to Cloud Monitoring.
    pub budget: Arc<MetricBudget>,
    /// Where daily figures are kept between cycles and runs.
    pub daily: DailyFigures,
    /// The most trace events that a snapshot carries.
    pub traced: usize,
    /// Who watches.
    pub progress: Arc<dyn Progress>,
}

/// Collects one scope, counting on `meter`. Nothing ends it early: what fails is data in the snapshot.
pub(crate) async fn collect(scope: Scope, shared: &Shared, meter: Meter) -> Snapshot {
    let scope = GcpScope::new(scope, shared, meter);
    let begin = Instant::now();
    let capture = telemetry::capture(&Span::current(), shared.traced);
    let read = SERVICES.iter().map(|service| read(*service, &scope, &*shared.progress));
    let mut services = join_all(read).await;
    if let Some(failure) = measure(&scope, shared, &mut services).await {
        services.push(ServiceSnapshot::now(MONITORING, ServiceOutcome::Failed(failure)));
    }
    link(&mut services);
    shared.adjustment.apply(&mut services, scope.now);
    let mut stats = scope.meter.stats();
    stats.duration = begin.elapsed();
    let mut snapshot = Snapshot {
        id: Uuid::now_v7(),
        scope: scope.scope.clone(),
        collected_at: scope.now,
        services,
        readings: Readings::default(),
        events: scope.take_events(),
        stats,
        traces: capture.map(|capture| capture.take().into()).unwrap_or_default(),
    };
    snapshot.note_failures();
    shared.progress.scope_done(&scope.scope);
    snapshot
}

/// One service in a span of its own, which fails with it.
async fn read(
    service: &dyn GcpService,
    scope: &GcpScope,
    progress: &dyn Progress,
) -> ServiceSnapshot {
    let name = service.view().service;
    let span = tracing::info_span!("service", service.name = name);
    let outcome = service.collect(scope).instrument(span.clone()).await;
    if let Some(failure) = outcome.failure() {
        telemetry::fail(&span, "ServiceFailed", &failure.error);
    }
    let found = match &outcome {
        ServiceOutcome::Failed(_) => None,
        outcome => Some(outcome.resources().len()),
    };
    progress.service_done(&scope.scope, name, found);
    ServiceSnapshot::now(name, outcome)
}

/// Asks Cloud Monitoring the queries of all services and lets each take its answers in.
async fn measure(
    scope: &GcpScope,
    shared: &Shared,
    services: &mut [ServiceSnapshot],
) -> Option<ServiceFailure> {
    let queries: Vec<&'static Query> = SERVICES
        .iter()
        .zip(services.iter())
        .flat_map(|(service, snapshot)| service.queries(scope, snapshot.outcome.resources()))
        .collect();
    let span = tracing::info_span!("service", service.name = MONITORING);
    let asked = fetch(scope, &shared.daily, &shared.budget, &queries);
    let Asked { answers, failure, events } = asked.instrument(span.clone()).await;
    if let Some(failure) = &failure {
        telemetry::fail(&span, "ServiceFailed", &failure.error);
    }
    drop(span);
    events.into_iter().for_each(|event| scope.note(event));
    for (service, snapshot) in SERVICES.iter().zip(services) {
        service.settle(scope, snapshot.outcome.resources_mut(), &answers);
    }
    failure
}

/// A scope's snapshot where collecting it went wrong in a way that is the agent's own fault.
pub(crate) fn broken(scope: &Scope, error: &tokio::task::JoinError) -> Snapshot {
    let failure = ServiceFailure {
        error: format!("AgentError: collecting {scope} stopped: {error}"),
        hint: Some("this is a fault of the agent: please report it with the log".to_owned()),
    };
    let services = SERVICES.iter().map(|service| service.view().service.into());
    let failed = Snapshot::inaccessible(scope, services, "project_failed", &failure);
    Snapshot { stats: CollectionStats::default(), ..failed }
}
