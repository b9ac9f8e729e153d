//! The largest changes of many.

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;

use super::answer::KeyChange;

/// Keeps the changes that are the largest in relation to the price before.
pub(super) struct Largest {
    most: usize,
    /// The smallest of them on top.
    kept: BinaryHeap<Reverse<Ranked>>,
}

/// A change by its size; of those of one size, the key that comes first is the larger.
#[derive(PartialEq, Eq)]
struct Ranked(KeyChange);

impl Largest {
    pub(super) fn new(most: usize) -> Self {
        Self { most, kept: BinaryHeap::new() }
    }

    pub(super) fn offer(&mut self, change: KeyChange) {
        self.kept.push(Reverse(Ranked(change)));
        if self.kept.len() > self.most {
            self.kept.pop();
        }
    }

    /// The largest first.
    pub(super) fn sorted(self) -> Vec<KeyChange> {
        self.kept.into_sorted_vec().into_iter().map(|Reverse(Ranked(change))| change).collect()
    }
}

impl Ord for Ranked {
    fn cmp(&self, other: &Self) -> Ordering {
        // What has no percentage grew from nothing.
        let size = |change: &KeyChange| {
            (change.percent_rounded.is_none(), change.percent_rounded.map(|it| it.abs()))
        };
        size(&self.0).cmp(&size(&other.0)).then_with(|| other.0.key.cmp(&self.0.key))
    }
}

impl PartialOrd for Ranked {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
