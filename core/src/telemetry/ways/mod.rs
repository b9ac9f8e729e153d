//! The ways out: a file, a receiver, an OpenTelemetry collector, all on one thread of their own.

mod file;
mod health;
mod otlp;
mod queue;
mod receiver;
mod resource;
mod rounds;
mod span_data;

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use opentelemetry_sdk::trace::SpanData;
use tracing::{Dispatch, dispatcher};

use super::settings::Settings;
use super::shared::Shared;
use super::start::StartError;
use super::state::State;
use queue::{Bounds, Queue};
pub(super) use rounds::Rounds;

/// The most text that waits for a way, in bytes.
const TEXT_LIMIT: usize = 8 << 20;
/// The most spans that wait for the collector.
const SPAN_LIMIT: usize = 8_192;
/// The most events or spans in a request.
const BATCH: usize = 512;

/// One of the ways, by its place in a list of all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    File,
    Receiver,
    Otlp,
}

impl Way {
    pub(super) const COUNT: usize = 3;
}

/// What waits for each way that there is.
#[derive(Default)]
pub(super) struct Queues {
    file: Option<Queue<Vec<u8>>>,
    receiver: Option<Queue<VecDeque<Box<str>>>>,
    spans: Option<Queue<VecDeque<SpanData>>>,
}

impl Queues {
    /// Empty ones for the ways that the settings name.
    pub(super) fn of(settings: &Settings) -> Self {
        let text =
            |enough_size, enough_things| Bounds { size: TEXT_LIMIT, enough_size, enough_things };
        let spans = Bounds { size: SPAN_LIMIT, enough_size: BATCH, enough_things: BATCH };
        Self {
            file: settings.file.as_ref().map(|_| Queue::new(text(TEXT_LIMIT / 4, usize::MAX))),
            receiver: settings.receiver.as_ref().map(|_| Queue::new(text(TEXT_LIMIT / 4, BATCH))),
            spans: settings.otlp.as_ref().map(|_| Queue::new(spans)),
        }
    }

    /// Which ways there are, in the order of [`Way`].
    fn present(&self) -> [bool; Way::COUNT] {
        [self.file.is_some(), self.receiver.is_some(), self.spans.is_some()]
    }

    /// Whether any way takes events.
    pub(super) fn take_events(&self) -> bool {
        self.file.is_some() || self.receiver.is_some()
    }

    /// Adds an event's text to every way that takes events, and says how many had no room.
    pub(super) fn add_event(&self, event: &[u8]) -> u64 {
        let mut dropped = 0;
        if let Some(file) = &self.file {
            let added = file.add(event.len() + 1, |lines| {
                lines.extend_from_slice(event);
                lines.push(b'\n');
            });
            dropped += u64::from(!added);
        }
        if let Some(receiver) = &self.receiver {
            let text = String::from_utf8_lossy(event).into();
            let added = receiver.add(event.len(), |events| events.push_back(text));
            dropped += u64::from(!added);
        }
        dropped
    }

    /// Adds a span that ended at `ended` (nanoseconds since 1970) for the collector. False where
    /// it has no room.
    pub(super) fn add_span(&self, state: &State, ended: u64) -> bool {
        let Some(queue) = &self.spans else { return true };
        let span = span_data::span_data(state, ended);
        queue.add(1, |spans| spans.push_back(span))
    }

    /// Has everything taken at once.
    fn press(&self) {
        self.file.iter().for_each(Queue::press);
        self.receiver.iter().for_each(Queue::press);
        self.spans.iter().for_each(Queue::press);
    }

    /// Takes nothing any more.
    fn close(&self) {
        self.file.iter().for_each(Queue::close);
        self.receiver.iter().for_each(Queue::close);
        self.spans.iter().for_each(Queue::close);
    }
}

/// The far ends, opened and ready.
#[derive(Default)]
pub(super) struct Ways {
    file: Option<file::Output>,
    receiver: Option<receiver::Receiver>,
    otlp: Option<otlp::Collector>,
}

impl Ways {
    /// Opens what the settings name.
    pub(super) fn open(settings: &Settings) -> Result<Self, StartError> {
        Ok(Self {
            file: settings.file.as_ref().map(file::Output::open).transpose()?,
            receiver: settings.receiver.as_ref().map(receiver::Receiver::new).transpose()?,
            otlp: settings.otlp.as_ref().map(otlp::Collector::new).transpose()?,
        })
    }

    /// Starts the thread that serves them, if there is any.
    pub(super) fn start(self, shared: Arc<Shared>) -> Result<(), StartError> {
        if self.file.is_none() && self.receiver.is_none() && self.otlp.is_none() {
            return Ok(());
        }
        let thread = std::thread::Builder::new().name("telemetry".to_owned());
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(StartError::Thread)?;
        let serve = move || runtime.block_on(self.serve(&shared));
        thread.spawn(serve).map(drop).map_err(StartError::Thread)
    }

    async fn serve(self, shared: &Shared) {
        // What the HTTP clients trace of themselves must not become telemetry. Without them the
        // thread keeps the subscriber: one of its own costs every other thread some time.
        let quiet = self.receiver.is_some() || self.otlp.is_some();
        let _quiet = quiet.then(|| dispatcher::set_default(&Dispatch::none()));
        let queues = &shared.queues;
        let file = async {
            if let Some((output, queue)) = self.file.zip(queues.file.as_ref()) {
                file::serve(output, queue, shared).await;
            }
        };
        let receiver = async {
            if let Some((receiver, queue)) = self.receiver.zip(queues.receiver.as_ref()) {
                receiver::serve(receiver, queue, shared).await;
            }
        };
        let otlp = async {
            if let Some((collector, queue)) = self.otlp.zip(queues.spans.as_ref()) {
                otlp::serve(collector, queue, shared).await;
            }
        };
        tokio::join!(file, receiver, otlp);
    }
}

/// Waits until everything up to now is out, at most for `within`.
pub(super) fn flush(shared: &Shared, within: Duration) {
    shared.rounds.ask(|| shared.queues.press(), within);
}

/// The same, after which nothing is taken any more.
pub(super) fn shut_down(shared: &Shared, within: Duration) {
    shared.queues.close();
    shared.rounds.stop();
    flush(shared, within);
}

/// Serves a way until telemetry is shut down: `drain` is called whenever something is due.
async fn serve<B: Default>(
    way: Way,
    queue: &Queue<B>,
    pace: Duration,
    shared: &Shared,
    mut drain: impl AsyncFnMut(),
) {
    loop {
        queue.due(pace).await;
        // In this order: what was added before the round was asked for is drained in it.
        let stopping = shared.rounds.is_stopping();
        let round = shared.rounds.asked();
        drain().await;
        shared.rounds.done(way, if stopping { u64::MAX } else { round });
        if stopping {
            return;
        }
    }
}
