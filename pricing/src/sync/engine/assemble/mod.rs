//! The new book: what was fetched, and what stays of the old one.

mod merge;
mod pack;
mod source;

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;

use super::held::Held;
use super::report::{Outcome, TableReport};
use super::tables::Rows;
use crate::book::PriceBook;
use crate::book::encode::{EncodeError, Encoder};
use merge::{Merge, Rank};
use pack::entry;
pub(super) use pack::pack;
pub(super) use source::{NewSource, READER, covered, left_out};
use source::{fresh_entry, held_entry, moment};

/// A table that was fetched and read.
pub(super) struct Fresh {
    /// What is known of it.
    pub(super) source: NewSource,
    /// Its rows, and only they, packed as a book.
    pub(super) rows: PriceBook,
}

/// What will be in the new book, as tables come in.
#[derive(Default)]
pub(super) struct NewBook {
    fresh: Vec<Fresh>,
    unchanged: HashSet<String>,
}

/// A new book.
pub(super) struct Written {
    /// Its bytes.
    pub(super) bytes: Vec<u8>,
    /// Its rows.
    pub(super) rows: u64,
    /// Rows that were left out because another table lists their key.
    pub(super) overlaps: u64,
}

impl NewBook {
    /// Takes what came of a table.
    pub(super) fn take(&mut self, table: &TableReport, rows: Rows) {
        match rows {
            Rows::Fresh(fresh) => self.fresh.push(*fresh),
            Rows::Old if matches!(table.outcome, Outcome::Unchanged { .. }) => {
                self.unchanged.insert(table.id.clone());
            }
            Rows::Old | Rows::None => {}
        }
    }

    /// Writes it: fresh tables in the place of their old rows, all other tables of the old book as
    /// they are. `taken` is when fresh and unchanged tables were seen to hold.
    ///
    /// # Errors
    /// The format's limits are exceeded.
    pub(super) fn write(&self, old: &Held, taken: Timestamp) -> Result<Written, EncodeError> {
        let taken = moment(taken);
        let fresh: HashSet<&str> = self.fresh.iter().map(|one| one.source.id.as_str()).collect();
        let mut encoder = Encoder::default();
        let mut ranks = HashMap::new();
        for source in old.tables().filter(|source| !fresh.contains(source.id)) {
            let renewed = self.unchanged.contains(source.id);
            let entry = held_entry(&source, if renewed { &taken } else { source.taken });
            encoder.source(&entry)?;
            ranks.insert(source.id, Rank::of(&entry));
        }
        for Fresh { source, .. } in &self.fresh {
            let entry = fresh_entry(source, &taken);
            encoder.source(&entry)?;
            ranks.insert(&source.id, Rank::of(&entry));
        }
        let mut merge = Merge::default();
        merge.add(Box::new(old.every_row().filter(|row| !fresh.contains(row.source))));
        for Fresh { rows, .. } in &self.fresh {
            merge.add(Box::new(rows.all_rows()));
        }
        let (mut rows, mut overlaps) = (0, 0);
        while let Some(first) = merge.next() {
            let mut best = first;
            while let Some(other) = merge.next_of(&best) {
                overlaps += 1;
                if ranks[other.source].beats(&ranks[best.source], &other) {
                    best = other;
                }
            }
            encoder.row(&entry(&best))?;
            rows += 1;
        }
        Ok(Written { bytes: encoder.finish()?, rows, overlaps })
    }
}
