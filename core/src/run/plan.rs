//! When cycles run and how they end.

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::monitor::Monitor;
use crate::config::RunConfig;

/// The times by which an agent runs.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Between the starts of two cycles.
    pub interval: Duration,
    /// How long a cycle may take before it is cut off.
    pub deadline: Duration,
    /// How long stopping may take.
    pub grace: Duration,
    /// Between two registrations.
    pub heartbeat: Duration,
    /// How long delivered snapshots stay in the history.
    pub retention: Duration,
    /// Whether the first cycle begins a little late, so that a fleet that was started at once does
    /// not ask the clouds at once.
    pub jittered_start: bool,
    /// Who is told of each cycle.
    pub monitor: Arc<Monitor>,
}

impl Plan {
    /// The times that the configuration gives.
    #[must_use]
    pub fn of(interval: Duration, run: &RunConfig, monitor: Arc<Monitor>) -> Self {
        Self {
            interval,
            deadline: run.cycle_deadline.unwrap_or(interval * 3),
            grace: run.grace,
            heartbeat: run.heartbeat,
            retention: run.retention,
            jittered_start: true,
            monitor,
        }
    }
}

/// How an agent is asked to end.
#[derive(Debug, Clone, Default)]
pub struct Shutdown {
    /// Within the grace period: what is collected by then is stored.
    pub now: CancellationToken,
    /// When the cycle that runs is done.
    pub after_cycle: CancellationToken,
}

impl Shutdown {
    /// Waits until the agent is asked to end, in either way.
    pub(crate) async fn asked(&self) {
        tokio::select! {
            () = self.now.cancelled() => {}
            () = self.after_cycle.cancelled() => {}
        }
    }
}
