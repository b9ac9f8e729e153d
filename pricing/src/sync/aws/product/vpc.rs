//! Public addresses and NAT gateways. <https://aws.amazon.com/vpc/pricing/>

use super::super::facts::{Column, Facts};
use super::super::listing::Listing;
use super::super::usage;
use crate::sync::Dropped;

/// A public IPv4 address.
pub(super) fn address(row: &dyn Facts) -> Result<Listing<'_>, Dropped> {
    let sku = match usage::name(row.get(Column::UsageType)) {
        "PublicIPv4:InUseAddress" => "public-ipv4/in-use",
        "PublicIPv4:IdleAddress" => "public-ipv4/idle",
        // As the tables call it, which took its name from the pricing page and cut it.
        "PublicIPv4:ContiguousBlock" => {
            "public-ipv4/hourly-charge-for-ipv4-address-in-a-contiguous-blo"
        }
        _ => return Err(Dropped::OtherProduct),
    };
    Ok(Listing::flat("aws/vpc", sku, "hour"))
}

/// A NAT gateway, which is in the price list of EC2.
pub(super) fn nat_gateway(row: &dyn Facts) -> Result<Listing<'_>, Dropped> {
    let (sku, unit) = match usage::name(row.get(Column::UsageType)) {
        "NatGateway-Hours" => ("nat-gateway/hours", "hour"),
        "NatGateway-Bytes" => ("nat-gateway/bytes", "GB"),
        _ => return Err(Dropped::OtherProduct),
    };
    Ok(Listing::flat("aws/vpc", sku, unit))
}
