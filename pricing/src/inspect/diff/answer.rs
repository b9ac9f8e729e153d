//! What is different.

use rust_decimal::Decimal;
use serde::Serialize;

/// The difference between two books.
#[derive(Debug, Clone, Serialize)]
pub struct Difference {
    /// How many keys changed, service by service.
    pub services: Vec<ServiceChanges>,
    /// The largest changes of keys in use.
    pub in_use: Vec<KeyChange>,
    /// The largest changes of other keys.
    pub others: Vec<KeyChange>,
    /// How many keys only one of the books has, in regions or of services that the other was not
    /// fetched for.
    pub not_compared: u64,
    /// What it does to what is in use.
    pub effect: Effect,
}

/// How many keys of a service changed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ServiceChanges {
    /// The service: `aws/ec2`.
    pub service: String,
    /// Keys that cost more than before.
    pub dearer: u64,
    /// Keys that cost less than before.
    pub cheaper: u64,
    /// Keys that were not there before.
    pub new: u64,
    /// Keys that are not there any more.
    pub gone: u64,
    /// Keys whose price is in another currency than before.
    pub other_currency: u64,
    /// Keys that cost the same.
    pub same: u64,
}

impl ServiceChanges {
    /// Nothing of a service yet.
    pub(super) fn of(service: &str) -> Self {
        Self { service: service.to_owned(), ..Self::default() }
    }

    /// Every key costs what it did.
    pub(super) fn is_same(&self) -> bool {
        self.dearer + self.cheaper + self.new + self.gone + self.other_currency == 0
    }
}

/// A key whose price is another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct KeyChange {
    /// The key: `aws/ec2/m5.large/us-east-1/linux/hour`.
    pub key: String,
    /// The currency of both prices.
    pub currency: String,
    /// The price before.
    pub before: Decimal,
    /// The price after.
    pub after: Decimal,
    /// By how much it changed, in percent of the price before, rounded to two places; `None` where
    /// that was nothing.
    pub percent_rounded: Option<Decimal>,
}

/// What another book does to the cost lines of the last inventory, at list prices, in USD per month
/// of 730 hours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Effect {
    /// The lines whose key is in both books.
    pub priced: Totals,
    /// Of these, the keys that change what is paid the most.
    pub keys: Vec<KeyEffect>,
    /// The keys in use that are in the first book and not in the second, the dearest first: their
    /// resources would have no price.
    pub gone: Vec<GoneInUse>,
    /// The lines whose key is in the second book only: a price that was not from the first.
    pub added: Totals,
    /// How many lines have a key of neither book: spot prices, own rates, other providers, and
    /// prices that were worked out of others.
    pub unlisted_lines: u64,
}

/// Lines before and after.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Totals {
    /// How many there are.
    pub lines: u64,
    /// What they cost before, exact.
    pub before: Decimal,
    /// What they cost after, exact.
    pub after: Decimal,
    /// `after` − `before`, exact.
    pub difference: Decimal,
}

/// A key in use whose price changes what is paid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct KeyEffect {
    /// The key.
    pub key: String,
    /// What its lines cost.
    #[serde(flatten)]
    pub totals: Totals,
}

/// A key in use that is gone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GoneInUse {
    /// The key.
    pub key: String,
    /// How many lines have it.
    pub lines: u64,
    /// What they cost before, exact.
    pub before: Decimal,
}
