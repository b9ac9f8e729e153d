//! Forgetting what was not seen for long.

use std::time::Duration;

use jiff::Timestamp;
use rusqlite::{Connection, Result};

/// Removes what services answered more than `retention` before `now` and not again since: of scopes
/// and services that are no longer asked, or no longer answer. Returns the number of answers
/// removed.
///
/// # Errors
/// SQLite's.
pub fn purge(connection: &Connection, retention: Duration, now: Timestamp) -> Result<usize> {
    let retention = i64::try_from(retention.as_millis()).unwrap_or(i64::MAX);
    let first_kept = now.as_millisecond().saturating_sub(retention);
    connection.execute("DELETE FROM inventory WHERE at < ?1", [first_kept])
}
