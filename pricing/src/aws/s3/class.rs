//! How CloudWatch's storage types are billed.
//!
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/metrics-dimensions.html>

/// A storage class by which bytes are billed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    Standard,
    StandardIa,
    OneZoneIa,
    GlacierIr,
    Glacier,
    DeepArchive,
    IntelligentTiering,
    ReducedRedundancy,
    ExpressOneZone,
}

impl Class {
    /// The name in S3's API, which is the wire key.
    const fn name(self) -> &'static str {
        match self {
            Self::Standard => "STANDARD",
            Self::StandardIa => "STANDARD_IA",
            Self::OneZoneIa => "ONEZONE_IA",
            Self::GlacierIr => "GLACIER_IR",
            Self::Glacier => "GLACIER",
            Self::DeepArchive => "DEEP_ARCHIVE",
            Self::IntelligentTiering => "INTELLIGENT_TIERING",
            Self::ReducedRedundancy => "REDUCED_REDUNDANCY",
            Self::ExpressOneZone => "EXPRESS_ONEZONE",
        }
    }

    pub(super) const fn component(self) -> &'static str {
        match self {
            Self::Standard => "storage_standard",
            Self::StandardIa => "storage_standard_ia",
            Self::OneZoneIa => "storage_onezone_ia",
            Self::GlacierIr => "storage_glacier_ir",
            Self::Glacier => "storage_glacier",
            Self::DeepArchive => "storage_deep_archive",
            Self::IntelligentTiering => "storage_intelligent_tiering",
            Self::ReducedRedundancy => "storage_reduced_redundancy",
            Self::ExpressOneZone => "storage_express_onezone",
        }
    }

    /// Whether a fee for each object over 128 KB is added.
    pub(super) const fn is_monitored(self) -> bool {
        matches!(self, Self::IntelligentTiering)
    }
}

/// A price that falls with the sum of a region's buckets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Tiered {
    Standard,
    FrequentAccess,
    ReducedRedundancy,
}

impl Tiered {
    /// The tiers with an end (sku, size in TB of 1,024 GB), and the last.
    pub(super) const fn tiers(self) -> (&'static [(&'static str, u64)], &'static str) {
        match self {
            Self::Standard => (
                &[
                    ("standard/storage/first-50TB", 50),
                    ("standard/storage/next-450TB", 450),
                ],
                "standard/storage/over-500TB",
            ),
            Self::FrequentAccess => (
                &[
                    ("intelligent-tiering/frequent/first-50TB", 50),
                    ("intelligent-tiering/frequent/next-450TB", 450),
                ],
                "intelligent-tiering/frequent/over-500TB",
            ),
            // In the feed's own words, `YB` and `Nex` and all.
            Self::ReducedRedundancy => (
                &[
                    ("feed:Reduced Redundancy Storage First 1 YB per GB Mo", 1),
                    ("feed:Reduced Redundancy Storage Next 49 TB perGB Mo", 49),
                    ("feed:Reduced Redundancy Storage Next 450 TB per GB Mo", 450),
                    ("feed:Reduced Redundancy Storage Nex 500 TB per GB Mo", 500),
                    (
                        "feed:Reduced Redundancy Storage Next 4 000 TB per GB Mo",
                        4_000,
                    ),
                ],
                "feed:Reduced Redundancy Storage Over 5 000 TB per GB Mo",
            ),
        }
    }
}

/// How bytes are billed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rate {
    /// At one price.
    Flat(&'static str),
    /// At a price that falls.
    Tiered(Tiered),
    /// At a price that the book does not have.
    None,
}

pub(super) struct StorageType {
    pub(super) name: &'static str,
    pub(super) class: Class,
    pub(super) rate: Rate,
}

const fn row(name: &'static str, class: Class, rate: Rate) -> StorageType {
    StorageType { name, class, rate }
}

/// The storage types of `BucketSizeBytes`, with the class by which their bytes are billed: the
/// `S3ObjectOverhead` of an archive is the part of its index that is billed as Standard.
pub(super) const STORAGE_TYPES: [StorageType; 24] = [
    row(
        "StandardStorage",
        Class::Standard,
        Rate::Tiered(Tiered::Standard),
    ),
    row(
        "GlacierS3ObjectOverhead",
        Class::Standard,
        Rate::Tiered(Tiered::Standard),
    ),
    row(
        "DeepArchiveS3ObjectOverhead",
        Class::Standard,
        Rate::Tiered(Tiered::Standard),
    ),
    row(
        "StandardIAStorage",
        Class::StandardIa,
        Rate::Flat("standard-ia/storage"),
    ),
    row(
        "StandardIASizeOverhead",
        Class::StandardIa,
        Rate::Flat("standard-ia/storage"),
    ),
    row(
        "OneZoneIAStorage",
        Class::OneZoneIa,
        Rate::Flat("onezone-ia/storage"),
    ),
    row(
        "OneZoneIASizeOverhead",
        Class::OneZoneIa,
        Rate::Flat("onezone-ia/storage"),
    ),
    row(
        "ReducedRedundancyStorage",
        Class::ReducedRedundancy,
        Rate::Tiered(Tiered::ReducedRedundancy),
    ),
    row(
        "GlacierInstantRetrievalStorage",
        Class::GlacierIr,
        Rate::Flat("glacier-ir/storage"),
    ),
    row(
        "GlacierIRSizeOverhead",
        Class::GlacierIr,
        Rate::Flat("glacier-ir/storage"),
    ),
    row(
        "GlacierInstantRetrievalSizeOverhead",
        Class::GlacierIr,
        Rate::Flat("glacier-ir/storage"),
    ),
    row(
        "GlacierStorage",
        Class::Glacier,
        Rate::Flat("glacier/storage"),
    ),
    row(
        "GlacierObjectOverhead",
        Class::Glacier,
        Rate::Flat("glacier/storage"),
    ),
    row(
        "GlacierStagingStorage",
        Class::Glacier,
        Rate::Flat("glacier/staging"),
    ),
    row(
        "DeepArchiveStorage",
        Class::DeepArchive,
        Rate::Flat("glacier-deep-archive/storage"),
    ),
    row(
        "DeepArchiveObjectOverhead",
        Class::DeepArchive,
        Rate::Flat("glacier-deep-archive/storage"),
    ),
    row("DeepArchiveStagingStorage", Class::DeepArchive, Rate::None),
    row(
        "IntelligentTieringFAStorage",
        Class::IntelligentTiering,
        Rate::Tiered(Tiered::FrequentAccess),
    ),
    row(
        "IntelligentTieringIAStorage",
        Class::IntelligentTiering,
        Rate::Flat("intelligent-tiering/infrequent"),
    ),
    row(
        "IntelligentTieringAIAStorage",
        Class::IntelligentTiering,
        Rate::Flat("intelligent-tiering/archive-instant"),
    ),
    row(
        "IntelligentTieringAAStorage",
        Class::IntelligentTiering,
        Rate::None,
    ),
    row(
        "IntelligentTieringDAAStorage",
        Class::IntelligentTiering,
        Rate::None,
    ),
    row(
        "ExpressOneZoneStorage",
        Class::ExpressOneZone,
        Rate::Flat("express-onezone/storage"),
    ),
    row(
        "ExpressOneZone",
        Class::ExpressOneZone,
        Rate::Flat("express-onezone/storage"),
    ),
];

/// The storage class by which the bytes of a CloudWatch `StorageType` are billed, as S3's API
/// spells it (`STANDARD`, `DEEP_ARCHIVE`, …), or `None` where the type is not known.
#[must_use]
pub fn storage_class(storage_type: &str) -> Option<&'static str> {
    let known = STORAGE_TYPES
        .iter()
        .find(|known| known.name == storage_type)?;
    Some(known.class.name())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::book::{PriceBook, PriceKey};

    #[test]
    fn every_sku_is_in_the_book() {
        for known in &STORAGE_TYPES {
            let skus = match known.rate {
                Rate::Flat(sku) => vec![sku],
                Rate::Tiered(tiered) => {
                    let (sized, last) = tiered.tiers();
                    sized.iter().map(|(sku, _)| *sku).chain([last]).collect()
                }
                Rate::None => Vec::new(),
            };
            for sku in skus {
                let key = PriceKey {
                    service: "aws/s3",
                    sku,
                    region: "us-east-1",
                    variant: "",
                    unit: "GB-Mo",
                };
                assert!(PriceBook::embedded().find(&key).is_some(), "{sku}");
            }
        }
    }

    #[test]
    fn storage_types_have_classes() {
        assert_eq!(storage_class("StandardStorage"), Some("STANDARD"));
        assert_eq!(storage_class("GlacierS3ObjectOverhead"), Some("STANDARD"));
        assert_eq!(
            storage_class("DeepArchiveObjectOverhead"),
            Some("DEEP_ARCHIVE")
        );
        assert_eq!(storage_class("AllStorageTypes"), None);
    }
}
