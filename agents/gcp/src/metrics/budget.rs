//! The ceiling on requests to Cloud Monitoring, shared by the scopes of a cycle; what it left out.

use std::sync::atomic::{AtomicU64, Ordering};

use finops_core::model::Event;

use super::{Answer, Answers, Importance, Query};

/// The name under which Cloud Monitoring appears among the services.
const MONITORING: &str = "monitoring";

/// How many requests to Cloud Monitoring the cycle still may make.
#[derive(Debug)]
pub(crate) struct MetricBudget(AtomicU64);

impl MetricBudget {
    /// A ceiling for one cycle.
    pub(crate) fn new(requests: u64) -> Self {
        Self(AtomicU64::new(requests))
    }

    /// Takes one request; false where none is left.
    pub(super) fn take(&self) -> bool {
        let less = |left: u64| left.checked_sub(1);
        self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, less).is_ok()
    }
}

/// What the ceiling left out, if anything.
pub(super) fn limited(queries: &[&'static Query], answers: &Answers) -> Option<Event> {
    let is_over = |query: &&&Query| matches!(answers.of(query), Some(Answer::OverCeiling));
    let total = queries.iter().filter(is_over).count();
    if total == 0 {
        return None;
    }
    let kinds = [(Importance::Cost, "costs"), (Importance::Activity, "activity")];
    let left_out = kinds.map(|(importance, name)| {
        let of_kind = || queries.iter().filter(|query| query.importance == importance);
        (of_kind().filter(is_over).count(), of_kind().count(), name)
    });
    let left_out: Vec<String> = left_out
        .into_iter()
        .filter(|(over, ..)| *over > 0)
        .map(|(over, all, name)| format!("{over} of {all} for {name}"))
        .collect();
    let message = format!(
        "{} of {} metrics were asked for in full: the ceiling monitor.max_requests_per_cycle is \
         reached; left out: {}",
        queries.len() - total,
        queries.len(),
        left_out.join(", ")
    );
    let mut event = Event::now("metrics_limited", Some(MONITORING), message);
    event.hint = Some("raise monitor.max_requests_per_cycle".to_owned());
    Some(event)
}
