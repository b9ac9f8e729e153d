//! EBS volumes.

use finops_core::model::{Costs, Quantity};

use crate::book::PriceKey;
use crate::prices::Found;
use crate::prices::ListPrices;
use crate::tiers::Meter;

/// What every gp3 volume includes: 3,000 IOPS.
/// <https://docs.aws.amazon.com/ebs/latest/userguide/general-purpose.html#gp3-ebs-volume-type>
const GP3_IOPS: u64 = 3_000;
/// What every gp3 volume includes: 125 MiB/s. The same page.
const GP3_THROUGHPUT: u64 = 125;

/// The first io2 tier ends at 32,000 IOPS of a volume, the second holds the 32,000 up to 64,000.
/// <https://aws.amazon.com/ebs/pricing/>
const IO2_TIER: u64 = 32_000;

/// One volume, as `DescribeVolumes` tells it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Volume {
    /// `gp3`, `io2`, …
    pub volume_type: String,
    /// Size in GiB.
    pub size_gib: u64,
    /// Provisioned IOPS; for gp3 with the 3,000 that are included.
    pub iops: Option<u64>,
    /// Provisioned throughput in MiB/s; for gp3 with the 125 that are included.
    pub throughput_mibps: Option<u64>,
}

/// One volume as components `storage`, `iops`, `throughput` and, for magnetic volumes,
/// `io_requests`, which is unpriced because it depends on use. <https://aws.amazon.com/ebs/pricing/>
///
/// A volume is billed for what is provisioned, whether it is attached or not.
#[must_use]
pub fn volume(prices: &ListPrices, region: &str, volume: &Volume) -> Costs {
    let kind = volume.volume_type.as_str();
    let billed = Billed { prices, region, volume };
    match kind {
        "gp2" | "st1" | "sc1" => billed.storage(),
        "gp3" => billed.gp3(),
        "io1" => billed.io1(),
        "io2" => billed.io2(),
        "standard" => {
            let mut costs = billed.storage();
            costs.miss("io_requests", "a magnetic volume's I/O requests are not known");
            costs
        }
        other => Costs::unpriced("storage", format!("unknown EBS volume type {other:?}")),
    }
}

struct Billed<'a> {
    prices: &'a ListPrices,
    region: &'a str,
    volume: &'a Volume,
}

impl Billed<'_> {
    fn price(&self, sku: &str, unit: &str) -> Found {
        let Self { prices, region, .. } = *self;
        prices.price(&PriceKey { service: "aws/ebs", sku, region, variant: "", unit })
    }

    fn storage(&self) -> Costs {
        let sku = format!("{}/storage", self.volume.volume_type);
        let mut costs = Costs::free();
        let size = Quantity::from(self.volume.size_gib);
        costs.add_or_miss("storage", size, self.price(&sku, "GB-Mo"));
        costs
    }

    fn gp3(&self) -> Costs {
        let mut costs = self.storage();
        match self.volume.iops.map(|iops| iops.saturating_sub(GP3_IOPS)) {
            None => costs.miss("iops", "the volume's provisioned IOPS are not known"),
            Some(0) => {}
            Some(extra) => {
                let price = self.price("gp3/iops", "IOPS-Mo");
                costs.add_or_miss("iops", Quantity::from(extra), price);
            }
        }
        match self.volume.throughput_mibps.map(|rate| rate.saturating_sub(GP3_THROUGHPUT)) {
            None => costs.miss("throughput", "the volume's provisioned throughput is not known"),
            Some(0) => {}
            Some(extra) => {
                let price = self.price("gp3/throughput", "GiBps-mo");
                costs.add_or_miss("throughput", Quantity::from(extra), price);
            }
        }
        costs
    }

    fn io1(&self) -> Costs {
        let mut costs = self.storage();
        match self.volume.iops {
            None => costs.miss("iops", "the volume's provisioned IOPS are not known"),
            Some(iops) => {
                let price = self.price("io1/iops", "IOPS-Mo");
                costs.add_or_miss("iops", Quantity::from(iops), price);
            }
        }
        costs
    }

    fn io2(&self) -> Costs {
        let mut costs = self.storage();
        let Some(iops) = self.volume.iops else {
            costs.miss("iops", "the volume's provisioned IOPS are not known");
            return costs;
        };
        let size = Quantity::from(IO2_TIER);
        let tiers = [("io2/iops", size), ("io2/iops-tier2", size)];
        for (sku, part) in Meter::new(tiers, "io2/iops-tier3").fill(Quantity::from(iops)) {
            costs.add_or_miss("iops", part, self.price(sku, "IOPS-Mo"));
        }
        costs
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn costs(kind: &str, size_gib: u64, iops: Option<u64>, throughput: Option<u64>) -> Costs {
        let description =
            Volume { volume_type: kind.to_owned(), size_gib, iops, throughput_mibps: throughput };
        volume(&ListPrices::aws(), "us-east-1", &description)
    }

    fn month(costs: &Costs, component: &str) -> String {
        costs.component(component).unwrap().exact_monthly().to_string()
    }

    #[test]
    fn gp3_pays_for_what_exceeds_3000_iops_and_125_mibps() {
        let costs = costs("gp3", 100, Some(4_000), Some(250));
        assert_eq!(month(&costs, "storage"), "8"); // 100 GiB × 0.08
        assert_eq!(month(&costs, "iops"), "5"); // 1,000 × 0.005
        assert_eq!(month(&costs, "throughput"), "5"); // 125 × 40.96/1,024
        assert_eq!(costs.known().unwrap().exact_monthly(), "18".parse().unwrap());
    }

    #[test]
    fn gp3_as_it_comes_pays_for_storage_only() {
        let costs = costs("gp3", 50, Some(3_000), Some(125));
        assert_eq!(costs.lines.len(), 1);
        assert_eq!(month(&costs, "storage"), "4"); // 50 × 0.08
    }

    #[test]
    fn io2_iops_fall_in_three_tiers() {
        let costs = costs("io2", 1_000, Some(70_000), None);
        assert_eq!(month(&costs, "storage"), "125"); // 1,000 × 0.125
        // 32,000 × 0.065 = 2,080; 32,000 × 0.0455 = 1,456; 6,000 × 0.03185 = 191.1.
        assert_eq!(month(&costs, "iops"), "3727.1");
        assert_eq!(costs.lines.len(), 4);
    }

    #[test]
    fn io1_pays_for_all_iops() {
        let costs = costs("io1", 200, Some(1_000), None);
        // 200 × 0.125 = 25; 1,000 × 0.065 = 65.
        assert_eq!(costs.known().unwrap().exact_monthly(), "90".parse().unwrap());
    }

    #[test]
    fn simple_types_pay_for_storage() {
        // 100 GiB × 0.10, 500 × 0.045, 500 × 0.015.
        for (kind, size, expected) in
            [("gp2", 100, "10"), ("st1", 500, "22.5"), ("sc1", 500, "7.5")]
        {
            let costs = costs(kind, size, Some(300), None);
            assert_eq!(costs.known().unwrap().exact_monthly(), expected.parse().unwrap());
            assert!(costs.unpriced.is_empty());
        }
    }

    #[test]
    fn what_is_not_known_is_unpriced() {
        let magnetic = costs("standard", 100, None, None);
        assert_eq!(month(&magnetic, "storage"), "5"); // 100 × 0.05
        assert_eq!(magnetic.unpriced[0].component, "io_requests");
        for kind in ["io1", "io2", "gp3"] {
            let costs = costs(kind, 10, None, None);
            assert!(costs.is_partly_priced(), "{kind}");
            assert_eq!(costs.unpriced[0].component, "iops");
        }
        let unknown = costs("gp9", 10, None, None);
        assert!(unknown.is_unpriced());
        assert_eq!(&*unknown.unpriced[0].reason, "unknown EBS volume type \"gp9\"");
    }
}
