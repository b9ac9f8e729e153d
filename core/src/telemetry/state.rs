//! What is known of a trace and of a span while they are open.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use opentelemetry::trace::{SpanId, SpanKind, TraceId};
use tracing::Metadata;

use super::capture::Captures;
use super::clock::Clock;
use super::context::TraceContext;
use super::failure::Failure;
use super::fields::{self, Attribute};
use super::shared::Shared;

/// What the spans of a trace in this process share.
pub(super) struct Trace {
    pub(super) id: TraceId,
    pub(super) clock: Clock,
    pub(super) captures: Captures,
    pub(super) shared: Arc<Shared>,
    recorded: AtomicBool,
    /// Whether it is recorded since an error only, so that entries may be owed.
    promoted: AtomicBool,
}

impl Trace {
    pub(super) fn new(shared: Arc<Shared>, id: TraceId, recorded: bool) -> Self {
        Self {
            id,
            clock: Clock::start(),
            captures: Captures::default(),
            shared,
            recorded: AtomicBool::new(recorded),
            promoted: AtomicBool::new(false),
        }
    }

    /// Whether its spans become events.
    pub(super) fn is_recorded(&self) -> bool {
        self.recorded.load(Ordering::Acquire)
    }

    /// Whether entries of spans may be owed.
    pub(super) fn is_promoted(&self) -> bool {
        self.promoted.load(Ordering::Acquire)
    }

    /// Records the trace from now on.
    pub(super) fn promote(&self) {
        // In this order: whoever sees that it is recorded must see that entries may be owed.
        self.promoted.store(true, Ordering::Release);
        self.recorded.store(true, Ordering::Release);
    }
}

/// A span's part, kept in its extensions.
pub(super) struct State {
    pub(super) trace: Arc<Trace>,
    pub(super) span_id: SpanId,
    pub(super) parent: Parent,
    pub(super) metadata: &'static Metadata<'static>,
    /// When it began, in nanoseconds since 1970.
    pub(super) started: u64,
    pub(super) attributes: Vec<Attribute>,
    /// How many of the attributes its entry has.
    pub(super) at_entry: usize,
    pub(super) kind: SpanKind,
    /// The sequence number of its entry, once that is written.
    pub(super) entry: Option<u64>,
    pub(super) failure: Option<Failure>,
}

/// What a span is below of.
#[derive(Debug, Clone, Copy)]
pub(super) enum Parent {
    /// Nothing.
    None,
    /// A span of another process.
    Elsewhere(SpanId),
    /// A span of this process, with its name.
    Here(SpanId, &'static str),
}

impl Parent {
    pub(super) fn span_id(self) -> Option<SpanId> {
        match self {
            Self::None => None,
            Self::Elsewhere(id) | Self::Here(id, _) => Some(id),
        }
    }

    pub(super) fn is_here(self) -> bool {
        matches!(self, Self::Here(..))
    }
}

impl State {
    pub(super) fn context(&self) -> TraceContext {
        let sampled = self.trace.is_recorded();
        TraceContext { trace_id: self.trace.id, span_id: self.span_id, sampled }
    }

    /// Notes why the span failed, unless something failed before.
    pub(super) fn fail(&mut self, failure: impl FnOnce() -> Failure) {
        self.failure.get_or_insert_with(failure);
    }

    /// Takes a value that was recorded later.
    pub(super) fn set(&mut self, attribute: Attribute) {
        fields::set(&mut self.attributes, attribute);
    }

    /// The attributes as its entry has them.
    pub(super) fn entry_attributes(&self) -> &[Attribute] {
        &self.attributes[..self.at_entry.min(self.attributes.len())]
    }
}
