//! Which new book may replace the old one.

use std::collections::HashMap;
use std::fmt::Write as _;

use crate::book::PriceBook;

/// How many tables a refusal names.
const NAMED_TABLES: usize = 3;

/// Which new book may replace the old one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Acceptance {
    /// One that has lost no more than half of the rows, in all and of each table that is in both.
    #[default]
    NotMuchSmaller,
    /// Any that is whole.
    Any,
}

impl Acceptance {
    /// Compares a new book with the old one.
    ///
    /// # Errors
    /// Why it is refused, with figures, and what to do.
    pub(super) fn check(self, old: &PriceBook, new: &PriceBook) -> Result<(), String> {
        if self == Self::Any {
            return Ok(());
        }
        let lost = if much_smaller(old.len(), new.len()) {
            format!("it has {} prices, and the one that is there has {}", new.len(), old.len())
        } else {
            let shrunk = shrunk_tables(old, new);
            if shrunk.is_empty() {
                return Ok(());
            }
            shrunk
        };
        Err(format!("{lost}; to take it all the same: --accept-smaller"))
    }
}

/// More than half of the rows are lost.
fn much_smaller(old: usize, new: usize) -> bool {
    new < old.div_ceil(2)
}

/// The tables that have lost more than half of their rows; empty where there are none.
fn shrunk_tables(old: &PriceBook, new: &PriceBook) -> String {
    let new: HashMap<&str, usize> =
        new.rows_by_source().into_iter().map(|(table, rows)| (table.id, rows)).collect();
    let old = old.rows_by_source().into_iter();
    let shrunk: Vec<String> = old
        .filter_map(|(table, before)| {
            let now = *new.get(table.id)?;
            much_smaller(before, now)
                .then(|| format!("{} has {now} prices, and had {before}", table.id))
        })
        .collect();
    let mut text = shrunk.iter().take(NAMED_TABLES).cloned().collect::<Vec<_>>().join(", ");
    let more = shrunk.len().saturating_sub(NAMED_TABLES);
    if more > 0 {
        // Writing to a String cannot fail.
        let _ = write!(text, " and {more} more");
    }
    text
}
