//! The tables of the book that is there.

use std::collections::HashMap;

use crate::book::{PriceBook, Row, Source};

/// The tables of the old book. The prices that the program was built with are none: nobody fetched
/// them.
pub(super) struct Held {
    book: PriceBook,
    /// How many rows each table has, by its id.
    rows: HashMap<String, u64>,
}

impl Held {
    /// The synced tables of `book`.
    pub(super) fn of(book: &PriceBook) -> Self {
        let rows = book
            .rows_by_source()
            .into_iter()
            .filter(|(source, _)| !source.taken.is_empty())
            .map(|(source, rows)| (source.id.to_owned(), rows as u64))
            .collect();
        Self { book: book.clone(), rows }
    }

    /// The table of this name.
    pub(super) fn table(&self, id: &str) -> Option<Source<'_>> {
        self.rows.contains_key(id).then(|| self.book.source(id)).flatten()
    }

    /// How many rows the table of this name has; none where it is not there.
    pub(super) fn rows(&self, id: &str) -> u64 {
        self.rows.get(id).copied().unwrap_or_default()
    }

    /// All tables.
    pub(super) fn tables(&self) -> impl Iterator<Item = Source<'_>> {
        self.book.sources().filter(|source| self.rows.contains_key(source.id))
    }

    /// The rows of all tables, sorted by their keys.
    pub(super) fn every_row(&self) -> impl Iterator<Item = Row<'_>> {
        self.book.all_rows().filter(|row| self.rows.contains_key(row.source))
    }
}
