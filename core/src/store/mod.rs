//! The agent's file: one SQLite database that holds the outbox, the history and the last inventory.
//!
//! Invariants:
//! - What a transaction has committed survives a power cut: WAL with `synchronous=FULL`.
//! - A file that SQLite finds corrupt is renamed, never deleted, and a fresh one takes its place.
//! - A file of a newer version is left alone.
//! - Only the agent's own user can read it: it holds an inventory.

mod aside;
mod migrate;

use std::fs::OpenOptions;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use rusqlite::{Connection, ErrorCode, OpenFlags};

pub use aside::SetAside;

/// The file's name in the data directory.
pub const FILE_NAME: &str = "agent.db";
/// How long a statement waits for another process (`outbox retry` beside a running agent).
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// Why the file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A newer version of the agent wrote it.
    #[error(
        "{path} was written by a newer version (schema {found}, this one knows {known}); upgrade, or give another folder with --data-dir",
        path = path.display()
    )]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its schema.
        found: usize,
        /// The newest schema that this version knows.
        known: usize,
    },
    /// SQLite or the disk failed.
    #[error("{path}: {source}", path = path.display())]
    Database {
        /// The file.
        path: PathBuf,
        /// What failed.
        source: rusqlite::Error,
    },
    /// The file could not be made or renamed.
    #[error("{path}: {source}", path = path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What failed.
        source: std::io::Error,
    },
}

impl StoreError {
    /// Whether the disk is full, read-only or failing: nothing can be stored, and what was stored
    /// before is not known to be damaged.
    #[must_use]
    pub fn is_unwritable(&self) -> bool {
        match self {
            Self::Newer { .. } => false,
            Self::File { .. } => true,
            Self::Database { source, .. } => is_unwritable(source),
        }
    }
}

fn is_unwritable(error: &rusqlite::Error) -> bool {
    matches!(
        error.sqlite_error_code(),
        Some(
            ErrorCode::DiskFull
                | ErrorCode::ReadOnly
                | ErrorCode::SystemIoFailure
                | ErrorCode::CannotOpen
                | ErrorCode::PermissionDenied
        )
    )
}

/// Whether `error` is about the disk or the file as a whole, and not about one statement.
pub(crate) fn is_of_the_file(error: &rusqlite::Error) -> bool {
    is_unwritable(error) || is_corrupt(error)
}

/// Whether SQLite found the file damaged.
fn is_corrupt(error: &rusqlite::Error) -> bool {
    let code = error.sqlite_error_code();
    matches!(code, Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase))
}

/// An open database: a file, or memory where no file can be had.
#[derive(Debug)]
pub struct Store {
    connection: Mutex<Connection>,
    path: PathBuf,
    in_memory: bool,
}

impl Store {
    /// Opens the file in `folder`, making or upgrading it. One that is damaged is set aside.
    ///
    /// # Errors
    /// The file cannot be made, read or upgraded, or is of a newer version.
    pub fn open(folder: &Path) -> Result<(Self, Option<SetAside>), StoreError> {
        let path = folder.join(FILE_NAME);
        match connect(&path).and_then(|connection| checked(connection, &path)) {
            Err(StoreError::Database { source, .. }) if is_corrupt(&source) => {
                let aside = aside::set_aside(&path, &source)?;
                Ok((Self::of(connect(&path)?, path, false), Some(aside)))
            }
            connected => Ok((Self::of(connected?, path, false), None)),
        }
    }

    /// Opens the file in `folder` for looking only; `None` where there is none yet.
    ///
    /// # Errors
    /// The file cannot be read, is damaged, or is of a newer version.
    pub fn open_existing(folder: &Path) -> Result<Option<Self>, StoreError> {
        let path = folder.join(FILE_NAME);
        match path.try_exists() {
            Ok(true) => Ok(Some(Self::of(connect(&path)?, path, false))),
            Ok(false) => Ok(None),
            // What may not be looked at is not empty.
            Err(source) => Err(StoreError::File { path, source }),
        }
    }

    /// A database in memory, for when no file can be had.
    ///
    /// # Errors
    /// There is no memory.
    pub fn in_memory() -> Result<Self, StoreError> {
        let path = PathBuf::from("memory");
        let connection = Connection::open_in_memory()
            .map_err(|source| StoreError::Database { path: path.clone(), source })?;
        prepare(&connection, &path)?;
        Ok(Self::of(connection, path, true))
    }

    fn of(connection: Connection, path: PathBuf, in_memory: bool) -> Self {
        Self { connection: Mutex::new(connection), path, in_memory }
    }

    /// Whether what is stored here ends with the process.
    #[must_use]
    pub fn is_in_memory(&self) -> bool {
        self.in_memory
    }

    /// Works with the database. The work is all done or not at all.
    ///
    /// # Errors
    /// SQLite or the disk failed. A file that turns out to be damaged is reported as such, and
    /// [`Store::replace_damaged`] is what to do about it.
    pub fn transaction<T>(
        &self,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, StoreError> {
        let mut connection = self.lock();
        let done = connection
            .transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)
            .and_then(|transaction| {
                let done = work(&transaction)?;
                transaction.commit()?;
                Ok(done)
            });
        done.map_err(|source| self.failed(source))
    }

    /// Asks the database something.
    ///
    /// # Errors
    /// As for [`Store::transaction`].
    pub fn read<T>(
        &self,
        question: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, StoreError> {
        question(&self.lock()).map_err(|source| self.failed(source))
    }

    /// Where `error` says that the file is damaged: sets it aside and goes on with a fresh one.
    ///
    /// # Errors
    /// The file cannot be renamed, or no fresh one can be made.
    pub fn replace_damaged(&self, error: &StoreError) -> Result<Option<SetAside>, StoreError> {
        let StoreError::Database { source, .. } = error else { return Ok(None) };
        if self.in_memory || !is_corrupt(source) {
            return Ok(None);
        }
        let mut connection = self.lock();
        // Closed first, so that nothing writes to the file under its new name.
        let placeholder = Connection::open_in_memory().map_err(|source| self.failed(source))?;
        drop(std::mem::replace(&mut *connection, placeholder));
        let aside = aside::set_aside(&self.path, source)?;
        *connection = connect(&self.path)?;
        Ok(Some(aside))
    }

    fn lock(&self) -> MutexGuard<'_, Connection> {
        // A panic during work rolled its transaction back: the connection is as good as before.
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn failed(&self, source: rusqlite::Error) -> StoreError {
        StoreError::Database { path: self.path.clone(), source }
    }
}

fn connect(path: &Path) -> Result<Connection, StoreError> {
    // SQLite gives its side files the mode of the database.
    OpenOptions::new()
        .append(true)
        .create(true)
        .mode(0o600)
        .open(path)
        .map_err(|source| StoreError::File { path: path.to_path_buf(), source })?;
    match open(path, false) {
        // A disk without room for the side file that processes share: this one alone can still
        // read what waits, and so make room.
        Err(error) if error.is_unwritable() => open(path, true).or(Err(error)),
        opened => opened,
    }
}

fn open(path: &Path, alone: bool) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let failed = |source| StoreError::Database { path: path.to_path_buf(), source };
    let connection = Connection::open_with_flags(path, flags).map_err(failed)?;
    if alone {
        connection.pragma_update(None, "locking_mode", "EXCLUSIVE").map_err(failed)?;
    }
    prepare(&connection, path)?;
    Ok(connection)
}

/// Reads the whole file once, so that damage is found now and not when a document is needed.
fn checked(connection: Connection, path: &Path) -> Result<Connection, StoreError> {
    let failed = |source| StoreError::Database { path: path.to_path_buf(), source };
    let verdict: String =
        connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0)).map_err(failed)?;
    if verdict == "ok" {
        return Ok(connection);
    }
    let code = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_CORRUPT);
    Err(failed(rusqlite::Error::SqliteFailure(code, Some(verdict))))
}

fn prepare(connection: &Connection, path: &Path) -> Result<(), StoreError> {
    let failed = |source| StoreError::Database { path: path.to_path_buf(), source };
    settings(connection).map_err(failed)?;
    migrate::migrate(connection, path)
}

fn settings(connection: &Connection) -> rusqlite::Result<()> {
    // All that storing a snapshot and sending a document use.
    connection.set_prepared_statement_cache_capacity(64);
    connection.busy_timeout(BUSY_TIMEOUT)?;
    // Must come before the first table; it gives the disk back what a drained backlog took.
    connection.pragma_update(None, "auto_vacuum", "INCREMENTAL")?;
    write_ahead(connection)?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "journal_size_limit", 4 * 1024 * 1024)?;
    // KiB of page cache: a queue is read once, a small cache keeps an idle agent small.
    connection.pragma_update(None, "cache_size", -1024)
}

/// Sets the journal's mode. SQLite does not wait by itself where another process does the same.
fn write_ahead(connection: &Connection) -> rusqlite::Result<()> {
    let deadline = Instant::now() + BUSY_TIMEOUT;
    loop {
        match connection.pragma_update(None, "journal_mode", "WAL") {
            Err(error)
                if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy)
                    && Instant::now() < deadline =>
            {
                std::thread::sleep(Duration::from_millis(5));
            }
            done => return done,
        }
    }
}

#[cfg(test)]
mod tests;
