//! What stands in a file's place, as one question to the file system tells.

use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::{fs, io};

/// What stood in a file's place. Another one there differs: a file that is put there by renaming
/// has another number or, where the number is used again, another time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Seen {
    /// Nothing.
    Absent,
    /// Something that cannot be looked at.
    Unknown(io::ErrorKind),
    /// A file: its device and number, when it was last written (seconds, nanoseconds), its bytes.
    File { place: (u64, u64), written: (i64, i64), bytes: u64 },
}

impl Seen {
    /// What stands there now.
    pub(super) fn at(path: &Path) -> Self {
        match fs::metadata(path) {
            Ok(found) => Self::File {
                place: (found.dev(), found.ino()),
                written: (found.mtime(), found.mtime_nsec()),
                bytes: found.size(),
            },
            Err(error) if error.kind() == io::ErrorKind::NotFound => Self::Absent,
            Err(error) => Self::Unknown(error.kind()),
        }
    }
}
