//! The tables of the book that is there.

use std::collections::HashMap;

use jiff::civil::Date;

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
        let mut rows: HashMap<String, u64> = book
            .sources()
            .filter(|source| !source.taken.is_empty())
            .map(|source| (source.id.to_owned(), 0))
            .collect();
        if !rows.is_empty() {
            for row in every_row(book) {
                if let Some(count) = rows.get_mut(row.source) {
                    *count += 1;
                }
            }
        }
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
        every_row(&self.book).filter(|row| self.rows.contains_key(row.source))
    }
}

/// Since when a row's price holds.
pub(super) fn effective(row: &Row<'_>) -> Date {
    row.as_of
}

/// All rows of the services that the tables of a book cover.
fn every_row(book: &PriceBook) -> impl Iterator<Item = Row<'_>> {
    let mut services: Vec<&str> = book
        .sources()
        .flat_map(|source| source.covers.split(' '))
        .filter_map(|one| one.split_once('@'))
        .map(|(service, _)| service)
        .collect();
    services.sort_unstable();
    services.dedup();
    services.into_iter().flat_map(|service| book.service_rows(service))
}
