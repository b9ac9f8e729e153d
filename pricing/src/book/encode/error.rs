//! Why rows cannot become a book.

use std::fmt;

use super::layout::MAX_SCALE;

/// Why rows cannot become a book. Rows are named by their place in the order in which they were
/// given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EncodeError {
    /// Two rows have the same key.
    DuplicateRow {
        /// The earlier row.
        first: usize,
        /// The later row.
        second: usize,
    },
    /// A row names a source that is not in the table of sources.
    UnknownSource {
        /// The row.
        row: usize,
    },
    /// A row's price has more than [`MAX_SCALE`] places.
    TooManyPlaces {
        /// The row.
        row: usize,
    },
    /// A row's date is none.
    BadDate {
        /// The row.
        row: usize,
    },
    /// Two sources have the same id.
    DuplicateSource {
        /// The id.
        id: String,
    },
    /// There are more distinct strings, string bytes, regions, sources or rows than the format can
    /// number.
    TooLarge,
}

impl fmt::Display for EncodeError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::DuplicateRow { first, second } => {
                write!(formatter, "rows {first} and {second} have the same key")
            }
            Self::UnknownSource { row } => write!(formatter, "row {row} names an unknown source"),
            Self::TooManyPlaces { row } => {
                write!(formatter, "row {row}: more than {MAX_SCALE} places after the point")
            }
            Self::BadDate { row } => write!(formatter, "row {row}: not a date"),
            Self::DuplicateSource { id } => write!(formatter, "source {id} appears twice"),
            Self::TooLarge => formatter.write_str("more strings or rows than the format can hold"),
        }
    }
}

impl std::error::Error for EncodeError {}
