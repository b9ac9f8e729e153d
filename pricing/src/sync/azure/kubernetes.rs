//! `Azure Kubernetes Service`: the management of clusters.
//! <https://azure.microsoft.com/pricing/details/kubernetes-service/>

use super::item::Item;
use super::rows::{Key, Mapping, Rows};
use super::unit::Measure;
use crate::sync::Dropped;

/// The service of clusters.
pub(super) const CLUSTERS: &str = "azure/aks";

/// What is priced of each product: the meters as they are sent, and the skus of the book.
const METERS: &[(&str, &str, &str)] = &[
    ("Azure Kubernetes Service", "Standard Uptime SLA", "Standard/Uptime SLA"),
    ("Azure Kubernetes Service", "Standard Long Term Support", "Standard/Long Term Support"),
    (AUTOMATIC, "Automatic Hosted Control Plane", "Automatic/Hosted Control Plane"),
    (AUTOMATIC, "Automatic General Purpose", "Automatic/vCPU General Purpose"),
    (AUTOMATIC, "Automatic Compute Optimized", "Automatic/vCPU Compute Optimized"),
    (AUTOMATIC, "Automatic Memory Optimized", "Automatic/vCPU Memory Optimized"),
    (AUTOMATIC, "Automatic Storage Optimized", "Automatic/vCPU Storage Optimized"),
    (AUTOMATIC, "Automatic GPU Accelerated", "Automatic/vCPU GPU Accelerated"),
    (AUTOMATIC, "Automatic High Performance Compute", "Automatic/vCPU High Performance Compute"),
    (AUTOMATIC, "Automatic Confidential Compute", "Automatic/vCPU Confidential Compute"),
];

const AUTOMATIC: &str = "Azure Kubernetes Service - Automatic";

/// The mapping of clusters.
pub(super) struct Clusters;

impl Mapping for Clusters {
    fn item(&mut self, item: &Item<'_>, rows: &mut Rows<'_>) {
        let known = METERS.iter().find(|(product, meter, _)| {
            item.product == *product && item.meter == *meter && item.tier.is_zero()
        });
        let Some((_, _, sku)) = known else { return rows.drop(Dropped::OtherProduct) };
        let key = Key { service: CLUSTERS, sku, variant: "", unit: "hour" };
        rows.keep_or_drop(key, item.price_of(Measure::Hour), item.since);
    }
}
