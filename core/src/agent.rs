//! What an agent is: five verbs, three of which every agent gets for nothing.

use std::future::Future;
use std::sync::Arc;

use futures::Stream;
use tokio_util::sync::CancellationToken;
use tracing::Instrument as _;

use crate::admin::PriceWatch;
use crate::delivery::{Delivery, Receipt};
use crate::model::Snapshot;
use crate::replicas::{Replica, Turn};
use crate::run::{CycleReport, Plan, Shutdown, continuous, cycle};
use crate::sinks::SendError;
use crate::store::StoreError;
use crate::wire::Registration;

/// Why an agent could not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum AgentError {
    /// There is no way to ask the cloud at all: no credentials, an unknown region.
    #[error("{0}")]
    Setup(String),
    /// The cloud does not answer, or not so that collecting could begin.
    #[error("{0}")]
    Cloud(String),
    /// Several agents share the work, and could not agree on how.
    #[error("{0}")]
    Replicas(String),
    /// The cycle was cut off; what it had stored by then is in the outbox.
    #[error("{0}")]
    Unfinished(String),
    /// The server refused, or cannot be reached.
    #[error("the OpenFinOps server at {0}")]
    Server(SendError),
    /// The outbox cannot be read or written.
    #[error("the outbox in the data directory failed: {0}; check free space and permissions")]
    Outbox(StoreError),
    /// A document that was to be printed was not.
    #[error("documents could not be written to {0}; check where they go")]
    Output(SendError),
}

/// An agent of one provider.
///
/// An implementation says who it is, where its documents go and how to collect; registering,
/// sending, running once and running for months are the same for all of them. Each verb can be
/// called alone.
pub trait Agent: Send + Sync {
    /// The way of its documents.
    fn delivery(&self) -> &Arc<Delivery>;

    /// What sinks are told of it.
    fn registration(&self) -> impl Future<Output = Registration> + Send;

    /// Collects every scope; each snapshot comes as soon as its scope is done.
    ///
    /// A service that fails is data in its snapshot. An error is a failure to begin at all.
    fn collect(&self) -> impl Stream<Item = Result<Snapshot, AgentError>> + Send;

    /// The tag keys by which the cycle's report adds up costs.
    fn group_by(&self) -> &[String] {
        &[]
    }

    /// Which one it is of the agents that share its work: the only one, unless it says otherwise. Its
    /// `collect` asks [`Replica::share`] which scopes are its own.
    fn replica(&self) -> Replica {
        Replica::default()
    }

    /// The prices in use, for whoever watches; nothing where the agent has none.
    fn price_watch(&self) -> PriceWatch {
        Arc::new(|| None)
    }

    /// What goes on beside the cycles for as long as the agent runs, such as fetching new prices.
    /// It is dropped, wherever it stands, when the agent ends; should it end, nothing follows.
    fn upkeep(&self) -> impl Future<Output = ()> + Send {
        std::future::ready(())
    }

    /// Tells the server that this agent exists.
    ///
    /// # Errors
    /// The server refused or could not be reached.
    fn register(&self) -> impl Future<Output = Result<(), AgentError>> + Send {
        async { self.delivery().register(&self.registration().await).await }
    }

    /// Stores one snapshot durably and sends what waits.
    ///
    /// # Errors
    /// The snapshot could not be stored.
    fn send(&self, snapshot: Snapshot) -> impl Future<Output = Result<Receipt, AgentError>> + Send {
        async {
            self.delivery().store(snapshot).await?;
            Ok(self.delivery().drain().await)
        }
    }

    /// One cycle: collects and stores scope by scope, registers and sends beside that, and adds up
    /// what it saw.
    ///
    /// Nothing ends a cycle early: what failed is in the report.
    fn run_once(&self) -> impl Future<Output = CycleReport> + Send {
        let cycle = async {
            self.delivery().begin();
            let mut report = CycleReport::new(self.group_by());
            let collected = CancellationToken::new();
            // Boxed, since a future this deep is more than the compiler likes to lay out.
            let sending = Box::pin(async {
                let registered = self.register().await;
                (registered, self.delivery().send_until(&collected).await)
            });
            let collecting = Box::pin(async {
                cycle::collect(self, &Turn::alone(), &mut report).await;
                collected.cancel();
            });
            let ((registered, receipt), ()) = futures::join!(sending, collecting);
            if let Err(error) = registered {
                report.errors.insert(0, error);
            }
            report.sent(receipt);
            report.finish();
            report
        };
        cycle.instrument(cycle::span())
    }

    /// Cycle after cycle as `plan` says, until `shutdown`. Cycles never overlap: one that takes
    /// longer than the interval delays the next. Sinks that do not work never hold one up.
    fn run_continuous(&self, plan: &Plan, shutdown: &Shutdown) -> impl Future<Output = ()> + Send {
        continuous::run(self, plan, shutdown)
    }
}
