//! The hot tier of block blobs: its price falls with the sum of a region's accounts.

use std::sync::Arc;

use finops_core::model::{Price, Quantity};
use rust_decimal::Decimal;

use super::Book;
use crate::prices::Found;
use crate::tiers::Meter;

/// The first tier holds 51,200 GB (50 TB), the second what is up to 512,000 GB.
/// <https://azure.microsoft.com/pricing/details/storage/blobs/>
const FIRST: u64 = 51_200;
const SECOND: u64 = 512_000 - FIRST;

/// The second tier's price is 0.96 of the first's and the last's 0.92: so it is wherever the book
/// has all three.
const SECOND_OF_FIRST: Decimal = Decimal::from_parts(96, 0, 0, false, 2);
const LAST_OF_FIRST: Decimal = Decimal::from_parts(92, 0, 0, false, 2);

/// The most places of a price that is worked out.
const MOST_PLACES: u32 = 6;

/// The three prices at one place, and how far their tiers are filled.
pub(super) struct HotTiers {
    prices: [Found; 3],
    meter: Meter<usize>,
}

impl HotTiers {
    pub(super) fn new(book: &Book<'_>, redundancy: &str) -> Self {
        let sizes = [(0, Quantity::from(FIRST)), (1, Quantity::from(SECOND))];
        Self { prices: prices(book, redundancy), meter: Meter::new(sizes, 2) }
    }

    /// The parts of the next account's hot blobs, each with its price.
    pub(super) fn fill(&mut self, size: Quantity) -> Vec<(Quantity, Found)> {
        let parts = self.meter.fill(size).into_iter();
        parts.map(|(tier, part)| (part, self.prices[tier].clone())).collect()
    }
}

/// The prices of the three tiers: as listed, the same where one is listed for any amount, or worked
/// out from the last.
fn prices(book: &Book<'_>, redundancy: &str) -> [Found; 3] {
    let meter = format!("General Block Blob v2/Hot {redundancy}/Data Stored");
    let price = |tier: &str| book.stored(&format!("{meter}/{tier}"));
    let first = price("tier-0GB");
    if first.is_err()
        && let Ok(any) = book.stored(&meter)
    {
        return [Ok(Arc::clone(&any)), Ok(Arc::clone(&any)), Ok(any)];
    }
    let (Err(reason), Ok(last)) = (&first, price("last-tier")) else {
        return [first, price("tier-51200GB"), price("tier-512000GB")];
    };
    let worked_out = match first_of(&last) {
        Some(first) => [
            Ok(derived(&last, first, " ÷ 0.92")),
            Ok(derived(&last, first * SECOND_OF_FIRST, " ÷ 0.92 × 0.96")),
        ],
        None => {
            let reason: Arc<str> =
                format!("{reason}, and the price of the last tier does not tell it exactly").into();
            [Err(Arc::clone(&reason)), Err(reason)]
        }
    };
    let [first, second] = worked_out;
    [first, second, Ok(last)]
}

/// The first tier's price, where the last's is exactly 0.92 of some price of few places.
fn first_of(last: &Price) -> Option<Decimal> {
    let first = last.unit_price.checked_div(LAST_OF_FIRST)?.normalize();
    let exact = first.scale() <= MOST_PLACES && first * LAST_OF_FIRST == last.unit_price;
    exact.then_some(first)
}

/// A price that is worked out from a listed one; its key says how.
fn derived(from: &Price, unit_price: Decimal, how: &str) -> Arc<Price> {
    let sku_key = format!("{}{how}", from.sku_key).into();
    Arc::new(Price { unit_price: unit_price.normalize(), sku_key, ..from.clone() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::book::PriceBook;

    /// The prices of the tiers of every product of block blobs, wherever all three are listed.
    fn all_three() -> Vec<[Decimal; 3]> {
        let book = PriceBook::azure();
        let price = |sku: &str, region: &str| {
            book.rows("azure/storage", sku).find(|row| row.region == region).map(|row| row.price)
        };
        book.service_rows("azure/storage")
            .filter(|row| row.sku.starts_with("General Block Blob v2/"))
            .filter_map(|row| {
                let base = row.sku.strip_suffix("tier-0GB")?;
                let second = price(&format!("{base}tier-51200GB"), row.region)?;
                Some([row.price, second, price(&format!("{base}tier-512000GB"), row.region)?])
            })
            .collect()
    }

    #[test]
    fn the_tiers_have_the_same_ratio_wherever_all_three_prices_are_listed() {
        let listed = all_three();
        assert_eq!(listed.len(), 5, "LRS, ZRS, GRS, RA-GRS and RA-GZRS of eastus");
        for [first, second, last] in listed {
            assert_eq!(second, first * SECOND_OF_FIRST);
            assert_eq!(last, first * LAST_OF_FIRST);
        }
    }
}
