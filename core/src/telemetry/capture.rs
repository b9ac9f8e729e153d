//! Keeps the events of a span and of all below it, to send them along with something else.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use opentelemetry::trace::SpanId;
use serde_json::value::RawValue;

/// Keeps the events of a span and of all below it in the same trace, until it is dropped.
pub struct Capture {
    pub(super) kept: Arc<Kept>,
}

/// What a capture holds.
#[derive(Debug, Default)]
pub struct Captured {
    /// Events, in the order in which they came about; first the entries of the spans above.
    pub events: Vec<Box<RawValue>>,
    /// Events that came after the limit was reached.
    pub left_out: u64,
}

impl Capture {
    /// Takes what was kept so far. What comes later can be taken later, again up to the limit.
    #[must_use]
    pub fn take(&self) -> Captured {
        std::mem::take(&mut self.kept.locked().captured)
    }
}

pub(super) struct Kept {
    limit: usize,
    held: Mutex<Held>,
}

struct Held {
    captured: Captured,
    /// Whether the entries of the spans above are there: not before the trace is recorded.
    begun: bool,
}

impl Kept {
    pub(super) fn new(limit: usize) -> Self {
        Self { limit, held: Mutex::new(Held { captured: Captured::default(), begun: false }) }
    }

    fn locked(&self) -> MutexGuard<'_, Held> {
        // Nothing panics between two changes.
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the entries of the spans above are there.
    pub(super) fn has_begun(&self) -> bool {
        self.locked().begun
    }

    /// Begins with `entries`, unless it has begun.
    pub(super) fn begin(&self, entries: &[Vec<u8>]) {
        let mut held = self.locked();
        if !held.begun {
            held.begun = true;
            entries.iter().for_each(|event| held.captured.push(self.limit, event));
        }
    }

    fn push(&self, event: &[u8]) {
        let mut held = self.locked();
        if held.begun {
            held.captured.push(self.limit, event);
        }
    }
}

impl Captured {
    fn push(&mut self, limit: usize, event: &[u8]) {
        if self.events.len() >= limit {
            self.left_out += 1;
            return;
        }
        let text = String::from_utf8_lossy(event).into_owned();
        // Events are JSON.
        self.events.extend(RawValue::from_string(text).ok());
    }
}

/// The captures within a trace.
#[derive(Default)]
pub(super) struct Captures {
    any: AtomicBool,
    list: Mutex<Vec<(SpanId, Weak<Kept>)>>,
}

impl Captures {
    /// Whether there may be one: there seldom is.
    pub(super) fn any(&self) -> bool {
        self.any.load(Ordering::Acquire)
    }

    /// Adds one that begins at `span`.
    pub(super) fn add(&self, span: SpanId, kept: &Arc<Kept>) {
        self.locked().push((span, Arc::downgrade(kept)));
        self.any.store(true, Ordering::Release);
    }

    /// Those still wanted, with their spans.
    pub(super) fn live(&self) -> Vec<(SpanId, Arc<Kept>)> {
        let mut list = self.locked();
        list.retain(|(_, kept)| kept.strong_count() > 0);
        self.any.store(!list.is_empty(), Ordering::Release);
        list.iter().filter_map(|(span, kept)| Some((*span, kept.upgrade()?))).collect()
    }

    /// Hands `event` to those that begin at one of `spans`.
    pub(super) fn push(&self, spans: &[SpanId], event: &[u8]) {
        for (span, kept) in self.live() {
            if spans.contains(&span) {
                kept.push(event);
            }
        }
    }

    fn locked(&self) -> MutexGuard<'_, Vec<(SpanId, Weak<Kept>)>> {
        self.list.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
