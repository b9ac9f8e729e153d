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
                &[("standard/storage/first-50TB", 50), ("standard/storage/next-450TB", 450)],
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
                    ("feed:Reduced Redundancy Storage Next 4 000 TB per GB Mo", 4_000),
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

/// The class by which the bytes of a storage type of `BucketSizeBytes` are billed, and the price.
pub(super) fn billed(storage_type: &str) -> Option<(Class, Rate)> {
    Some(match storage_type {
        // The `S3ObjectOverhead` of an archive is the part of its index that is billed as Standard.
        "StandardStorage" | "GlacierS3ObjectOverhead" | "DeepArchiveS3ObjectOverhead" => {
            (Class::Standard, Rate::Tiered(Tiered::Standard))
        }
        "StandardIAStorage" | "StandardIASizeOverhead" => {
            (Class::StandardIa, Rate::Flat("standard-ia/storage"))
        }
        "OneZoneIAStorage" | "OneZoneIASizeOverhead" => {
            (Class::OneZoneIa, Rate::Flat("onezone-ia/storage"))
        }
        "ReducedRedundancyStorage" => {
            (Class::ReducedRedundancy, Rate::Tiered(Tiered::ReducedRedundancy))
        }
        // CloudWatch sends `GlacierIRSizeOverhead`; its documentation has the longer name.
        "GlacierInstantRetrievalStorage"
        | "GlacierIRSizeOverhead"
        | "GlacierInstantRetrievalSizeOverhead" => {
            (Class::GlacierIr, Rate::Flat("glacier-ir/storage"))
        }
        "GlacierStorage" | "GlacierObjectOverhead" => {
            (Class::Glacier, Rate::Flat("glacier/storage"))
        }
        "GlacierStagingStorage" => (Class::Glacier, Rate::Flat("glacier/staging")),
        "DeepArchiveStorage" | "DeepArchiveObjectOverhead" => {
            let sku = "glacier-deep-archive/storage";
            (Class::DeepArchive, Rate::Flat(sku))
        }
        "IntelligentTieringFAStorage" => {
            let rate = Rate::Tiered(Tiered::FrequentAccess);
            (Class::IntelligentTiering, rate)
        }
        "IntelligentTieringIAStorage" => {
            let sku = "intelligent-tiering/infrequent";
            (Class::IntelligentTiering, Rate::Flat(sku))
        }
        "IntelligentTieringAIAStorage" => {
            let sku = "intelligent-tiering/archive-instant";
            (Class::IntelligentTiering, Rate::Flat(sku))
        }
        "ExpressOneZoneStorage" => {
            let sku = "express-onezone/storage";
            (Class::ExpressOneZone, Rate::Flat(sku))
        }
        // The next three are in the vendor's list and not in the embedded book.
        "DeepArchiveStagingStorage" => {
            (Class::DeepArchive, Rate::Flat("glacier-deep-archive/staging"))
        }
        "IntelligentTieringAAStorage" => {
            (Class::IntelligentTiering, Rate::Flat("intelligent-tiering/archive"))
        }
        "IntelligentTieringDAAStorage" => {
            (Class::IntelligentTiering, Rate::Flat("intelligent-tiering/deep-archive"))
        }
        "StandardIAObjectOverhead" => (Class::StandardIa, Rate::None),
        // AWS documents these overheads as billed at the rates of other classes, but the price
        // list of some regions has other figures for them.
        "IntAAObjectOverhead"
        | "IntAAS3ObjectOverhead"
        | "IntDAAObjectOverhead"
        | "IntDAAS3ObjectOverhead" => (Class::IntelligentTiering, Rate::None),
        _ => return None,
    })
}

/// The storage class by which the bytes of a CloudWatch `StorageType` are billed, as S3's API
/// spells it (`STANDARD`, `DEEP_ARCHIVE`, …), or `None` where the type is not known.
#[must_use]
pub fn storage_class(storage_type: &str) -> Option<&'static str> {
    billed(storage_type).map(|(class, _)| class.name())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::book::{PriceBook, PriceKey};

    fn skus(rate: Rate) -> Vec<&'static str> {
        match rate {
            Rate::Flat(sku) => vec![sku],
            Rate::Tiered(tiered) => {
                let (sized, last) = tiered.tiers();
                sized.iter().map(|(sku, _)| *sku).chain([last]).collect()
            }
            Rate::None => Vec::new(),
        }
    }

    #[test]
    fn every_sku_is_in_the_book() {
        let mut seen = 0;
        for storage_type in [
            "StandardStorage",
            "StandardIAStorage",
            "OneZoneIAStorage",
            "ReducedRedundancyStorage",
            "GlacierInstantRetrievalStorage",
            "GlacierStorage",
            "GlacierStagingStorage",
            "DeepArchiveStorage",
            "IntelligentTieringFAStorage",
            "IntelligentTieringIAStorage",
            "IntelligentTieringAIAStorage",
            "ExpressOneZoneStorage",
        ] {
            for sku in skus(billed(storage_type).unwrap().1) {
                let key = PriceKey {
                    service: "aws/s3",
                    sku,
                    region: "us-east-1",
                    variant: "",
                    unit: "GB-Mo",
                };
                assert!(PriceBook::aws().find(&key).is_some(), "{sku}");
                seen += 1;
            }
        }
        // Nine flat prices, and tiers: three, six and three.
        assert_eq!(seen, 9 + 3 + 6 + 3);
    }

    #[test]
    fn storage_types_have_classes() {
        assert_eq!(storage_class("StandardStorage"), Some("STANDARD"));
        assert_eq!(storage_class("GlacierS3ObjectOverhead"), Some("STANDARD"));
        assert_eq!(storage_class("DeepArchiveObjectOverhead"), Some("DEEP_ARCHIVE"));
        assert_eq!(storage_class("AllStorageTypes"), None);
    }
}
