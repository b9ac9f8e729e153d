//! The layer: which spans are taken, and what becomes of them.

use std::sync::Arc;

use opentelemetry::trace::{SpanId, SpanKind};
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::Interest;
use tracing::{Dispatch, Event, Level, Metadata, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::layer::{Context, Filter};
use tracing_subscriber::registry::{LookupSpan, SpanRef};

use super::emit;
use super::failure::{Failure, Place};
use super::fields::Fields;
use super::ids;
use super::mark;
use super::shared::Shared;
use super::state::{Parent, State, Trace};

/// The layer over `shared`, which slows down nothing that it does not take.
pub(super) fn layer<S>(shared: Arc<Shared>) -> impl Layer<S>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    Spans(Arc::clone(&shared)).with_filter(Taken(shared))
}

/// Lets through the spans that are taken, and errors.
struct Taken(Arc<Shared>);

impl Taken {
    fn takes(&self, metadata: &Metadata<'_>) -> bool {
        if metadata.is_span() { self.0.takes(metadata) } else { *metadata.level() == Level::ERROR }
    }
}

impl<S> Filter<S> for Taken {
    fn callsite_enabled(&self, metadata: &'static Metadata<'static>) -> Interest {
        match self.takes(metadata) {
            false => Interest::never(),
            // Whether a span is made depends on the trace at hand, each time.
            true if metadata.is_span() => Interest::sometimes(),
            true => Interest::always(),
        }
    }

    fn enabled(&self, metadata: &Metadata<'_>, _: &Context<'_, S>) -> bool {
        self.takes(metadata)
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        // No level is below ERROR: errors always come through.
        Some(LevelFilter::from_level(self.0.level()))
    }
}

struct Spans(Arc<Shared>);

impl Spans {
    fn owner(&self) -> usize {
        Arc::as_ptr(&self.0).addr()
    }

    /// What a new span is below of, and its trace.
    fn place<'a, R: LookupSpan<'a>>(
        &self,
        span: &SpanRef<'a, R>,
        fields: &Fields,
    ) -> (Arc<Trace>, Parent) {
        if fields.parent.is_none()
            && let Some(above) = above(span)
        {
            return above;
        }
        let shared = Arc::clone(&self.0);
        match fields.parent.or(self.0.parent) {
            Some(parent) => {
                let trace = Trace::new(shared, parent.trace_id, parent.sampled);
                (Arc::new(trace), Parent::Elsewhere(parent.span_id))
            }
            None => {
                let id = ids::trace_id();
                let recorded = ids::among(self.0.sample_ratio, id);
                (Arc::new(Trace::new(shared, id, recorded)), Parent::None)
            }
        }
    }

    /// Where an error was said: the function whose span is made at the same place, as with
    /// `#[instrument(err)]`, else the module.
    fn said_at(&self, metadata: &'static Metadata<'static>) -> Place {
        let (file, line) = (metadata.file(), metadata.line());
        let function = file.zip(line).and_then(|(file, line)| self.0.function_at(file, line));
        Place { function: Some(function.unwrap_or(metadata.target())), file, line }
    }
}

/// The nearest span above that was taken.
fn above<'a, R: LookupSpan<'a>>(span: &SpanRef<'a, R>) -> Option<(Arc<Trace>, Parent)> {
    span.scope().skip(1).find_map(|above| {
        let extensions = above.extensions();
        let state = extensions.get::<State>()?;
        let parent = Parent::Here(state.span_id, state.metadata.name());
        Some((Arc::clone(&state.trace), parent))
    })
}

/// The trace of a span, if it was taken.
fn trace_of<'a, R: LookupSpan<'a>>(span: &SpanRef<'a, R>) -> Option<Arc<Trace>> {
    span.extensions().get::<State>().map(|state| Arc::clone(&state.trace))
}

impl<S> Layer<S> for Spans
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    fn on_register_dispatch(&self, subscriber: &Dispatch) {
        self.0.keep_log(subscriber);
    }

    fn register_callsite(&self, metadata: &'static Metadata<'static>) -> Interest {
        if metadata.is_span() {
            self.0.note_place(metadata);
        }
        Interest::always()
    }

    fn enabled(&self, metadata: &Metadata<'_>, _: Context<'_, S>) -> bool {
        // This disables the span for every layer: one that reaches the registry is no longer
        // cheap.
        !(metadata.is_span() && mark::is_left_out(self.owner()))
    }

    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let Some(span) = context.span(id) else { return };
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        let (trace, parent) = self.place(&span, &fields);
        let state = State {
            span_id: new_span_id(parent),
            parent,
            metadata: attributes.metadata(),
            started: trace.clock.now(),
            at_entry: fields.attributes.len(),
            attributes: fields.attributes,
            kind: fields.kind.unwrap_or(SpanKind::Internal),
            entry: None,
            failure: None,
            trace,
        };
        emit::open(&span, state);
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        let Some(span) = context.span(id) else { return };
        // Before the lock is taken: a value's text may come from anywhere.
        let mut fields = Fields::default();
        values.record(&mut fields);
        let mut extensions = span.extensions_mut();
        let Some(state) = extensions.get_mut::<State>() else { return };
        fields.attributes.into_iter().for_each(|attribute| state.set(attribute));
        if let Some(kind) = fields.kind {
            state.kind = kind;
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let metadata = event.metadata();
        if *metadata.level() != Level::ERROR {
            return;
        }
        let Some(innermost) = context.event_span(event) else { return };
        let taken = innermost.scope().find(|span| trace_of(span).is_some());
        if let Some(span) = taken {
            emit::fail(&span, Failure::of_event(event), || self.said_at(metadata));
        }
    }

    fn on_enter(&self, id: &Id, context: Context<'_, S>) {
        if let Some(trace) = context.span(id).as_ref().and_then(trace_of) {
            mark::enter(self.owner(), id, &trace);
        }
    }

    fn on_exit(&self, id: &Id, _: Context<'_, S>) {
        mark::exit(self.owner(), id);
    }

    fn on_close(&self, id: Id, context: Context<'_, S>) {
        if let Some(span) = context.span(&id) {
            emit::close(&span);
        }
    }
}

/// A new id, other than the parent's.
fn new_span_id(parent: Parent) -> SpanId {
    loop {
        let id = ids::span_id();
        if parent.span_id() != Some(id) {
            return id;
        }
    }
}
