//! Why a book is not put in the place of the one that is there.

use std::io;
use std::path::Path;

/// Why a book is not put in the place of the one that is there.
#[derive(Debug, thiserror::Error)]
pub enum ShelfError {
    /// It cannot be read or written.
    #[error("{path}: {problem}")]
    File {
        /// Which file.
        path: String,
        /// What failed.
        problem: String,
    },
    /// It is refused: why, and what to do.
    #[error("the new price book is refused: {0}")]
    Refused(String),
    /// Another process is at it: who, and what to do.
    #[error("{0}")]
    Busy(String),
}

impl ShelfError {
    /// An error on a file, with what to do where the kind of error says it.
    pub(super) fn file(path: &Path, error: &io::Error) -> Self {
        use io::ErrorKind::{
            AlreadyExists, IsADirectory, NotADirectory, PermissionDenied, QuotaExceeded,
            ReadOnlyFilesystem, StorageFull,
        };
        let remedy = match error.kind() {
            StorageFull | QuotaExceeded => "; free some room there and sync again",
            PermissionDenied => "; the agent's user must be able to write there",
            ReadOnlyFilesystem => "; set data_dir to a folder that can be written",
            IsADirectory => "; remove the folder that is in the way",
            NotADirectory | AlreadyExists => "; remove the file that is in the way",
            _ => "",
        };
        Self::File { path: path.display().to_string(), problem: format!("{error}{remedy}") }
    }

    /// Nothing can be kept, since there is nowhere to keep it.
    pub(super) fn no_folder() -> Self {
        let problem = "there is no folder to keep it in: set data_dir to one that can be written";
        Self::Refused(problem.to_owned())
    }
}
