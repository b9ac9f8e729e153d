//! Cloud Storage: what buckets hold. <https://cloud.google.com/storage/pricing>
//!
//! Operations, retrieval, early deletion, replication between regions, transfer and caches are not
//! included: they depend on what is not known here. Neither is the free tier taken off.

mod class;
mod location;

use std::collections::BTreeMap;

use finops_core::model::Costs;
use rust_decimal::Decimal;

use crate::ListPrices;
use crate::book::PriceKey;
use crate::measured::quantity;
use class::Class;
use location::Place;

/// Bytes in the GiB of the price list.
const GIBIBYTE: Decimal = Decimal::from_parts(1 << 30, 0, 0, false, 0);

/// Bytes of one storage class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// The class of the objects, which need not be the bucket's: `STANDARD`, `NEARLINE`, …
    pub class: String,
    /// How many bytes.
    pub bytes: Decimal,
}

/// A bucket and what it holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bucket {
    /// `EUROPE-WEST1`, `EUR4`, `US`, in any case.
    pub location: String,
    /// The regions of a configurable dual-region (`customPlacementConfig.dataLocations`), whose
    /// location is that of the continent; empty for any other bucket.
    /// <https://cloud.google.com/storage/docs/locations#location-dr>
    pub data_locations: Vec<String>,
    /// Whether Autoclass chooses the classes of its objects.
    pub autoclass: bool,
    /// Its objects, with versions that are not current and parts of uploads, or why they are not
    /// known. A class may come more than once.
    pub stored: Result<Vec<Stored>, &'static str>,
    /// Its objects that are deleted and may still be restored, or why they are not known.
    pub soft_deleted: Result<Vec<Stored>, &'static str>,
}

/// One bucket as components `storage_standard`, `storage_nearline`, `storage_coldline`,
/// `storage_archive` and `storage_durable_reduced_availability`, as far as it holds any; `storage`
/// for a class that is not known and where nothing is known, `soft_deleted` where that is not.
///
/// What is soft-deleted is billed as what is stored, in its class.
/// <https://cloud.google.com/storage/docs/soft-delete>
///
/// Autoclass is charged for by the object: the price book has no price of that, so that such a
/// bucket has the unpriced component `autoclass`.
/// <https://cloud.google.com/storage/docs/autoclass>
#[must_use]
pub fn bucket(prices: &ListPrices, bucket: &Bucket) -> Costs {
    let mut costs = Costs::free();
    let mut held: BTreeMap<Class, Decimal> = BTreeMap::new();
    for (component, list) in [("storage", &bucket.stored), ("soft_deleted", &bucket.soft_deleted)] {
        match list {
            Ok(list) => list.iter().for_each(|stored| hold(&mut costs, &mut held, stored)),
            Err(reason) => costs.miss(component, *reason),
        }
    }
    for (class, bytes) in held {
        add(&mut costs, prices, bucket, class, bytes);
    }
    if bucket.autoclass {
        let reason = "Autoclass is charged for by the object: the price book has no price of that";
        costs.miss("autoclass", reason);
    }
    costs
}

/// Adds bytes to their class.
fn hold(costs: &mut Costs, held: &mut BTreeMap<Class, Decimal>, stored: &Stored) {
    match Class::of(&stored.class) {
        Some(class) => {
            let bytes = held.entry(class).or_default();
            *bytes = bytes.saturating_add(stored.bytes);
        }
        None if stored.bytes.is_zero() => {}
        None => costs.miss("storage", format!("unknown storage class {:?}", stored.class)),
    }
}

/// Adds the storage of one class.
fn add(costs: &mut Costs, prices: &ListPrices, bucket: &Bucket, class: Class, bytes: Decimal) {
    let component = class.component();
    let size = match quantity(bytes, GIBIBYTE) {
        Ok(size) if size.amount().is_zero() => return,
        Ok(size) => size,
        Err(reason) => return costs.miss(component, reason),
    };
    if !bucket.data_locations.is_empty() {
        return costs.miss(component, no_pair(&bucket.data_locations));
    }
    let Place { suffix, region } = Place::of(&bucket.location);
    let sku = format!("{}{suffix}/storage", class.name());
    let key = PriceKey {
        service: "gcp/storage",
        sku: &sku,
        region: &region,
        variant: "",
        unit: "GiB-Mo",
    };
    costs.add_or_miss(component, size, prices.price(&key));
}

fn no_pair(regions: &[String]) -> String {
    format!(
        "no list price for the dual-region of {}: \
         the price book has prices of predefined dual-regions only",
        regions.join(" and ")
    )
}

#[cfg(test)]
mod tests;
