//! The way out: the outbox first, then every sink at its own pace.

mod breaker;
mod lane;
mod pace;
mod registering;
mod status;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use futures::future::join_all;
use tokio_util::sync::CancellationToken;

use crate::agent::AgentError;
use crate::config::Limits;
use crate::history::{self, Cadence};
use crate::inventory;
use crate::model::Snapshot;
use crate::outbox::{Body, Entry, EntryKey, Outbox};
use crate::run::CycleReport;
use crate::sinks::{SendError, Sink, Tries};
use crate::store::StoreError;
use crate::telemetry;
use crate::wire::{Document, RESOURCES_PER_PART, Registration, Sender};
use lane::Lane;

pub use registering::RegistrationState;
pub use status::SinkStatus;

/// Where an agent's documents go.
pub struct Delivery {
    sender: Arc<Sender>,
    outbox: Arc<Outbox>,
    lanes: Vec<Lane>,
    cadence: Cadence,
    limits: Limits,
    summed_up: AtomicU64,
}

/// How documents are sent.
#[derive(Debug, Clone, Copy)]
pub struct Pacing {
    /// The time between cycles: a sink that does not work is tried about once in it.
    pub interval: Duration,
    /// Documents a second that a backlog goes out with.
    pub rate: u32,
}

/// What became of the documents that were sent.
#[derive(Debug, Default)]
pub struct Receipt {
    /// Acknowledged by a sink.
    pub delivered: usize,
    /// Still in the outbox.
    pub kept: usize,
    /// Refused for good by a sink and kept as dead letters.
    pub refused: usize,
    /// Why the last document that was not delivered was not.
    pub problem: Option<AgentError>,
}

impl Receipt {
    /// Adds another receipt.
    pub fn add(&mut self, later: Self) {
        self.delivered += later.delivered;
        self.refused += later.refused;
        self.kept += later.kept;
        self.problem = later.problem.or(self.problem.take());
    }
}

impl Delivery {
    /// A delivery of `sender`'s documents through `outbox` to `sinks`.
    #[must_use]
    pub fn new(
        sender: Sender,
        outbox: Arc<Outbox>,
        sinks: Vec<Box<dyn Sink>>,
        pacing: Pacing,
    ) -> Self {
        let lane = |sink| Lane::new(sink, Arc::clone(&outbox), pacing.interval, pacing.rate);
        let lanes = sinks.into_iter().map(lane).collect();
        let cadence = Cadence::Every(pacing.interval);
        let limits = outbox.limits();
        Self {
            sender: Arc::new(sender),
            outbox,
            lanes,
            cadence,
            limits,
            summed_up: AtomicU64::new(0),
        }
    }

    /// The outbox's bounds from when this delivery begins.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// New documents are for these sinks from now on. An outbox that was another delivery's before
    /// so changes hands between two cycles.
    pub(crate) fn begin(&self) {
        let sinks = self.lanes.iter().map(|lane| lane.sink.name().to_owned()).collect();
        self.outbox.reconfigure(sinks, self.limits.clone());
    }

    /// How far apart the history expects two snapshots of a scope.
    #[must_use]
    pub fn cadence(mut self, cadence: Cadence) -> Self {
        self.cadence = cadence;
        self
    }

    /// Who sends.
    #[must_use]
    pub fn sender(&self) -> &Sender {
        &self.sender
    }

    /// What waits.
    #[must_use]
    pub fn outbox(&self) -> &Arc<Outbox> {
        &self.outbox
    }

    /// Whether every sink that wants to be told of the agent was.
    #[must_use]
    pub fn is_registered(&self) -> bool {
        self.lanes
            .iter()
            .all(|lane| !matches!(lane.registration(), RegistrationState::Waiting { .. }))
    }

    /// Where documents go, for people.
    #[must_use]
    pub fn addresses(&self) -> Vec<String> {
        self.lanes.iter().map(|lane| lane.sink.address()).collect()
    }

    /// Asks every sink whether it would take documents; each with its address.
    pub async fn health(&self) -> Vec<(String, Result<(), SendError>)> {
        let asked =
            self.lanes.iter().map(|lane| async { (lane.sink.address(), lane.sink.health().await) });
        join_all(asked).await
    }

    /// Tells every sink of the agent that wants to be told.
    ///
    /// # Errors
    /// A sink refused or could not be reached; in the latter case it is left alone for a while.
    pub async fn register(&self, registration: &Registration) -> Result<(), AgentError> {
        let told = self.lanes.iter().map(|lane| lane.register(registration, Tries::Several));
        let failed = join_all(told).await.into_iter().find_map(Result::err);
        failed.map_or(Ok(()), |error| Err(AgentError::from(error)))
    }

    /// Stores a snapshot's documents durably, and the snapshot in the history. It is not needed
    /// any more once this returns.
    ///
    /// # Errors
    /// The documents cannot be stored: this snapshot is lost.
    pub async fn store(&self, mut snapshot: Snapshot) -> Result<(), AgentError> {
        let (sender, outbox) = (Arc::clone(&self.sender), Arc::clone(&self.outbox));
        let cadence = self.cadence;
        let trace = telemetry::current().map(|context| context.to_string());
        blocking(move || {
            snapshot.events.extend(outbox.take_notices());
            let entries = entries(&sender, &snapshot, trace.as_deref())?;
            let record = |connection: &rusqlite::Connection| {
                history::record(connection, &snapshot, cadence)?;
                inventory::record(connection, &snapshot)
            };
            outbox.store(&snapshot.scope.to_string(), &entries, &record)
        })
        .await
        .map_err(AgentError::Outbox)?;
        self.lanes.iter().for_each(Lane::wake);
        Ok(())
    }

    /// Sends what waits, to every sink side by side, until nothing does or a sink does not work.
    pub async fn drain(&self) -> Receipt {
        let receipts = join_all(self.lanes.iter().map(Lane::drain)).await;
        self.together(receipts).await
    }

    /// The same for as long as documents come, which is until `stored`.
    pub async fn send_until(&self, stored: &CancellationToken) -> Receipt {
        let receipts = join_all(self.lanes.iter().map(|lane| lane.run(stored))).await;
        self.together(receipts).await
    }

    async fn together(&self, receipts: Vec<Receipt>) -> Receipt {
        let mut sum = Receipt::default();
        receipts.into_iter().for_each(|receipt| sum.add(receipt));
        sum.kept = self.waiting().await;
        sum
    }

    /// Notes in a cycle's report what was sent since the last one, and what waits.
    pub async fn sum_up(&self, report: &mut CycleReport) {
        let all: u64 = self.lanes.iter().map(Lane::delivered).sum();
        let before = self.summed_up.swap(all, Ordering::Relaxed);
        report.receipt.delivered = usize::try_from(all - before).unwrap_or(usize::MAX);
        report.receipt.kept = self.waiting().await;
    }

    /// Documents that some sink has not taken.
    async fn waiting(&self) -> usize {
        let statuses = self.status().await;
        let waiting: u64 = statuses.iter().map(|status| status.depth.documents).sum();
        usize::try_from(waiting).unwrap_or(usize::MAX)
    }

    /// Sends as documents come and keeps the agent registered, until `ending`; then sends what it
    /// still can.
    pub async fn run(
        &self,
        registration: &Registration,
        heartbeat: Duration,
        ending: &CancellationToken,
    ) {
        let lanes = self.lanes.iter().map(|lane| async move {
            let registering = async {
                lane.keep_registered(registration, heartbeat).await;
                std::future::pending::<()>().await;
            };
            tokio::select! {
                biased;
                _ = lane.run(ending) => {}
                () = registering => {}
            }
        });
        join_all(lanes).await;
    }
}

/// A snapshot's documents, packed; `trace` is the trace in which it was collected.
fn entries(
    sender: &Sender,
    snapshot: &Snapshot,
    trace: Option<&str>,
) -> Result<Vec<Entry>, StoreError> {
    let document = Document { sender, snapshot };
    let pack = |part: &crate::wire::Part<'_>| {
        let body = Body::pack(|writer| Ok(serde_json::to_writer(writer, part)?))?;
        let key = EntryKey::new(snapshot.id, part.number);
        Ok(Entry { key, body, traceparent: trace.map(str::to_owned) })
    };
    let packed: std::io::Result<Vec<Entry>> =
        document.parts(RESOURCES_PER_PART).iter().map(pack).collect();
    packed.map_err(|source| StoreError::File { path: "a document".into(), source })
}

impl From<SendError> for AgentError {
    fn from(error: SendError) -> Self {
        match error {
            SendError::Unwritable { .. } => Self::Output(error),
            _ => Self::Server(error),
        }
    }
}

/// Runs database work where it cannot hold up the network.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(error) => {
            let source = std::io::Error::other(error);
            Err(StoreError::File { path: "the outbox".into(), source })
        }
    }
}

#[cfg(test)]
mod tests;
