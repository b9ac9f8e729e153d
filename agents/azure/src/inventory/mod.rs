//! What is there: by Resource Graph for all subscriptions together, or by lists where that is
//! denied.

mod discovery;
mod graph;
mod kind;
mod lists;
pub(crate) mod probe;
mod row;

pub(crate) use discovery::{ANYTHING, Found, discover};
pub(crate) use graph::QUERY;
pub(crate) use kind::Kind;
pub(crate) use row::{Plan, Row, part};

use std::collections::{BTreeMap, HashSet};

use finops_core::model::ServiceFailure;

/// The resources of one subscription, by type; of some it may be known why there are none.
#[derive(Debug, Default)]
pub(crate) struct Inventory {
    kinds: BTreeMap<Kind, Result<Vec<Row>, ServiceFailure>>,
    /// The identifiers of all rows in small letters: a row that moves on to the next page while pages
    /// are read must not count again.
    seen: HashSet<String>,
}

impl Inventory {
    /// Adds a row of a type that is known, once; others are not looked at.
    pub(crate) fn add(&mut self, row: Row) {
        if let Some(kind) = Kind::of(&row.type_name)
            && self.seen.insert(row.id.to_ascii_lowercase())
            && let Ok(rows) = self.kinds.entry(kind).or_insert_with(|| Ok(Vec::new()))
        {
            rows.push(row);
        }
    }

    /// Sets what listing `kind` came to: each row once.
    pub(crate) fn set(&mut self, kind: Kind, listed: Result<Vec<Row>, ServiceFailure>) {
        let listed = listed.map(|mut rows| {
            rows.retain(|row| self.seen.insert(row.id.to_ascii_lowercase()));
            rows
        });
        self.kinds.insert(kind, listed);
    }

    /// The rows of `kind`.
    ///
    /// # Errors
    /// Why they are not known.
    pub(crate) fn rows(&self, kind: Kind) -> Result<&[Row], ServiceFailure> {
        match self.kinds.get(&kind) {
            None => Ok(&[]),
            Some(Ok(rows)) => Ok(rows),
            Some(Err(failure)) => Err(failure.clone()),
        }
    }
}

/// The rows of one of Resource Graph's answers, for tests.
#[cfg(test)]
pub(crate) fn read_page(text: &str) -> serde_json::Result<Vec<Row>> {
    serde_json::from_str::<graph::Page>(text).map(|page| page.data)
}
