//! One snapshot into the history.

use std::fmt::Write as _;
use std::ops::Range;

use rusqlite::{CachedStatement, Connection, Result, params};

use super::Cadence;
use super::money::{self, stored};
use super::observed::Observed;
use super::resources::Resources;
use super::services::{self, Service};
use crate::model::{CostRate, Costs, Resource, Snapshot};

/// Adds a snapshot to the history.
///
/// Call it once a snapshot, within the transaction that stores the snapshot's documents: then a
/// snapshot is counted exactly once, whenever the process ends. The time of a snapshot is when its
/// collecting began.
///
/// # Errors
/// SQLite's: the disk is full, the file is damaged. The transaction should then be rolled back.
pub fn record(transaction: &Connection, snapshot: &Snapshot, cadence: Cadence) -> Result<()> {
    let at = snapshot.collected_at.as_millisecond();
    let scope = services::scope(transaction, &snapshot.scope)?;
    services::count_snapshot(transaction, scope, at)?;
    for seen in &snapshot.services {
        let service = Service::find(transaction, scope, &seen.name)?;
        // Of an answer in part it is not known what has gone: it makes no time known either.
        if seen.outcome.failure().is_some() {
            service.failed(transaction, at)?;
            continue;
        }
        let observed = service.observed(cadence, at);
        add_answer(transaction, service, &observed, seen.outcome.resources(), at)?;
        service.answered(transaction, at, &observed)?;
    }
    Ok(())
}

fn add_answer(
    transaction: &Connection,
    service: Service,
    observed: &Observed,
    listed: &[Resource],
    at: i64,
) -> Result<()> {
    let mut resources = Resources::of(transaction, service.id, at)?;
    let mut answer = Answer::new(transaction, service, observed)?;
    for resource in listed {
        answer.add(resources.row_of(resource)?, &resource.costs)?;
    }
    answer.finish(transaction, listed.is_empty())
}

/// How much of a resource has a price, as the column has it.
fn pricing(costs: &Costs) -> i64 {
    if costs.is_unpriced() { 2 } else { i64::from(costs.is_partly_priced()) }
}

/// The part of the observed time that lies in one day.
struct DayOf {
    day: i64,
    seconds: i64,
    /// Its parts among those of the observed time.
    parts: Range<usize>,
}

/// The days of an observed time; the last is the day of the answer, where nothing may lie in it.
fn days_of(observed: &Observed) -> Vec<DayOf> {
    let mut days: Vec<DayOf> = Vec::with_capacity(2);
    for parts in observed.days() {
        let start = days.last().map_or(0, |before| before.parts.end);
        days.push(DayOf {
            day: parts[0].day(),
            seconds: parts.iter().map(|part| part.seconds).sum(),
            parts: start..start + parts.len(),
        });
    }
    if days.last().is_none_or(|last| last.day != observed.day) {
        let end = observed.parts.len();
        days.push(DayOf { day: observed.day, seconds: 0, parts: end..end });
    }
    days
}

/// A service's good answer while its resources are added. Nothing is allocated for a resource.
struct Answer<'a> {
    service: i64,
    number: i64,
    observed: &'a Observed,
    days: Vec<DayOf>,
    add_day: CachedStatement<'a>,
    /// What the resource at hand accrued in each part, in pico-USD.
    accrued: Vec<i128>,
    /// The same over all resources.
    totals: Vec<i128>,
    /// Whether the totals say something: a resource had a price, or there was none at all.
    known: bool,
    /// The rate of the resource at hand.
    rate: String,
}

impl<'a> Answer<'a> {
    fn new(connection: &'a Connection, service: Service, observed: &'a Observed) -> Result<Self> {
        Ok(Self {
            service: service.id,
            number: service.answers + 1,
            observed,
            days: days_of(observed),
            add_day: connection.prepare_cached(include_str!("sql/add_day.sql"))?,
            accrued: vec![0; observed.parts.len()],
            totals: vec![0; observed.parts.len()],
            known: false,
            rate: String::new(),
        })
    }

    /// Adds one resource: first the day of the answer, which refuses one that is listed twice, then
    /// what it accrued on the days before.
    fn add(&mut self, resource: i64, costs: &Costs) -> Result<()> {
        let rate = costs.known();
        self.accrue(rate);
        self.rate.clear();
        if let Some(rate) = rate {
            // Writing to a string cannot fail.
            let _ = write!(self.rate, "{}", rate.exact_monthly());
        }
        let rate_text = rate.map(|_| &*self.rate);
        let pricing = pricing(costs);
        for (index, day) in self.days.iter().enumerate().rev() {
            let cost = rate.map(|_| stored(self.accrued[day.parts.clone()].iter().sum()));
            let unpriced = if pricing == 0 { 0 } else { day.seconds };
            let is_last = index + 1 == self.days.len();
            let number = is_last.then_some(self.number);
            let rate = if is_last { rate_text } else { None };
            let row =
                params![day.day, resource, cost, day.seconds, unpriced, rate, pricing, number];
            if self.add_day.execute(row)? == 0 {
                return Ok(());
            }
        }
        if rate.is_some() {
            self.known = true;
            self.totals.iter_mut().zip(&self.accrued).for_each(|(total, part)| *total += part);
        }
        Ok(())
    }

    /// Splits what accrued so that the parts add up to the whole, which alone is rounded.
    fn accrue(&mut self, rate: Option<CostRate>) {
        let mut before = 0;
        for (accrued, part) in self.accrued.iter_mut().zip(&self.observed.parts) {
            let until_here = rate.map_or(0, |rate| money::accrued(rate, part.until));
            *accrued = until_here - before;
            before = until_here;
        }
    }

    /// Adds the service's hours.
    fn finish(self, connection: &Connection, is_empty: bool) -> Result<()> {
        let mut add_hour = connection.prepare_cached(include_str!("sql/add_hour.sql"))?;
        for (part, total) in self.observed.parts.iter().zip(&self.totals) {
            let cost = (self.known || is_empty).then(|| stored(*total));
            add_hour.execute(params![part.hour, self.service, cost, part.seconds])?;
        }
        Ok(())
    }
}
