//! What an operator sees of the queue and does to it: `outbox list | show | retry | drop`.

use jiff::Timestamp;
use rusqlite::{Connection, Row, params};

use super::{Body, queue};

/// What became of a document so far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LetterState {
    /// It waits for the sink, which failed on it so often.
    Waiting {
        /// Tries that failed.
        attempts: u32,
    },
    /// The sink refused it for good.
    Refused {
        /// When.
        at: Timestamp,
        /// What the sink said.
        reason: String,
    },
}

/// One document in the queue of one sink.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// The document's number, by which it is shown, retried and dropped.
    pub id: i64,
    /// The sink.
    pub sink: String,
    /// The scope that it is of.
    pub scope: String,
    /// When it was stored.
    pub stored_at: Timestamp,
    /// Bytes of the document.
    pub length: u64,
    /// Waiting or refused.
    pub state: LetterState,
}

/// Every document in every queue, the oldest first; at most `limit`.
///
/// # Errors
/// SQLite failed.
pub fn letters(connection: &Connection, limit: usize) -> rusqlite::Result<Vec<Letter>> {
    connection
        .prepare(
            "SELECT id, sink, queue.scope, stored_at, length, attempts, refused_at, reason FROM (
                 SELECT document, sink, scope, attempts, NULL AS refused_at, NULL AS reason
                 FROM pending
                 UNION ALL
                 SELECT document, sink, scope, 0, refused_at, reason FROM dead_letter
             ) AS queue JOIN document ON document.id = queue.document
             ORDER BY id, sink LIMIT ?1",
        )?
        .query_map([i64::try_from(limit).unwrap_or(i64::MAX)], letter)?
        .collect()
}

fn letter(row: &Row<'_>) -> rusqlite::Result<Letter> {
    let refused: Option<i64> = row.get(6)?;
    let state = match refused {
        None => LetterState::Waiting { attempts: row.get(5)? },
        Some(at) => LetterState::Refused { at: time(at), reason: row.get(7)? },
    };
    Ok(Letter {
        id: row.get(0)?,
        sink: row.get(1)?,
        scope: row.get(2)?,
        stored_at: time(row.get(3)?),
        length: row.get(4)?,
        state,
    })
}

fn time(milliseconds: i64) -> Timestamp {
    Timestamp::from_millisecond(milliseconds).unwrap_or_default()
}

/// The document `id`, compressed.
///
/// # Errors
/// SQLite failed.
pub fn body(connection: &Connection, id: i64) -> rusqlite::Result<Option<Body>> {
    queue::body(connection, id)
}

/// Puts dead letters back into their queues: `id`'s, or all; the answer is how many. Belongs in a
/// transaction.
///
/// # Errors
/// SQLite failed.
pub fn retry(connection: &Connection, id: Option<i64>) -> rusqlite::Result<usize> {
    connection.execute(
        "INSERT OR IGNORE INTO pending (sink, document, scope)
         SELECT sink, document, scope FROM dead_letter WHERE ?1 IS NULL OR document = ?1",
        params![id],
    )?;
    connection.execute("DELETE FROM dead_letter WHERE ?1 IS NULL OR document = ?1", params![id])
}

/// Removes the document `id` from every queue for good; `false` where there is none.
///
/// # Errors
/// SQLite failed.
pub fn drop_document(connection: &Connection, id: i64) -> rusqlite::Result<bool> {
    Ok(connection.execute("DELETE FROM document WHERE id = ?1", [id])? > 0)
}

/// Removes every dead letter for good; the answer is how many. Belongs in a transaction.
///
/// # Errors
/// SQLite failed.
pub fn drop_refused(connection: &Connection) -> rusqlite::Result<usize> {
    let documents: Vec<i64> = connection
        .prepare("SELECT DISTINCT document FROM dead_letter")?
        .query_map([], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    let dropped = connection.execute("DELETE FROM dead_letter", [])?;
    for id in documents {
        queue::release(connection, id)?;
    }
    Ok(dropped)
}
