//! File shares of standard accounts.

use finops_core::model::{Costs, Quantity};

use super::redundancy::{Performance, Sku};
use super::{AccountUse, BYTES_PER_GIGABYTE, Book, V1, miss_once};
use crate::measured::quantity;

const PROVISIONED: &str = "file shares are billed by what is provisioned, which is not known";

/// What file shares hold. Those of `FileStorage` accounts are billed by what is provisioned, also
/// where they hold nothing.
/// <https://learn.microsoft.com/azure/storage/files/understanding-billing>
pub(super) fn add(book: &Book<'_>, costs: &mut Costs, account: &AccountUse, sku: Sku) {
    if account.kind == "FileStorage" || sku.performance == Performance::Provisioned {
        return costs.miss("files", PROVISIONED);
    }
    let stored = match &account.files {
        Ok(stored) => stored,
        Err(reason) => return costs.miss("files", *reason),
    };
    for one in stored {
        let size = match quantity(one.bytes, BYTES_PER_GIGABYTE) {
            Ok(size) if size == Quantity::ZERO => continue,
            Ok(size) => size,
            Err(reason) => return miss_once(costs, "files", reason),
        };
        if account.kind == "Storage" {
            return miss_once(costs, "files", V1);
        }
        let redundancy = sku.of_files();
        let tier = one.tier.to_ascii_lowercase().replace(' ', "");
        let sku = match tier.as_str() {
            "transactionoptimized" => {
                format!("Files v2/Standard {redundancy}/{redundancy} Data Stored")
            }
            "hot" => format!("Files v2/Hot {redundancy}/Data Stored"),
            "cool" => format!("Files v2/Cool {redundancy}/Data Stored"),
            _ => {
                costs.miss("files", format!("unknown tier of file shares {:?}", one.tier));
                continue;
            }
        };
        costs.add_or_miss("files", size, book.flat(&sku));
        // The same page: metadata of these tiers is billed apart.
        if tier != "transactionoptimized" {
            miss_once(costs, "files_metadata", "the size of the files' metadata is not known");
        }
    }
}
