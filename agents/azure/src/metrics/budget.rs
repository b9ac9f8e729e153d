//! The ceiling on requests to Azure Monitor, shared by the scopes of a cycle; what it left out.

use std::sync::atomic::{AtomicU64, Ordering};

use finops_core::model::Event;

use super::{Answer, Importance, Question};

/// The name under which Azure Monitor appears among the services.
pub(super) const MONITOR: &str = "monitor";

/// How many requests to Azure Monitor the cycle still may make. Scopes share it.
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
pub(super) fn limited(questions: &[Question], answers: &[Answer]) -> Option<Event> {
    let kinds = [
        (Importance::Cost, "costs"),
        (Importance::Activity, "databases and apps"),
        (Importance::Machine, "machines"),
    ];
    let mut left_out = Vec::new();
    let mut total = 0;
    for (importance, name) in kinds {
        let of_kind = || {
            let all = questions.iter().zip(answers);
            all.filter(|(question, _)| question.query.importance == importance)
        };
        let over = of_kind().filter(|(_, answer)| matches!(answer, Answer::OverCeiling)).count();
        if over > 0 {
            left_out.push(format!("{over} of {} for {name}", of_kind().count()));
            total += over;
        }
    }
    if total == 0 {
        return None;
    }
    let message = format!(
        "{} of {} metric questions were asked: the ceiling monitor.max_requests_per_cycle is \
         reached; left out: {}",
        questions.len() - total,
        questions.len(),
        left_out.join(", ")
    );
    let mut event = Event::now("metrics_limited", Some(MONITOR), message);
    event.hint = Some("raise monitor.max_requests_per_cycle".to_owned());
    Some(event)
}
