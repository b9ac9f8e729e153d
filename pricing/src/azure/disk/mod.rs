//! Managed disks.
//!
//! A disk is billed for what is provisioned from its creation until it is deleted, whatever it is
//! attached to and whatever that does.
//! <https://learn.microsoft.com/azure/virtual-machines/disks-understand-billing>

use finops_core::model::{Costs, Quantity};

use crate::ListPrices;
use crate::book::PriceKey;
use crate::prices::Found;

mod tier;

/// What every Premium SSD v2 disk includes: 3,000 I/O operations a second.
/// <https://learn.microsoft.com/azure/virtual-machines/disks-types#premium-ssd-v2>
const INCLUDED_IOPS: u64 = 3_000;
/// What every Premium SSD v2 disk includes: 125 MB a second. The same page.
const INCLUDED_THROUGHPUT: u64 = 125;

/// One managed disk.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Disk {
    /// `Premium_LRS`, `StandardSSD_ZRS`, … in any case.
    pub sku: String,
    /// Size in GiB.
    pub size_gib: u64,
    /// The performance tier (`P30`): a Premium SSD can have one above its size's.
    pub tier: Option<String>,
    /// Provisioned I/O operations a second.
    pub iops: Option<u64>,
    /// Provisioned throughput in MB/s.
    pub throughput: Option<u64>,
    /// Whether several machines may have it attached, and how that is provisioned.
    pub shared: Option<Shared>,
    /// Whether it may burst on demand.
    pub bursting: bool,
    /// Whether it is encrypted for a confidential machine.
    pub confidential: bool,
    /// What can be done with it now.
    pub access: Access,
}

/// What a shared disk has beside others.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Shared {
    /// How many machines have it attached; `None` where that is not known.
    pub mounts: Option<u64>,
    /// Provisioned I/O operations a second of all that only read.
    pub read_only_iops: Option<u64>,
    /// Provisioned throughput in MB/s of all that only read.
    pub read_only_throughput: Option<u64>,
}

/// What can be done with a disk now.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Access {
    /// Reading and writing.
    #[default]
    InUse,
    /// Nothing: it is attached to no machine, or to one that is deallocated.
    Idle,
    /// It waits for an upload, or one is under way. Such a disk is billed as a Standard HDD.
    /// <https://learn.microsoft.com/azure/virtual-machines/windows/disks-upload-vhd-to-managed-disk-powershell>
    Upload,
}

/// One disk: components `storage`, `iops`, `throughput`, `bursting`, `encryption`.
///
/// Unpriced because they depend on use that is not known: `transactions` of standard disks that
/// are in use, `burst_transactions` of disks that burst on demand; and `mounts` of shared disks.
#[must_use]
pub fn disk(prices: &ListPrices, region: &str, disk: &Disk) -> Costs {
    let sku = disk.sku.to_lowercase();
    let (kind, redundancy) = sku.split_once('_').unwrap_or((&sku, ""));
    let redundancy = redundancy.to_uppercase();
    let billed = Billed { prices, region, disk, redundancy: &redundancy };
    match kind {
        _ if disk.access == Access::Upload => billed.size("Standard HDD Managed Disks", 'S', None),
        "standard" => billed.standard("Standard HDD Managed Disks", 'S'),
        "standardssd" => billed.standard("Standard SSD Managed Disks", 'E'),
        "premium" => billed.premium(),
        "premiumv2" => billed.premium_v2(),
        "ultrassd" => billed.ultra(),
        _ => Costs::unpriced("storage", format!("unknown disk type {:?}", disk.sku)),
    }
}

struct Billed<'a> {
    prices: &'a ListPrices,
    region: &'a str,
    disk: &'a Disk,
    /// `LRS`, `ZRS`.
    redundancy: &'a str,
}

impl Billed<'_> {
    fn price(&self, sku: &str, unit: &str) -> Found {
        let Self { prices, region, .. } = *self;
        prices.price(&PriceKey { service: "azure/disk", sku, region, variant: "", unit })
    }

    /// The month of a tier: of the one that is asked for, else of the smallest that holds the disk.
    fn size(&self, product: &str, series: char, tier: Option<&str>) -> Costs {
        let tier = match tier {
            // A tier that is not known may cost more than the size's own.
            Some(name) if !name.is_empty() => tier::named(series, name)
                .ok_or_else(|| format!("unknown performance tier {name:?}")),
            _ => tier::holding(series, self.disk.size_gib)
                .ok_or_else(|| format!("no disk of {product} holds {} GiB", self.disk.size_gib)),
        };
        let tier = match tier {
            Ok(tier) => tier,
            Err(reason) => return Costs::unpriced("storage", reason),
        };
        let sku = format!("{product}/{} {} Disk", tier.name, self.redundancy);
        let mut costs = Costs::free();
        costs.add_or_miss("storage", Quantity::ONE, self.price(&sku, "1/Month"));
        costs
    }

    fn standard(&self, product: &str, series: char) -> Costs {
        let mut costs = self.size(product, series, None);
        if self.disk.access == Access::InUse {
            costs.miss("transactions", "a standard disk's transactions are not known");
        }
        self.add_mounts(&mut costs);
        self.add_encryption(&mut costs, product, tier::holding(series, self.disk.size_gib));
        costs
    }

    fn premium(&self) -> Costs {
        let product = "Premium SSD Managed Disks";
        let mut costs = self.size(product, 'P', self.disk.tier.as_deref());
        if self.disk.bursting {
            let sku = format!("{product}/{} Burst Enablement", self.redundancy);
            costs.add_or_miss("bursting", Quantity::ONE, self.price(&sku, "1/Month"));
            costs.miss("burst_transactions", "a bursting disk's transactions are not known");
        }
        self.add_mounts(&mut costs);
        self.add_encryption(&mut costs, product, tier::holding('P', self.disk.size_gib));
        costs
    }

    fn premium_v2(&self) -> Costs {
        let product = "Azure Premium SSD v2";
        let meter = format!("{product}/Premium {}", self.redundancy);
        let mut costs = self.provisioned(&meter, INCLUDED_IOPS, INCLUDED_THROUGHPUT);
        self.add_encryption(&mut costs, product, None);
        costs
    }

    fn ultra(&self) -> Costs {
        let product = "Ultra Disks";
        let mut costs = self.provisioned(&format!("{product}/Ultra {}", self.redundancy), 0, 0);
        self.add_encryption(&mut costs, product, None);
        costs
    }

    /// Size by the GiB and what performance exceeds the included one, each for an hour.
    fn provisioned(&self, meter: &str, included_iops: u64, included_throughput: u64) -> Costs {
        let mut costs = Costs::free();
        let price = self.price(&format!("{meter} Provisioned Capacity"), "1 GiB/Hour");
        costs.add_or_miss("storage", Quantity::from(self.disk.size_gib), price);
        let iops = self.total(self.disk.iops, |shared| shared.read_only_iops);
        let throughput = self.total(self.disk.throughput, |shared| shared.read_only_throughput);
        for (component, total, included, sku) in [
            ("iops", iops, included_iops, "Provisioned IOPS"),
            ("throughput", throughput, included_throughput, "Provisioned Throughput (MBps)"),
        ] {
            match total.map(|total| total.saturating_sub(included)) {
                None => costs.miss(component, format!("its provisioned {component} are not known")),
                Some(0) => {}
                Some(extra) => {
                    let price = self.price(&format!("{meter} {sku}"), "1/Hour");
                    costs.add_or_miss(component, Quantity::from(extra), price);
                }
            }
        }
        costs
    }

    /// A shared disk is billed for what is provisioned to write and to read only, together.
    /// <https://learn.microsoft.com/azure/virtual-machines/disks-shared#billing-implications>
    fn total(&self, own: Option<u64>, reading: impl Fn(&Shared) -> Option<u64>) -> Option<u64> {
        match &self.disk.shared {
            None => own,
            Some(shared) => own?.checked_add(reading(shared)?),
        }
    }

    /// A charge grows with each machine that mounts a shared disk. Microsoft does not write
    /// whether the first one counts, and so it is not worked out.
    /// <https://learn.microsoft.com/azure/virtual-machines/disks-shared#billing-implications>
    fn add_mounts(&self, costs: &mut Costs) {
        let Some(shared) = &self.disk.shared else { return };
        match shared.mounts {
            Some(0) => {}
            Some(mounts) => costs.miss(
                "mounts",
                format!(
                    "it is shared and attached {mounts} times: Microsoft does not document whether \
                     the first of them is billed"
                ),
            ),
            None => costs.miss("mounts", "it is shared, and by how many machines is not known"),
        }
    }

    /// What confidential encryption adds for each provisioned GiB. Whether that is the disk's own
    /// size or its tier's is not documented: only where both are the same it has a price.
    /// <https://learn.microsoft.com/azure/confidential-computing/confidential-vm-overview>
    fn add_encryption(&self, costs: &mut Costs, product: &str, tier: Option<tier::Tier>) {
        if !self.disk.confidential {
            return;
        }
        if let Some(tier) = tier.filter(|tier| tier.size_gib != self.disk.size_gib) {
            let reason = format!(
                "Microsoft does not document whether confidential encryption is billed for the \
                 disk's {} GiB or for the {} GiB of {}",
                self.disk.size_gib, tier.size_gib, tier.name
            );
            costs.miss("encryption", reason);
            return;
        }
        let sku = format!(
            "{product}/Confidential Compute Encryption {} Provisioned Capacity",
            self.redundancy
        );
        let price = self.price(&sku, "1 GiB/Hour");
        costs.add_or_miss("encryption", Quantity::from(self.disk.size_gib), price);
    }
}

#[cfg(test)]
mod tests;
