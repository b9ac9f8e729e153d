//! The queue itself, as statements on one database.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, Row, params};

use super::{Body, Entry, EntryKey};

/// A document that a sink has not acknowledged.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Queued {
    /// Its number: the order in which documents were stored.
    pub id: i64,
    /// Whether it waits in memory.
    pub(super) in_memory: bool,
    /// Its name, which is its idempotency key.
    pub key: EntryKey,
    /// The scope it is of: documents of one scope are sent in order.
    pub scope: String,
    /// The trace in which it was collected (W3C `traceparent`), where there was one.
    pub traceparent: Option<String>,
}

/// How much waits for a sink.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Depth {
    /// Documents waiting.
    pub documents: u64,
    /// When the oldest of them was stored.
    pub oldest: Option<Timestamp>,
    /// Documents that the sink refused for good.
    pub dead_letters: u64,
}

/// Stores `entries` for `sinks`; the answer is the first new document's number.
pub(super) fn insert(
    connection: &Connection,
    scope: &str,
    entries: &[Entry],
    sinks: &[String],
    now: Timestamp,
) -> rusqlite::Result<i64> {
    let mut first = i64::MAX;
    // Without a sink nobody would ever take them away.
    for entry in entries.iter().filter(|_| !sinks.is_empty()) {
        connection
            .prepare_cached(
                "INSERT INTO document (key, scope, stored_at, length, size, body, traceparent)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            )?
            .execute(params![
                entry.key.as_str(),
                scope,
                now.as_millisecond(),
                entry.body.length,
                entry.body.compressed.len() as u64,
                entry.body.compressed,
                entry.traceparent,
            ])?;
        let id = connection.last_insert_rowid();
        for sink in sinks {
            connection
                .prepare_cached("INSERT INTO pending (sink, document, scope) VALUES (?1, ?2, ?3)")?
                .execute(params![sink, id, scope])?;
        }
        first = first.min(id);
    }
    Ok(first)
}

/// The oldest document of `sink` that `skip` does not pass over.
pub(super) fn next(
    connection: &Connection,
    sink: &str,
    in_memory: bool,
    mut skip: impl FnMut(&Queued) -> bool,
) -> rusqlite::Result<Option<Queued>> {
    let mut statement = connection.prepare_cached(
        "SELECT pending.document, document.key, pending.scope, document.traceparent
         FROM pending JOIN document ON document.id = pending.document
         WHERE pending.sink = ?1 ORDER BY pending.document",
    )?;
    let mut rows = statement.query([sink])?;
    while let Some(row) = rows.next()? {
        let queued = queued(row, in_memory)?;
        if !skip(&queued) {
            return Ok(Some(queued));
        }
    }
    Ok(None)
}

fn queued(row: &Row<'_>, in_memory: bool) -> rusqlite::Result<Queued> {
    Ok(Queued {
        id: row.get(0)?,
        in_memory,
        key: EntryKey(row.get(1)?),
        scope: row.get(2)?,
        traceparent: row.get(3)?,
    })
}

/// The document `id`, compressed; `None` where it was dropped meanwhile.
pub(super) fn body(connection: &Connection, id: i64) -> rusqlite::Result<Option<Body>> {
    connection
        .prepare_cached("SELECT length, body FROM document WHERE id = ?1")?
        .query_row([id], |row| Ok(Body { length: row.get(0)?, compressed: row.get(1)? }))
        .optional()
}

/// `sink` has the document `id`.
pub(super) fn acknowledge(connection: &Connection, sink: &str, id: i64) -> rusqlite::Result<()> {
    connection
        .prepare_cached("DELETE FROM pending WHERE sink = ?1 AND document = ?2")?
        .execute(params![sink, id])?;
    release(connection, id)
}

/// Removes the document `id` where nobody needs it any more.
pub(super) fn release(connection: &Connection, id: i64) -> rusqlite::Result<()> {
    connection
        .prepare_cached(
            "DELETE FROM document WHERE id = ?1
             AND NOT EXISTS (SELECT 1 FROM pending WHERE document = ?1)
             AND NOT EXISTS (SELECT 1 FROM dead_letter WHERE document = ?1)",
        )?
        .execute([id])?;
    Ok(())
}

/// `sink` failed on the document `id` once more; the answer is how often it has by now.
pub(super) fn failed(connection: &Connection, sink: &str, id: i64) -> rusqlite::Result<u32> {
    connection
        .prepare_cached(
            "UPDATE pending SET attempts = attempts + 1 WHERE sink = ?1 AND document = ?2
             RETURNING attempts",
        )?
        .query_row(params![sink, id], |row| row.get(0))
        .optional()
        .map(Option::unwrap_or_default)
}

/// How much waits for `sink`.
pub(super) fn depth(connection: &Connection, sink: &str) -> rusqlite::Result<Depth> {
    let (documents, first): (u64, Option<i64>) = connection
        .prepare_cached("SELECT count(*), min(document) FROM pending WHERE sink = ?1")?
        .query_row([sink], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let oldest: Option<i64> = connection
        .prepare_cached("SELECT stored_at FROM document WHERE id = ?1")?
        .query_row([first], |row| row.get(0))
        .optional()?;
    let dead_letters = connection
        .prepare_cached("SELECT count(*) FROM dead_letter WHERE sink = ?1")?
        .query_row([sink], |row| row.get(0))?;
    let oldest = oldest.and_then(|at| Timestamp::from_millisecond(at).ok());
    Ok(Depth { documents, oldest, dead_letters })
}

/// Copies everything that waits, in order, under new numbers.
pub(super) fn copy(from: &Connection, to: &Connection) -> rusqlite::Result<()> {
    let mut documents = from.prepare(
        "SELECT id, key, scope, stored_at, length, size, body, traceparent
         FROM document ORDER BY id",
    )?;
    let mut rows = documents.query([])?;
    while let Some(row) = rows.next()? {
        let old: i64 = row.get(0)?;
        let copied = to
            .prepare_cached(
                "INSERT INTO document (key, scope, stored_at, length, size, body, traceparent)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (key) DO NOTHING",
            )?
            .execute(params![
                row.get::<_, String>(1)?,
                row.get::<_, String>(2)?,
                row.get::<_, i64>(3)?,
                row.get::<_, i64>(4)?,
                row.get::<_, i64>(5)?,
                row.get::<_, Vec<u8>>(6)?,
                row.get::<_, Option<String>>(7)?,
            ])?;
        // One that is there already must not keep all others in memory.
        if copied > 0 {
            copy_queues(from, to, old, to.last_insert_rowid())?;
        }
    }
    Ok(())
}

fn copy_queues(from: &Connection, to: &Connection, old: i64, new: i64) -> rusqlite::Result<()> {
    let mut pending =
        from.prepare_cached("SELECT sink, scope, attempts FROM pending WHERE document = ?1")?;
    let mut rows = pending.query([old])?;
    while let Some(row) = rows.next()? {
        let (sink, scope, attempts): (String, String, u32) =
            (row.get(0)?, row.get(1)?, row.get(2)?);
        to.prepare_cached("INSERT INTO pending VALUES (?1, ?2, ?3, ?4)")?
            .execute(params![sink, new, scope, attempts])?;
    }
    let mut dead = from.prepare_cached(
        "SELECT sink, scope, refused_at, reason FROM dead_letter WHERE document = ?1",
    )?;
    let mut rows = dead.query([old])?;
    while let Some(row) = rows.next()? {
        let (sink, scope): (String, String) = (row.get(0)?, row.get(1)?);
        let (refused_at, reason): (i64, String) = (row.get(2)?, row.get(3)?);
        to.prepare_cached("INSERT INTO dead_letter VALUES (?1, ?2, ?3, ?4, ?5)")?
            .execute(params![sink, new, scope, refused_at, reason])?;
    }
    Ok(())
}

/// Removes everything.
pub(super) fn clear(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch("DELETE FROM document")
}
