//! One bucket: where it is and what it holds.

use crate::aws::Aws;
use crate::aws::place::{Place, REGIONS};
use crate::draw::Draw;
use crate::names;

/// A bucket.
#[derive(Debug)]
pub(crate) struct Bucket {
    pub(crate) name: String,
    pub(crate) region: &'static str,
    /// `StorageType`s of `BucketSizeBytes` and bytes; empty where CloudWatch has no figure yet
    /// (<https://docs.aws.amazon.com/AmazonS3/latest/userguide/metrics-dimensions.html>).
    pub(crate) storage: Vec<(&'static str, u64)>,
    pub(crate) objects: u64,
    pub(crate) tags: Vec<(&'static str, &'static str)>,
}

/// Two MiB: a 512th of a GiB, so that sizes in GiB have nine places.
const GRAIN: u64 = 2 << 20;

/// What buckets hold, by how often it is seen.
const CONTENTS: &[(u64, &[&str])] = &[
    (6, &[]),
    (52, &["StandardStorage"]),
    (12, &["StandardStorage", "StandardIAStorage", "StandardIASizeOverhead"]),
    (8, &["StandardStorage", "GlacierStorage", "GlacierObjectOverhead", "GlacierS3ObjectOverhead"]),
    (4, &["DeepArchiveStorage", "DeepArchiveObjectOverhead", "DeepArchiveS3ObjectOverhead"]),
    (3, &["GlacierInstantRetrievalStorage", "GlacierIRSizeOverhead"]),
    (3, &["OneZoneIAStorage", "OneZoneIASizeOverhead"]),
    (
        6,
        &[
            "IntelligentTieringFAStorage",
            "IntelligentTieringIAStorage",
            "IntelligentTieringAIAStorage",
        ],
    ),
    (2, &["IntelligentTieringFAStorage", "IntelligentTieringDAAStorage", "IntDAAObjectOverhead"]),
    (2, &["ReducedRedundancyStorage"]),
    // A type that no list has.
    (2, &["QuantumStorage"]),
];

impl Bucket {
    /// The bucket number `index` of the account of a place: they are dealt out over the regions.
    pub(crate) fn of(aws: &Aws, place: &Place, index: u64) -> Self {
        let account = place.account_number;
        let mut draw = Draw::of(place.seed, account, "bucket", index);
        let region = usize::try_from(index % aws.size.regions).unwrap_or_default();
        let kinds = *draw.weighted(CONTENTS);
        // Gigabytes, hundreds of them, and lakes that reach the price tiers.
        let scale = *draw.weighted(&[(55, 4_000), (35, 400_000), (8, 8_000_000), (2, 120_000_000)]);
        // What is kept about objects is little beside the objects.
        let sizes = |kind: &&'static str| {
            let most = if kind.ends_with("Overhead") { scale / 100 } else { scale };
            (*kind, GRAIN * (1 + draw.below(most)))
        };
        let storage: Vec<_> = kinds.iter().map(sizes).collect();
        Self {
            // Names are unique over all accounts of the world.
            name: format!("{:06x}-{}", account & 0xff_ffff, names::name(&mut draw, index)),
            region: REGIONS[region],
            storage,
            objects: 1 + draw.below(10_000_000),
            tags: names::tags(&mut draw),
        }
    }
}
