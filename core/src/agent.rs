//! What an agent is: five verbs, two of which every agent gets for nothing.

use std::future::Future;
use std::pin::pin;
use std::time::Duration;

use futures::{Stream, StreamExt as _};
use tokio_util::sync::CancellationToken;

use crate::delivery::Receipt;
use crate::model::Snapshot;
use crate::run::{CycleReport, Schedule};
use crate::server::SendError;

/// Why an agent could not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum AgentError {
    /// There is no way to ask the cloud at all: no credentials, an unknown region.
    #[error("{0}")]
    Setup(String),
    /// The cloud does not answer, or not so that collecting could begin.
    #[error("{0}")]
    Cloud(String),
    /// The server refused, or cannot be reached.
    #[error("the OpenFinOps server at {0}")]
    Server(SendError),
    /// The outbox cannot be read or written.
    #[error("the outbox in the data directory failed: {0}; check free space and permissions")]
    Outbox(std::io::Error),
    /// A document that was to be printed was not.
    #[error("documents could not be printed: {0}; check where standard output goes")]
    Output(std::io::Error),
}

/// An agent of one provider.
///
/// An implementation says how to register, collect and send; running once and running for months
/// are the same for all of them. Each verb can be called alone.
pub trait Agent: Send + Sync {
    /// The tag keys by which the cycle's report adds up costs.
    fn group_by(&self) -> &[String] {
        &[]
    }

    /// Tells the server that this agent exists.
    ///
    /// # Errors
    /// The server refused or could not be reached.
    fn register(&self) -> impl Future<Output = Result<(), AgentError>> + Send;

    /// Collects every scope; each snapshot comes as soon as its scope is done.
    ///
    /// A service that fails is data in its snapshot. An error is a failure to begin at all.
    fn collect(&self) -> impl Stream<Item = Result<Snapshot, AgentError>> + Send;

    /// Stores one snapshot durably and sends what waits.
    ///
    /// # Errors
    /// The snapshot could not be stored.
    fn send(&self, snapshot: Snapshot) -> impl Future<Output = Result<Receipt, AgentError>> + Send;

    /// One cycle: registers, then collects and sends scope by scope, and adds up what it saw.
    ///
    /// Nothing ends a cycle early: what failed is in the report.
    fn run_once(&self) -> impl Future<Output = CycleReport> + Send {
        async {
            let mut report = CycleReport::new(self.group_by());
            if let Err(error) = self.register().await {
                report.registration_failed(error);
            }
            let mut snapshots = pin!(self.collect());
            while let Some(collected) = snapshots.next().await {
                match collected {
                    Ok(snapshot) => {
                        report.add(&snapshot);
                        report.sent(self.send(snapshot).await);
                    }
                    Err(error) => report.setup_failed(error),
                }
            }
            report.finish();
            report
        }
    }

    /// Cycle after cycle, a start every `interval`, until `stop` is cancelled. Cycles never
    /// overlap: one that takes longer than the interval delays the next.
    fn run_continuous(
        &self,
        interval: Duration,
        stop: CancellationToken,
    ) -> impl Future<Output = ()> + Send {
        async move {
            let mut schedule = Schedule::new(interval);
            while schedule.next(&stop).await {
                tokio::select! {
                    biased;
                    // What the unfinished cycle had stored is in the outbox.
                    () = stop.cancelled() => return,
                    report = self.run_once() => report.log(),
                }
            }
        }
    }
}
