//! From anywhere in the program to the span at hand.

use std::error::Error;
use std::panic::Location;
use std::sync::Arc;

use tracing::span::Id;
use tracing::{Dispatch, Metadata, Span, dispatcher};
use tracing_subscriber::registry::{LookupSpan as _, Registry, SpanRef};

use super::capture::{Capture, Kept};
use super::context::TraceContext;
use super::emit;
use super::failure::{Failure, Place};
use super::state::State;

/// The place in its trace of `span`, or of the nearest span around it that is taken. `None` where
/// there is none, and for a span that was left out with its trace: [`current`] then has the root.
#[must_use]
pub fn context_of(span: &Span) -> Option<TraceContext> {
    span.with_subscriber(|(id, dispatch)| {
        nearest(dispatch, id, |span| Some(span.extensions().get::<State>()?.context()))
    })?
}

/// The place in its trace of the current span, or of the nearest span around it that is taken.
#[must_use]
pub fn current() -> Option<TraceContext> {
    at_current(|span| Some(span.extensions().get::<State>()?.context()))
}

/// Keeps the events of `span` and of all below it in its trace from now on, up to `limit` of them.
/// It begins with the entries of the spans above it and of itself, so that every parent is there.
/// `None` for a span that is not taken. Of a trace that is sampled out there are events only after
/// an error.
#[must_use]
pub fn capture(span: &Span, limit: usize) -> Option<Capture> {
    span.with_subscriber(|(id, dispatch)| {
        let span = dispatch.downcast_ref::<Registry>()?.span(id)?;
        let (trace, span_id) = {
            let extensions = span.extensions();
            let state = extensions.get::<State>()?;
            (Arc::clone(&state.trace), state.span_id)
        };
        let kept = Arc::new(Kept::new(limit));
        trace.captures.add(span_id, &kept);
        if trace.is_recorded() {
            emit::write_owed(&span, &trace);
        }
        Some(Capture { kept })
    })?
}

/// Marks the current span as failed: its exit says the error's type, message and sources. A trace
/// that is sampled out is recorded from here on. The first error of a span stands.
#[track_caller]
pub fn record_error<E: Error>(error: &E) {
    let caller = Location::caller();
    // Before any lock is taken: an error's text may come from anywhere.
    let failure = Failure::of(error);
    let at = || Place { function: None, file: Some(caller.file()), line: Some(caller.line()) };
    at_current(|span| {
        emit::fail(span, failure, at);
        Some(())
    });
}

/// Marks `span` as failed, for a failure that is no [`Error`] in hand: its exit says `kind` and
/// `message`. Of a span that was left out with its trace, the trace is recorded from here on and
/// its root says what failed. The first failure of a span stands.
pub fn fail(span: &Span, kind: &str, message: &str) {
    let failure = Failure::said(kind, message);
    let metadata = span.metadata();
    let at = || Place {
        function: metadata.map(Metadata::name),
        file: metadata.and_then(Metadata::file),
        line: metadata.and_then(Metadata::line),
    };
    if span.is_disabled() {
        at_current(|root| {
            // In a trace that is recorded, a span that is not taken is nobody else's failure.
            let left_out = |state: &State| !state.trace.is_recorded();
            if root.extensions().get::<State>().is_some_and(left_out) {
                emit::fail(root, failure, at);
            }
            Some(())
        });
        return;
    }
    span.with_subscriber(|(id, dispatch)| {
        nearest(dispatch, id, |span| {
            emit::fail(span, failure, at);
            Some(())
        })
    });
}

fn at_current<T>(then: impl FnOnce(&SpanRef<'_, Registry>) -> Option<T>) -> Option<T> {
    // The subscriber is not held while `then` writes: that may say something to people.
    let dispatch = dispatcher::get_default(Dispatch::clone);
    let current = dispatch.current_span();
    nearest(&dispatch, current.id()?, then)
}

/// Finds the nearest span that is taken, from `id` outwards.
fn nearest<T>(
    dispatch: &Dispatch,
    id: &Id,
    then: impl FnOnce(&SpanRef<'_, Registry>) -> Option<T>,
) -> Option<T> {
    let span = dispatch.downcast_ref::<Registry>()?.span(id)?;
    let taken = span.scope().find(|span| span.extensions().get::<State>().is_some())?;
    then(&taken)
}
