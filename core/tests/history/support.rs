//! Snapshots of a few resources, and questions about them.

use std::sync::Arc;
use std::time::Duration;

use finops_core::history::{self, Cadence};
use finops_core::model::{
    CollectionStats, Costs, Price, Quantity, Readings, Resource, Scope, ServiceFailure,
    ServiceOutcome, ServiceSnapshot, Snapshot, Traces, Unit,
};
use finops_core::report::{Group, Question, Report, report};
use jiff::Timestamp;
use rusqlite::Connection;
use rust_decimal::Decimal;
use uuid::Uuid;

pub(crate) const EVERY_5_MINUTES: Cadence = Cadence::Every(Duration::from_secs(300));

/// An empty history in memory.
pub(crate) fn history() -> Connection {
    let connection = Connection::open_in_memory().unwrap();
    connection.execute_batch(history::SCHEMA).unwrap();
    connection
}

pub(crate) fn time(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub(crate) fn usd(text: &str) -> Decimal {
    text.parse().unwrap()
}

fn price(unit_price: &str, unit: Unit) -> Arc<Price> {
    Arc::new(Price {
        unit_price: usd(unit_price),
        unit,
        source: "test".into(),
        as_of: jiff::civil::date(2026, 1, 1),
        sku_key: "key".into(),
    })
}

/// Costs of so many USD an hour.
pub(crate) fn hourly(unit_price: &str) -> Costs {
    let mut costs = Costs::free();
    costs.add("compute", Quantity::ONE, price(unit_price, Unit::Hour));
    costs
}

/// Costs of so many USD a month of 730 hours.
pub(crate) fn monthly(unit_price: &str) -> Costs {
    let mut costs = Costs::free();
    costs.add("storage", Quantity::ONE, price(unit_price, Unit::GigabyteMonth));
    costs
}

/// A resource in eu-west-1 with these costs.
pub(crate) fn resource(id: &str, costs: Costs) -> Resource {
    let mut resource = Resource::new("instance", id, &"eu-west-1".into());
    resource.costs = costs;
    resource
}

/// A resource that costs so many USD an hour.
pub(crate) fn instance(id: &str, usd_an_hour: &str) -> Resource {
    resource(id, hourly(usd_an_hour))
}

pub(crate) fn tagged(id: &str, usd_an_hour: &str, tags: &[(&str, &str)]) -> Resource {
    let mut resource = instance(id, usd_an_hour);
    for (key, value) in tags {
        resource.tags.push((*key).into(), value);
    }
    resource
}

/// What a service answered.
pub(crate) fn answer(name: &'static str, listed: Vec<Resource>) -> (&'static str, ServiceOutcome) {
    (name, ServiceOutcome::of(listed))
}

/// The answer of the one service that most tests have.
pub(crate) fn ec2(listed: Vec<Resource>) -> (&'static str, ServiceOutcome) {
    answer("ec2", listed)
}

pub(crate) fn failed(name: &'static str) -> (&'static str, ServiceOutcome) {
    let failure = ServiceFailure { error: "AccessDenied: no".to_owned(), hint: None };
    (name, ServiceOutcome::Failed(failure))
}

/// What `ec2` answered, of which a part is missing.
pub(crate) fn partial(listed: Vec<Resource>) -> (&'static str, ServiceOutcome) {
    let failure = ServiceFailure { error: "Unreachable: one zone".to_owned(), hint: None };
    ("ec2", ServiceOutcome::Partial(listed, failure))
}

pub(crate) type Answers = Vec<(&'static str, ServiceOutcome)>;

/// Records a snapshot of account 1 in eu-west-1, five minutes being the interval.
pub(crate) fn record(connection: &Connection, at: &str, answers: Answers) {
    record_of(connection, "1", at, answers, EVERY_5_MINUTES);
}

/// Records a snapshot of an account in eu-west-1.
pub(crate) fn record_of(
    connection: &Connection,
    account: &str,
    at: &str,
    answers: Answers,
    cadence: Cadence,
) {
    let at = time(at);
    let services = answers
        .into_iter()
        .map(|(name, outcome)| ServiceSnapshot { name: name.into(), outcome, collected_at: at })
        .collect();
    let snapshot = Snapshot {
        id: Uuid::nil(),
        scope: Scope { provider: "aws", account_id: account.into(), region: "eu-west-1".into() },
        collected_at: at,
        services,
        readings: Readings::default(),
        events: Vec::new(),
        stats: CollectionStats::default(),
        traces: Traces::default(),
    };
    history::record(connection, &snapshot, cadence).unwrap();
}

/// What the history answers about the last 30 days.
pub(crate) fn ask(connection: &Connection, by: &str, now: &str) -> Report {
    ask_since(connection, by, 30 * 24, now)
}

pub(crate) fn ask_since(connection: &Connection, by: &str, hours: u64, now: &str) -> Report {
    let since = Duration::from_secs(hours * 3_600);
    let question = Question { by: by.parse().unwrap(), since, limit: 20 };
    report(connection, &question, time(now)).unwrap()
}

/// Cost and observed seconds of one day of a group.
pub(crate) fn day(group: &Group, date: &str) -> (Option<Decimal>, u64) {
    let found = group.days.iter().find(|day| day.day.to_string() == date);
    let found = found.unwrap_or_else(|| panic!("no day {date} in {group:?}"));
    (found.cost, found.observed.as_secs())
}

/// The group of this name.
pub(crate) fn group<'a>(report: &'a Report, name: &str) -> &'a Group {
    let key = finops_core::report::GroupKey::Named(name.to_owned());
    let found = report.groups.iter().find(|group| group.key == key);
    found.unwrap_or_else(|| panic!("no group {name} in {:?}", report.groups))
}
