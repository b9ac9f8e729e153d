//! The schema's versions: each is a script that takes the file from the one before.

use std::path::Path;

use rusqlite::{Connection, Transaction, TransactionBehavior};

use super::StoreError;
use crate::{history, inventory};

/// The scripts in order. One that was released is never changed: a change is a new script.
const SCRIPTS: &[&str] = &[
    include_str!("migrations/0001_outbox.sql"),
    history::SCHEMA,
    include_str!("migrations/0003_trace.sql"),
    inventory::SCHEMA,
];

/// Brings the file to the newest schema.
pub(super) fn migrate(connection: &Connection, path: &Path) -> Result<(), StoreError> {
    let failed = |source| StoreError::Database { path: path.to_path_buf(), source };
    let found = version_of(connection).map_err(failed)?;
    let known = SCRIPTS.len();
    if found > known {
        return Err(StoreError::Newer { path: path.to_path_buf(), found, known });
    }
    for (index, script) in SCRIPTS.iter().enumerate().skip(found) {
        apply(connection, script, index + 1).map_err(failed)?;
    }
    Ok(())
}

/// One script, whole or not at all, unless another process was quicker.
fn apply(connection: &Connection, script: &str, version: usize) -> rusqlite::Result<()> {
    // Has the right to write before it looks: `outbox list` may come while an agent starts.
    let transaction = Transaction::new_unchecked(connection, TransactionBehavior::Immediate)?;
    if version_of(&transaction)? >= version {
        return Ok(());
    }
    transaction.execute_batch(script)?;
    transaction.pragma_update(None, "user_version", i64::try_from(version).unwrap_or(i64::MAX))?;
    transaction.commit()
}

fn version_of(connection: &Connection) -> rusqlite::Result<usize> {
    connection
        .pragma_query_value(None, "user_version", |row| row.get::<_, i64>(0))
        .map(|version| usize::try_from(version).unwrap_or(usize::MAX))
}
