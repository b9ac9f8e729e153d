//! One subscription, from its inventory to its snapshot.

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

use crate::arm::Azure;
use crate::inventory::Inventory;
use crate::links::link;
use crate::metrics::{Answer, Asked, MetricBudget, Question, fetch};
use crate::scope::AzureScope;
use crate::services::{AzureService, SERVICES};

/// The name under which a failing Azure Monitor appears among the services.
const MONITOR: &str = "monitor";

/// What all scopes of a cycle share.
#[derive(Clone)]
pub(crate) struct Shared {
    /// The door to Azure.
    pub azure: Azure,
    /// Prices.
    pub prices: Arc<ListPrices>,
    /// The user's own prices and discounts.
    pub adjustment: Adjustment,
    /// The ceiling on requests to Azure Monitor.
    pub budget: Arc<MetricBudget>,
    /// Where daily figures are kept between cycles and runs.
    pub daily: DailyFigures,
    /// The most trace events that a snapshot carries.
    pub traced: usize,
    /// Who watches.
    pub progress: Arc<dyn Progress>,
}

/// Collects one scope. Nothing ends it early: what fails is data in the snapshot.
pub(crate) async fn collect(mut scope: AzureScope, shared: &Shared) -> Snapshot {
    let begin = Instant::now();
    let capture = telemetry::capture(&Span::current(), shared.traced);
    let read = SERVICES.iter().map(|service| read(*service, &scope, &*shared.progress));
    let mut services = join_all(read).await;
    // What was read of them is in the resources; the rows are half of a large scope's memory.
    scope.inventory = Inventory::default();
    if let Some(failure) = measure(&scope, shared, &mut services).await {
        services.push(ServiceSnapshot::now(MONITOR, ServiceOutcome::Failed(failure)));
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
    service: &dyn AzureService,
    scope: &AzureScope,
    progress: &dyn Progress,
) -> ServiceSnapshot {
    let name = service.view().service;
    let span = tracing::info_span!("service", service.name = name);
    let outcome = service.collect(scope).instrument(span.clone()).await;
    let found = match &outcome {
        ServiceOutcome::Failed(failure) => {
            telemetry::fail(&span, "ServiceFailed", &failure.error);
            None
        }
        outcome => Some(outcome.resources().len()),
    };
    progress.service_done(&scope.scope, name, found);
    ServiceSnapshot::now(name, outcome)
}

/// Asks Azure Monitor the questions of all services together and lets each take its answers in.
async fn measure(
    scope: &AzureScope,
    shared: &Shared,
    services: &mut [ServiceSnapshot],
) -> Option<ServiceFailure> {
    let questions: Vec<Vec<Question>> = SERVICES
        .iter()
        .zip(services.iter())
        .map(|(service, snapshot)| service.questions(scope, snapshot.outcome.resources()))
        .collect();
    let all: Vec<Question> = questions.iter().flatten().cloned().collect();
    let span = tracing::info_span!("service", service.name = MONITOR);
    let Shared { azure, daily, budget, .. } = shared;
    let subscription = &scope.scope.account_id;
    let asked = fetch(azure, &scope.meter, daily, budget, subscription, scope.now, &all);
    let Asked { answers, failure, events } = asked.instrument(span.clone()).await;
    if let Some(failure) = &failure {
        telemetry::fail(&span, "ServiceFailed", &failure.error);
    }
    drop(span);
    events.into_iter().for_each(|event| scope.note(event));
    let mut answers = answers.into_iter();
    for ((service, snapshot), questions) in SERVICES.iter().zip(services).zip(questions) {
        let answered: Vec<(Question, Answer)> =
            questions.into_iter().zip(answers.by_ref()).collect();
        service.settle(scope, snapshot.outcome.resources_mut(), &answered);
    }
    failure
}

/// The snapshot of a subscription that cannot be read: every service failed for one reason. `stats`
/// is what it took to find that out.
pub(crate) fn inaccessible(
    scope: &Scope,
    failure: &ServiceFailure,
    stats: CollectionStats,
) -> Snapshot {
    let services = SERVICES.iter().map(|service| service.view().service.into());
    let failed = Snapshot::inaccessible(scope, services, "subscription_failed", failure);
    Snapshot { stats, ..failed }
}

/// A scope's snapshot where collecting it went wrong in a way that is the agent's own fault.
pub(crate) fn broken(scope: &Scope, error: &tokio::task::JoinError) -> Snapshot {
    let failure = ServiceFailure {
        error: format!("AgentError: collecting {scope} stopped: {error}"),
        hint: Some("this is a fault of the agent: please report it with the log".to_owned()),
    };
    inaccessible(scope, &failure, CollectionStats::default())
}
