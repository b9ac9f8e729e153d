//! What was collected and not yet acknowledged, on the local disk.
//!
//! Invariants:
//! - A snapshot's documents are stored together or not at all, before any of them is sent.
//! - A document leaves a sink's queue only when the sink has acknowledged it, has refused it for
//!   good (it becomes a dead letter), or the outbox is over its bounds (it is dropped, counted and
//!   reported). It leaves the file when no sink waits for it any more.
//! - A sink gets the documents of one scope in the order in which they were stored.
//! - Where the file cannot be written, documents wait in memory and move to the file as soon as it
//!   can be written again.

mod body;
mod limits;
pub mod listing;
mod queue;
mod salvage;
mod taking;

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use jiff::Timestamp;
use rusqlite::Connection;
use uuid::Uuid;

use crate::config::Limits;
use crate::model::Event;
use crate::store::{SetAside, Store, StoreError, is_of_the_file};

pub use body::{Body, BodyError};
pub use limits::{Dropped, Tally};
pub use queue::{Depth, Queued};
pub use taking::TakeError;

/// The most that waits in memory, in bytes of compressed documents.
const MEMORY_BYTES: u64 = 64 * 1024 * 1024;

/// A document's name: its snapshot and part. Also its idempotency key.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntryKey(String);

impl EntryKey {
    /// The key of part `part` of a snapshot.
    #[must_use]
    pub fn new(snapshot: Uuid, part: usize) -> Self {
        Self(format!("{snapshot}-{part:05}"))
    }

    /// The key as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A document on its way into the outbox.
#[derive(Debug)]
pub struct Entry {
    /// Its name.
    pub key: EntryKey,
    /// The document itself.
    pub body: Body,
    /// The trace in which it was collected (W3C `traceparent`), where there is one.
    pub traceparent: Option<String>,
}

/// The time, as the outbox sees it.
pub type Clock = fn() -> Timestamp;

/// A queue of documents for each of some sinks.
#[derive(Debug)]
pub struct Outbox {
    folder: PathBuf,
    /// Empty where there can be no file so far.
    file: OnceLock<Store>,
    /// Empty until the file could not take something: an agent without trouble has one database.
    memory: OnceLock<Store>,
    settings: Mutex<Settings>,
    state: Mutex<State>,
    clock: Clock,
}

/// What a reload can change.
#[derive(Debug, Clone)]
struct Settings {
    limits: Limits,
    sinks: Vec<String>,
}

/// What is known beside the databases.
#[derive(Debug, Default)]
struct State {
    /// Why documents wait in memory, where they do.
    trouble: Option<String>,
    /// What the next snapshot should tell the operator.
    notices: Vec<Event>,
    /// Acknowledgements that the file could not take: these documents are not sent again.
    unrecorded: HashSet<(String, Queued)>,
}

impl Outbox {
    /// Opens the queue of `sinks` in `folder`. A damaged file is set aside and reported with the
    /// next snapshot. Where there can be no file, documents wait in memory.
    ///
    /// # Errors
    /// The file was written by a newer version.
    pub fn open(folder: &Path, sinks: Vec<String>, limits: Limits) -> Result<Self, StoreError> {
        let outbox = Self {
            folder: folder.to_path_buf(),
            file: OnceLock::new(),
            memory: OnceLock::new(),
            settings: Mutex::new(Settings { limits, sinks }),
            state: Mutex::default(),
            clock: Timestamp::now,
        };
        match outbox.open_file() {
            Err(error @ StoreError::Newer { .. }) => return Err(error),
            Err(error) => outbox.in_memory_because(&error),
            Ok(()) => {}
        }
        Ok(outbox)
    }

    fn open_file(&self) -> Result<(), StoreError> {
        if self.file.get().is_some() {
            return Ok(());
        }
        let (store, aside) = Store::open(&self.folder)?;
        if let Some(aside) = aside {
            self.report_aside(&store, &aside);
        }
        // Only one thread stores; should two ever race, the first file stays.
        let _ = self.file.set(store);
        Ok(())
    }

    fn file(&self) -> Option<&Store> {
        self.file.get()
    }

    /// With another clock.
    #[must_use]
    pub fn with_clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// New documents are for `sinks` from now on, within `limits`. What waits for a sink that is
    /// not among them any more stays until it is too old.
    pub fn reconfigure(&self, sinks: Vec<String>, limits: Limits) {
        *self.settings_lock() = Settings { limits, sinks };
    }

    /// Its bounds.
    #[must_use]
    pub fn limits(&self) -> Limits {
        self.settings().limits
    }

    fn settings(&self) -> Settings {
        self.settings_lock().clone()
    }

    fn settings_lock(&self) -> MutexGuard<'_, Settings> {
        // Always replaced whole.
        self.settings.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Why documents wait in memory only, where they do.
    #[must_use]
    pub fn trouble(&self) -> Option<String> {
        self.state().trouble.clone()
    }

    /// What happened to the outbox since this was last asked: for the next snapshot's events.
    #[must_use]
    pub fn take_notices(&self) -> Vec<Event> {
        std::mem::take(&mut self.state().notices)
    }

    /// Asks the file something (the history, say); `None` where there is no file.
    ///
    /// # Errors
    /// SQLite or the disk failed.
    pub fn read<T>(
        &self,
        question: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<Option<T>, StoreError> {
        self.file().map(|file| file.read(question)).transpose()
    }

    /// Changes something in the file beside the queue (the history, say); `None` where there is no
    /// file.
    ///
    /// # Errors
    /// SQLite or the disk failed.
    pub fn change<T>(
        &self,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<Option<T>, StoreError> {
        self.file().map(|file| file.transaction(work)).transpose()
    }

    /// Stores a snapshot's documents for every sink, durably and together; `beside` joins the same
    /// transaction (the history does), or fails alone. Then drops what is over the bounds.
    ///
    /// Where the file cannot be written the documents wait in memory, without `beside`.
    ///
    /// # Errors
    /// Neither the file nor memory can take them.
    pub fn store(
        &self,
        scope: &str,
        entries: &[Entry],
        beside: &dyn Fn(&Connection) -> rusqlite::Result<()>,
    ) -> Result<(), StoreError> {
        let now = (self.clock)();
        let Settings { limits, sinks } = self.settings();
        if let Err(error) = self.open_file() {
            self.in_memory_because(&error);
        }
        let Some(file) = self.file() else {
            return self.store_in_memory(scope, entries, now);
        };
        let work = |connection: &Connection| {
            let first = queue::insert(connection, scope, entries, &sinks, now)?;
            apart(connection, beside)?;
            limits::enforce(connection, &limits, first, now)
        };
        // What waits in memory is older: it goes first, or nothing does.
        let write = || self.move_to_file(file).and_then(|()| file.transaction(work));
        let stored = write().or_else(|error| match file.replace_damaged(&error)? {
            Some(aside) => {
                self.report_aside(file, &aside);
                write()
            }
            None => Err(error),
        });
        match stored {
            Ok(dropped) => {
                self.state().trouble = None;
                self.report_dropped(&dropped);
                Ok(())
            }
            Err(error) => {
                self.in_memory_because(&error);
                self.store_in_memory(scope, entries, now)
            }
        }
    }

    fn store_in_memory(
        &self,
        scope: &str,
        entries: &[Entry],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let Settings { mut limits, sinks } = self.settings();
        limits.max_bytes = limits.max_bytes.min(MEMORY_BYTES);
        let dropped = self.make_memory()?.transaction(|connection| {
            let first = queue::insert(connection, scope, entries, &sinks, now)?;
            limits::enforce(connection, &limits, first, now)
        })?;
        self.report_dropped(&dropped);
        Ok(())
    }

    fn make_memory(&self) -> Result<&Store, StoreError> {
        match self.memory.get() {
            Some(memory) => Ok(memory),
            None => {
                let made = Store::in_memory()?;
                Ok(self.memory.get_or_init(|| made))
            }
        }
    }

    /// What waited in memory goes to the file.
    fn move_to_file(&self, file: &Store) -> Result<(), StoreError> {
        let Some(memory) = self.memory.get() else { return Ok(()) };
        let mut moved = Ok(());
        memory.transaction(|memory| {
            if limits::tally(memory)?.documents == 0 {
                return Ok(());
            }
            moved = file.transaction(|connection| queue::copy(memory, connection));
            // What fails is tried again with the next snapshot.
            if moved.is_ok() { queue::clear(memory) } else { Ok(()) }
        })?;
        moved
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // A panic in the middle leaves notices at worst unsaid.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes over what can still be read of a damaged file, and tells the operator.
    fn report_aside(&self, file: &Store, aside: &SetAside) {
        let sinks = self.settings().sinks;
        let saved = file.transaction(|it| salvage::salvage(&aside.path, it, &sinks)).unwrap_or(0);
        let message = format!(
            "the file of the outbox was damaged ({}) and is now {}; a fresh one was started with \
             the {saved} waiting documents that could be read",
            aside.reason,
            aside.path.display()
        );
        tracing::error!("{message}");
        let mut event = Event::now("outbox_set_aside", None, message);
        event.hint = Some("check the disk; `sqlite3 FILE .recover` reads what is left".to_owned());
        self.state().notices.push(event);
    }

    fn report_dropped(&self, dropped: &Dropped) {
        let Some(message) = dropped.describe(&self.limits()) else { return };
        tracing::error!("{message}");
        let mut event = Event::now("outbox_dropped", None, message);
        event.hint =
            Some("bring the server back, or raise outbox.max_bytes and outbox.max_age".to_owned());
        self.state().notices.push(event);
    }

    fn in_memory_because(&self, error: &StoreError) {
        let message = format!(
            "the outbox cannot be written ({error}): documents wait in memory, and are lost when \
             the agent ends before they are sent"
        );
        let mut state = self.state();
        // Told once for each stretch of trouble, not once a document.
        if state.trouble.is_none() {
            tracing::error!("{message}");
            let mut event = Event::now("outbox_in_memory", None, message);
            event.hint = Some("check free space and permissions of the data directory".to_owned());
            state.notices.push(event);
        }
        state.trouble = Some(error.to_string());
    }
}

/// Does what goes beside the documents, and takes it back alone where it fails: no document may be
/// lost over it. A failure of the disk or the file is the documents' as well.
fn apart(
    connection: &Connection,
    beside: &dyn Fn(&Connection) -> rusqlite::Result<()>,
) -> rusqlite::Result<()> {
    connection.execute_batch("SAVEPOINT beside")?;
    match beside(connection) {
        Ok(()) => connection.execute_batch("RELEASE beside"),
        // SQLite has ended the whole transaction where it commits by itself again.
        Err(error) if is_of_the_file(&error) || connection.is_autocommit() => Err(error),
        Err(error) => {
            tracing::error!(%error, "a snapshot is missing in the history");
            connection.execute_batch("ROLLBACK TO beside; RELEASE beside")
        }
    }
}

#[cfg(test)]
mod model_test;
#[cfg(test)]
mod tests;
