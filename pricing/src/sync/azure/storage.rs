//! `Storage`: managed disks, and what storage accounts hold and do.
//! <https://azure.microsoft.com/pricing/details/storage/blobs/>

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::disks;
use super::item::Item;
use super::rows::{Key, Mapping, Rows};
use crate::sync::{Dropped, Harvest, Listed};

/// The service of storage accounts.
pub(super) const STORAGE: &str = "azure/storage";

/// The products of accounts that are priced, or whose prices are told.
const PRODUCTS: &[&str] = &[
    "General Block Blob v2",
    "Premium Block Blob",
    "Files v2",
    "Premium Files",
    "Azure Files Provisioned v2",
    "Queues v2",
    "Tables",
];

/// From how many GB on the tiers of block blobs hold.
const TIERS: [Decimal; 3] = [
    Decimal::ZERO,
    Decimal::from_parts(51_200, 0, 0, false, 0),
    Decimal::from_parts(512_000, 0, 0, false, 0),
];

/// The mapping of disks and accounts.
///
/// A meter has one item for each tier, anywhere in the list, and so what a price is called is known
/// at the end only: `…/Data Stored` where it is the same for any amount, and else
/// `…/Data Stored/tier-51200GB`.
#[derive(Default)]
pub(super) struct Storage {
    /// The tiers of every meter; the variant is from where on one holds.
    tiers: Option<Harvest>,
    /// From where on each meter has a price, by sku and unit, also those that came to nothing.
    seen: HashMap<(String, &'static str), BTreeSet<Decimal>>,
}

impl Mapping for Storage {
    fn item(&mut self, item: &Item<'_>, rows: &mut Rows<'_>) {
        if disks::is_disk(item) {
            return disks::keep(item, rows);
        }
        if !PRODUCTS.contains(&item.product.as_ref()) {
            return rows.drop(Dropped::OtherProduct);
        }
        let Some((unit, price)) = item.unit.and_then(|unit| unit.stored(item.price)) else {
            return rows.drop(Dropped::UnknownUnit);
        };
        let sku = sku(item);
        let today = rows.today();
        let tiers = self.tiers.get_or_insert_with(|| Harvest::new(today));
        tiers.keep(&Listed {
            service: STORAGE,
            sku: &sku,
            variant: &item.tier.normalize().to_string(),
            unit,
            region: "",
            price,
            effective: item.since,
        });
        // What holds only from a day to come is no tier yet.
        if item.since <= today {
            self.seen.entry((sku, unit)).or_default().insert(item.tier);
        }
    }

    fn finish(&mut self, rows: &mut Rows<'_>) {
        let Some(tiers) = self.tiers.take() else { return };
        rows.drop_as(&tiers);
        for ((sku, unit), seen) in &self.seen {
            let priced: BTreeMap<Decimal, (Decimal, Date)> = seen
                .iter()
                .filter_map(|tier| {
                    let text = tier.normalize().to_string();
                    let row = tiers.find([STORAGE, sku, &text, unit, ""])?;
                    Some((*tier, (row.price, row.effective)))
                })
                .collect();
            // Without one of its tiers a meter has no price at all: the others would be taken to
            // reach farther than they do.
            if priced.len() == seen.len() {
                keep(rows, sku, unit, &priced);
            } else {
                priced.iter().for_each(|_| rows.drop(Dropped::Ambiguous));
            }
        }
    }
}

/// Keeps the tiers of one meter.
fn keep(rows: &mut Rows<'_>, sku: &str, unit: &str, tiers: &BTreeMap<Decimal, (Decimal, Date)>) {
    fn key<'a>(sku: &'a str, unit: &'a str) -> Key<'a> {
        Key { service: STORAGE, sku, variant: "", unit }
    }
    let Some((first, since)) = tiers.get(&Decimal::ZERO) else {
        return tiers.iter().for_each(|_| rows.drop(Dropped::OtherProduct));
    };
    if tiers.values().all(|(price, _)| price == first) {
        let youngest = tiers.values().map(|(_, since)| *since).max().unwrap_or(*since);
        rows.keep(key(sku, unit), *first, youngest);
    } else if unit == "1 GB/Month" && tiers.keys().eq(&TIERS) {
        for (from, (price, since)) in tiers {
            rows.keep(key(&format!("{sku}/tier-{from}GB"), unit), *price, *since);
        }
    } else {
        // Tiers that no rule fills: the first one alone would be wrong for what lies above it.
        tiers.iter().for_each(|_| rows.drop(Dropped::OtherProduct));
    }
}

/// `product/sku/meter`, the meter without the sku with which it begins:
/// `General Block Blob v2/Hot LRS/Data Stored` of the meter `Hot LRS Data Stored`.
fn sku(item: &Item<'_>) -> String {
    let begin = format!("{} ", item.sku);
    let meter = item.meter.strip_prefix(&begin).unwrap_or(&item.meter);
    format!("{}/{}/{meter}", item.product, item.sku)
}
