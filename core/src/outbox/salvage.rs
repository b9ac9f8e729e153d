//! What can still be read of a damaged file's queues.

use std::collections::BTreeSet;
use std::path::Path;

use rusqlite::{Connection, OpenFlags, Result, params};

use super::{Body, queue};

/// A document that was waiting, with its queues.
struct Found {
    key: String,
    scope: String,
    stored_at: i64,
    body: Body,
    sinks: Vec<String>,
}

/// Copies the documents that wait in the file `damaged` and are whole to `to`; the answer is how
/// many. The damaged file is only read. Where it does not say any more which sinks wait for a
/// document, all of `sinks` do: a repeat carries the same key.
pub(super) fn salvage(damaged: &Path, to: &Connection, sinks: &[String]) -> Result<usize> {
    let from = open(damaged)?;
    let mut copied = 0;
    for id in numbers(&from) {
        if let Some(found) = find(&from, id, sinks) {
            copied += usize::from(copy(to, &found)?);
        }
    }
    Ok(copied)
}

/// Opens it without making anything beside it: what is there now is all that there ever was.
fn open(damaged: &Path) -> Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut log = damaged.as_os_str().to_owned();
    log.push("-wal");
    match url::Url::from_file_path(damaged) {
        // Without a write-ahead log the file alone is the database, and nobody changes it.
        Ok(mut address) if !Path::new(&log).exists() => {
            address.set_query(Some("immutable=1"));
            Connection::open_with_flags(address.as_str(), flags | OpenFlags::SQLITE_OPEN_URI)
        }
        _ => Connection::open_with_flags(damaged, flags),
    }
}

/// The numbers of the documents, as far as they can be read: each of these goes through other
/// pages, and a torn page ends one of them only.
fn numbers(from: &Connection) -> BTreeSet<i64> {
    [
        "SELECT document FROM pending",
        "SELECT id FROM document INDEXED BY sqlite_autoindex_document_1 ORDER BY key",
        "SELECT id FROM document ORDER BY id",
        "SELECT id FROM document ORDER BY id DESC",
    ]
    .iter()
    .flat_map(|question| readable(from, question))
    .collect()
}

fn readable(from: &Connection, question: &str) -> Vec<i64> {
    let mut numbers = Vec::new();
    let Ok(mut statement) = from.prepare(question) else { return numbers };
    let Ok(mut rows) = statement.query([]) else { return numbers };
    while let Ok(Some(row)) = rows.next() {
        numbers.extend(row.get::<_, i64>(0));
    }
    numbers
}

/// The document, where all of it can be read and its checksum is right.
fn find(from: &Connection, id: i64, sinks: &[String]) -> Option<Found> {
    let (key, scope, stored_at) = from
        .prepare_cached("SELECT key, scope, stored_at FROM document WHERE id = ?1")
        .and_then(|mut it| it.query_row([id], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))))
        .ok()?;
    let body = queue::body(from, id).ok()??;
    body.unpack().ok()?;
    let waiting = waiting_sinks(from, id).unwrap_or_else(|_| sinks.to_vec());
    Some(Found { key, scope, stored_at, body, sinks: waiting })
}

fn waiting_sinks(from: &Connection, id: i64) -> Result<Vec<String>> {
    from.prepare_cached("SELECT sink FROM pending WHERE document = ?1")?
        .query_map([id], |row| row.get(0))?
        .collect()
}

fn copy(to: &Connection, found: &Found) -> Result<bool> {
    if found.sinks.is_empty() {
        return Ok(false);
    }
    to.prepare_cached(
        "INSERT INTO document (key, scope, stored_at, length, size, body)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?
    .execute(params![
        found.key,
        found.scope,
        found.stored_at,
        found.body.length,
        found.body.compressed.len() as u64,
        found.body.compressed,
    ])?;
    let id = to.last_insert_rowid();
    for sink in &found.sinks {
        to.prepare_cached("INSERT INTO pending (sink, document, scope) VALUES (?1, ?2, ?3)")?
            .execute(params![sink, id, found.scope])?;
    }
    Ok(true)
}
