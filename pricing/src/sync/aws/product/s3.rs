//! S3 storage, requests and retrieval. <https://aws.amazon.com/s3/pricing/>

use super::super::facts::{Column, Facts};
use super::super::listing::{Listing, Tier, tier};
use super::super::usage;
use crate::sync::Dropped;

/// Gigabytes in the terabyte of the price list.
const TB: u64 = 1024;

const STANDARD: [Tier; 3] = [
    tier(0, Some(50 * TB), "standard/storage/first-50TB"),
    tier(50 * TB, Some(500 * TB), "standard/storage/next-450TB"),
    tier(500 * TB, None, "standard/storage/over-500TB"),
];
const FREQUENT: [Tier; 3] = [
    tier(0, Some(50 * TB), "intelligent-tiering/frequent/first-50TB"),
    tier(50 * TB, Some(500 * TB), "intelligent-tiering/frequent/next-450TB"),
    tier(500 * TB, None, "intelligent-tiering/frequent/over-500TB"),
];
/// As the rule and the tables call them.
const REDUCED_REDUNDANCY: [Tier; 6] = [
    tier(0, Some(TB), "feed:Reduced Redundancy Storage First 1 YB per GB Mo"),
    tier(TB, Some(50 * TB), "feed:Reduced Redundancy Storage Next 49 TB perGB Mo"),
    tier(50 * TB, Some(500 * TB), "feed:Reduced Redundancy Storage Next 450 TB per GB Mo"),
    tier(500 * TB, Some(1_000 * TB), "feed:Reduced Redundancy Storage Nex 500 TB per GB Mo"),
    tier(1_000 * TB, Some(5_000 * TB), "feed:Reduced Redundancy Storage Next 4 000 TB per GB Mo"),
    tier(5_000 * TB, None, "feed:Reduced Redundancy Storage Over 5 000 TB per GB Mo"),
];

/// What a bucket is billed for, by its usage type:
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/aws-usage-report-understand.html>.
pub(super) fn listing(row: &dyn Facts) -> Result<Listing<'_>, Dropped> {
    let usage = usage::name(row.get(Column::UsageType));
    let tiers: &'static [Tier] = match usage {
        "TimedStorage-ByteHrs" => &STANDARD,
        "TimedStorage-INT-FA-ByteHrs" => &FREQUENT,
        "TimedStorage-RRS-ByteHrs" => &REDUCED_REDUNDANCY,
        _ => {
            let (sku, unit) = flat(usage).ok_or(Dropped::OtherProduct)?;
            return Ok(Listing::flat("aws/s3", sku, unit));
        }
    };
    Ok(Listing::tiered("aws/s3", "GB-Mo", tiers))
}

/// What has one price for any quantity: the sku and the unit.
fn flat(usage: &str) -> Option<(&'static str, &'static str)> {
    Some(match usage {
        "TimedStorage-SIA-ByteHrs" => ("standard-ia/storage", "GB-Mo"),
        "TimedStorage-ZIA-ByteHrs" => ("onezone-ia/storage", "GB-Mo"),
        "TimedStorage-GIR-ByteHrs" => ("glacier-ir/storage", "GB-Mo"),
        "TimedStorage-GlacierByteHrs" => ("glacier/storage", "GB-Mo"),
        "TimedStorage-GlacierStaging" => ("glacier/staging", "GB-Mo"),
        "TimedStorage-GDA-ByteHrs" => ("glacier-deep-archive/storage", "GB-Mo"),
        "TimedStorage-GDA-Staging" => ("glacier-deep-archive/staging", "GB-Mo"),
        "TimedStorage-INT-IA-ByteHrs" => ("intelligent-tiering/infrequent", "GB-Mo"),
        "TimedStorage-INT-AIA-ByteHrs" => ("intelligent-tiering/archive-instant", "GB-Mo"),
        "TimedStorage-INT-AA-ByteHrs" => ("intelligent-tiering/archive", "GB-Mo"),
        "TimedStorage-INT-DAA-ByteHrs" => ("intelligent-tiering/deep-archive", "GB-Mo"),
        "TimedStorage-XZ-ByteHrs" => ("express-onezone/storage", "GB-Mo"),
        "Monitoring-Automation-INT" => ("intelligent-tiering/monitoring", "object"),
        "Retrieval-SIA" => ("standard-ia/retrieval", "GB"),
        "Retrieval-ZIA" => ("onezone-ia/retrieval", "GB"),
        "Retrieval-GIR" => ("glacier-ir/retrieval", "GB"),
        "Requests-Tier1" => ("standard/requests/put", "request"),
        "Requests-Tier2" => ("standard/requests/get", "request"),
        "Requests-SIA-Tier1" => ("standard-ia/requests/put", "request"),
        "Requests-SIA-Tier2" => ("standard-ia/requests/get", "request"),
        "Requests-ZIA-Tier1" => ("onezone-ia/requests/put", "request"),
        "Requests-ZIA-Tier2" => ("onezone-ia/requests/get", "request"),
        "Requests-GIR-Tier1" => ("glacier-ir/requests/put", "request"),
        "Requests-GIR-Tier2" => ("glacier-ir/requests/get", "request"),
        "Requests-INT-Tier1" => ("intelligent-tiering/requests/put", "request"),
        "Requests-INT-Tier2" => ("intelligent-tiering/requests/get", "request"),
        _ => return None,
    })
}
