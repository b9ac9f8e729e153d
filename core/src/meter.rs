//! Counts what is asked of a vendor's APIs: every attempt, by operation.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::model::CollectionStats;

/// Counts the requests of one scope. Cloning shares the counts.
#[derive(Debug, Clone, Default)]
pub struct Meter {
    counts: Arc<Mutex<Counts>>,
}

#[derive(Debug, Default)]
struct Counts {
    attempts: u64,
    calls: u64,
    throttled: u64,
    operations: BTreeMap<&'static str, u64>,
}

impl Meter {
    /// The counts so far. What the calls cost is not known here.
    #[must_use]
    pub fn stats(&self) -> CollectionStats {
        self.with(|counts| CollectionStats {
            api_calls: counts.attempts,
            retries: counts.attempts.saturating_sub(counts.calls),
            throttled: counts.throttled,
            operations: counts
                .operations
                .iter()
                .map(|(name, count)| ((*name).to_owned(), *count))
                .collect(),
            ..CollectionStats::default()
        })
    }

    /// A request of `operation` is sent, for the first time in its call or again.
    pub fn attempt(&self, operation: &'static str, first: bool) {
        self.with(|counts| {
            counts.attempts += 1;
            counts.calls += u64::from(first);
            *counts.operations.entry(operation).or_default() += 1;
        });
    }

    /// An answer said 'too many requests', or 'too busy'.
    pub fn throttled(&self) {
        self.with(|counts| counts.throttled += 1);
    }

    fn with<T>(&self, work: impl FnOnce(&mut Counts) -> T) -> T {
        // Counting cannot leave the counts half changed, so a poisoned lock is as good.
        work(&mut self.counts.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attempts_are_counted_by_operation_and_repeats_are_told_apart() {
        let meter = Meter::default();
        let shared = meter.clone();
        meter.attempt("disks", true);
        meter.throttled();
        shared.attempt("disks", false);
        shared.attempt("machines", true);
        let stats = meter.stats();
        assert_eq!((stats.api_calls, stats.retries, stats.throttled), (3, 1, 1));
        assert_eq!((stats.operations["disks"], stats.operations["machines"]), (2, 1));
        assert_eq!(stats.estimated_api_cost, None);
    }
}
