//! What storage costs by its class. <https://aws.amazon.com/s3/pricing/>

use rust_decimal::Decimal;

use super::{Bucket, count};
use crate::aws::Aws;
use crate::aws::place::Place;
use crate::aws::tiers::Tiers;
use crate::truth::{Cost, Sum};

/// Bytes of the GB, and GB of the TB, that storage is billed by.
const GIBIBYTE: u64 = 1 << 30;
const TERABYTE: u64 = 1_024;

/// SKUs whose price falls with the sum of a region's buckets, with their tiers' sizes in TB. The
/// last tier has no end.
struct Falling {
    skus: &'static [&'static str],
    sizes: &'static [u64],
}

const FALLING: &[Falling] = &[
    Falling {
        skus: &[
            "standard/storage/first-50TB",
            "standard/storage/next-450TB",
            "standard/storage/over-500TB",
        ],
        sizes: &[50, 450],
    },
    Falling {
        skus: &[
            "intelligent-tiering/frequent/first-50TB",
            "intelligent-tiering/frequent/next-450TB",
            "intelligent-tiering/frequent/over-500TB",
        ],
        sizes: &[50, 450],
    },
    // The first tier ends after one TB; the feed's name for it has a slip.
    Falling {
        skus: &[
            "feed:Reduced Redundancy Storage First 1 YB per GB Mo",
            "feed:Reduced Redundancy Storage Next 49 TB perGB Mo",
            "feed:Reduced Redundancy Storage Next 450 TB per GB Mo",
            "feed:Reduced Redundancy Storage Nex 500 TB per GB Mo",
            "feed:Reduced Redundancy Storage Next 4 000 TB per GB Mo",
            "feed:Reduced Redundancy Storage Over 5 000 TB per GB Mo",
        ],
        sizes: &[1, 49, 450, 500, 4_000],
    },
];

/// How a `StorageType` is billed.
#[derive(Debug, Clone, Copy)]
enum Rate {
    /// The number in [`FALLING`].
    Falling(usize),
    Flat(&'static str),
    /// No table has a price.
    None,
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/metrics-dimensions.html>
fn rate(kind: &str) -> Rate {
    match kind {
        // What archives keep of each object's name is billed as Standard.
        "StandardStorage" | "GlacierS3ObjectOverhead" | "DeepArchiveS3ObjectOverhead" => {
            Rate::Falling(0)
        }
        "IntelligentTieringFAStorage" => Rate::Falling(1),
        "ReducedRedundancyStorage" => Rate::Falling(2),
        "StandardIAStorage" | "StandardIASizeOverhead" => Rate::Flat("standard-ia/storage"),
        "OneZoneIAStorage" | "OneZoneIASizeOverhead" => Rate::Flat("onezone-ia/storage"),
        "GlacierInstantRetrievalStorage" | "GlacierIRSizeOverhead" => {
            Rate::Flat("glacier-ir/storage")
        }
        "GlacierStorage" | "GlacierObjectOverhead" => Rate::Flat("glacier/storage"),
        "DeepArchiveStorage" | "DeepArchiveObjectOverhead" => {
            Rate::Flat("glacier-deep-archive/storage")
        }
        "IntelligentTieringIAStorage" => Rate::Flat("intelligent-tiering/infrequent"),
        "IntelligentTieringAIAStorage" => Rate::Flat("intelligent-tiering/archive-instant"),
        _ => Rate::None,
    }
}

/// The prices of a region, and how far its tiers are filled.
struct Meter<'a> {
    aws: &'a Aws,
    region: &'static str,
    tiers: Vec<Tiers>,
}

impl<'a> Meter<'a> {
    fn of(aws: &'a Aws, region: &'static str) -> Self {
        let tiers = |falling: &Falling| {
            Tiers::of(falling.sizes.iter().map(|size| Decimal::from(size * TERABYTE)))
        };
        Self { aws, region, tiers: FALLING.iter().map(tiers).collect() }
    }

    fn price(&self, sku: &str) -> Option<Decimal> {
        self.aws.facts.price("aws/s3", sku, "", "GB-Mo", self.region)
    }

    fn cost(&mut self, bucket: &Bucket) -> Cost {
        if bucket.storage.is_empty() {
            // Nobody says how large it is.
            return Cost::FREE.and(None);
        }
        let mut cost = Cost::FREE;
        for (kind, bytes) in &bucket.storage {
            let size = Decimal::from(*bytes) / Decimal::from(GIBIBYTE);
            cost = match rate(kind) {
                Rate::Flat(sku) => cost.and(self.price(sku).map(|price| price * size)),
                Rate::None => cost.and(None),
                Rate::Falling(number) => {
                    let parts = self.tiers[number].fill(size).into_iter();
                    parts.fold(cost, |cost, (tier, part)| {
                        let price = self.price(FALLING[number].skus[tier]);
                        cost.and(price.map(|price| price * part))
                    })
                }
            };
        }
        // The fee of each object over 128 KB, of which nobody tells how many there are.
        let monitored = bucket.storage.iter().any(|(kind, _)| kind.starts_with("Int"));
        if monitored { cost.and(None) } else { cost }
    }
}

/// What the buckets of the account of a place cost.
pub(in crate::aws) fn sum(aws: &Aws, place: &Place) -> Sum {
    let mut sum = Sum::default();
    let mut meters: Vec<Meter<'_>> = Vec::new();
    for index in 0..count(aws, place) {
        let bucket = Bucket::of(aws, place, index);
        let known = meters.iter().position(|meter| meter.region == bucket.region);
        let number = known.unwrap_or_else(|| {
            meters.push(Meter::of(aws, bucket.region));
            meters.len() - 1
        });
        sum.add(&meters[number].cost(&bucket));
    }
    sum
}
