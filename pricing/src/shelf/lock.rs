//! One sync at a time.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read as _, Seek as _, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;
use std::process;

use super::error::ShelfError;

/// The name of the file that is locked while a sync runs.
const LOCK: &str = "sync.lock";

/// The right to sync, until it is dropped. The operating system takes it back when the process
/// ends, however it ends.
#[derive(Debug)]
pub struct SyncLock {
    _file: File,
}

impl SyncLock {
    /// Takes the lock of a folder.
    ///
    /// # Errors
    /// Another sync has it, or the file cannot be written.
    pub(super) fn take(folder: &Path) -> Result<Self, ShelfError> {
        let path = folder.join(LOCK);
        let failed = |error| ShelfError::file(&path, &error);
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false).mode(0o600);
        let mut file = options.open(&path).map_err(failed)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(busy(&mut file, &path)),
            Err(TryLockError::Error(error)) => return Err(failed(error)),
        }
        // The number is for people only: without it the lock holds as well.
        let _ = file.set_len(0).and_then(|()| writeln!(file, "{}", process::id()));
        Ok(Self { _file: file })
    }
}

fn busy(file: &mut File, path: &Path) -> ShelfError {
    let mut text = String::new();
    let read = file.rewind().and_then(|()| file.take(32).read_to_string(&mut text));
    let holder = match text.trim().parse::<u32>() {
        Ok(number) if read.is_ok() => format!("process {number}"),
        _ => "another process".to_owned(),
    };
    ShelfError::Busy(format!(
        "prices are being synced already: {holder} has locked {}; wait until it has ended",
        path.display()
    ))
}
