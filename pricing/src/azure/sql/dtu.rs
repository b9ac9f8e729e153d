//! The DTU model: one price for compute, backups and some storage.

use finops_core::model::{Costs, Quantity};

use super::Book;

const GIBIBYTE: u64 = 1 << 30;

/// A database by the name of its objective as component `compute`, and `extra_storage` where it
/// may hold more than its price includes. Backups are included, and so is zone redundancy.
/// <https://learn.microsoft.com/azure/azure-sql/database/automated-backups-overview>
/// <https://learn.microsoft.com/azure/azure-sql/database/high-availability-sla-local-zone-redundancy>
pub(super) fn costs(book: &Book<'_>, objective: &str, max_bytes: Option<u64>) -> Costs {
    let mut costs = Costs::free();
    let sku = format!("DTU/{objective}");
    // Microsoft lists them by the day.
    let price = book.price(&sku, "", "1/Day").or_else(|_| book.price(&sku, "", "hour"));
    costs.add_or_miss("compute", Quantity::ONE, price);
    match max_bytes {
        None => costs.miss("extra_storage", "Azure does not say how much it may hold"),
        Some(bytes) if bytes > included_bytes(objective) => costs.miss(
            "extra_storage",
            format!(
                "no list price for what {objective} may hold beyond the included {} GB: \
                 the price book does not know it",
                included_bytes(objective) / GIBIBYTE
            ),
        ),
        Some(_) => {}
    }
    costs
}

/// The storage that the price includes.
/// <https://learn.microsoft.com/azure/azure-sql/database/resource-limits-dtu-single-databases>
fn included_bytes(objective: &str) -> u64 {
    let gibibytes = match objective {
        "Basic" => 2,
        "P11" | "P15" => 4 * 1_024,
        premium if premium.starts_with('P') => 500,
        _ => 250,
    };
    gibibytes * GIBIBYTE
}
