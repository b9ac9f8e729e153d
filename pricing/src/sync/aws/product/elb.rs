//! Load balancers. <https://aws.amazon.com/elasticloadbalancing/pricing/>

use super::super::facts::{Column, Facts};
use super::super::listing::Listing;
use super::super::usage;
use crate::sync::Dropped;

/// A load balancer's hours, and what passes through it. The family tells the kinds apart, which
/// share their usage types.
pub(super) fn listing(row: &dyn Facts) -> Result<Listing<'_>, Dropped> {
    let usage = usage::name(row.get(Column::UsageType));
    let (sku, unit) = match (row.get(Column::ProductFamily), usage) {
        ("Load Balancer-Application", "LoadBalancerUsage") => ("alb/hours", "hour"),
        ("Load Balancer-Application", "LCUUsage") => ("alb/lcu", "LCU-hour"),
        ("Load Balancer-Network", "LoadBalancerUsage") => ("nlb/hours", "hour"),
        ("Load Balancer-Network", "LCUUsage") => ("nlb/nlcu", "LCU-hour"),
        ("Load Balancer-Gateway", "LoadBalancerUsage") => ("gwlb/hours", "hour"),
        ("Load Balancer-Gateway", "LCUUsage") => ("gwlb/lcu", "LCU-hour"),
        ("Load Balancer", "LoadBalancerUsage") => ("clb/hours", "hour"),
        ("Load Balancer", "DataProcessing-Bytes") => ("clb/bytes", "GB"),
        _ => return Err(Dropped::OtherProduct),
    };
    Ok(Listing::flat("aws/elb", sku, unit))
}
