//! The ceiling on paid metrics, shared by the scopes of a cycle.

use std::sync::{Mutex, PoisonError};

use super::Question;

/// What is left of a cycle's ceiling, and how many scopes still want a share of it.
#[derive(Debug)]
pub(crate) struct MetricBudget {
    left: Mutex<Left>,
}

#[derive(Debug)]
struct Left {
    metrics: usize,
    scopes: usize,
}

impl MetricBudget {
    /// A ceiling of `metrics` for `scopes` scopes.
    #[must_use]
    pub(crate) fn new(metrics: u64, scopes: usize) -> Self {
        let metrics = usize::try_from(metrics).unwrap_or(usize::MAX);
        Self { left: Mutex::new(Left { metrics, scopes }) }
    }

    /// Takes up to `wanted` metrics for one scope, and at most an equal share of what is left, so
    /// that the first scopes do not leave the last ones blind. What a scope does not need goes to
    /// the ones after it. To be called once for a scope.
    pub(crate) fn take_share(&self, wanted: usize) -> usize {
        let mut left = self.left.lock().unwrap_or_else(PoisonError::into_inner);
        let share = left.metrics / left.scopes.max(1);
        left.scopes = left.scopes.saturating_sub(1);
        let granted = wanted.min(share);
        left.metrics -= granted;
        granted
    }

    /// Takes up to `wanted` metrics ahead of every share: for figures that costs depend on and
    /// that are asked once a day.
    pub(crate) fn take(&self, wanted: usize) -> usize {
        let mut left = self.left.lock().unwrap_or_else(PoisonError::into_inner);
        let granted = wanted.min(left.metrics);
        left.metrics -= granted;
        granted
    }
}

/// The indices of the `granted` most important questions: by importance, then by what the
/// resource costs.
pub(super) fn most_important(questions: &[&Question], granted: usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..questions.len()).collect();
    if granted < order.len() {
        order.sort_by(|&a, &b| {
            let (a, b) = (questions[a], questions[b]);
            a.importance.cmp(&b.importance).then_with(|| b.rate.cmp(&a.rate))
        });
        order.truncate(granted);
    }
    order
}

#[cfg(test)]
mod tests {
    use finops_core::model::CostRate;

    use super::super::{Importance, Metric, Statistic, Window};
    use super::*;

    fn question(importance: Importance, monthly: u32) -> Question {
        Question {
            resource: 0,
            key: "k",
            metric: Metric {
                namespace: "AWS/EC2",
                name: "m",
                dimensions: Vec::new(),
                statistic: Statistic::Average,
                window: Window::Latest,
            },
            importance,
            rate: CostRate::from_monthly(monthly.into()),
        }
    }

    #[test]
    fn shares_are_equal_and_what_is_not_needed_goes_on() {
        let budget = MetricBudget::new(100, 4);
        assert_eq!(budget.take_share(5), 5); // of 25; 95 left for 3
        assert_eq!(budget.take_share(1000), 31); // 64 left for 2
        assert_eq!(budget.take_share(1000), 32);
        assert_eq!(budget.take_share(1000), 32);
        assert_eq!(budget.take_share(1), 0);
    }

    #[test]
    fn the_least_important_of_the_cheapest_go_first() {
        let questions = [
            question(Importance::Memory, 900),
            question(Importance::Processor, 10),
            question(Importance::Processor, 70),
            question(Importance::Cost, 0),
        ];
        let questions: Vec<_> = questions.iter().collect();
        assert_eq!(most_important(&questions, 2), [3, 2]);
        assert_eq!(most_important(&questions, 3), [3, 2, 1]);
        assert_eq!(most_important(&questions, 9).len(), 4);
    }
}
