//! The status page: one HTML document that loads nothing, runs nothing and asks nothing.
//!
//! What is shown is made up here, as text; the templates under `templates/admin` only place it,
//! and escape all of it.

mod cost;
mod delivery;
mod facts;
mod notes;
mod plot;
pub(super) mod text;

#[cfg(test)]
mod tests;

use askama::Template;

use self::cost::{CostNow, DearRow, GroupLabel, GroupTable, ServiceRow};
use self::delivery::{OutboxUse, SinkRow};
use self::facts::Fact;
use self::notes::{NoteRow, ReasonRow};
use self::plot::Plot;
use self::text::Moment;
use super::health::{Health, Level};
use super::view::{Agent, View};

/// How many rows a list may have, so that a page stays a page.
mod bounds {
    pub(super) const DEAREST: usize = 10;
    pub(super) const TAG_VALUES: usize = 20;
    pub(super) const TAG_KEYS: usize = 10;
    pub(super) const NOTES: usize = 50;
    pub(super) const REASONS: usize = 50;
    pub(super) const SERVICES: usize = 200;
    pub(super) const SINKS: usize = 50;
    pub(super) const OPERATIONS: usize = 10;
}

#[derive(Template)]
#[template(path = "admin/page.html")]
struct Page<'a> {
    agent: &'a Agent,
    health: Health,
    now: Moment,
    interval: String,
    cycle: Option<CyclePart<'a>>,
    plot: Option<Plot>,
    sinks: Vec<SinkRow<'a>>,
    outbox: OutboxUse<'a>,
    facts: Vec<Fact<'a>>,
    operations: Vec<(&'a str, String)>,
}

/// What there is to show once a cycle has ended.
struct CyclePart<'a> {
    finished: Moment,
    cost: Option<CostNow>,
    services: Vec<ServiceRow<'a>>,
    groups: Vec<GroupTable<'a>>,
    dearest: Vec<DearRow<'a>>,
    reasons: Vec<ReasonRow<'a>>,
    reasons_left_out: usize,
    notes: Vec<NoteRow<'a>>,
    notes_left_out: usize,
    errors: &'a [String],
}

impl Page<'_> {
    /// The class and the colour that go with the health's word.
    fn level(&self) -> (&'static str, &'static str) {
        match self.health.level {
            Level::Healthy => ("healthy", "%232e8b57"),
            Level::Starting => ("starting", "%234a7bc8"),
            Level::Degraded => ("degraded", "%23d08700"),
            Level::Failing => ("failing", "%23d0342c"),
        }
    }
}

/// The status page of `view`: a whole HTML document.
///
/// # Errors
/// Never in practice: writing into memory does not fail.
pub fn page(view: &View) -> askama::Result<String> {
    let plot = Plot::of(&view.history, view.now);
    let cycle = view.last_cycle.as_ref().map(|cycle| {
        let (notes, notes_left_out) = notes::notes(&cycle.events);
        let (reasons, reasons_left_out) = notes::reasons(&cycle.unpriced_reasons);
        CyclePart {
            finished: Moment::new(cycle.finished_at, view.now),
            cost: CostNow::of(cycle),
            services: cost::services(cycle, plot.as_ref()),
            groups: cost::groups(cycle),
            dearest: cost::dearest(cycle),
            reasons,
            reasons_left_out,
            notes,
            notes_left_out,
            errors: &cycle.errors[..cycle.errors.len().min(bounds::NOTES)],
        }
    });
    Page {
        agent: &view.agent,
        health: Health::of(view),
        now: Moment::new(view.now, view.now),
        interval: text::period(view.interval),
        cycle,
        plot,
        sinks: delivery::sinks(view),
        outbox: OutboxUse::of(&view.outbox),
        facts: facts::facts(view),
        operations: facts::operations(&view.calls),
    }
    .render()
}
