//! Persistent disks, Hyperdisks and snapshots.
//!
//! A disk is billed for what is provisioned from its creation until it is deleted, whatever it is
//! attached to and whatever that does. Local disks belong to their instance
//! ([`compute`](super::compute)). <https://cloud.google.com/compute/disks-image-pricing>

use finops_core::model::{Costs, Quantity};

use crate::ListPrices;
use crate::book::PriceKey;
use crate::prices::Found;

mod snapshot;

pub use snapshot::{Snapshot, snapshot};

/// The performance that every Hyperdisk Balanced includes: 3,000 I/O operations a second.
/// <https://cloud.google.com/compute/docs/disks/hyperdisks>
const INCLUDED_IOPS: u64 = 3_000;
/// The performance that every Hyperdisk Balanced includes: 140 MiB a second. The same page.
const INCLUDED_THROUGHPUT: u64 = 140;

/// One disk.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Disk<'a> {
    /// `pd-balanced`, `hyperdisk-extreme`, …: the last part of its type's URL.
    pub kind: &'a str,
    /// Size in GiB. Google writes GB and means 2^30 bytes.
    pub size_gib: u64,
    /// Whether it is replicated over two zones.
    pub regional: bool,
    /// Provisioned I/O operations a second.
    pub iops: Option<u64>,
    /// Provisioned throughput in MiB/s.
    pub throughput: Option<u64>,
    /// Whether it is in a storage pool.
    pub in_pool: bool,
}

/// What of its performance a kind of disk is billed for: nothing, or what exceeds a number.
struct Kind {
    iops: Option<u64>,
    throughput: Option<u64>,
}

impl Kind {
    fn of(name: &str) -> Option<Self> {
        let (iops, throughput) = match name {
            "pd-standard" | "pd-balanced" | "pd-ssd" => (None, None),
            "pd-extreme" | "hyperdisk-extreme" => (Some(0), None),
            "hyperdisk-balanced" | "hyperdisk-balanced-high-availability" => {
                (Some(INCLUDED_IOPS), Some(INCLUDED_THROUGHPUT))
            }
            "hyperdisk-throughput" | "hyperdisk-ml" => (None, Some(0)),
            _ => return None,
        };
        Some(Self { iops, throughput })
    }
}

/// One disk for a month: component `storage` and, of the kinds that are billed for provisioned
/// performance, `iops` and `throughput`. What of these the list lacks is unpriced, and so is a
/// disk in a storage pool, which is billed as a whole.
#[must_use]
pub fn disk(prices: &ListPrices, region: &str, disk: &Disk<'_>) -> Costs {
    let name = disk.kind.to_lowercase();
    let Some(kind) = Kind::of(&name) else {
        return Costs::unpriced("storage", format!("unknown disk type {:?}", disk.kind));
    };
    if disk.in_pool {
        let reason = "it is in a storage pool, which is billed as a whole and has no list price \
                      here";
        return Costs::unpriced("storage", reason);
    }
    let mut costs = Costs::free();
    // The kind for two zones is one by its name.
    let replicated = disk.regional && !name.ends_with("-high-availability");
    let sku = if replicated { format!("{name}-regional") } else { name };
    costs.add_or_miss(
        "storage",
        Quantity::from(disk.size_gib),
        price(prices, region, &sku, "GiB-Mo"),
    );
    for (component, provisioned, included, unit) in [
        ("iops", disk.iops, kind.iops, "IOPS-Mo"),
        ("throughput", disk.throughput, kind.throughput, "MBPS-Mo"),
    ] {
        let Some(included) = included else { continue };
        match provisioned.map(|provisioned| provisioned.saturating_sub(included)) {
            None => costs.miss(component, format!("its provisioned {component} are not known")),
            Some(0) => {}
            Some(extra) => {
                let price = price(prices, region, &format!("{sku}/{component}"), unit);
                costs.add_or_miss(component, Quantity::from(extra), price);
            }
        }
    }
    costs
}

fn price(prices: &ListPrices, region: &str, sku: &str, unit: &str) -> Found {
    prices.price(&PriceKey { service: "gcp/disk", sku, region, variant: "", unit })
}

#[cfg(test)]
mod tests;
