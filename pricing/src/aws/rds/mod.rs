//! RDS and Aurora databases, on demand.

mod aurora;
mod engine;
mod storage;
mod support;

use finops_core::model::{Costs, Quantity};
use rust_decimal::Decimal;

use crate::book::PriceKey;
use crate::prices::ListPrices;

pub(crate) use aurora::IO_OPTIMIZED_SUFFIX;
pub use aurora::{AuroraCluster, aurora_cluster};
pub use storage::Storage;
pub use support::extended_support_since;

/// Over how many zones a database is spread.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Deployment {
    /// One instance.
    SingleAz,
    /// One instance and a standby that cannot be read.
    MultiAz,
    /// A Multi-AZ DB cluster: a writer and two standbys that can be read.
    MultiAzCluster,
}

/// One database instance, as `DescribeDBInstances` tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Database {
    /// `db.m5.large`, `db.serverless`, …
    pub class: String,
    /// `mysql`, `aurora-postgresql`, `oracle-ee-cdb`, `sqlserver-se`, …
    pub engine: String,
    /// `license-included`, `bring-your-own-license`, `general-public-license`, …
    pub license_model: String,
    /// Over how many zones. Of no matter for Aurora, where each instance is billed by itself.
    pub deployment: Deployment,
    /// What is provisioned for the instance. Of an Aurora instance only the type matters.
    pub storage: Storage,
    /// For `db.serverless`: the Aurora capacity units in use (the metric `ServerlessDatabaseCapacity`).
    pub capacity_units: Option<Decimal>,
}

/// One database instance as components `instance`, `storage`, `iops`, `throughput`, and, for
/// magnetic storage, `io_requests`, which is unpriced because it depends on use.
/// <https://aws.amazon.com/rds/pricing/>
///
/// An Aurora instance has the component `instance` only: its storage is the cluster's, which
/// [`aurora_cluster`] prices. Backups and Performance Insights are not considered; for Extended
/// Support see [`extended_support_since`].
#[must_use]
pub fn database(prices: &ListPrices, region: &str, database: &Database) -> Costs {
    if engine::is_aurora(&database.engine) {
        return aurora::instance(prices, region, database);
    }
    let mut costs = instance(prices, region, database);
    costs.merge(storage::costs(prices, region, database));
    costs
}

fn instance(prices: &ListPrices, region: &str, database: &Database) -> Costs {
    let Database { class, engine, license_model, deployment, .. } = database;
    let suffix = match deployment {
        Deployment::SingleAz => "single-az",
        Deployment::MultiAz => "multi-az",
        Deployment::MultiAzCluster => {
            let reason = format!(
                "no list price for {class} {engine} in {region}: \
                 the price book has no prices for Multi-AZ DB clusters"
            );
            return Costs::unpriced("instance", reason);
        }
    };
    let Some(variant) = engine::instance_variant(engine, license_model) else {
        let reason = format!(
            "no list price for {class} {engine} ({license_model}) in {region}: \
             the price book has no prices for that engine and licence"
        );
        return Costs::unpriced("instance", reason);
    };
    hourly(prices, region, class, &format!("{variant}/{suffix}"))
}

fn hourly(prices: &ListPrices, region: &str, class: &str, variant: &str) -> Costs {
    let key = PriceKey { service: "aws/rds", sku: class, region, variant, unit: "hour" };
    let mut costs = Costs::free();
    costs.add_or_miss("instance", Quantity::ONE, prices.price(&key));
    costs
}

#[cfg(test)]
mod tests;
