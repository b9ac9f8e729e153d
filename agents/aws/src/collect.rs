//! One scope, from listing to snapshot.

use std::time::Instant;

use futures::future::join_all;
use uuid::Uuid;

use finops_core::model::{
    Event, Readings, Scope, ServiceFailure, ServiceOutcome, ServiceSnapshot, Snapshot,
};
use finops_core::progress::Progress;
use finops_core::telemetry;
use tracing::{Instrument as _, Span};

use crate::links::link;
use crate::metrics::{Answer, Importance, Question, fetch};
use crate::scope::AwsScope;
use crate::services::{AwsService, services_of};

/// The name under which a failing CloudWatch appears among the services.
const CLOUDWATCH: &str = "cloudwatch";

/// Collects one scope. Nothing ends it early: what fails is data in the snapshot.
pub(crate) async fn collect(scope: &AwsScope, progress: &dyn Progress) -> Snapshot {
    let begin = Instant::now();
    let capture = telemetry::capture(&Span::current(), scope.shared.traced);
    let asked = services_of(scope.home);
    let listed = asked.map(|service| async move {
        let outcome = list(service, scope).await;
        let found = match &outcome {
            ServiceOutcome::Failed(_) => None,
            outcome => Some(outcome.resources().len()),
        };
        let name = service.view().service;
        progress.service_done(&scope.scope, name, found);
        (service, ServiceSnapshot::now(name, outcome))
    });
    let (services, mut snapshots): (Vec<_>, Vec<_>) = join_all(listed).await.into_iter().unzip();
    if let Some(failure) = measure(scope, &services, &mut snapshots).await {
        snapshots.push(ServiceSnapshot::now(CLOUDWATCH, ServiceOutcome::Failed(failure)));
    }
    link(&mut snapshots);
    scope.shared.adjustment.apply(&mut snapshots, scope.now);
    let mut stats = scope.meter.stats();
    stats.duration = begin.elapsed();
    let mut snapshot = Snapshot {
        id: Uuid::now_v7(),
        scope: scope.scope.clone(),
        collected_at: scope.now,
        services: snapshots,
        readings: Readings::default(),
        events: scope.take_events(),
        stats,
        traces: capture.map(|capture| capture.take().into()).unwrap_or_default(),
    };
    snapshot.note_failures();
    progress.scope_done(&scope.scope);
    snapshot
}

/// The snapshot of a scope whose account cannot be entered: every service failed for one reason.
pub(crate) fn inaccessible(scope: &Scope, home: bool, failure: &ServiceFailure) -> Snapshot {
    let services = services_of(home).map(|service| service.view().service.into());
    Snapshot::inaccessible(scope, services, "account_failed", failure)
}

/// One service in a span of its own, which fails with it.
async fn list(service: &dyn AwsService, scope: &AwsScope) -> ServiceOutcome {
    let span = tracing::info_span!("service", service.name = service.view().service);
    let outcome = service.collect(scope).instrument(span.clone()).await;
    if let ServiceOutcome::Failed(failure) = &outcome {
        telemetry::fail(&span, "ServiceFailed", &failure.error);
    }
    outcome
}

/// Asks CloudWatch the questions of all services together and lets each take its answers in.
async fn measure(
    scope: &AwsScope,
    services: &[&dyn AwsService],
    snapshots: &mut [ServiceSnapshot],
) -> Option<ServiceFailure> {
    let asking = services
        .iter()
        .zip(snapshots.iter())
        .map(|(service, snapshot)| service.questions(scope, snapshot.outcome.resources()));
    let questions: Vec<Vec<Question>> = join_all(asking).await;
    let all: Vec<&Question> = questions.iter().flatten().collect();
    let granted = scope.shared.budget.take_share(all.len());
    note_limit(scope, &all, granted);
    let client = scope.cloudwatch(scope.region());
    let span = tracing::info_span!("service", service.name = CLOUDWATCH);
    let asked = fetch(&client, &scope.meter, scope.now, &all, granted);
    let (answers, failure) = asked.instrument(span.clone()).await;
    if let Some(failure) = &failure {
        telemetry::fail(&span, "ServiceFailed", &failure.error);
    }
    drop(span);
    drop(all);
    let mut answers = answers.into_iter();
    for ((service, snapshot), questions) in services.iter().zip(snapshots).zip(questions) {
        let answered: Vec<(Question, Answer)> =
            questions.into_iter().zip(answers.by_ref()).collect();
        service.settle(scope, snapshot.outcome.resources_mut(), &answered);
    }
    failure
}

fn note_limit(scope: &AwsScope, questions: &[&Question], granted: usize) {
    if granted >= questions.len() {
        return;
    }
    let wanted = |importance: Importance| {
        questions.iter().filter(|question| question.importance == importance).count()
    };
    let kinds = [
        (Importance::Cost, "costs"),
        (Importance::Processor, "CPU"),
        (Importance::Database, "databases"),
        (Importance::Network, "network"),
        (Importance::Memory, "memory"),
    ];
    let mut left = granted;
    let mut dropped = Vec::new();
    for (importance, name) in kinds {
        let wanted = wanted(importance);
        let asked = wanted.min(left);
        left -= asked;
        if asked < wanted {
            dropped.push(format!("{} of {wanted} for {name}", wanted - asked));
        }
    }
    let mut event = Event::now(
        "metrics_limited",
        Some(CLOUDWATCH),
        format!(
            "{granted} of {} metrics were asked for: the ceiling cloudwatch.max_metrics_per_cycle \
             is reached; left out: {}",
            questions.len(),
            dropped.join(", ")
        ),
    );
    event.hint = Some("raise cloudwatch.max_metrics_per_cycle (0.01 USD for 1,000)".to_owned());
    scope.note(event);
}

/// A scope's snapshot where collecting it went wrong in a way that is the agent's own fault.
pub(crate) fn broken(scope: &Scope, home: bool, error: &tokio::task::JoinError) -> Snapshot {
    let failure = ServiceFailure {
        error: format!("AgentError: collecting {scope} stopped: {error}"),
        hint: Some("this is a fault of the agent: please report it with the log".to_owned()),
    };
    inaccessible(scope, home, &failure)
}
