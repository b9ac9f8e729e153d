//! Forgetting what is old.

use std::time::Duration;

use jiff::Timestamp;
use rusqlite::{Connection, Result};

use super::{DAY_MILLISECONDS, day_of};

/// How many days the hours are kept: they serve the last two days in detail.
const DAYS_OF_HOURS: i64 = 8;

/// Removes the days that ended more than `retention` before `now`, with the resources, services and
/// scopes of which nothing else is known. Returns the number of rows removed.
///
/// It wants to be called once a day or so, in a transaction.
///
/// # Errors
/// SQLite's.
pub fn purge(connection: &Connection, retention: Duration, now: Timestamp) -> Result<usize> {
    let now = now.as_millisecond();
    let retention = i64::try_from(retention.as_millis()).unwrap_or(i64::MAX);
    let first_kept = day_of(now.saturating_sub(retention));
    let first_hour = first_kept.max(day_of(now) - DAYS_OF_HOURS).saturating_mul(24);
    let mut removed = connection.execute(
        "DELETE FROM history_resource
         WHERE id IN (SELECT resource FROM history_day WHERE day < ?1)
           AND id NOT IN (SELECT resource FROM history_day WHERE day >= ?1)",
        [first_kept],
    )?;
    for statement in [
        "DELETE FROM history_day WHERE day < ?1",
        "DELETE FROM history_service_day WHERE day < ?1",
        "DELETE FROM history_scope_day WHERE day < ?1",
    ] {
        removed += connection.execute(statement, [first_kept])?;
    }
    removed += connection.execute("DELETE FROM history_hour WHERE hour < ?1", [first_hour])?;
    // An answer whose resources are forgotten is no answer: it would look empty.
    connection.execute(
        "UPDATE history_service SET last_at = NULL, last_gap = NULL WHERE last_at < ?1",
        [first_kept.saturating_mul(DAY_MILLISECONDS)],
    )?;
    for statement in [
        "DELETE FROM history_service WHERE id NOT IN (SELECT service FROM history_service_day)",
        "DELETE FROM history_scope WHERE id NOT IN (SELECT scope FROM history_scope_day)",
    ] {
        removed += connection.execute(statement, [])?;
    }
    Ok(removed)
}
