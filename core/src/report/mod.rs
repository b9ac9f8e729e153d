//! What this agent saw, answered from its own history: no server is asked.
//!
//! [`report`] gives plain data; [`table`], [`json`] and [`csv`] print it. Three parts: the cost over
//! time by group, what changed since the day before, and how complete the figures are. A day on
//! which nothing was observed is a gap and never a zero.

mod answer;
mod changes;
mod costs;
mod coverage;
mod csv;
mod groups;
mod json;
mod now;
mod question;
mod sheet;
mod sparkline;
mod table;
mod text;
mod times;

use jiff::Timestamp;
use rusqlite::{Connection, Result};

pub use answer::{
    Change, ChangeList, Changes, Coverage, DayFigures, Group, GroupKey, HourFigures, Outdated,
    Report, ResourceKey,
};
pub use csv::csv;
pub use json::json;
pub use question::{Grouping, Question, ReportArgs, ReportFormat};
pub use table::table;

use crate::history::day_of;
use crate::history::read::{self, Catalogue};

/// Answers `question` from the history in `connection`, as of `now`.
///
/// The costs are those of whole UTC days, from the one in which the asked time begins (or the
/// history, where that is later) to today.
///
/// Run it in a read transaction where snapshots may arrive meanwhile: it asks several times.
///
/// # Errors
/// SQLite's.
pub fn report(connection: &Connection, question: &Question, now: Timestamp) -> Result<Report> {
    let (asked, today) = times::days_asked(question.since, now);
    let history = read::snapshots(connection, (i64::MIN, i64::MAX))?;
    let begin = history.first_at.map_or(today, day_of);
    let period = (asked.max(begin).min(today), today);
    let catalogue = Catalogue::load(connection)?;
    let watched = read::service_days(connection, &catalogue, period)?;
    let current = now::Current::load(connection, &catalogue)?;
    let span = costs::Span { period, now, watched: &watched };
    let (total, groups) = costs::costs(connection, &catalogue, question, &span, &current)?;
    let coverage = coverage::coverage(connection, &catalogue, period, &watched)?;
    Ok(Report {
        question: question.clone(),
        at: now,
        first: times::date(period.0),
        last: times::date(period.1),
        changes: changes::changes(connection, &catalogue, &current, today)?,
        total,
        groups,
        coverage,
    })
}
