//! What other prices do to what is in use.

use std::cmp::Reverse;

use rust_decimal::Decimal;

use super::answer::{Effect, GoneInUse, KeyEffect, Totals};
use super::usage::{Usage, Used};
use super::whole::Whole;
use crate::book::PriceBook;
use crate::inspect::key;
use crate::prices::billing_unit;

/// The effect, in which the `most` keys that change what is paid the most are named.
pub(super) fn of(old: &PriceBook, new: &PriceBook, usage: &Usage, most: usize) -> Effect {
    let mut effect = Effect {
        priced: Totals::default(),
        keys: Vec::new(),
        gone: Vec::new(),
        added: Totals::default(),
        unlisted_lines: 0,
    };
    let (of_old, of_new) = (Whole::of(old), Whole::of(new));
    for (key, used) in usage.keys() {
        let zero = Decimal::ZERO;
        match (monthly(old, key, used), monthly(new, key, used)) {
            (Some(before), Some(after)) => {
                let totals = Totals::of(used.lines, before, after);
                effect.priced.add(&totals);
                if before != after {
                    effect.keys.push(KeyEffect { key: key.to_owned(), totals });
                }
            }
            (Some(_), None) if !has(&of_new, old, key) => effect.unlisted_lines += used.lines,
            (None, Some(_)) if !has(&of_old, new, key) => effect.unlisted_lines += used.lines,
            (Some(before), None) => {
                effect.gone.push(GoneInUse { key: key.to_owned(), lines: used.lines, before });
            }
            (None, Some(after)) => effect.added.add(&Totals::of(used.lines, zero, after)),
            (None, None) => effect.unlisted_lines += used.lines,
        }
    }
    effect.keys.sort_by_key(|one| Reverse(one.totals.difference.abs()));
    effect.keys.truncate(most);
    effect.gone.sort_by_key(|one| Reverse(one.before));
    effect
}

/// The book of which `whole` tells would have the key that `other` has.
fn has(whole: &Whole, other: &PriceBook, text: &str) -> bool {
    let row = key::meanings(text).iter().find_map(|meaning| other.find(meaning));
    row.is_some_and(|row| whole.has(row.service, row.region))
}

impl Totals {
    fn of(lines: u64, before: Decimal, after: Decimal) -> Self {
        let difference = (after - before).normalize();
        Self { lines, before, after, difference }
    }

    fn add(&mut self, other: &Self) {
        self.lines += other.lines;
        self.before = (self.before + other.before).normalize();
        self.after = (self.after + other.after).normalize();
        self.difference = (self.difference + other.difference).normalize();
    }
}

/// What so much of a key costs in a month, exactly; `None` where the book has no price of it in USD.
fn monthly(book: &PriceBook, text: &str, used: Used) -> Option<Decimal> {
    let row = key::meanings(text).iter().find_map(|meaning| book.find(meaning))?;
    let (unit, per) = billing_unit(row.unit)?;
    // As a look-up for a cost line does.
    let price = row.price / Decimal::from(per);
    let month = used.quantity * price * Decimal::from(unit.per_month());
    (row.currency == "USD").then(|| month.normalize())
}
