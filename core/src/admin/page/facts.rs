//! Facts about the agent itself: a name, a value, and a remark.

use std::cmp::Reverse;

use jiff::SignedDuration;

use super::cost::plural;
use super::text::Moment;
use super::{bounds, text};
use crate::admin::{Calls, Registration, View};

/// One fact.
pub(super) struct Fact<'a> {
    pub(super) name: &'static str,
    pub(super) value: String,
    pub(super) at: Option<Moment>,
    pub(super) remark: Option<&'a str>,
}

impl<'a> Fact<'a> {
    fn new(name: &'static str, value: impl Into<String>) -> Self {
        Self { name, value: value.into(), at: None, remark: None }
    }

    fn at(mut self, at: Moment) -> Self {
        self.at = Some(at);
        self
    }

    fn remark(mut self, remark: &'a str) -> Self {
        self.remark = Some(remark);
        self
    }
}

pub(super) fn facts(view: &View) -> Vec<Fact<'_>> {
    let moment = |at| Moment::new(at, view.now);
    let mut facts = vec![registration(view)];
    facts.push(match &view.last_cycle {
        Some(cycle) => {
            Fact::new("Last cycle", format!("took {}, ended", text::took(cycle.duration)))
                .at(moment(cycle.finished_at))
        }
        None => Fact::new("Last cycle", "none yet"),
    });
    let failed = match view.cycle_failures {
        0 => String::new(),
        failures => format!(", {} without a result", text::count(failures)),
    };
    let every = text::period(view.interval);
    facts.push(Fact::new("Cycles", format!("{}{failed}, every {every}", text::count(view.cycles))));
    facts.extend(view.standing.words().map(|words| Fact::new("Replica", words)));
    facts.push(calls(&view.calls));
    if let Some(cost) = view.calls.estimated_cost {
        let cost = format!("about {} USD since the start", text::money(cost, 4));
        facts.push(Fact::new("Cost of requests", cost));
    }
    facts.push(price_book(view));
    facts.push(Fact::new("Started", "").at(moment(view.started_at)));
    if let Some(place) = &view.agent.place {
        facts.push(Fact::new("Runs on", "").remark(place));
    }
    facts.push(Fact::new("Agent id", "").remark(&view.agent.agent_id));
    facts
}

fn registration(view: &View) -> Fact<'_> {
    let moment = |at| Moment::new(at, view.now);
    match &view.registration {
        Registration::NotNeeded => Fact::new("Registration", "not needed: there is no server"),
        Registration::Registered { at } => Fact::new("Registration", "registered").at(moment(*at)),
        Registration::Waiting { since, reason } => {
            Fact::new("Registration", "waiting since").at(moment(*since)).remark(reason)
        }
    }
}

fn calls(calls: &Calls) -> Fact<'_> {
    let requests = plural(calls.api_calls, "request");
    let retries = text::count(calls.retries);
    let throttled = text::count(calls.throttled);
    Fact::new("Vendor's API", format!("{requests}, {retries} repeated, {throttled} throttled"))
}

fn price_book(view: &View) -> Fact<'_> {
    let Some(book) = &view.price_book else {
        return Fact::new("Price book", "none in use");
    };
    let prices = plural(book.rows, "price");
    let age = book.age(view.now).map_or_else(String::new, |age| {
        let span = SignedDuration::try_from(age).unwrap_or(SignedDuration::MAX);
        format!(", {} old", text::span(span))
    });
    let trouble = book.trouble.as_ref().map(|trouble| format!("; {trouble}")).unwrap_or_default();
    let said = match &book.synced {
        Some(synced) => {
            let tables = plural(synced.tables, "table");
            format!("{prices} in {tables} fetched from the vendor{age}{trouble}")
        }
        None => format!("{prices}, the newest of {}{age}{trouble}", book.newest),
    };
    Fact::new("Price book", said)
}

/// The operations that were asked for most, with their counts.
pub(super) fn operations(calls: &Calls) -> Vec<(&str, String)> {
    let mut sorted: Vec<_> = calls.operations.iter().collect();
    sorted.sort_by_key(|(name, count)| (Reverse(*count), name.as_str()));
    sorted.truncate(bounds::OPERATIONS);
    sorted.into_iter().map(|(name, count)| (name.as_str(), text::count(*count))).collect()
}
