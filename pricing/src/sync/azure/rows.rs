//! Where the mappings put what they keep, and what they leave out.

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::item::Item;
use crate::sync::{Dropped, Harvest, Listed};

/// Turns the items of one of Microsoft's services into rows.
///
/// An item comes here when it is a price for consumption, in US dollars, of the service and the
/// region that were asked for, and has not expired.
pub(super) trait Mapping: Send {
    /// Keeps an item or says why not.
    fn item(&mut self, item: &Item<'_>, rows: &mut Rows<'_>);

    /// After the last item.
    fn finish(&mut self, _rows: &mut Rows<'_>) {}
}

/// The rows of one table.
pub(super) struct Rows<'a> {
    harvest: &'a mut Harvest,
    /// As the book has it.
    region: &'a str,
}

/// A key without its region.
#[derive(Debug, Clone, Copy)]
pub(super) struct Key<'a> {
    /// `azure/vm`
    pub(super) service: &'a str,
    /// `Standard_D2s_v3`
    pub(super) sku: &'a str,
    /// `linux`
    pub(super) variant: &'a str,
    /// `hour`
    pub(super) unit: &'a str,
}

impl<'a> Rows<'a> {
    pub(super) fn new(harvest: &'a mut Harvest, region: &'a str) -> Self {
        Self { harvest, region }
    }

    /// Keeps a price that holds since a day.
    pub(super) fn keep(&mut self, key: Key<'_>, price: Decimal, effective: Date) {
        let Key { service, sku, variant, unit } = key;
        let region = self.region;
        self.harvest.keep(&Listed { service, sku, variant, unit, region, price, effective });
    }

    /// Keeps the price, or counts why there is none.
    pub(super) fn keep_or_drop(
        &mut self,
        key: Key<'_>,
        price: Result<Decimal, Dropped>,
        effective: Date,
    ) {
        match price {
            Ok(price) => self.keep(key, price, effective),
            Err(why) => self.drop(why),
        }
    }

    /// Counts a row that is left out.
    pub(super) fn drop(&mut self, why: Dropped) {
        self.harvest.drop(why);
    }

    /// Takes over the counts of rows that were put aside.
    pub(super) fn drop_as(&mut self, aside: &Harvest) {
        for (why, count) in aside.dropped() {
            self.harvest.drop_many(why, count);
        }
    }

    /// The day on which prices must hold.
    pub(super) fn today(&self) -> Date {
        self.harvest.today()
    }

    /// The price of a row that was kept.
    pub(super) fn price(&self, key: Key<'_>) -> Option<Decimal> {
        let Key { service, sku, variant, unit } = key;
        let found = self.harvest.find([service, sku, variant, unit, self.region])?;
        Some(found.price)
    }
}
