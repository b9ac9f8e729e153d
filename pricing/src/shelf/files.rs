//! The files of a shelf: written aside, put in place by renaming, so that there is a whole book at
//! every moment.

use std::fs::{self, DirBuilder, File, OpenOptions, Permissions};
use std::io::Write as _;
use std::os::unix::fs::{
    DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _, PermissionsExt as _,
};
use std::path::{Path, PathBuf};
use std::process;
use std::sync::atomic::{AtomicU64, Ordering};

use super::error::ShelfError;
use crate::book::{OpenError, PriceBook, PriceKey};

/// The name of the book in its folder.
pub(super) const BOOK: &str = "book";
/// The name of the book that it replaced.
pub(crate) const PREVIOUS: &str = "book.previous";
/// What the names of books that are being written begin with.
const NEW: &str = "book.new.";

/// The bits of a mode that let others than the owner write.
const WRITABLE_BY_OTHERS: u32 = 0o022;

/// The book of a file: mapped where nobody else can change it, else read into memory.
pub(super) fn open(path: &Path) -> Result<PriceBook, OpenError> {
    if writable_by_others(path) || path.parent().is_none_or(writable_by_others) {
        PriceBook::read(path)
    } else {
        PriceBook::open(path)
    }
}

fn writable_by_others(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|found| found.mode() & WRITABLE_BY_OTHERS != 0)
}

/// Makes the folder, or makes it the owner's alone where others may write to it.
pub(super) fn prepare(folder: &Path) -> Result<(), ShelfError> {
    let failed = |error| ShelfError::file(folder, &error);
    DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(failed)?;
    if writable_by_others(folder) {
        fs::set_permissions(folder, Permissions::from_mode(0o700)).map_err(failed)?;
    }
    Ok(())
}

/// Removes what syncs that were cut off have left. No other may be running.
pub(super) fn remove_leftovers(folder: &Path) {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    for entry in entries.filter(|entry| entry.file_name().to_string_lossy().starts_with(NEW)) {
        // It is in nobody's way, and the next sync tries again.
        let _ = fs::remove_file(entry.path());
    }
}

/// A book that was written aside; removed again unless it is put in place.
pub(super) struct NewBook {
    path: PathBuf,
    placed: bool,
}

impl NewBook {
    /// Writes a book into the folder, down to the disk.
    pub(super) fn write(folder: &Path, bytes: &[u8]) -> Result<Self, ShelfError> {
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let path = folder.join(format!("{NEW}{}.{number}", process::id()));
        // Another process may have had this one's number, and left its file.
        let _ = fs::remove_file(&path);
        let mut options = OpenOptions::new();
        let opened = options.write(true).create_new(true).mode(0o600).open(&path);
        let mut file = opened.map_err(|error| ShelfError::file(&path, &error))?;
        let new = Self { path, placed: false };
        let written = file.write_all(bytes).and_then(|()| file.sync_all());
        written.map_err(|error| ShelfError::file(&new.path, &error))?;
        Ok(new)
    }

    /// Opens what was written and looks every row up.
    pub(super) fn checked(&self) -> Result<PriceBook, ShelfError> {
        let book = PriceBook::open(&self.path).map_err(|error| match error {
            OpenError::Book { error, .. } => ShelfError::Refused(error.to_string()),
            OpenError::File { path, error } => ShelfError::file(&path, &error),
            other => ShelfError::Refused(other.to_string()),
        })?;
        let found = book.all_rows().filter(|row| {
            let [service, sku, region] = [row.service, row.sku, row.region];
            let key = PriceKey { service, sku, region, variant: row.variant, unit: row.unit };
            book.find(&key).is_some_and(|found| found == *row)
        });
        let (found, all) = (found.count(), book.len());
        if found == all {
            Ok(book)
        } else {
            let problem = format!("only {found} of its {all} prices can be found; sync again");
            Err(ShelfError::Refused(problem))
        }
    }

    /// Gives the book its name; what had the name before has none.
    pub(super) fn place(mut self, path: &Path) -> Result<(), ShelfError> {
        fs::rename(&self.path, path).map_err(|error| ShelfError::file(path, &error))?;
        self.placed = true;
        Ok(())
    }
}

impl Drop for NewBook {
    fn drop(&mut self) {
        if !self.placed {
            // It is in nobody's way, and the next sync removes it.
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// Gives the book its second name, under which it stays when another one takes the first.
pub(super) fn keep_previous(folder: &Path) -> Result<(), ShelfError> {
    let previous = folder.join(PREVIOUS);
    let aside = folder.join(format!("{NEW}{}.previous", process::id()));
    let _ = fs::remove_file(&aside);
    let book = folder.join(BOOK);
    // Some file systems have no second names.
    let linked = fs::hard_link(&book, &aside).or_else(|_| copy(&book, &aside));
    let kept = linked.and_then(|()| fs::rename(&aside, &previous));
    if kept.is_err() {
        let _ = fs::remove_file(&aside);
    }
    kept.map_err(|error| ShelfError::file(&previous, &error))
}

fn copy(from: &Path, to: &Path) -> std::io::Result<()> {
    fs::copy(from, to)?;
    File::open(to)?.sync_all()
}

/// Writes the names of a folder down to the disk.
pub(super) fn sync_folder(folder: &Path) -> Result<(), ShelfError> {
    let synced = File::open(folder).and_then(|folder| folder.sync_all());
    synced.map_err(|error| ShelfError::file(folder, &error))
}
