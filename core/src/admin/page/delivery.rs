//! Where documents go, and what waits.

use rust_decimal::Decimal;

use super::text::Moment;
use super::{bounds, text};
use crate::admin::{Outbox, Sink, SinkState, View};

/// One sink.
pub(super) struct SinkRow<'a> {
    pub(super) sink: &'a Sink,
    pub(super) waiting: String,
    pub(super) oldest: Option<Moment>,
    pub(super) delivered: String,
    pub(super) dead_letters: String,
    pub(super) retries: String,
    pub(super) down: Option<DownCells<'a>>,
}

/// A sink that takes nothing at present.
pub(super) struct DownCells<'a> {
    pub(super) since: Moment,
    pub(super) reason: &'a str,
    pub(super) next_try: Option<Moment>,
}

pub(super) fn sinks(view: &View) -> Vec<SinkRow<'_>> {
    let moment = |at| Moment::new(at, view.now);
    view.sinks
        .iter()
        .take(bounds::SINKS)
        .map(|sink| SinkRow {
            sink,
            waiting: text::count(sink.waiting),
            oldest: sink.oldest.map(moment),
            delivered: text::count(sink.delivered),
            dead_letters: text::count(sink.dead_letters),
            retries: text::count(sink.retries),
            down: match &sink.state {
                SinkState::Delivering => None,
                SinkState::Down { since, reason, next_try } => Some(DownCells {
                    since: moment(*since),
                    reason,
                    next_try: next_try.map(moment),
                }),
            },
        })
        .collect()
}

/// How full the outbox is.
pub(super) struct OutboxUse<'a> {
    pub(super) used: String,
    pub(super) max: String,
    /// Percent of what it may hold.
    pub(super) share: String,
    /// Documents given up; `None` where there are none.
    pub(super) dropped: Option<String>,
    pub(super) in_memory_because: Option<&'a str>,
}

impl<'a> OutboxUse<'a> {
    pub(super) fn of(outbox: &'a Outbox) -> Self {
        Self {
            used: text::bytes(outbox.bytes),
            max: text::bytes(outbox.max_bytes),
            share: text::percent(
                Decimal::from(outbox.bytes.min(outbox.max_bytes)),
                Decimal::from(outbox.max_bytes),
            ),
            dropped: (outbox.dropped > 0).then(|| text::count(outbox.dropped)),
            in_memory_because: outbox.in_memory_because.as_deref(),
        }
    }
}
