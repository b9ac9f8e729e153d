//! Managed disks, which are products of `Storage`.
//! <https://azure.microsoft.com/pricing/details/managed-disks/>

use super::item::Item;
use super::rows::{Key, Rows};
use crate::sync::Dropped;

/// The service of disks.
pub(super) const DISKS: &str = "azure/disk";

/// Their products.
const PRODUCTS: &[&str] = &[
    "Premium SSD Managed Disks",
    "Standard SSD Managed Disks",
    "Standard HDD Managed Disks",
    "Azure Premium SSD v2",
    "Ultra Disks",
];

/// Meters whose first units are free: of what every Premium SSD v2 disk includes
/// (<https://learn.microsoft.com/azure/virtual-machines/disks-types#premium-ssd-v2>). What the rest
/// costs is in the tier above.
const INCLUDED: &[&str] = &["Provisioned IOPS", "Provisioned Throughput (MBps)"];

/// The item is a disk's.
pub(super) fn is_disk(item: &Item<'_>) -> bool {
    PRODUCTS.contains(&item.product.as_ref())
}

/// Keeps a disk's price as `product/meter`.
pub(super) fn keep(item: &Item<'_>, rows: &mut Rows<'_>) {
    let includes = item.product == "Azure Premium SSD v2"
        && INCLUDED.iter().any(|meter| item.meter.ends_with(meter));
    if !item.tier.is_zero() && !includes {
        return rows.drop(Dropped::OtherProduct);
    }
    match item.unit.and_then(|unit| unit.stored(item.price)) {
        None => rows.drop(Dropped::UnknownUnit),
        Some((unit, price)) => {
            let sku = format!("{}/{}", item.product, item.meter);
            rows.keep(Key { service: DISKS, sku: &sku, variant: "", unit }, price, item.since);
        }
    }
}
