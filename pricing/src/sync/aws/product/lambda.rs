//! Lambda functions. <https://aws.amazon.com/lambda/pricing/>

use std::borrow::Cow;

use super::super::facts::{Column, Facts};
use super::super::listing::{Listing, Tier, Tiers, tier};
use super::super::usage;
use crate::sync::Dropped;

/// GB-seconds of a month. Where the price does not fall, it is the first tier's.
const X86: [Tier; 4] = [
    tier(0, None, "Lambda Duration"),
    tier(0, Some(6_000_000_000), "Lambda Duration"),
    tier(6_000_000_000, Some(15_000_000_000), "Lambda Duration Tier2"),
    tier(15_000_000_000, None, "Lambda Duration Tier3"),
];
/// The same for Arm.
const ARM: [Tier; 4] = [
    tier(0, None, "Lambda Duration-ARM"),
    tier(0, Some(7_500_000_000), "Lambda Duration-ARM"),
    tier(7_500_000_000, Some(18_750_000_000), "Lambda Duration-ARM Tier2"),
    tier(18_750_000_000, None, "Lambda Duration-ARM Tier3"),
];

/// A dimension of a function's bill. Its group names it: `AWS-Lambda-Requests-ARM` is what the rule
/// calls `Lambda Requests-ARM`.
pub(super) fn listing(row: &dyn Facts) -> Result<Listing<'_>, Dropped> {
    let name = row.get(Column::Group).strip_prefix("AWS-Lambda-").ok_or(Dropped::OtherProduct)?;
    let usage = usage::name(row.get(Column::UsageType));
    let (variant, kind) = match name.strip_suffix("-ARM") {
        Some(kind) => ("arm", kind),
        None => ("x86", name),
    };
    let (unit, tiers) = match kind {
        // Groups may have more usage types than the one that functions are billed by.
        "Requests" if matches!(usage, "Request" | "Request-ARM") => ("request", Tiers::None),
        "Duration" if usage == "Lambda-GB-Second" => ("GB-second", Tiers::Of(&X86)),
        "Duration" if usage == "Lambda-GB-Second-ARM" => ("GB-second", Tiers::Of(&ARM)),
        "Edge-Requests" => ("request", Tiers::None),
        "Edge-Duration"
        | "Duration-Provisioned"
        | "Provisioned-Concurrency"
        | "Storage-Duration" => ("GB-second", Tiers::None),
        _ => return Err(Dropped::OtherProduct),
    };
    let sku = Cow::Owned(format!("Lambda {name}"));
    Ok(Listing { service: "aws/lambda", sku, variant: Cow::Borrowed(variant), unit, tiers })
}
