//! Blobs, by their access tier.

use finops_core::model::{Costs, Quantity};

use super::hot::HotTiers;
use super::redundancy::{Performance, Sku};
use super::{AccountUse, BYTES_PER_GIGABYTE, Book, Stored, Subscription, V1, miss_once};
use crate::measured::quantity;

const BLOB_ACCOUNT: &str = "the price book has no prices of legacy Blob Storage accounts";
const HIERARCHICAL: &str =
    "the price book has no prices of accounts with a hierarchical namespace (Data Lake Storage)";
const PAGE_BLOBS: &str = "the price book has no prices of page blobs";

impl<'a> Subscription<'a> {
    /// Adds what an account holds in one tier.
    pub(super) fn add_blobs(
        &mut self,
        costs: &mut Costs,
        account: &'a AccountUse,
        sku: Sku,
        stored: &Stored,
    ) {
        let tier = BlobTier::of(stored);
        let component = tier.component();
        let size = match quantity(stored.bytes, BYTES_PER_GIGABYTE) {
            Ok(size) if size == Quantity::ZERO => return,
            Ok(size) => size,
            Err(reason) => return miss_once(costs, component, reason),
        };
        if let Some(reason) = not_in_book(account, stored) {
            return miss_once(costs, component, reason);
        }
        let book = Book { prices: self.prices, region: &account.region };
        let redundancy = sku.redundancy;
        match (tier, account.kind.as_str(), sku.performance) {
            (BlobTier::Page, ..) => miss_once(costs, component, PAGE_BLOBS),
            (BlobTier::Hot, "StorageV2", Performance::Standard) => {
                let tiers = self.hot.entry((&account.region, redundancy));
                let tiers = tiers.or_insert_with(|| HotTiers::new(&book, redundancy));
                for (part, price) in tiers.fill(size) {
                    costs.add_or_miss(component, part, price);
                }
            }
            (BlobTier::Flat(name, _), "StorageV2", Performance::Standard) => {
                let sku = format!("General Block Blob v2/{name} {redundancy}/Data Stored");
                costs.add_or_miss(component, size, book.flat(&sku));
            }
            (BlobTier::Premium, "BlockBlobStorage", Performance::Premium) => {
                let sku = format!("Premium Block Blob/Premium {redundancy}/Data Stored");
                costs.add_or_miss(component, size, book.flat(&sku));
            }
            _ => {
                let AccountUse { kind, sku, .. } = account;
                let reason = format!(
                    "no list price for blobs of tier {:?} in {kind} accounts with {sku}",
                    stored.tier
                );
                costs.miss(component, reason);
            }
        }
    }
}

/// The tier by which blobs are billed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum BlobTier {
    Hot,
    /// Its name in the price list, and the component.
    Flat(&'static str, &'static str),
    Premium,
    Page,
    Other,
}

impl BlobTier {
    fn of(stored: &Stored) -> Self {
        if stored.kind.eq_ignore_ascii_case("PageBlob") {
            return Self::Page;
        }
        match stored.tier.to_ascii_lowercase().as_str() {
            "hot" => Self::Hot,
            "cool" => Self::Flat("Cool", "blob_cool"),
            "cold" => Self::Flat("Cold", "blob_cold"),
            "archive" => Self::Flat("Archive", "blob_archive"),
            "premium" => Self::Premium,
            _ => Self::Other,
        }
    }

    const fn component(self) -> &'static str {
        match self {
            Self::Hot => "blob_hot",
            Self::Flat(_, component) => component,
            Self::Premium => "blob_premium",
            Self::Page => "blob_page",
            Self::Other => "blob_other",
        }
    }
}

/// Why the book has nothing of such an account's blobs.
///
/// Accounts of before general-purpose v2 have other prices, and so have those with a hierarchical
/// namespace: Microsoft calls their capacity only 'essentially' as dear.
/// <https://learn.microsoft.com/azure/storage/common/legacy-blob-storage-account-migration-overview>
/// <https://learn.microsoft.com/azure/storage/common/storage-plan-manage-costs>
fn not_in_book(account: &AccountUse, stored: &Stored) -> Option<&'static str> {
    match account.kind.as_str() {
        "Storage" => Some(V1),
        "BlobStorage" => Some(BLOB_ACCOUNT),
        _ if account.hierarchical
            || stored.kind.eq_ignore_ascii_case("Azure Data Lake Storage") =>
        {
            Some(HIERARCHICAL)
        }
        _ => None,
    }
}
