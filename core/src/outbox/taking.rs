//! What a sink's sender does with its queue.

use rusqlite::params;

use super::limits::{self, Tally};
use super::{BodyError, Depth, Outbox, Queued, queue};
use crate::config::WhenFull;
use crate::store::{Store, StoreError};

/// Why a waiting document could not be had.
#[derive(Debug, thiserror::Error)]
pub enum TakeError {
    /// SQLite or the disk failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The document is damaged.
    #[error(transparent)]
    Body(#[from] BodyError),
}

impl Outbox {
    /// The oldest document waiting for `sink` of a scope that `blocked` does not hold up.
    ///
    /// # Errors
    /// SQLite or the disk failed. A damaged file is set aside and reported.
    pub fn next(
        &self,
        sink: &str,
        blocked: impl Fn(&str) -> bool,
    ) -> Result<Option<Queued>, StoreError> {
        self.record_acknowledgements();
        let unrecorded: Vec<Queued> = {
            let state = self.state();
            let of_sink = state.unrecorded.iter().filter(|(of, _)| of == sink);
            of_sink.map(|(_, queued)| queued.clone()).collect()
        };
        let skip = |queued: &Queued| blocked(&queued.scope) || unrecorded.contains(queued);
        if let Some(file) = self.file() {
            let next = file.read(|connection| queue::next(connection, sink, false, &skip));
            if let Some(next) = self.mending(file, next)? {
                return Ok(Some(next));
            }
        }
        let Some(memory) = self.memory.get() else { return Ok(None) };
        memory.read(|connection| queue::next(connection, sink, true, &skip))
    }

    /// The document itself; `None` where it was dropped meanwhile.
    ///
    /// # Errors
    /// SQLite or the disk failed, or the document is damaged.
    pub fn document(&self, queued: &Queued) -> Result<Option<Vec<u8>>, TakeError> {
        let store = self.store_of(queued)?;
        let body = self.mending(store, store.read(|it| queue::body(it, queued.id)))?;
        Ok(body.map(|body| body.unpack()).transpose()?)
    }

    /// `sink` has the document: it waits no longer. Where that cannot be written down it is
    /// remembered, so that this process does not send it again.
    pub fn acknowledge(&self, sink: &str, queued: &Queued) {
        let done = self
            .store_of(queued)
            .and_then(|store| store.transaction(|it| queue::acknowledge(it, sink, queued.id)));
        if let Err(error) = done {
            tracing::warn!(%error, sink, "an acknowledgement could not be written down");
            self.state().unrecorded.insert((sink.to_owned(), queued.clone()));
        }
    }

    /// `sink` will never take the document: it becomes a dead letter.
    ///
    /// # Errors
    /// SQLite or the disk failed; the document stays in the queue.
    pub fn refuse(&self, sink: &str, queued: &Queued, reason: &str) -> Result<(), StoreError> {
        let now = (self.clock)().as_millisecond();
        self.store_of(queued)?.transaction(|connection| {
            let moved = connection
                .prepare_cached("DELETE FROM pending WHERE sink = ?1 AND document = ?2")?
                .execute(params![sink, queued.id])?;
            if moved > 0 {
                connection
                    .prepare_cached("INSERT INTO dead_letter VALUES (?1, ?2, ?3, ?4, ?5)")?
                    .execute(params![sink, queued.id, queued.scope, now, reason])?;
            }
            Ok(())
        })
    }

    /// `sink` failed on this document, which may pass; the answer is how often it has by now.
    ///
    /// # Errors
    /// SQLite or the disk failed.
    pub fn failed(&self, sink: &str, queued: &Queued) -> Result<u32, StoreError> {
        let store = self.store_of(queued)?;
        store.transaction(|connection| queue::failed(connection, sink, queued.id))
    }

    /// How much waits for `sink`.
    ///
    /// # Errors
    /// SQLite or the disk failed.
    pub fn depth(&self, sink: &str) -> Result<Depth, StoreError> {
        let mut depth = match self.memory.get() {
            Some(memory) => memory.read(|connection| queue::depth(connection, sink))?,
            None => Depth::default(),
        };
        if let Some(file) = self.file() {
            let on_disk = file.read(|connection| queue::depth(connection, sink))?;
            depth.documents += on_disk.documents;
            depth.dead_letters += on_disk.dead_letters;
            depth.oldest = on_disk.oldest.or(depth.oldest);
        }
        let state = self.state();
        let unrecorded = state.unrecorded.iter().filter(|(of, _)| of == sink).count() as u64;
        depth.documents = depth.documents.saturating_sub(unrecorded);
        Ok(depth)
    }

    /// The size of the whole outbox.
    ///
    /// # Errors
    /// SQLite or the disk failed.
    pub fn tally(&self) -> Result<Tally, StoreError> {
        let mut sum = match self.memory.get() {
            Some(memory) => memory.read(limits::tally)?,
            None => Tally::default(),
        };
        if let Some(file) = self.file() {
            let on_disk = file.read(limits::tally)?;
            sum.documents += on_disk.documents;
            sum.bytes += on_disk.bytes;
            sum.dropped += on_disk.dropped;
        }
        Ok(sum)
    }

    /// Whether no cycle should begin before a sink has made room.
    #[must_use]
    pub fn is_blocking(&self) -> bool {
        let limits = self.limits();
        limits.when_full == WhenFull::Block
            && self.tally().is_ok_and(|tally| tally.bytes > limits.max_bytes)
    }

    /// Gives the disk back what a drained backlog took.
    pub fn tidy(&self) {
        let Some(file) = self.file() else { return };
        let shrunk =
            file.read(|connection| connection.execute_batch("PRAGMA incremental_vacuum(4096)"));
        if let Err(error) = shrunk {
            tracing::debug!(%error, "the outbox's file keeps its size");
        }
    }

    /// Writes down what was acknowledged while the file could not be written.
    fn record_acknowledgements(&self) {
        let unrecorded: Vec<_> = self.state().unrecorded.iter().cloned().collect();
        for (sink, queued) in unrecorded {
            let done = self
                .store_of(&queued)
                .and_then(|store| store.transaction(|it| queue::acknowledge(it, &sink, queued.id)));
            if done.is_err() {
                return;
            }
            self.state().unrecorded.remove(&(sink, queued));
        }
    }

    fn store_of(&self, queued: &Queued) -> Result<&Store, StoreError> {
        match self.file() {
            Some(file) if !queued.in_memory => Ok(file),
            _ => self.make_memory(),
        }
    }

    /// Sets a damaged file aside; the answer is then that there is nothing, until it is asked
    /// again.
    fn mending<T>(
        &self,
        store: &Store,
        answer: Result<Option<T>, StoreError>,
    ) -> Result<Option<T>, StoreError> {
        let Err(error) = answer else { return answer };
        match store.replace_damaged(&error)? {
            Some(aside) => {
                self.report_aside(store, &aside);
                Ok(None)
            }
            None => Err(error),
        }
    }
}
