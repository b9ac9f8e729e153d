//! Prices for single keys.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::civil::Date;
use rust_decimal::Decimal;

use finops_core::model::Price;

use super::key::{WrittenKey, short};
use super::period::Period;

/// A price that is agreed on for one key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct OwnPrice {
    /// Its key.
    pub(super) key: WrittenKey,
    /// USD for one unit of a cost line, exact.
    pub(super) usd: Decimal,
    /// What the user calls it.
    pub(super) label: String,
    /// When it holds.
    pub(super) period: Period,
}

/// The prices by key. Those of one key hold at different times.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct OwnPrices(HashMap<String, Vec<OwnPrice>>);

impl OwnPrices {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds a price.
    ///
    /// # Errors
    /// There is one for its key that holds on some of the same days.
    pub(super) fn add(&mut self, price: OwnPrice) -> Result<(), OwnPrice> {
        let known = self.0.entry(price.key.short.clone()).or_default();
        if known.iter().any(|known| known.period.overlaps(price.period)) {
            return Err(price);
        }
        known.push(price);
        Ok(())
    }

    /// The price of a cost line's key on a day.
    pub(super) fn of(&self, key: &str, today: Date) -> Option<&OwnPrice> {
        if self.is_empty() {
            return None;
        }
        self.0.get(&short(key))?.iter().find(|price| price.period.contains(today))
    }

    /// All that hold on a day, by full key.
    pub(super) fn full(
        &self,
        today: Date,
        source: &Arc<str>,
        as_of: Date,
    ) -> HashMap<String, Arc<Price>> {
        let held = self.0.values().flatten().filter(|price| price.period.contains(today));
        held.map(|OwnPrice { key, usd, .. }| {
            let sku_key: Arc<str> = key.full.as_str().into();
            let source = Arc::clone(source);
            let price = Price { unit_price: *usd, unit: key.unit, source, as_of, sku_key };
            (key.full.clone(), Arc::new(price))
        })
        .collect()
    }
}
