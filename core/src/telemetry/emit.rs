//! From open spans to events: when an entry is written, what an error does, what a close does.

use std::cell::RefCell;
use std::sync::Arc;

use opentelemetry::trace::SpanId;
use tracing_subscriber::registry::{LookupSpan, SpanRef};

use super::failure::{Failure, Place};
use super::metrics::Reason;
use super::render;
use super::state::{State, Trace};

thread_local! {
    /// The text of the event at hand: memory that is used again for the next.
    static TEXT: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// The most that a thread keeps for its next event, in bytes.
const KEPT: usize = 64 << 10;

/// Writes the entry of a new span, if its trace is recorded.
pub(super) fn open<'a, R: LookupSpan<'a>>(span: &SpanRef<'a, R>, mut state: State) {
    if state.trace.is_recorded() {
        if state.trace.is_promoted() {
            write_owed(span, &state.trace);
        }
        write_entry(span, &mut state);
    }
    span.extensions_mut().replace(state);
}

/// Notes that `span` failed, said at `place`. A trace that was sampled out is recorded from here
/// on.
pub(super) fn fail<'a, R: LookupSpan<'a>>(
    span: &SpanRef<'a, R>,
    failure: Failure,
    place: impl FnOnce() -> Place,
) {
    let trace = {
        let mut extensions = span.extensions_mut();
        let Some(state) = extensions.get_mut::<State>() else { return };
        let recorded = state.trace.is_recorded();
        let place = (!recorded).then(place);
        state.fail(|| Failure { place, ..failure });
        if recorded {
            return;
        }
        Arc::clone(&state.trace)
    };
    trace.promote();
    write_owed(span, &trace);
}

/// Writes the exit of a span that closes.
pub(super) fn close<'a, R: LookupSpan<'a>>(span: &SpanRef<'a, R>) {
    let owing = {
        let mut extensions = span.extensions_mut();
        let Some(state) = extensions.get_mut::<State>() else { return };
        if std::thread::panicking() {
            state.fail(Failure::panic);
        }
        if !state.trace.is_recorded() {
            if state.failure.is_none() {
                return;
            }
            state.trace.promote();
        }
        if !state.trace.is_promoted() {
            write_exit(span, state);
            return;
        }
        Arc::clone(&state.trace)
    };
    write_owed(span, &owing);
    if let Some(state) = span.extensions_mut().get_mut::<State>() {
        write_exit(span, state);
    }
}

/// Writes the entries that `span` and the spans above it owe, the outermost first, and begins the
/// captures that waited for them.
pub(super) fn write_owed<'a, R: LookupSpan<'a>>(span: &SpanRef<'a, R>, trace: &Arc<Trace>) {
    let chain: Vec<SpanRef<'a, R>> = span.scope().from_root().collect();
    for above in &chain {
        let mut extensions = above.extensions_mut();
        if let Some(state) = extensions.get_mut::<State>()
            && Arc::ptr_eq(&state.trace, trace)
            && state.entry.is_none()
        {
            write_entry(above, state);
        }
    }
    if trace.captures.any() {
        begin_captures(&chain, trace);
    }
}

fn begin_captures<'a, R: LookupSpan<'a>>(chain: &[SpanRef<'a, R>], trace: &Arc<Trace>) {
    for (at, kept) in trace.captures.live().into_iter().filter(|(_, kept)| !kept.has_begun()) {
        let is_at = |span: &SpanRef<'a, R>| {
            let extensions = span.extensions();
            extensions.get::<State>().is_some_and(|state| state.span_id == at)
        };
        if let Some(place) = chain.iter().position(is_at) {
            // Before the capture is locked: whoever writes an event holds these locks the other way
            // round.
            let entries = chain[..=place].iter().filter_map(|above| entry_again(above, trace));
            kept.begin(&entries.collect::<Vec<_>>());
        }
    }
}

/// The entry event of `span` as it was written.
fn entry_again<'a, R: LookupSpan<'a>>(
    span: &SpanRef<'a, R>,
    trace: &Arc<Trace>,
) -> Option<Vec<u8>> {
    let extensions = span.extensions();
    let state = extensions.get::<State>().filter(|state| Arc::ptr_eq(&state.trace, trace))?;
    let mut text = Vec::new();
    render::entry(&mut text, &trace.shared.common(), state, state.entry?);
    Some(text)
}

fn write_entry<'a, R: LookupSpan<'a>>(span: &SpanRef<'a, R>, state: &mut State) {
    let shared = &state.trace.shared;
    let sequence = shared.next();
    state.entry = Some(sequence);
    if wanted(state) {
        let state = &*state;
        with_text(
            |text| render::entry(text, &state.trace.shared.common(), state, sequence),
            |text| publish(span, state, text),
        );
    }
}

fn write_exit<'a, R: LookupSpan<'a>>(span: &SpanRef<'a, R>, state: &State) {
    let shared = &state.trace.shared;
    let ended = state.trace.clock.now();
    let sequence = shared.next();
    if wanted(state) {
        with_text(
            |text| render::exit(text, &shared.common(), state, sequence, ended),
            |text| publish(span, state, text),
        );
    }
    let (described, known) = shared.described();
    shared.metrics.count(state, described, known, ended.saturating_sub(state.started));
    if !shared.queues.add_span(state, ended) {
        shared.metrics.drop_events(Reason::QueueFull, 1);
    }
}

/// Whether anything takes the events of this trace.
fn wanted(state: &State) -> bool {
    state.trace.shared.queues.take_events() || state.trace.captures.any()
}

fn with_text(render: impl FnOnce(&mut Vec<u8>), publish: impl FnOnce(&[u8])) {
    // A thread at its end may close spans when its own memory is gone.
    let mut text = TEXT.try_with(RefCell::take).unwrap_or_default();
    text.clear();
    render(&mut text);
    publish(&text);
    text.shrink_to(KEPT);
    let _ = TEXT.try_with(|kept| kept.replace(text));
}

fn publish<'a, R: LookupSpan<'a>>(span: &SpanRef<'a, R>, state: &State, event: &[u8]) {
    state.trace.shared.hand_out(event);
    if state.trace.captures.any() {
        state.trace.captures.push(&lineage(span, state), event);
    }
}

/// The span and those above it in its trace.
fn lineage<'a, R: LookupSpan<'a>>(span: &SpanRef<'a, R>, state: &State) -> Vec<SpanId> {
    let mut spans = vec![state.span_id];
    for above in span.scope().skip(1) {
        if let Some(above) = above.extensions().get::<State>()
            && Arc::ptr_eq(&above.trace, &state.trace)
        {
            spans.push(above.span_id);
        }
    }
    spans
}
