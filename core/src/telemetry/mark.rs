//! What the spans entered on this thread say of the ones to come.
//!
//! While a sampled-out trace is entered, spans are refused before they reach the registry: one that
//! gets there costs more than a sampled-out span may.

use std::cell::RefCell;
use std::sync::Arc;

use tracing::span::Id;

use super::state::Trace;

struct Entered {
    /// The telemetry whose span it is: a test may have several on a thread.
    owner: usize,
    span: u64,
    /// The trace, where it was sampled out when it was entered.
    left_out: Option<Arc<Trace>>,
}

thread_local! {
    /// The entered spans from the first sampled-out one on; empty in a thread that records.
    static ENTERED: RefCell<Vec<Entered>> = const { RefCell::new(Vec::new()) };
}

/// Notes that a span of `trace` was entered.
pub(super) fn enter(owner: usize, span: &Id, trace: &Arc<Trace>) {
    let left_out = (!trace.is_recorded()).then(|| Arc::clone(trace));
    let span = span.into_u64();
    // A thread that ends has no use for it any more.
    let _ = ENTERED.try_with(|entered| {
        let mut entered = entered.borrow_mut();
        if left_out.is_some() || !entered.is_empty() {
            entered.push(Entered { owner, span, left_out });
        }
    });
}

/// Notes that a span was left.
pub(super) fn exit(owner: usize, span: &Id) {
    let span = span.into_u64();
    let left = ENTERED.try_with(|entered| {
        let mut entered = entered.borrow_mut();
        let at = entered.iter().rposition(|one| one.owner == owner && one.span == span)?;
        // The trace is dropped after the borrow: its end may run other code.
        Some(entered.remove(at))
    });
    drop(left);
}

/// Whether the innermost entered span belongs to a trace that is still left out.
pub(super) fn is_left_out(owner: usize) -> bool {
    ENTERED
        .try_with(|entered| match entered.borrow().last() {
            Some(Entered { owner: of, left_out: Some(trace), .. }) => {
                *of == owner && !trace.is_recorded()
            }
            _ => false,
        })
        .unwrap_or(false)
}
