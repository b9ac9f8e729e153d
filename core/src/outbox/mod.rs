//! What was collected and not yet acknowledged, on the local disk.
//!
//! Invariants:
//! - A document is complete under its final name or absent: it is written aside, synced, renamed,
//!   and the directory synced.
//! - A document leaves `pending/` only after the server acknowledged it (removed) or refused it
//!   for good (moved to `refused/` with the reason beside it).
//! - Names sort by time, since a snapshot's id is time-ordered: draining in name order sends the
//!   oldest first.
//!
//! Only the agent's own user can read the files: they hold an inventory.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use uuid::Uuid;

/// A queue of documents in a folder.
#[derive(Debug, Clone)]
pub struct Outbox {
    pending: PathBuf,
    refused: PathBuf,
}

/// A queued document's name: its snapshot and part. Also its idempotency key.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
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

impl Outbox {
    /// Opens the queue in `folder`, making it where there is none.
    ///
    /// # Errors
    /// The folders cannot be made.
    pub fn open(folder: &Path) -> io::Result<Self> {
        let outbox = Self { pending: folder.join("pending"), refused: folder.join("refused") };
        for path in [&outbox.pending, &outbox.refused] {
            fs::DirBuilder::new().recursive(true).mode(0o700).create(path)?;
        }
        Ok(outbox)
    }

    /// Stores durably the document that `write` writes, without holding it in memory.
    ///
    /// # Errors
    /// The disk is full, read-only or gone, or `write` failed. Nothing is left under the final
    /// name then.
    pub fn put(
        &self,
        key: &EntryKey,
        write: impl FnOnce(&mut dyn io::Write) -> io::Result<()>,
    ) -> io::Result<()> {
        let aside = self.pending.join(format!("{}.tmp", key.0));
        let written = create_private(&aside)
            .and_then(|file| {
                let mut writer = io::BufWriter::new(file);
                write(&mut writer)?;
                writer.into_inner()?.sync_all()
            })
            .and_then(|()| fs::rename(&aside, self.path(key)))
            .and_then(|()| File::open(&self.pending)?.sync_all());
        if written.is_err() {
            // Best effort: the unfinished file has a name that draining ignores.
            let _ = fs::remove_file(&aside);
        }
        written
    }

    /// The documents waiting, oldest first.
    ///
    /// # Errors
    /// The folder cannot be read.
    pub fn waiting(&self) -> io::Result<Vec<EntryKey>> {
        let mut keys = Vec::new();
        for entry in fs::read_dir(&self.pending)? {
            let name = entry?.file_name();
            if let Some(key) = name.to_str().and_then(|name| name.strip_suffix(".json")) {
                keys.push(EntryKey(key.to_owned()));
            }
        }
        keys.sort();
        Ok(keys)
    }

    /// Reads a waiting document.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn read(&self, key: &EntryKey) -> io::Result<Vec<u8>> {
        fs::read(self.path(key))
    }

    /// Opens a waiting document for reading.
    ///
    /// # Errors
    /// The file cannot be opened.
    pub fn open_document(&self, key: &EntryKey) -> io::Result<File> {
        File::open(self.path(key))
    }

    /// The server has it: forget it.
    ///
    /// # Errors
    /// The file cannot be removed; it will be sent again, under the same key.
    pub fn acknowledge(&self, key: &EntryKey) -> io::Result<()> {
        fs::remove_file(self.path(key))
    }

    /// The server will never take it: keep it aside with the reason.
    ///
    /// # Errors
    /// The file cannot be moved; it stays in the queue.
    pub fn refuse(&self, key: &EntryKey, reason: &str) -> io::Result<()> {
        write_synced(&self.refused.join(format!("{}.reason", key.0)), reason.as_bytes())?;
        fs::rename(self.path(key), self.refused.join(format!("{}.json", key.0)))
    }

    /// Where refused documents are kept.
    #[must_use]
    pub fn refused_folder(&self) -> &Path {
        &self.refused
    }

    fn path(&self, key: &EntryKey) -> PathBuf {
        self.pending.join(format!("{}.json", key.0))
    }
}

/// Writes `content` to `path`, readable by this user only, and waits until the disk has it.
///
/// # Errors
/// The file cannot be created, written or synced.
pub fn write_synced(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut file = create_private(path)?;
    file.write_all(content)?;
    file.sync_all()
}

/// An empty file that only this user can read.
fn create_private(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    fn outbox() -> (tempfile::TempDir, Outbox) {
        let folder = tempfile::tempdir().unwrap();
        let outbox = Outbox::open(&folder.path().join("outbox")).unwrap();
        (folder, outbox)
    }

    fn put(outbox: &Outbox, key: &EntryKey, document: &[u8]) -> io::Result<()> {
        outbox.put(key, |writer| writer.write_all(document))
    }

    #[test]
    fn a_document_that_could_not_be_written_whole_is_not_there() {
        let (_folder, outbox) = outbox();
        let broken = outbox.put(&EntryKey::new(Uuid::now_v7(), 1), |writer| {
            writer.write_all(b"{\"half\":")?;
            Err(io::Error::other("disk full"))
        });
        assert!(broken.is_err());
        assert_eq!(outbox.waiting().unwrap(), []);
        assert_eq!(fs::read_dir(&outbox.pending).unwrap().count(), 0);
    }

    #[test]
    fn the_oldest_comes_first_and_parts_stay_in_order() {
        let (_folder, outbox) = outbox();
        let first = Uuid::now_v7();
        let second = Uuid::now_v7();
        for (snapshot, part) in [(second, 1), (first, 2), (first, 1)] {
            put(&outbox, &EntryKey::new(snapshot, part), b"{}").unwrap();
        }
        let expected: Vec<_> = [(first, 1), (first, 2), (second, 1)]
            .map(|(snapshot, part)| EntryKey::new(snapshot, part))
            .into();
        assert_eq!(outbox.waiting().unwrap(), expected);
    }

    #[test]
    fn an_unfinished_write_is_not_a_document() {
        let (_folder, outbox) = outbox();
        fs::write(outbox.pending.join("half.tmp"), b"{").unwrap();
        assert_eq!(outbox.waiting().unwrap(), []);
    }

    #[test]
    fn what_is_acknowledged_goes_and_what_is_refused_stays_with_its_reason() {
        let (_folder, outbox) = outbox();
        let (gone, refused) = (EntryKey::new(Uuid::now_v7(), 1), EntryKey::new(Uuid::now_v7(), 1));
        put(&outbox, &gone, b"1").unwrap();
        put(&outbox, &refused, b"2").unwrap();
        outbox.acknowledge(&gone).unwrap();
        outbox.refuse(&refused, "status 400").unwrap();
        assert_eq!(outbox.waiting().unwrap(), []);
        let kept = outbox.refused_folder().join(format!("{}.json", refused.as_str()));
        assert_eq!(fs::read(kept).unwrap(), b"2");
        let reason = outbox.refused_folder().join(format!("{}.reason", refused.as_str()));
        assert_eq!(fs::read_to_string(reason).unwrap(), "status 400");
    }

    #[test]
    fn only_the_agents_user_can_read_it() {
        let (_folder, outbox) = outbox();
        let key = EntryKey::new(Uuid::now_v7(), 1);
        put(&outbox, &key, b"{}").unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&outbox.path(&key)), 0o600);
        assert_eq!(mode(&outbox.pending), 0o700);
    }
}
