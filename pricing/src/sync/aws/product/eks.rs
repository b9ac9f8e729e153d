//! EKS control planes and Fargate. <https://aws.amazon.com/eks/pricing/>

use super::super::facts::{Column, Facts};
use super::super::listing::Listing;
use super::super::usage;
use crate::sync::Dropped;

/// A control plane, the surcharge for extended support (which comes on top of it), or Fargate's
/// processors and memory.
pub(super) fn listing(row: &dyn Facts) -> Result<Listing<'_>, Dropped> {
    let (sku, unit) = match usage::name(row.get(Column::UsageType)) {
        "AmazonEKS-Hours:perCluster" => ("cluster", "hour"),
        "AmazonEKS-Hours:extendedSupport" => ("cluster-extended-support-surcharge", "hour"),
        "Fargate-vCPU-Hours:perCPU" => ("fargate-vcpu", "vCPU-hour"),
        "Fargate-GB-Hours" => ("fargate-memory", "GB-hour"),
        _ => return Err(Dropped::OtherProduct),
    };
    Ok(Listing::flat("aws/eks", sku, unit))
}
