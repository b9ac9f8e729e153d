//! How much may wait, and what goes when it is more.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, params};

use crate::config::{Limits, WhenFull};

/// What had to go.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Dropped {
    /// Documents dropped because the outbox was full.
    pub for_size: u64,
    /// Documents dropped because they were too old.
    pub for_age: u64,
}

impl Dropped {
    /// A sentence for the operator; `None` where nothing was dropped.
    pub(super) fn describe(&self, limits: &Limits) -> Option<String> {
        let mut parts = Vec::new();
        if self.for_size > 0 {
            let mebibytes = limits.max_bytes / (1024 * 1024);
            parts.push(format!("{} because it was full ({mebibytes} MiB)", self.for_size));
        }
        if self.for_age > 0 {
            let hours = limits.max_age.as_secs() / 3600;
            parts.push(format!("{} because they were older than {hours} h", self.for_age));
        }
        (!parts.is_empty())
            .then(|| format!("the outbox dropped its oldest documents: {}", parts.join(", ")))
    }
}

/// The size of a queue.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Documents that wait or were refused.
    pub documents: u64,
    /// Their compressed bytes.
    pub bytes: u64,
    /// Documents ever dropped.
    pub dropped: u64,
}

/// The size of the queue in `connection`.
pub(super) fn tally(connection: &Connection) -> rusqlite::Result<Tally> {
    connection.prepare_cached("SELECT documents, bytes, dropped FROM tally")?.query_row([], |row| {
        Ok(Tally { documents: row.get(0)?, bytes: row.get(1)?, dropped: row.get(2)? })
    })
}

/// Drops what is too old, then the oldest while there is too much; never a document from `first`
/// on, which are the ones just stored.
pub(super) fn enforce(
    connection: &Connection,
    limits: &Limits,
    first: i64,
    now: Timestamp,
) -> rusqlite::Result<Dropped> {
    let mut dropped = Dropped { for_age: expire(connection, limits, first, now)?, for_size: 0 };
    while limits.when_full == WhenFull::DropOldest && tally(connection)?.bytes > limits.max_bytes {
        let oldest: Option<i64> = connection
            .prepare_cached("SELECT id FROM document WHERE id < ?1 ORDER BY id LIMIT 1")?
            .query_row([first], |row| row.get(0))
            .optional()?;
        let Some(oldest) = oldest else { break };
        connection.prepare_cached("DELETE FROM document WHERE id = ?1")?.execute([oldest])?;
        dropped.for_size += 1;
    }
    let all = dropped.for_age + dropped.for_size;
    if all > 0 {
        connection.execute("UPDATE tally SET dropped = dropped + ?1", [all])?;
    }
    Ok(dropped)
}

/// Walks from the oldest on and stops at the first that may stay: the order of storing is the
/// order of age, unless the clock was set back, and then a document stays longer.
fn expire(
    connection: &Connection,
    limits: &Limits,
    first: i64,
    now: Timestamp,
) -> rusqlite::Result<u64> {
    let oldest_allowed =
        now.as_millisecond() - i64::try_from(limits.max_age.as_millis()).unwrap_or(i64::MAX);
    let keep_from: i64 = connection
        .prepare_cached(
            "SELECT coalesce(min(id), ?2) FROM document WHERE stored_at >= ?1 AND id < ?2",
        )?
        .query_row(params![oldest_allowed, first], |row| row.get(0))?;
    let expired = connection
        .prepare_cached("DELETE FROM document WHERE id < ?1")?
        .execute([keep_from.min(first)])?;
    Ok(expired as u64)
}
