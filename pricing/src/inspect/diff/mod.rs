//! What is different between two price books, and what that does to what is in use.

mod answer;
mod effect;
mod largest;
mod merge;
mod text;
mod usage;
mod whole;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use rust_decimal::Decimal;

pub use answer::{Difference, Effect, GoneInUse, KeyChange, KeyEffect, ServiceChanges, Totals};
pub use usage::Usage;

use super::key;
use crate::book::{PriceBook, Row};
use largest::Largest;
use merge::{Pair, merged};
use whole::Whole;

/// Compares two books, and works out what the second does to what is in use. Of the keys whose price
/// is another, the `most` that changed the most are named: those in use, and others.
///
/// A key that only one of them has is new or gone where the other holds all prices of its service in
/// its region; elsewhere it is not compared.
///
/// Both books stream by: it takes the memory of what is in use and of what is named.
#[must_use]
pub fn diff(old: &PriceBook, new: &PriceBook, usage: &Usage, most: usize) -> Difference {
    let mut services: BTreeMap<String, ServiceChanges> = BTreeMap::new();
    let (mut in_use, mut others) = (Largest::new(most), Largest::new(most));
    let (of_old, of_new) = (Whole::of(old), Whole::of(new));
    let (mut text, mut not_compared) = (String::new(), 0);
    for pair in merged(old.all_rows(), new.all_rows()) {
        let (service, region) = (pair.row().service, pair.row().region);
        let compared = match &pair {
            Pair::Gone(_) => of_new.has(service, region),
            Pair::New(_) => of_old.has(service, region),
            Pair::Both(..) => true,
        };
        if !compared {
            not_compared += 1;
            continue;
        }
        if !services.contains_key(service) {
            services.insert(service.to_owned(), ServiceChanges::of(service));
        }
        // It was put there if it was not.
        let Some(changes) = services.get_mut(service) else { continue };
        let Some((before, after)) = changes.add(&pair) else { continue };
        key::write(pair.row(), &mut text);
        let kept = if usage.has(&text) { &mut in_use } else { &mut others };
        kept.offer(change(&text, pair.row(), before, after));
    }
    Difference {
        services: services.into_values().collect(),
        in_use: in_use.sorted(),
        others: others.sorted(),
        not_compared,
        effect: effect::of(old, new, usage, most),
    }
}

fn change(key: &str, row: &Row<'_>, before: Decimal, after: Decimal) -> KeyChange {
    let percent = (!before.is_zero()).then(|| {
        let percent = (after - before) / before * Decimal::ONE_HUNDRED;
        percent.round_dp(2).normalize()
    });
    KeyChange {
        key: key.to_owned(),
        currency: row.currency.to_owned(),
        before: before.normalize(),
        after: after.normalize(),
        percent_rounded: percent,
    }
}

impl ServiceChanges {
    /// Counts a key; gives both prices where they differ.
    fn add(&mut self, pair: &Pair<'_>) -> Option<(Decimal, Decimal)> {
        let (old, new) = match pair {
            Pair::Gone(_) => {
                self.gone += 1;
                return None;
            }
            Pair::New(_) => {
                self.new += 1;
                return None;
            }
            Pair::Both(old, new) => (old, new),
        };
        if old.currency != new.currency {
            self.other_currency += 1;
            return None;
        }
        if old.price == new.price {
            self.same += 1;
            return None;
        }
        let counted = if new.price > old.price { &mut self.dearer } else { &mut self.cheaper };
        *counted += 1;
        Some((old.price, new.price))
    }
}
