//! The ceiling on requests to Azure Monitor, shared by the scopes of a cycle; what it left out.

use std::sync::{Mutex, MutexGuard, PoisonError};

use finops_core::model::Event;

use super::{Answer, Importance, Question};

/// The name under which Azure Monitor appears among the services.
pub(super) const MONITOR: &str = "monitor";

/// How many requests to Azure Monitor the cycle still may make, and how many scopes still want a share
/// of them.
#[derive(Debug)]
pub(crate) struct MetricBudget(Mutex<Left>);

#[derive(Debug)]
struct Left {
    requests: u64,
    scopes: u64,
}

impl MetricBudget {
    /// A ceiling for one cycle over so many scopes.
    pub(crate) fn new(requests: u64, scopes: usize) -> Self {
        Self(Mutex::new(Left { requests, scopes: scopes as u64 }))
    }

    /// One scope wants nothing: its share goes to the others.
    pub(crate) fn pass(&self) {
        drop(self.allowance());
    }

    /// What one scope may ask. To be called once for a scope.
    pub(super) fn allowance(&self) -> Allowance<'_> {
        Allowance { budget: self, share: Mutex::default() }
    }

    fn left(&self) -> MutexGuard<'_, Left> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What one scope may ask: at first whatever is left, then no more than an equal share, so that
/// the first scopes leave the last ones what their costs depend on. What it does not need goes
/// to the others.
#[derive(Debug)]
pub(super) struct Allowance<'a> {
    budget: &'a MetricBudget,
    /// What is left of the share, once there is one.
    share: Mutex<Option<u64>>,
}

impl Allowance<'_> {
    /// Takes one request; false where none is left.
    pub(super) fn take(&self) -> bool {
        let mut share = self.share();
        let mut left = self.budget.left();
        let requests = share.as_mut().unwrap_or(&mut left.requests);
        let some = *requests > 0;
        *requests = requests.saturating_sub(1);
        some
    }

    /// From here on an equal share of what is left has to do.
    pub(super) fn keep_to_share(&self) {
        let mut share = self.share();
        if share.is_none() {
            let mut left = self.budget.left();
            let own = left.requests / left.scopes.max(1);
            left.requests -= own;
            left.scopes = left.scopes.saturating_sub(1);
            *share = Some(own);
        }
    }

    fn share(&self) -> MutexGuard<'_, Option<u64>> {
        self.share.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Allowance<'_> {
    fn drop(&mut self) {
        self.keep_to_share();
        let unused = self.share().unwrap_or_default();
        self.budget.left().requests += unused;
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

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(allowance: &Allowance<'_>) -> usize {
        std::iter::repeat_with(|| allowance.take()).take_while(|taken| *taken).count()
    }

    #[test]
    fn the_first_scope_leaves_the_others_their_share() {
        let budget = MetricBudget::new(12, 3);
        let first = budget.allowance();
        assert!(first.take() && first.take() && first.take());
        // Nine are left for three scopes.
        first.keep_to_share();
        assert_eq!(taken(&first), 3);
        drop(first);
        let second = budget.allowance();
        assert!(second.take());
        second.keep_to_share();
        assert!(second.take());
        // One of two is given back, and the last scope may have all: three and that one.
        drop(second);
        let last = budget.allowance();
        last.keep_to_share();
        assert_eq!(taken(&last), 4);
    }

    #[test]
    fn a_scope_that_wants_nothing_has_no_share() {
        let budget = MetricBudget::new(4, 2);
        budget.pass();
        let other = budget.allowance();
        other.keep_to_share();
        assert_eq!(taken(&other), 4);
    }
}
