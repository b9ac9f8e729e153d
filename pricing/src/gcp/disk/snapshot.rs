//! Snapshots of disks.

use finops_core::model::Costs;

use super::price;
use crate::ListPrices;
use crate::size::gigabytes;

/// One snapshot.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Snapshot<'a> {
    /// The bytes that it stores (`storageBytes`), which are compressed and without what earlier
    /// snapshots of the disk have; `None` while they are not known.
    pub stored_bytes: Option<u64>,
    /// Where: a region, or one of the multi-regions `us`, `eu` and `asia` (`storageLocations`).
    pub location: &'a str,
    /// Whether it is an archive snapshot (`snapshotType`).
    pub archive: bool,
}

/// One snapshot for a month, as component `storage`, by what it stores.
///
/// Archive snapshots are unpriced: the list has no price of theirs. Traffic for creating or
/// restoring one elsewhere, and instant snapshots, are not included.
/// <https://cloud.google.com/compute/disks-image-pricing>
#[must_use]
pub fn snapshot(prices: &ListPrices, snapshot: &Snapshot<'_>) -> Costs {
    if snapshot.archive {
        return Costs::unpriced("storage", "no list price for archive snapshots");
    }
    let Some(bytes) = snapshot.stored_bytes else {
        return Costs::unpriced("storage", "how much the snapshot stores is not known");
    };
    let location = snapshot.location.to_lowercase();
    let region = match location.as_str() {
        "us" => "us-multi",
        "eu" => "europe-multi",
        "asia" => "asia-multi",
        region => region,
    };
    let mut costs = Costs::free();
    let price = price(prices, region, "snapshot", "GiB-Mo");
    costs.add_or_miss("storage", gigabytes(bytes), price);
    costs
}
