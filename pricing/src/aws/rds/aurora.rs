//! Aurora: instances are billed one by one, storage by cluster.

use finops_core::model::{Costs, Quantity};

use super::{Database, engine, hourly};
use crate::book::PriceKey;
use crate::prices::ListPrices;
use crate::size::gigabytes;

/// The storage type of I/O-Optimized clusters, which have other prices.
/// <https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.Overview.StorageReliability.html>
const IO_OPTIMIZED: &str = "aurora-iopt1";

/// The storage of one Aurora cluster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuroraCluster {
    /// `aurora-mysql` or `aurora-postgresql`.
    pub engine: String,
    /// `aurora` (standard) or `aurora-iopt1`.
    pub storage_type: String,
    /// Bytes in use (the metric `VolumeBytesUsed`), if they were measured.
    pub used_bytes: Option<u64>,
}

pub(super) fn instance(prices: &ListPrices, region: &str, database: &Database) -> Costs {
    let Database { class, engine, license_model, storage, .. } = database;
    if storage.storage_type == IO_OPTIMIZED {
        let reason = format!(
            "no list price for {class} {engine} in {region}: \
             the price book has no prices for Aurora I/O-Optimized"
        );
        return Costs::unpriced("instance", reason);
    }
    if class == "db.serverless" {
        return serverless(prices, region, database);
    }
    match engine::instance_variant(engine, license_model) {
        Some(variant) => hourly(prices, region, class, &format!("{variant}/single-az")),
        None => Costs::unpriced("instance", format!("unknown Aurora engine {engine}")),
    }
}

/// Capacity units of Serverless v2, each billed by the hour.
fn serverless(prices: &ListPrices, region: &str, database: &Database) -> Costs {
    let Some(units) = database.capacity_units else {
        return Costs::unpriced("instance", "the Aurora capacity units in use are not known");
    };
    let mut costs = Costs::free();
    let key = PriceKey {
        service: "aws/rds-storage",
        sku: "Aurora:ServerlessV2Usage",
        region,
        variant: engine::aurora_name(&database.engine).unwrap_or(&database.engine),
        unit: "ACU-Hr",
    };
    costs.add_or_miss("instance", Quantity::new(units), prices.price(&key));
    costs
}

/// The storage of one Aurora cluster as component `storage`: GB-months in use, whatever the number
/// of instances. For standard storage also `io_requests`, which is unpriced because it depends on
/// use. <https://aws.amazon.com/rds/aurora/pricing/>
#[must_use]
pub fn aurora_cluster(prices: &ListPrices, region: &str, cluster: &AuroraCluster) -> Costs {
    let AuroraCluster { engine, storage_type, used_bytes } = cluster;
    let Some(name) = engine::aurora_name(engine) else {
        return Costs::unpriced("storage", format!("unknown Aurora engine {engine}"));
    };
    if storage_type == IO_OPTIMIZED {
        let reason = format!(
            "no list price for {engine} storage in {region}: \
             the price book has no prices for Aurora I/O-Optimized"
        );
        return Costs::unpriced("storage", reason);
    }
    let price = |variant: &str| {
        let sku = "Aurora:StorageUsage";
        prices.price(&PriceKey { service: "aws/rds-storage", sku, region, variant, unit: "GB-Mo" })
    };
    let mut costs = Costs::free();
    match used_bytes {
        None => costs.miss("storage", "the bytes that the cluster's volume uses are not known"),
        Some(bytes) => {
            let own = price(&format!("{name}/single-az"));
            let found = own.or_else(|reason| price("any/single-az").map_err(|_| reason));
            costs.add_or_miss("storage", gigabytes(*bytes), found);
        }
    }
    costs.miss("io_requests", "the cluster's I/O requests are not known");
    costs
}
