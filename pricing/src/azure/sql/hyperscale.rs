//! Hyperscale: vCores of every replica, and the storage that is allocated.
//! <https://learn.microsoft.com/azure/azure-sql/database/service-tier-hyperscale#hyperscale-pricing-model>

use finops_core::model::{Costs, Quantity};
use jiff::civil::{Date, date};
use rust_decimal::Decimal;

use super::size::VcoreSize;
use super::vcore::{self, Part};
use super::{Book, Database, Licence};
use crate::measured::quantity;

/// Databases made since then have prices without a licence, and no Azure Hybrid Benefit.
/// <https://techcommunity.microsoft.com/blog/azuresqlblog/azure-sql-database-hyperscale-%E2%80%93-lower-simplified-pricing/3982209>
const SIMPLIFIED: Date = date(2023, 12, 15);

const BYTES_PER_GIGABYTE: Decimal = Decimal::from_parts(1 << 30, 0, 0, false, 0);

/// A Hyperscale database as components `compute`, `replicas`, `license`, `zone_redundancy`,
/// `storage` and `backup`.
///
/// A database that is older than the present prices has those of its time for licence and storage,
/// which the price book does not have.
pub(super) fn costs(book: &Book<'_>, size: &VcoreSize, database: &Database) -> Costs {
    let mut costs = compute(book, size, database);
    // No licence is needed for a named replica, and its storage is that of its primary.
    // <https://learn.microsoft.com/azure/azure-sql/database/service-tier-hyperscale-replicas>
    if database.is_named_replica {
        return costs;
    }
    if database.zone_redundant {
        let reason = "the price book does not say what Hyperscale's zone redundancy costs";
        costs.miss("zone_redundancy", reason);
    }
    if has_present_prices(database) {
        storage(book, database, &mut costs);
    } else {
        let reason = of_before("licence and storage");
        if !matches!(database.licence, Licence::Own | Licence::NotCharged) {
            costs.miss("license", reason.as_str());
        }
        costs.miss("storage", reason);
    }
    costs.miss("backup", "the price book has no prices of Hyperscale's backups");
    costs
}

/// It was made since the present prices hold.
fn has_present_prices(database: &Database) -> bool {
    database.created.is_some_and(|day| day >= SIMPLIFIED)
}

/// Why the price of a part is not known.
fn of_before(what: &str) -> String {
    format!(
        "it may have been Hyperscale before {SIMPLIFIED}, when {what} had other prices, which the \
         price book does not have"
    )
}

/// The primary replica, and those that stand by, which have its size.
fn compute(book: &Book<'_>, size: &VcoreSize, database: &Database) -> Costs {
    let replicas = database.high_availability_replicas;
    if size.serverless {
        let mut costs = if has_present_prices(database) {
            vcore::serverless(book, size, database.billed_vcore_seconds)
        } else {
            Costs::unpriced("compute", of_before("serverless compute"))
        };
        if replicas > 0 {
            costs.miss("replicas", "what serverless replicas used is not known");
        }
        return costs;
    }
    let mut costs = Costs::free();
    vcore::add_vcores(
        &mut costs,
        "compute",
        Quantity::ONE,
        vcore::vcores(book, size, Part::Compute),
    );
    if replicas > 0 {
        let times = Quantity::from(u64::from(replicas));
        let vcores = vcore::vcores(book, size, Part::Compute);
        vcore::add_vcores(&mut costs, "replicas", times, vcores);
    }
    costs
}

fn storage(book: &Book<'_>, database: &Database, costs: &mut Costs) {
    match database.allocated_bytes.and_then(|bytes| quantity(bytes, BYTES_PER_GIGABYTE)) {
        Ok(size) => costs.add_or_miss("storage", size, book.stored("HS/storage")),
        Err(reason) => costs.miss("storage", reason),
    }
}
