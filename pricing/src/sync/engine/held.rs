//! The tables of the book that is there.

use std::collections::HashMap;

use crate::book::{PriceBook, Row, Source};

/// The tables of the old book. The prices that the program was built with are none: nobody fetched
/// them.
pub(super) struct Held {
    book: Option<PriceBook>,
    /// How many rows each table has, by its id.
    rows: HashMap<String, u64>,
}

impl Held {
    /// The tables of the synced `book`, if there is one.
    pub(super) fn of(book: Option<&PriceBook>) -> Self {
        let counted = book.map(PriceBook::rows_by_source).unwrap_or_default();
        let rows =
            counted.into_iter().map(|(source, rows)| (source.id.to_owned(), rows as u64)).collect();
        Self { book: book.cloned(), rows }
    }

    /// The table of this name.
    pub(super) fn table(&self, id: &str) -> Option<Source<'_>> {
        self.book.as_ref()?.source(id)
    }

    /// How many rows the table of this name has; none where it is not there.
    pub(super) fn rows(&self, id: &str) -> u64 {
        self.rows.get(id).copied().unwrap_or_default()
    }

    /// All tables.
    pub(super) fn tables(&self) -> impl Iterator<Item = Source<'_>> {
        self.book.iter().flat_map(PriceBook::sources)
    }

    /// The rows of all tables, sorted by their keys.
    pub(super) fn every_row(&self) -> impl Iterator<Item = Row<'_>> {
        self.book.iter().flat_map(PriceBook::all_rows)
    }
}
