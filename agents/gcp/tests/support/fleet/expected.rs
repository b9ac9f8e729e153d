//! What a record is expected to say of its cost.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use crate::support::facts::{decimal, monthly};

/// What something costs.
#[derive(Debug, Clone)]
pub(crate) enum Cost {
    /// All of it has a price: so much a month, in USD.
    Priced(Decimal),
    /// None of it has; the reason has this word.
    Unpriced(&'static str),
    /// Some of it has: so much a month; these parts have not, for a reason that has this word.
    Partly(Decimal, &'static [&'static str], &'static str),
}

impl Cost {
    /// It costs nothing.
    pub(crate) fn nothing() -> Self {
        Self::Priced(Decimal::ZERO)
    }

    /// So much an hour.
    pub(crate) fn hourly(price: Decimal) -> Self {
        Self::Priced(price * decimal("730"))
    }

    /// So much an hour, as a text.
    pub(crate) fn of_hour(price: &str) -> Self {
        Self::Priced(monthly(price))
    }

    /// So much a month, as a text.
    pub(crate) fn of_month(price: &str) -> Self {
        Self::Priced(decimal(price))
    }

    /// What of it is known, of a month.
    pub(crate) fn known(&self) -> Decimal {
        match self {
            Self::Priced(known) | Self::Partly(known, ..) => *known,
            Self::Unpriced(_) => Decimal::ZERO,
        }
    }

    /// The same and so much a month; what has no price at all stays so.
    pub(crate) fn and(self, more: Decimal) -> Self {
        match self {
            Self::Priced(known) => Self::Priced(known + more),
            Self::Partly(known, parts, word) => Self::Partly(known + more, parts, word),
            Self::Unpriced(word) => Self::Unpriced(word),
        }
    }
}

/// What is expected of a record.
#[derive(Debug, Clone)]
pub(crate) struct Expected {
    /// The service whose list it is in.
    pub(crate) service: &'static str,
    /// Its name.
    pub(crate) name: String,
    /// Its cost.
    pub(crate) cost: Cost,
    /// Some of its own keys, as JSON.
    pub(crate) keys: BTreeMap<&'static str, serde_json::Value>,
}
