//! Counts what is asked of Google Cloud: every attempt, by its method.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use finops_core::model::CollectionStats;

/// Counts the requests of one scope. Cloning shares the counts.
#[derive(Debug, Clone, Default)]
pub(crate) struct Meter {
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
    /// The counts so far. What reading metrics costs is not known.
    pub(crate) fn stats(&self) -> CollectionStats {
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

    /// A request is sent, for the first time in its call or again.
    pub(super) fn attempt(&self, method: &'static str, first: bool) {
        self.with(|counts| {
            counts.attempts += 1;
            counts.calls += u64::from(first);
            *counts.operations.entry(method).or_default() += 1;
        });
    }

    /// An answer said 'too many requests', or 'too busy'.
    pub(super) fn throttled(&self) {
        self.with(|counts| counts.throttled += 1);
    }

    fn with<T>(&self, work: impl FnOnce(&mut Counts) -> T) -> T {
        // Counting cannot leave the counts half changed, so a poisoned lock is as good.
        work(&mut self.counts.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
