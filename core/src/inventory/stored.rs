//! A service's answer as it is kept: lines of JSON. A price stands on a line of its own before the
//! first resource that uses it and is referred to by its number from then on.

use std::borrow::Cow;

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::model::Unit;

/// One line.
#[derive(Serialize, Deserialize)]
pub(super) enum Entry<'a> {
    /// A price; its number is how many there were before.
    #[serde(rename = "p", borrow)]
    Price(StoredPrice<'a>),
    /// A resource.
    #[serde(rename = "r", borrow)]
    Resource(StoredResource<'a>),
}

/// Unit price in USD, unit, source, day of the source, key.
#[derive(Serialize, Deserialize)]
pub(super) struct StoredPrice<'a>(
    pub(super) Decimal,
    pub(super) Unit,
    #[serde(borrow)] pub(super) Cow<'a, str>,
    #[serde(with = "day")] pub(super) Date,
    #[serde(borrow)] pub(super) Cow<'a, str>,
);

/// Kind, identifier, name, region, lines, unpriced parts with their reasons.
#[derive(Serialize, Deserialize)]
pub(super) struct StoredResource<'a>(
    #[serde(borrow)] pub(super) Cow<'a, str>,
    #[serde(borrow)] pub(super) Cow<'a, str>,
    #[serde(borrow)] pub(super) Option<Cow<'a, str>>,
    #[serde(borrow)] pub(super) Cow<'a, str>,
    #[serde(borrow)] pub(super) Vec<StoredLine<'a>>,
    #[serde(borrow)] pub(super) Vec<StoredReason<'a>>,
);

/// Component, quantity, number of the price.
#[derive(Serialize, Deserialize)]
pub(super) struct StoredLine<'a>(
    #[serde(borrow)] pub(super) Cow<'a, str>,
    pub(super) Decimal,
    pub(super) usize,
);

/// Component and reason.
#[derive(Serialize, Deserialize)]
pub(super) struct StoredReason<'a>(
    #[serde(borrow)] pub(super) Cow<'a, str>,
    #[serde(borrow)] pub(super) Cow<'a, str>,
);

/// A day as its text: `2026-01-31`.
mod day {
    use jiff::civil::Date;
    use serde::de::Error as _;
    use serde::{Deserialize as _, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(day: &Date, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(day)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Date, D::Error> {
        let text = std::borrow::Cow::<'_, str>::deserialize(deserializer)?;
        text.parse().map_err(D::Error::custom)
    }
}
