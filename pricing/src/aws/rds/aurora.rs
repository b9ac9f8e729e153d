//! Aurora: instances are billed one by one, storage by cluster.

use finops_core::model::{Costs, Quantity};

use super::{Database, engine, hourly};
use crate::book::PriceKey;
use crate::prices::ListPrices;
use crate::size::gigabytes;

/// The storage type of I/O-Optimized clusters, which have other prices.
/// <https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.Overview.StorageReliability.html>
const IO_OPTIMIZED: &str = "aurora-iopt1";
/// What follows the engine in the variants of instances of I/O-Optimized clusters. The embedded
/// book has none; the vendor's list has them.
pub(crate) const IO_OPTIMIZED_SUFFIX: &str = "-io-optimized";

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
    if class == "db.serverless" {
        return serverless(prices, region, database);
    }
    let suffix = if storage.storage_type == IO_OPTIMIZED { IO_OPTIMIZED_SUFFIX } else { "" };
    match engine::instance_variant(engine, license_model) {
        Some(variant) => hourly(prices, region, class, &format!("{variant}{suffix}/single-az")),
        None => Costs::unpriced("instance", format!("unknown Aurora engine {engine}")),
    }
}

/// Capacity units of Serverless v2, each billed by the hour.
fn serverless(prices: &ListPrices, region: &str, database: &Database) -> Costs {
    let Some(units) = database.capacity_units else {
        return Costs::unpriced("instance", "the Aurora capacity units in use are not known");
    };
    let mut costs = Costs::free();
    let sku = if database.storage.storage_type == IO_OPTIMIZED {
        "Aurora:ServerlessV2IOOptimizedUsage"
    } else {
        "Aurora:ServerlessV2Usage"
    };
    let key = PriceKey {
        service: "aws/rds-storage",
        sku,
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
    let optimized = storage_type == IO_OPTIMIZED;
    let sku = if optimized { "Aurora:IO-OptimizedStorageUsage" } else { "Aurora:StorageUsage" };
    let price = |variant: &str| {
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
    // I/O-Optimized clusters pay for no requests.
    if !optimized {
        costs.miss("io_requests", "the cluster's I/O requests are not known");
    }
    costs
}
