//! When this replica collects, and for how long that is its right.

use std::sync::Arc;

use super::intervals::{Interval, Intervals};
use super::leader::Leader;

/// The right to run one cycle.
pub(crate) struct Turn {
    bound: Bound,
}

/// What ends the right.
enum Bound {
    /// Nothing: there is no other replica.
    Alone,
    /// The interval's end: the scopes may be another's in the next one.
    Interval(Arc<Intervals>, Interval),
    /// The loss of the Lease.
    Lease(Arc<Leader>),
}

impl Turn {
    /// A cycle of an agent that shares its work with nobody.
    pub(crate) fn alone() -> Self {
        Self { bound: Bound::Alone }
    }

    /// A cycle within `interval`.
    pub(super) fn within(intervals: Arc<Intervals>, interval: Interval) -> Self {
        Self { bound: Bound::Interval(intervals, interval) }
    }

    /// A cycle for as long as `leader` leads.
    pub(super) fn leading(leader: Arc<Leader>) -> Self {
        Self { bound: Bound::Lease(leader) }
    }

    /// Whether the right is there, at this very moment.
    ///
    /// # Errors
    /// Why not.
    pub(crate) fn still(&self) -> Result<(), String> {
        let there = match &self.bound {
            Bound::Alone => true,
            Bound::Interval(intervals, interval) => !intervals.until(interval.end).is_zero(),
            Bound::Lease(leader) => leader.still(),
        };
        if there { Ok(()) } else { Err(self.why()) }
    }

    /// Returns once the right is lost, and says why.
    pub(crate) async fn lost(&self) -> String {
        match &self.bound {
            Bound::Alone => std::future::pending().await,
            Bound::Interval(intervals, interval) => intervals.wait(interval.end).await,
            Bound::Lease(leader) => leader.lost().await,
        }
        self.why()
    }

    fn why(&self) -> String {
        match &self.bound {
            Bound::Alone => String::new(),
            Bound::Interval(..) => "its interval is over, and the scopes may be another replica's \
                                    now; raise interval, or let more replicas share the scopes"
                .to_owned(),
            Bound::Lease(leader) => {
                format!("the lease {} was lost, and another replica may collect", leader.lease())
            }
        }
    }
}
