//! Why there is no price book.

use std::path::PathBuf;
use std::{fmt, io};

use super::encode::VERSION;

/// Why bytes are not a price book.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BookError {
    /// The bytes do not begin as a book does.
    NotABook,
    /// The book has another version of the format.
    OtherVersion(u16),
    /// The book is damaged: what was found wrong.
    Damaged(&'static str),
}

impl fmt::Display for BookError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotABook => formatter.write_str("not a price book"),
            Self::OtherVersion(version) => {
                write!(formatter, "price book of format {version}; this build reads {VERSION}")
            }
            Self::Damaged(what) => write!(formatter, "damaged price book: {what}"),
        }
    }
}

impl std::error::Error for BookError {}

/// Why a file is not opened as a price book.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// It cannot be read.
    #[error("{}: {error}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What failed.
        error: io::Error,
    },
    /// It is a folder, a pipe or a device.
    #[error("{}: not a regular file", .0.display())]
    NotAFile(PathBuf),
    /// It is larger than what is read into memory.
    #[error("{}: {bytes} bytes; a price book that is read into memory has at most {most}", path.display())]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// Its size.
        bytes: u64,
        /// The most that is read.
        most: u64,
    },
    /// It is no book, or a damaged one.
    #[error("{}: {error}", path.display())]
    Book {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        error: BookError,
    },
}

impl OpenError {
    /// There is no such file.
    #[must_use]
    pub fn is_absent(&self) -> bool {
        matches!(self, Self::File { error, .. } if error.kind() == io::ErrorKind::NotFound)
    }
}
