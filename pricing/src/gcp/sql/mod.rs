//! Cloud SQL: instances of MySQL, PostgreSQL and SQL Server.
//! <https://cloud.google.com/sql/pricing>
//!
//! Committed-use discounts, transfer, serverless exports, the data cache and extended support are
//! not considered; for the last see [`extended_support_since`].

mod engine;
mod sold;
mod tier;

use std::sync::Arc;

use finops_core::model::{Costs, Quantity};
use rust_decimal::Decimal;

use super::Measured;
use crate::ListPrices;
use crate::book::PriceKey;
use crate::measured::quantity;
use crate::prices::Found;
use engine::Engine;
pub use engine::extended_support_since;
use sold::Sold;
pub use tier::{Size, size};

/// Bytes in the GiB of the price list.
const GIBIBYTE: Decimal = Decimal::from_parts(1 << 30, 0, 0, false, 0);

/// One instance, in the words of the Cloud SQL Admin API. A read replica is an instance of its
/// own; the standby of a highly available instance is not.
/// <https://cloud.google.com/sql/docs/mysql/admin-api/rest/v1/instances>
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instance {
    /// `CLOUD_SQL_INSTANCE`, `READ_REPLICA_INSTANCE`, `READ_POOL_INSTANCE`,
    /// `ON_PREMISES_INSTANCE`.
    pub instance_type: String,
    /// `MYSQL_8_0`, `POSTGRES_15`, `SQLSERVER_2019_STANDARD`.
    pub database_version: String,
    /// `db-f1-micro`, `db-n1-standard-4`, `db-custom-4-16384`, `db-perf-optimized-N-8`.
    pub tier: String,
    /// `ENTERPRISE`, `ENTERPRISE_PLUS`, `DEVELOPER`; empty where it is not said.
    pub edition: String,
    /// `ZONAL`, `REGIONAL` (with a standby in another zone).
    pub availability_type: String,
    /// Whether it may run: its activation policy is not `NEVER`.
    pub running: bool,
    /// `PD_SSD`, `PD_HDD`, `HYPERDISK_BALANCED`.
    pub data_disk_type: String,
    /// The provisioned storage in GiB (`dataDiskSizeGb`).
    pub data_disk_gib: u64,
    /// Whether it has a public IPv4 address.
    pub has_public_address: bool,
    /// Bytes that its backups hold, or why that is not known.
    pub backup_bytes: Measured,
}

/// One instance as components `instance`, `license` (SQL Server, unpriced), `storage`, `backup`
/// and `address`, as far as it has them.
///
/// A tier that the book lists has its own price, any other the prices of its processors and its
/// memory. An instance that is stopped pays for storage, backups and its public address, which
/// costs nothing while the instance runs. Any edition but Enterprise is unpriced but for the address. An
/// instance on one's own premises is a note of where a replica's source is, and free.
#[must_use]
pub fn instance(prices: &ListPrices, region: &str, instance: &Instance) -> Costs {
    let mut costs = Costs::free();
    if instance.instance_type == "ON_PREMISES_INSTANCE" {
        return costs;
    }
    let book = Book { prices, region };
    let sold = Sold::of(instance, region);
    if instance.running {
        match &sold {
            Ok(sold) => costs.merge(sold.machine(&book)),
            Err(reason) => costs.miss("instance", Arc::clone(reason)),
        }
        if Engine::of(&instance.database_version) == Some(Engine::SqlServer) {
            costs.miss("license", no_licence(region, &instance.database_version));
        }
    } else if instance.has_public_address {
        costs.add_or_miss("address", Quantity::ONE, book.price("unused-ip", "", "hour"));
    }
    let storage = sold.as_ref().map_err(Arc::clone);
    let storage = storage.and_then(|sold| sold.storage(&book, &instance.data_disk_type));
    costs.add_or_miss("storage", Quantity::from(instance.data_disk_gib), storage);
    match instance.backup_bytes.and_then(|bytes| quantity(bytes, GIBIBYTE)) {
        Ok(size) if size == Quantity::ZERO => {}
        Ok(size) => {
            costs.add_or_miss("backup", size, sold.and_then(|sold| sold.backup(&book)));
        }
        Err(reason) => costs.miss("backup", reason),
    }
    costs
}

fn no_licence(region: &str, version: &str) -> String {
    format!(
        "no list price for the licence of {version} in {region}: \
         the price book has no prices of SQL Server's licences in Cloud SQL"
    )
}

/// The price book at one place.
struct Book<'a> {
    prices: &'a ListPrices,
    region: &'a str,
}

impl Book<'_> {
    fn price(&self, sku: &str, variant: &str, unit: &str) -> Found {
        let Self { prices, region } = *self;
        prices.price(&PriceKey { service: "gcp/cloudsql", sku, region, variant, unit })
    }
}

#[cfg(test)]
mod tests;
