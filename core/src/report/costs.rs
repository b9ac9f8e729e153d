//! The cost over time, by group.

use std::cmp::Reverse;
use std::time::Duration;

use jiff::Timestamp;
use rusqlite::{Connection, Result};

use super::answer::Group;
use super::groups::Groups;
use super::now::Current;
use super::question::{Grouping, Question};
use super::sheet::Sheet;
use super::times;
use crate::history::read::{self, Catalogue, ServiceDay};

/// Up to how long a time is also answered by the hour.
const LONGEST_BY_HOUR: Duration = Duration::from_secs(48 * 3_600);

/// The time that is asked about.
pub(super) struct Span<'a> {
    /// The first and the last day.
    pub(super) period: (i64, i64),
    /// When it is asked.
    pub(super) now: Timestamp,
    /// How the services were watched in it, in the order of days.
    pub(super) watched: &'a [ServiceDay],
}

/// The total, and the groups in the order of their cost, the dearest first.
pub(super) fn costs(
    connection: &Connection,
    catalogue: &Catalogue,
    question: &Question,
    span: &Span<'_>,
    current: &Current,
) -> Result<(Group, Vec<Group>)> {
    let mut sheets = [
        Sheet::new(Groups::total(catalogue), span.period),
        Sheet::new(Groups::by(&question.by, catalogue), span.period),
    ];
    add_days(connection, catalogue, span, &mut sheets)?;
    let is_by_services = matches!(question.by, Grouping::Service | Grouping::Account);
    if is_by_services && question.since <= LONGEST_BY_HOUR {
        let hours = times::hours_asked(question.since, span.now);
        let rows = read::service_hours(connection, catalogue, hours)?;
        sheets.iter_mut().for_each(|sheet| sheet.add_hours(hours, &rows));
    }
    sheets.iter_mut().for_each(|sheet| sheet.add_current(catalogue, current));
    let [total, groups] = sheets;
    let mut groups = groups.of_period();
    groups.sort_by(|one, other| {
        let cost = |group: &Group| Reverse((group.cost, group.rate_now));
        cost(one).cmp(&cost(other)).then_with(|| one.key.cmp(&other.key))
    });
    Ok((total.whole(), groups))
}

fn add_days(
    connection: &Connection,
    catalogue: &Catalogue,
    span: &Span<'_>,
    sheets: &mut [Sheet; 2],
) -> Result<()> {
    let mut watched = span.watched.chunk_by(|one, next| one.day == next.day).peekable();
    let mut seconds: Vec<Option<i64>> = Vec::new();
    for day in span.period.0..=span.period.1 {
        read::resource_days(connection, catalogue, day, |row| {
            sheets.iter_mut().for_each(|sheet| sheet.add(&row));
        })?;
        seconds.clear();
        seconds.resize(catalogue.services.len(), None);
        for of_day in watched.next_if(|rows| rows[0].day == day).unwrap_or_default() {
            seconds[of_day.service] = Some(of_day.seconds);
        }
        sheets.iter_mut().for_each(|sheet| sheet.finish_day(day, &seconds));
    }
    Ok(())
}
