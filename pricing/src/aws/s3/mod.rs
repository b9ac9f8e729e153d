//! S3 buckets: storage only. Requests, transfer and retrieval depend on use.

mod class;

use std::collections::HashMap;

use finops_core::model::{Costs, Quantity};

use crate::book::PriceKey;
use crate::prices::ListPrices;
use crate::size::gigabytes;
use crate::tiers::Meter;
use class::{Rate, Tiered, billed};

pub use class::storage_class;

/// Gigabytes in the terabyte of the price list.
const TERABYTE: u64 = 1024;

/// A bucket and what it holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BucketUse {
    /// The bucket's region.
    pub region: String,
    /// CloudWatch `StorageType` of `BucketSizeBytes` (`StandardStorage`, `GlacierStorage`, …) and
    /// bytes.
    pub storage: Vec<(String, u64)>,
}

/// All buckets of one account, in the order given, each as one component for each storage class
/// (`storage_standard`, `storage_glacier`, …).
///
/// They are priced together because the tiers of Standard (the first 50 TB, the next 450 TB, the
/// rest; a TB is 1,024 GB) count all buckets of a region. The buckets fill the tiers in the order
/// given; one that crosses the end of a tier has a line in each.
///
/// A storage type that is not known, and the overheads of the archive tiers of
/// Intelligent-Tiering, are unpriced.
/// The monitoring fee of Intelligent-Tiering counts objects over 128 KB, whose number is not
/// known: component `monitoring` is unpriced wherever that class holds anything.
/// <https://aws.amazon.com/s3/pricing/>
#[must_use]
pub fn buckets(prices: &ListPrices, used: &[BucketUse]) -> Vec<Costs> {
    let mut account = Account { prices, meters: HashMap::new() };
    used.iter().map(|bucket| account.bucket(bucket)).collect()
}

struct Account<'a> {
    prices: &'a ListPrices,
    /// How far each region's tiers are filled.
    meters: HashMap<(&'a str, Tiered), Meter<&'static str>>,
}

impl<'a> Account<'a> {
    fn bucket(&mut self, bucket: &'a BucketUse) -> Costs {
        let mut costs = Costs::free();
        let mut monitored = false;
        for (storage_type, bytes) in bucket.storage.iter().filter(|(_, bytes)| *bytes > 0) {
            let Some((class, rate)) = billed(storage_type) else {
                let reason = format!("unknown S3 storage type {storage_type}");
                costs.miss("storage_other", reason);
                continue;
            };
            monitored |= class.is_monitored();
            let component = class.component();
            let size = gigabytes(*bytes);
            match rate {
                Rate::Flat(sku) => self.line(&mut costs, component, &bucket.region, sku, size),
                Rate::Tiered(tiered) => {
                    let meter = self.meters.entry((&bucket.region, tiered));
                    for (sku, part) in meter.or_insert_with(|| meter_of(tiered)).fill(size) {
                        self.line(&mut costs, component, &bucket.region, sku, part);
                    }
                }
                Rate::None => {
                    let reason = format!("the price book has no price for S3's {storage_type}");
                    costs.miss(component, reason);
                }
            }
        }
        if monitored {
            costs.miss("monitoring", "the number of monitored objects (over 128 KB) is not known");
        }
        costs
    }

    fn line(
        &self,
        costs: &mut Costs,
        component: &'static str,
        region: &str,
        sku: &str,
        size: Quantity,
    ) {
        let key = PriceKey { service: "aws/s3", sku, region, variant: "", unit: "GB-Mo" };
        costs.add_or_miss(component, size, self.prices.price(&key));
    }
}

fn meter_of(tiered: Tiered) -> Meter<&'static str> {
    let (sized, last) = tiered.tiers();
    Meter::new(sized.iter().map(|(sku, size)| (*sku, Quantity::from(size * TERABYTE))), last)
}

#[cfg(test)]
mod tests {
    use super::*;

    const GB: u64 = 1 << 30;
    const TB: u64 = 1024 * GB;

    fn bucket(region: &str, storage: &[(&str, u64)]) -> BucketUse {
        let storage = storage.iter().map(|(name, bytes)| ((*name).to_owned(), *bytes)).collect();
        BucketUse { region: region.to_owned(), storage }
    }

    fn month(costs: &Costs, component: &str) -> String {
        costs.component(component).unwrap().exact_monthly().to_string()
    }

    #[test]
    fn two_buckets_share_the_first_50_tb() {
        let both = [
            bucket("us-east-1", &[("StandardStorage", 40 * TB)]),
            bucket("us-east-1", &[("StandardStorage", 20 * TB)]),
        ];
        let costs = buckets(&ListPrices::aws(), &both);
        // 40,960 GB × 0.023.
        assert_eq!(month(&costs[0], "storage_standard"), "942.08");
        // 10,240 GB × 0.023 = 235.52; the other 10,240 GB × 0.022 = 225.28.
        assert_eq!(month(&costs[1], "storage_standard"), "460.8");
        assert_eq!(costs[1].lines.len(), 2);
    }

    #[test]
    fn regions_do_not_share_tiers() {
        let both = [
            bucket("us-east-1", &[("StandardStorage", 60 * TB)]),
            bucket("us-west-2", &[("StandardStorage", 10 * GB)]),
        ];
        let costs = buckets(&ListPrices::aws(), &both);
        assert_eq!(month(&costs[1], "storage_standard"), "0.23"); // 10 × 0.023
    }

    #[test]
    fn beyond_500_tb_is_the_last_tier() {
        let costs =
            buckets(&ListPrices::aws(), &[bucket("us-east-1", &[("StandardStorage", 600 * TB)])]);
        // 51,200 × 0.023 = 1,177.60; 460,800 × 0.022 = 10,137.60; 102,400 × 0.021 = 2,150.40.
        assert_eq!(month(&costs[0], "storage_standard"), "13465.6");
    }

    #[test]
    fn each_class_has_its_price_and_overheads_count_where_they_are_billed() {
        let storage = [
            ("StandardIAStorage", 90 * GB),
            ("StandardIASizeOverhead", 10 * GB),
            ("GlacierStorage", 100 * GB),
            ("GlacierS3ObjectOverhead", GB),
            ("GlacierInstantRetrievalStorage", 100 * GB),
            ("DeepArchiveStorage", 1_000 * GB),
            ("OneZoneIAStorage", 10 * GB),
            ("ExpressOneZoneStorage", 10 * GB),
        ];
        let costs = &buckets(&ListPrices::aws(), &[bucket("us-east-1", &storage)])[0];
        assert_eq!(month(costs, "storage_standard_ia"), "1.25"); // 100 × 0.0125
        assert_eq!(month(costs, "storage_glacier"), "0.36"); // 100 × 0.0036
        assert_eq!(month(costs, "storage_standard"), "0.023"); // 1 × 0.023
        assert_eq!(month(costs, "storage_glacier_ir"), "0.4"); // 100 × 0.004
        assert_eq!(month(costs, "storage_deep_archive"), "0.99"); // 1,000 × 0.00099
        assert_eq!(month(costs, "storage_onezone_ia"), "0.1"); // 10 × 0.01
        assert_eq!(month(costs, "storage_express_onezone"), "1.1"); // 10 × 0.11
        assert!(costs.unpriced.is_empty());
    }

    #[test]
    fn reduced_redundancy_has_six_tiers() {
        let storage = [("ReducedRedundancyStorage", 60 * TB)];
        let costs = &buckets(&ListPrices::aws(), &[bucket("us-east-1", &storage)])[0];
        // 1,024 × 0.024 = 24.576; 49 × 1,024 × 0.0236 = 1,184.1536; 10 × 1,024 × 0.0232 = 237.568.
        assert_eq!(month(costs, "storage_reduced_redundancy"), "1446.2976");
    }

    #[test]
    fn intelligent_tiering_misses_its_monitoring_fee_and_its_archive_tiers() {
        let storage = [
            ("IntelligentTieringFAStorage", 100 * GB),
            ("IntelligentTieringIAStorage", 100 * GB),
            ("IntelligentTieringAIAStorage", 100 * GB),
            ("IntelligentTieringDAAStorage", GB),
        ];
        let costs = &buckets(&ListPrices::aws(), &[bucket("us-east-1", &storage)])[0];
        // 100 × (0.023 + 0.0125 + 0.004).
        assert_eq!(costs.known().unwrap().exact_monthly(), "3.95".parse().unwrap());
        let missing: Vec<_> = costs.unpriced.iter().map(|part| part.component).collect();
        assert_eq!(missing, ["storage_intelligent_tiering", "monitoring"]);
        assert!(costs.unpriced[0].reason.contains("intelligent-tiering/deep-archive"));
    }

    #[test]
    fn what_is_not_known_is_named_and_what_is_empty_is_free() {
        let storage = [("StandardStorage", 0), ("QuantumStorage", 5)];
        let costs = &buckets(&ListPrices::aws(), &[bucket("us-east-1", &storage)])[0];
        assert!(costs.is_unpriced());
        assert_eq!(&*costs.unpriced[0].reason, "unknown S3 storage type QuantumStorage");
        let deep = bucket("eu-west-1", &[("DeepArchiveStorage", GB)]);
        let costs = &buckets(&ListPrices::aws(), &[deep])[0];
        assert!(costs.unpriced[0].reason.ends_with("not in this region"));
        let empty = bucket("us-east-1", &[("StandardStorage", 0)]);
        assert_eq!(buckets(&ListPrices::aws(), &[empty]), [Costs::free()]);
    }
}
