//! The prices of one list while its pages are read.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::mapping::EVERYWHERE;
use crate::sync::{Dropped, Harvest, Listed};

/// Service, sku, variant and unit of the price book.
pub(super) type Key<'a> = [&'a str; 4];

/// What is known of each key and region. The order in which SKUs come changes nothing.
#[derive(Debug, Default)]
pub(super) struct Prices {
    known: BTreeMap<(Key<'static>, String), Known>,
}

/// How much an SKU is about the region: where two differ, the narrower one is billed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Scope {
    /// It holds in every region.
    Everywhere,
    /// It names several regions: `Americas`.
    Several,
    /// It names this region only: `Columbus`.
    One,
}

/// A price for one unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Price {
    /// USD.
    pub(super) amount: Decimal,
    /// Since when.
    pub(super) effective: Date,
}

impl Price {
    /// A price that the book can hold: its digits are a number of 64 bits there.
    pub(super) fn new(amount: Decimal, effective: Date) -> Option<Self> {
        let amount = amount.normalize();
        u64::try_from(amount.mantissa()).ok().map(|_| Self { amount, effective })
    }
}

#[derive(Debug, Clone, Copy)]
struct Known {
    scope: Scope,
    price: Price,
    /// Whether all SKUs of the scope have this price.
    agreed: bool,
}

impl Prices {
    /// Adds what an SKU says; what it or another loses by that is counted.
    pub(super) fn add(
        &mut self,
        key: Key<'static>,
        region: &str,
        scope: Scope,
        price: Price,
        harvest: &mut Harvest,
    ) {
        let new = Known { scope, price, agreed: true };
        match self.known.entry((key, region.to_owned())) {
            Entry::Vacant(place) => {
                place.insert(new);
            }
            Entry::Occupied(mut place) => {
                let merged = place.get().merge(new);
                place.insert(merged);
                harvest.drop(Dropped::Superseded);
            }
        }
    }

    /// Makes a price that holds everywhere that of each region.
    pub(super) fn spread(&mut self, regions: &BTreeSet<String>, harvest: &mut Harvest) {
        let (everywhere, known) = std::mem::take(&mut self.known)
            .into_iter()
            .partition(|((_, region), _)| region == EVERYWHERE);
        self.known = known;
        let everywhere: BTreeMap<(Key<'static>, String), Known> = everywhere;
        for ((key, _), known) in everywhere {
            if !known.agreed {
                harvest.drop(Dropped::Ambiguous);
                continue;
            }
            for region in regions {
                self.add(key, region, Scope::Everywhere, known.price, harvest);
            }
        }
    }

    /// The price of a key in a region, if SKUs agree on it.
    pub(super) fn find(&self, key: Key<'_>, region: &str) -> Option<Price> {
        // The map's own keys live longer than the one that is looked for.
        let known: &BTreeMap<(Key<'_>, String), Known> = &self.known;
        let known = known.get(&(key, region.to_owned()))?;
        known.agreed.then_some(known.price)
    }

    /// Keeps the prices of the services that are wanted.
    pub(super) fn keep(&self, wanted: impl Fn(&str) -> bool, harvest: &mut Harvest) {
        for (([service, sku, variant, unit], region), known) in &self.known {
            if !wanted(service) {
                harvest.drop(Dropped::OtherProduct);
            } else if known.agreed {
                let Price { amount: price, effective } = known.price;
                harvest.keep(&Listed { service, sku, variant, unit, region, price, effective });
            } else {
                harvest.drop(Dropped::Ambiguous);
            }
        }
    }
}

impl Known {
    /// The narrower of two; of two that are equally narrow none, where they differ. Commutative and
    /// associative. How young they are does not matter: each SKU holds today.
    fn merge(self, other: Self) -> Self {
        match self.scope.cmp(&other.scope) {
            std::cmp::Ordering::Greater => self,
            std::cmp::Ordering::Less => other,
            std::cmp::Ordering::Equal => Self {
                scope: self.scope,
                agreed: self.agreed && other.agreed && self.price.amount == other.price.amount,
                price: if self.price.effective >= other.price.effective {
                    self.price
                } else {
                    other.price
                },
            },
        }
    }
}
