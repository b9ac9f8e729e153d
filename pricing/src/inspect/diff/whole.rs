//! Of what a book holds all prices.

use crate::book::{Covered, PriceBook};

/// Of what a book holds all prices: of what its tables cover, or, where none says so, of everything.
///
/// What a book has no price of is gone only where it would have one. A book that was fetched for one
/// region says nothing about another.
pub(super) struct Whole(Option<Covered>);

impl Whole {
    pub(super) fn of(book: &PriceBook) -> Self {
        let covered = Covered::of(book);
        Self((covered != Covered::default()).then_some(covered))
    }

    /// It has every price of the service in the region.
    pub(super) fn has(&self, service: &str, region: &str) -> bool {
        self.0.as_ref().is_none_or(|covered| covered.has(service, region))
    }
}
