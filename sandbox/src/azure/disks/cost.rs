//! What a disk costs: what is provisioned, attached or not.
//! <https://learn.microsoft.com/azure/virtual-machines/disks-understand-billing>

use rust_decimal::Decimal;

use super::{Disk, tier};
use crate::azure::Azure;
use crate::azure::place::REGIONS;
use crate::truth::Cost;

impl Disk {
    /// The cost of one disk.
    pub(super) fn cost(&self, azure: &Azure) -> Cost {
        let (kind, copies) = self.sku.split_once('_').unwrap_or((self.sku, ""));
        let tiered = |product, letter| {
            let (name, holds) = tier(letter, self.size);
            let name = self.tier.filter(|_| letter == 'P').map_or(name, str::to_owned);
            let listed = self.price(azure, &format!("{product}/{name} {copies} Disk"), "1/Month");
            (Cost::FREE.and(listed), product, Some(holds))
        };
        // A disk that waits for its content is billed as a Standard HDD.
        if matches!(self.state, "ActiveUpload" | "ReadyToUpload") {
            return tiered("Standard HDD Managed Disks", 'S').0;
        }
        let (mut cost, product, holds) = match kind {
            "Standard" => tiered("Standard HDD Managed Disks", 'S'),
            "StandardSSD" => tiered("Standard SSD Managed Disks", 'E'),
            "Premium" => tiered("Premium SSD Managed Disks", 'P'),
            "PremiumV2" => {
                let product = "Azure Premium SSD v2";
                let meter = format!("{product}/Premium {copies}");
                (self.provisioned(azure, &meter, 3_000, 125), product, None)
            }
            "UltraSSD" => {
                let meter = format!("Ultra Disks/Ultra {copies}");
                (self.provisioned(azure, &meter, 0, 0), "Ultra Disks", None)
            }
            _ => return Cost::FREE.and(None),
        };
        // Nobody tells how many transactions a disk in use has.
        if kind.starts_with("Standard") && self.state == "Attached" {
            cost = cost.and(None);
        }
        if self.bursting {
            let sku = format!("{product}/{copies} Burst Enablement");
            cost = cost.and(self.price(azure, &sku, "1/Month")).and(None);
        }
        // Whether the first mount is billed is not documented.
        if kind == "Premium" && self.shared.is_some_and(|mounts| mounts > 0) {
            cost = cost.and(None);
        }
        if self.confidential {
            let sku =
                format!("{product}/Confidential Compute Encryption {copies} Provisioned Capacity");
            let price = self.price(azure, &sku, "1 GiB/Hour").filter(|_| {
                // Whether the disk's or the tier's size is billed is not documented.
                holds.is_none_or(|holds| holds == self.size)
            });
            cost = cost.and_hourly(price.map(|price| price * Decimal::from(self.size)));
        }
        cost
    }

    /// Capacity, and the performance beyond what is included, by the hour; of shared disks also
    /// that for reading only. <https://azure.microsoft.com/pricing/details/managed-disks/>
    fn provisioned(&self, azure: &Azure, meter: &str, iops: u64, throughput: u64) -> Cost {
        let all = if self.shared.is_some() { 2 } else { 1 };
        let mut cost = Cost::FREE;
        for (sku, unit, amount) in [
            ("Provisioned Capacity", "1 GiB/Hour", self.size),
            ("Provisioned IOPS", "1/Hour", (self.iops * all).saturating_sub(iops)),
            (
                "Provisioned Throughput (MBps)",
                "1/Hour",
                (self.throughput * all).saturating_sub(throughput),
            ),
        ] {
            if amount > 0 {
                let price = self.price(azure, &format!("{meter} {sku}"), unit);
                cost = cost.and_hourly(price.map(|price| price * Decimal::from(amount)));
            }
        }
        cost
    }

    fn price(&self, azure: &Azure, sku: &str, unit: &str) -> Option<Decimal> {
        azure.facts.price("azure/disk", sku, "", unit, REGIONS[self.region].0)
    }
}
