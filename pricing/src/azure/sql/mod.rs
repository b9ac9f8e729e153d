//! Azure SQL Database: single databases and elastic pools.
//! <https://azure.microsoft.com/pricing/details/azure-sql-database/single/>
//!
//! Backups that are kept for years (long-term retention) are not considered: nothing that a
//! database tells says what they hold. Neither are reservations and the prices of dev/test
//! subscriptions.

mod backup;
mod dtu;
mod hyperscale;
mod size;
mod vcore;

use finops_core::model::{Costs, Quantity};
use jiff::civil::Date;
use rust_decimal::Decimal;

use super::Measured;
use crate::book::PriceKey;
use crate::prices::{Found, ListPrices};
use crate::size::gigabytes;

pub use backup::Backup;
pub use size::{Size, Tier, VcoreSize};

/// The region of prices that are the same in all regions.
const EVERYWHERE: &str = "Global";

/// Whose SQL Server licence the vCores run on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Licence {
    /// Azure's: `LicenseIncluded`.
    Included,
    /// The customer's, by the Azure Hybrid Benefit: `BasePrice`.
    Own,
    /// None is charged: a standby replica.
    /// <https://learn.microsoft.com/azure/azure-sql/database/standby-replica-how-to-configure>
    NotCharged,
    /// Azure does not say.
    Unknown,
}

/// One database that is in no pool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Database {
    /// What it is sold as.
    pub size: Size,
    /// Whose licence.
    pub licence: Licence,
    /// Whether it is spread over zones.
    pub zone_redundant: bool,
    /// Hyperscale: the replicas that stand by for the primary one.
    pub high_availability_replicas: u32,
    /// Hyperscale: whether it is another database's named replica, whose storage that one pays.
    pub is_named_replica: bool,
    /// The day on which it was made.
    pub created: Option<Date>,
    /// The most that it may hold, in bytes: what is billed, but for Hyperscale.
    pub max_bytes: Option<u64>,
    /// Hyperscale: the bytes that are allocated to it.
    pub allocated_bytes: Measured,
    /// Serverless: the vCore-seconds that were billed in the last hour (`app_cpu_billed`).
    pub billed_vcore_seconds: Measured,
    /// Its backups.
    pub backup: Backup,
}

/// One elastic pool. Its databases cost nothing by themselves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ElasticPool {
    /// What it is sold as.
    pub size: Size,
    /// Whose licence.
    pub licence: Licence,
    /// Whether it is spread over zones.
    pub zone_redundant: bool,
    /// The most that it may hold, in bytes.
    pub max_bytes: Option<u64>,
    /// The backups of all its databases together.
    pub backup: Backup,
}

/// One database as components `compute`, `license`, `zone_redundancy`, `replicas`, `storage`,
/// `extra_storage` and `backup`, as far as it has them.
#[must_use]
pub fn database(prices: &ListPrices, region: &str, database: &Database) -> Costs {
    let book = Book { prices, region };
    match &database.size {
        Size::Dtu(objective) => dtu::costs(&book, objective, database.max_bytes),
        Size::Vcore(size) if size.tier == Tier::Hyperscale => {
            hyperscale::costs(&book, size, database)
        }
        Size::Vcore(size) if size.serverless => {
            let mut costs = vcore::serverless(&book, size, database.billed_vcore_seconds);
            if database.zone_redundant {
                costs.miss("zone_redundancy", vcore::no_serverless_zones(region));
            }
            costs.merge(vcore::storage(
                &book,
                size.tier,
                database.zone_redundant,
                database.max_bytes,
            ));
            costs.merge(backup::costs(&book, database.max_bytes, &database.backup));
            costs
        }
        Size::Vcore(size) => vcore::provisioned(
            &book,
            size,
            &vcore::Provisioned {
                licence: database.licence,
                zone_redundant: database.zone_redundant,
                max_bytes: database.max_bytes,
                backup: &database.backup,
            },
        ),
        Size::Warehouse(objective) => Costs::unpriced(
            "compute",
            format!(
                "no list price for {objective} in {region}: \
                 the price book has no prices of dedicated SQL pools (data warehouses)"
            ),
        ),
        Size::Other(objective) => Costs::unpriced(
            "compute",
            format!("no list price for {objective} in {region}: unknown service objective"),
        ),
    }
}

/// One elastic pool as components `compute`, `license`, `zone_redundancy`, `storage` and `backup`,
/// as far as it has them. General Purpose and Business Critical pools have the prices of single
/// databases: their meters' product is `SQL Database Single/Elastic Pool`.
/// <https://learn.microsoft.com/azure/azure-sql/database/elastic-pool-overview>
#[must_use]
pub fn elastic_pool(prices: &ListPrices, region: &str, pool: &ElasticPool) -> Costs {
    let book = Book { prices, region };
    match &pool.size {
        Size::Vcore(size) if size.tier != Tier::Hyperscale && !size.serverless => {
            vcore::provisioned(
                &book,
                size,
                &vcore::Provisioned {
                    licence: pool.licence,
                    zone_redundant: pool.zone_redundant,
                    max_bytes: pool.max_bytes,
                    backup: &pool.backup,
                },
            )
        }
        Size::Vcore(size) => Costs::unpriced("compute", no_pool(&size.family, region)),
        Size::Dtu(name) | Size::Warehouse(name) | Size::Other(name) => {
            Costs::unpriced("compute", no_pool(name, region))
        }
    }
}

fn no_pool(name: &str, region: &str) -> String {
    format!(
        "no list price for pools of {name} in {region}: the price book has prices of elastic \
         pools in the General Purpose and Business Critical tiers only"
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
        prices.price(&PriceKey { service: "azure/sql", sku, region, variant, unit })
    }

    /// The price of a vCore of Azure's licence: the region's own, or the one of all regions.
    ///
    /// The regions of governments are not among those: Azure Government has licences of its own.
    /// <https://learn.microsoft.com/azure/azure-government/documentation-government-overview>
    fn licence(&self, sku: &str) -> Found {
        let Self { prices, region } = *self;
        let price = |region| {
            let (variant, unit) = ("sql-server", "vCore-hour");
            prices.price(&PriceKey { service: "azure/sql", sku, region, variant, unit })
        };
        let of_government = region.starts_with("usgov") || region.starts_with("usdod");
        price(region).or_else(|reason| {
            let global = (!of_government).then(|| price(EVERYWHERE).ok()).flatten();
            global.ok_or(reason)
        })
    }

    /// The price of a GB that is stored for a month.
    fn stored(&self, sku: &str) -> Found {
        self.price(sku, "", "GB-Mo")
    }
}

/// Data storage and the 30 % of it that are added for the transaction log, in GB.
/// <https://learn.microsoft.com/azure/azure-sql/database/single-database-scale#change-storage-size>
fn with_log(bytes: u64) -> Quantity {
    Quantity::new(gigabytes(bytes).amount() * Decimal::new(13, 1))
}

#[cfg(test)]
mod tests;
