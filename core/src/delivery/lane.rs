//! One sink and its queue: at its own pace, with its own trouble.

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use jiff::Timestamp;
use tokio::sync::Notify;
use tokio::time::{Instant, sleep, sleep_until};
use tokio_util::sync::CancellationToken;
use tracing::Instrument as _;

use super::breaker::Breaker;
use super::pace::Pace;
use super::registering::RegistrationState;
use super::{Receipt, blocking};
use crate::agent::AgentError;
use crate::outbox::{Outbox, Queued, TakeError};
use crate::sinks::{SendError, Sink, Tries};
use crate::store::StoreError;
use crate::telemetry;

/// How often a server may answer one document with 500 before that document is put aside: then it
/// is the document, and not the server, that does not work.
const FAILURES_OF_ONE_DOCUMENT: u32 = 12;
/// In how many scopes a server fails before it counts as down.
const BLOCKED_SCOPES: usize = 3;

/// How long a sender rests at least between two looks that nothing asked for.
const LEAST_REST: Duration = Duration::from_secs(1);

/// What became of a document that was taken from the queue.
enum Outcome {
    /// It left the queue.
    Gone,
    /// The outbox could not be read or written: it waits, with what follows it in its scope.
    Stays,
    /// The sink did not take it: likewise.
    Failed(SendError),
}

/// A sink, the state it is in, and what wakes its sender.
pub(super) struct Lane {
    pub(super) sink: Box<dyn Sink>,
    outbox: Arc<Outbox>,
    interval: Duration,
    breaker: Mutex<Breaker>,
    pace: Mutex<Pace>,
    pub(super) registration: Mutex<RegistrationState>,
    delivered: AtomicU64,
    /// The last registration could not reach the sink: the next one is the probe.
    pub(super) unreachable: AtomicBool,
    work: Notify,
    pub(super) trouble: Notify,
}

impl Lane {
    pub(super) fn new(
        sink: Box<dyn Sink>,
        outbox: Arc<Outbox>,
        interval: Duration,
        rate: u32,
    ) -> Self {
        let registration = if sink.registers() {
            RegistrationState::Waiting { since: Timestamp::now(), reason: None }
        } else {
            RegistrationState::NotNeeded
        };
        Self {
            sink,
            outbox,
            interval,
            breaker: Mutex::default(),
            pace: Mutex::new(Pace::new(rate, Instant::now())),
            registration: Mutex::new(registration),
            delivered: AtomicU64::new(0),
            unreachable: AtomicBool::new(false),
            work: Notify::new(),
            trouble: Notify::new(),
        }
    }

    /// There is something to send.
    pub(super) fn wake(&self) {
        self.work.notify_one();
    }

    /// Documents that the sink took since the process started.
    pub(super) fn delivered(&self) -> u64 {
        self.delivered.load(Ordering::Relaxed)
    }

    pub(super) fn registration(&self) -> RegistrationState {
        lock(&self.registration).clone()
    }

    pub(super) fn breaker(&self) -> MutexGuard<'_, Breaker> {
        lock(&self.breaker)
    }

    pub(super) fn next_try(&self) -> Option<Instant> {
        self.breaker().open().map(|open| open.next_try)
    }

    /// Sends what waits until `ending`, then once more what it can.
    pub(super) async fn run(&self, ending: &CancellationToken) -> Receipt {
        let mut sum = Receipt::default();
        while !ending.is_cancelled() {
            let receipt = self.drain().await;
            let retry = self.retry_at(&receipt);
            sum.add(receipt);
            tokio::select! {
                () = ending.cancelled() => {}
                () = self.work.notified() => {}
                () = sleep_until(retry.unwrap_or_else(Instant::now)), if retry.is_some() => {}
            }
        }
        sum.add(self.drain().await);
        sum
    }

    /// When to look again without being woken. A sink that registers is probed by registering.
    fn retry_at(&self, receipt: &Receipt) -> Option<Instant> {
        match self.next_try() {
            Some(_) if self.unreachable.load(Ordering::Relaxed) => None,
            // Its time may have come without a document to try it with.
            Some(next) => Some(next.max(Instant::now() + self.interval.min(LEAST_REST))),
            None if receipt.problem.is_some() => Some(Instant::now() + self.interval),
            None => None,
        }
    }

    /// Sends what waits, oldest first, until nothing does or the sink does not work.
    pub(super) async fn drain(&self) -> Receipt {
        let mut receipt = Receipt::default();
        // Scopes whose next document did not get through: nothing of theirs may overtake it.
        let mut blocked = HashSet::new();
        let mut suspects = Vec::new();
        while self.may_try() {
            let queued = match self.next(&blocked).await {
                Ok(Some(queued)) => queued,
                Ok(None) => break,
                Err(error) => {
                    receipt.problem = Some(error);
                    break;
                }
            };
            let wait = lock(&self.pace).take(Instant::now());
            sleep(wait).await;
            match self.deliver(&queued, &mut receipt).await {
                Outcome::Gone => {}
                Outcome::Stays => {
                    blocked.insert(queued.scope);
                }
                Outcome::Failed(error) => {
                    blocked.insert(queued.scope.clone());
                    // One document that the server fails on says little; several say that it is
                    // down.
                    let down = !failing(&error) || blocked.len() >= BLOCKED_SCOPES;
                    if down || !self.has_more(&blocked).await {
                        self.did_not_work(&error);
                    }
                    if failing(&error) {
                        suspects.push((queued, error.to_string()));
                    }
                    receipt.problem = Some(AgentError::from(error));
                }
            }
        }
        // A server that fails in several scopes and takes nothing is not failing on a document.
        if receipt.delivered > 0 || suspects.len() < BLOCKED_SCOPES {
            self.consider(suspects, &mut receipt).await;
        }
        receipt
    }

    /// Counts that the server failed on these documents, and puts those aside on which it has
    /// often enough.
    async fn consider(&self, suspects: Vec<(Queued, String)>, receipt: &mut Receipt) {
        for (queued, error) in suspects {
            if self.gives_up_on(&queued).await {
                let reason = format!("{error} ({FAILURES_OF_ONE_DOCUMENT} times)");
                self.refuse(&queued, reason, receipt).await;
                // What it held up can go.
                self.wake();
            }
        }
    }

    /// Whether a document may be sent now. Where the sink could not even be registered with, that
    /// is tried again first, since it costs less.
    fn may_try(&self) -> bool {
        !self.unreachable.load(Ordering::Relaxed)
            && self.next_try().is_none_or(|next| Instant::now() >= next)
    }

    async fn has_more(&self, blocked: &HashSet<String>) -> bool {
        self.next(blocked).await.is_ok_and(|next| next.is_some())
    }

    async fn next(&self, blocked: &HashSet<String>) -> Result<Option<Queued>, AgentError> {
        let (sink, blocked) = (self.sink.name().to_owned(), blocked.clone());
        self.in_outbox(move |outbox| outbox.next(&sink, |scope| blocked.contains(scope))).await
    }

    /// Sends one document and takes note of what became of it.
    async fn deliver(&self, queued: &Queued, receipt: &mut Receipt) -> Outcome {
        let wanted = queued.clone();
        let document = match self.in_outbox(move |outbox| Ok(outbox.document(&wanted))).await {
            Ok(Ok(Some(document))) => document,
            // It was dropped meanwhile.
            Ok(Ok(None)) => return Outcome::Gone,
            Ok(Err(TakeError::Body(error))) => {
                return self.refuse(queued, error.to_string(), receipt).await;
            }
            // That the file cannot be read now says nothing of the document.
            Ok(Err(TakeError::Store(error))) => {
                receipt.problem = Some(AgentError::Outbox(error));
                return Outcome::Stays;
            }
            Err(error) => {
                receipt.problem = Some(error);
                return Outcome::Stays;
            }
        };
        let tries = if self.breaker().open().is_some() { Tries::One } else { Tries::Several };
        match self.send(document, queued, tries).await {
            Ok(()) => {
                self.worked();
                self.acknowledge(queued).await;
                receipt.delivered += 1;
                Outcome::Gone
            }
            Err(error @ SendError::Refused { .. }) => {
                self.worked();
                let outcome = self.refuse(queued, error.to_string(), receipt).await;
                receipt.problem = Some(AgentError::Server(error));
                outcome
            }
            Err(error) => Outcome::Failed(error),
        }
    }

    /// Sends one document in a span of the trace in which it was collected.
    async fn send(
        &self,
        document: Vec<u8>,
        queued: &Queued,
        tries: Tries,
    ) -> Result<(), SendError> {
        let span = tracing::info_span!(
            "send",
            traceparent = queued.traceparent.as_deref(),
            otel.kind = "client",
            sink.name = self.sink.name(),
            document.id = queued.key.as_str(),
            document.bytes = document.len(),
        );
        let sending = self.sink.send(Bytes::from(document), queued.key.as_str(), tries);
        let sent = sending.instrument(span.clone()).await;
        if let Err(error) = &sent {
            telemetry::fail(&span, error.kind(), &error.to_string());
        }
        sent
    }

    /// Counts that the server failed on this document; whether it has often enough.
    async fn gives_up_on(&self, queued: &Queued) -> bool {
        let (sink, of) = (self.sink.name().to_owned(), queued.clone());
        let failures = self.in_outbox(move |outbox| outbox.failed(&sink, &of)).await;
        failures.is_ok_and(|failures| failures >= FAILURES_OF_ONE_DOCUMENT)
    }

    async fn acknowledge(&self, queued: &Queued) {
        self.delivered.fetch_add(1, Ordering::Relaxed);
        let (sink, of) = (self.sink.name().to_owned(), queued.clone());
        let noted = self.in_outbox(move |outbox| {
            outbox.acknowledge(&sink, &of);
            Ok(())
        });
        // The outbox remembers what it cannot write down.
        let _ = noted.await;
    }

    /// Puts a document aside. Where that cannot be written down it stays, and is not sent again
    /// before the next look: a server must not get it without end.
    async fn refuse(&self, queued: &Queued, reason: String, receipt: &mut Receipt) -> Outcome {
        let sink = self.sink.name().to_owned();
        tracing::error!(sink, document = queued.id, reason, "a document was refused for good");
        let of = queued.clone();
        let put = self.in_outbox(move |outbox| outbox.refuse(&sink, &of, &reason)).await;
        match put {
            Ok(()) => {
                receipt.refused += 1;
                Outcome::Gone
            }
            Err(error) => {
                receipt.problem = Some(error);
                Outcome::Stays
            }
        }
    }

    async fn in_outbox<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Outbox) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, AgentError> {
        let outbox = Arc::clone(&self.outbox);
        blocking(move || work(&outbox)).await.map_err(AgentError::Outbox)
    }

    pub(super) fn worked(&self) {
        if self.breaker().succeeded() {
            tracing::info!(sink = self.sink.name(), "the sink works again");
            self.wake();
        }
    }

    pub(super) fn did_not_work(&self, error: &SendError) {
        let asked = match error {
            SendError::Unreachable { retry_after, .. } => *retry_after,
            _ => None,
        };
        let mut breaker = self.breaker();
        let new = breaker.open().is_none();
        breaker.failed(error.to_string(), self.interval, asked, Instant::now());
        drop(breaker);
        if new {
            let sink = self.sink.name();
            tracing::warn!(sink, %error, "the sink does not work; documents wait in the outbox");
        }
        self.trouble.notify_one();
    }
}

/// The server itself says that it failed: that may be the document's fault.
pub(super) fn failing(error: &SendError) -> bool {
    matches!(error, SendError::Unreachable { failing: true, .. })
}

pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Each holds one small value that is always whole.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
