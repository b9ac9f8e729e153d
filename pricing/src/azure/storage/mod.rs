//! Storage accounts: capacity only. Transactions, transfer, retrieval, early deletion, index tags
//! and what is provisioned or reserved depend on what is not known here.
//! <https://azure.microsoft.com/pricing/details/storage/>

mod blobs;
mod files;
mod hot;
mod redundancy;

use std::collections::HashMap;

use finops_core::model::{Costs, Quantity};
use rust_decimal::Decimal;

use super::Measured;
use crate::book::PriceKey;
use crate::measured::quantity;
use crate::prices::{Found, ListPrices};
use hot::HotTiers;
use redundancy::Sku;

/// Bytes in the GB of the price list.
/// <https://learn.microsoft.com/azure/storage/common/storage-plan-manage-costs>
const BYTES_PER_GIGABYTE: Decimal = Decimal::from_parts(1 << 30, 0, 0, false, 0);

/// Why accounts of the first generation have no price.
const V1: &str = "the price book has no prices of general-purpose v1 accounts";

/// Bytes of one access tier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// Of blobs the type as Azure Monitor tells it: `BlockBlob` (append blobs too), `PageBlob`,
    /// `Azure Data Lake Storage`. Of files empty.
    pub kind: String,
    /// The access tier: `Hot`, `Cool`, `TransactionOptimized`, …
    pub tier: String,
    /// How many bytes.
    pub bytes: Decimal,
}

/// An account and what it holds. What it cannot hold is known to be nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountUse {
    /// The account's region.
    pub region: String,
    /// `StorageV2`, `Storage`, `BlobStorage`, `BlockBlobStorage`, `FileStorage`.
    pub kind: String,
    /// `Standard_LRS`, `Standard_RAGRS`, `Premium_ZRS`, …
    pub sku: String,
    /// Whether it has a hierarchical namespace.
    pub hierarchical: bool,
    /// Its blobs, or why they are not known.
    pub blobs: Result<Vec<Stored>, &'static str>,
    /// What its file shares hold, or why that is not known.
    pub files: Result<Vec<Stored>, &'static str>,
    /// Bytes of tables.
    pub tables: Measured,
    /// Bytes of queues.
    pub queues: Measured,
}

/// All accounts of one subscription, in the order given, each as components `blob_hot`,
/// `blob_cool`, `blob_cold`, `blob_archive`, `blob_premium`, `blob_page`, `blob_other`, `files`,
/// `files_metadata`, `tables` and `queues`, as far as it holds any; `blobs` where that is not
/// known.
///
/// They are priced together because the tiers of hot block blobs (the first 51,200 GB, up to
/// 512,000 GB, the rest; a GB is 2^30 bytes) count all accounts of a region with the same
/// redundancy: they are tiers of one meter. The accounts fill them in the order given; one that
/// crosses the end of a tier has a line in each.
///
/// Where the book has the last tier's price only, the others of block blobs are worked out from
/// it, exactly or not at all; the line's key says how. Of files, tables and queues they are not.
#[must_use]
pub fn accounts(prices: &ListPrices, used: &[AccountUse]) -> Vec<Costs> {
    let mut subscription = Subscription { prices, hot: HashMap::new() };
    used.iter().map(|account| subscription.account(account)).collect()
}

struct Subscription<'a> {
    prices: &'a ListPrices,
    /// How far the tiers of each region and redundancy are filled.
    hot: HashMap<(&'a str, &'static str), HotTiers>,
}

/// The price book at one place.
struct Book<'a> {
    prices: &'a ListPrices,
    region: &'a str,
}

impl Book<'_> {
    /// The price of a GB that is stored for a month.
    fn stored(&self, sku: &str) -> Found {
        let Self { prices, region } = *self;
        let unit = "1 GB/Month";
        prices.price(&PriceKey { service: "azure/storage", sku, region, variant: "", unit })
    }

    /// The price of a GB that is the same for the first and for the last.
    fn flat(&self, sku: &str) -> Found {
        let has = |tier: &str| self.stored(&format!("{sku}/{tier}")).is_ok();
        let region = self.region;
        self.stored(sku).map_err(|reason| {
            if has("last-tier") {
                format!(
                    "no list price for the first tiers of {sku} in {region}: \
                     the price book has the price of the last one only"
                )
                .into()
            } else if has("tier-0GB") {
                format!(
                    "no one list price for {sku} in {region}: it falls with the amount, and \
                     Microsoft does not document which accounts count together"
                )
                .into()
            } else {
                reason
            }
        })
    }
}

impl<'a> Subscription<'a> {
    fn account(&mut self, account: &'a AccountUse) -> Costs {
        let mut costs = Costs::free();
        let Some(sku) = Sku::of(&account.sku) else {
            let reason = format!("unknown sku of storage accounts {:?}", account.sku);
            return Costs::unpriced("blobs", reason);
        };
        match &account.blobs {
            Ok(blobs) => {
                for stored in blobs {
                    self.add_blobs(&mut costs, account, sku, stored);
                }
            }
            Err(reason) => costs.miss("blobs", *reason),
        }
        let book = Book { prices: self.prices, region: &account.region };
        files::add(&book, &mut costs, account, sku);
        let redundancy = sku.redundancy;
        let tables = format!("Tables/Standard {redundancy}/{redundancy} Data Stored");
        simple(&book, &mut costs, account, "tables", &tables, account.tables);
        let queues = format!("Queues v2/Standard {redundancy}/{redundancy} Data Stored");
        simple(&book, &mut costs, account, "queues", &queues, account.queues);
        costs
    }
}

/// Tables or queues: bytes at one price.
fn simple(
    book: &Book<'_>,
    costs: &mut Costs,
    account: &AccountUse,
    component: &'static str,
    sku: &str,
    bytes: Measured,
) {
    match bytes.and_then(|bytes| quantity(bytes, BYTES_PER_GIGABYTE)) {
        Ok(size) if size == Quantity::ZERO => {}
        Ok(_) if account.kind == "Storage" => costs.miss(component, V1),
        Ok(size) => costs.add_or_miss(component, size, book.flat(sku)),
        Err(reason) => costs.miss(component, reason),
    }
}

/// Notes a reason that may hold for several tiers only once.
fn miss_once(costs: &mut Costs, component: &'static str, reason: &'static str) {
    let known = |part: &finops_core::model::Unpriced| {
        part.component == component && &*part.reason == reason
    };
    if !costs.unpriced.iter().any(known) {
        costs.miss(component, reason);
    }
}

#[cfg(test)]
mod tests;
