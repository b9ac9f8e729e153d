//! Data that leaves a region for the internet.
//! <https://aws.amazon.com/ec2/pricing/on-demand/#Data_Transfer>

use super::super::facts::{Column, Facts};
use super::super::listing::{Listing, Tier, tier};
use super::super::usage;
use crate::sync::Dropped;

/// Gigabytes of a month. The sku is named by where the tier begins.
const INTERNET: [Tier; 4] = [
    tier(0, Some(10_240), "internet-egress/from-0-GB"),
    tier(10_240, Some(51_200), "internet-egress/from-10240-GB"),
    tier(51_200, Some(153_600), "internet-egress/from-51200-GB"),
    tier(153_600, None, "internet-egress/from-153600-GB"),
];

/// Transfer to the internet; that between regions is for no agent to price.
pub(super) fn listing(row: &dyn Facts) -> Result<Listing<'_>, Dropped> {
    let internet = row.get(Column::TransferType) == "AWS Outbound"
        && row.get(Column::ToLocation) == "External"
        && usage::name(row.get(Column::UsageType)) == "DataTransfer-Out-Bytes";
    if !internet {
        return Err(Dropped::OtherProduct);
    }
    Ok(Listing::tiered("aws/datatransfer", "GB", &INTERNET))
}
