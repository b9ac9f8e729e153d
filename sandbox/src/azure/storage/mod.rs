//! Storage accounts and what they hold.
//! <https://azure.microsoft.com/pricing/details/storage/blobs/>

mod cost;
mod write;

use super::Azure;
use super::kind::Kind;
use super::place::Place;
use crate::draw::Draw;
use crate::names;
use crate::truth::Sum;
use cost::Hot;

/// Kind and sku by how often they are seen.
/// <https://learn.microsoft.com/azure/storage/common/storage-account-overview>
const SKUS: &[(u64, (&str, &str))] = &[
    (380, ("StorageV2", "Standard_LRS")),
    (120, ("StorageV2", "Standard_ZRS")),
    (100, ("StorageV2", "Standard_GRS")),
    (160, ("StorageV2", "Standard_RAGRS")),
    (40, ("StorageV2", "Standard_GZRS")),
    (20, ("StorageV2", "Standard_RAGZRS")),
    (20, ("StorageV2", "Premium_LRS")),
    (30, ("BlobStorage", "Standard_LRS")),
    (40, ("Storage", "Standard_LRS")),
    (40, ("BlockBlobStorage", "Premium_LRS")),
    (10, ("BlockBlobStorage", "Premium_ZRS")),
    (20, ("FileStorage", "Premium_LRS")),
    (10, ("FileStorage", "PremiumV2_LRS")),
    (10, ("StorageV2", "Standard_XRS")),
];

/// What an account holds of something, in MiB: multiples of four.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stored {
    /// `BlockBlob`; "" of files.
    pub(super) kind: &'static str,
    pub(super) tier: &'static str,
    pub(super) size: u64,
}

/// A storage account.
#[derive(Debug)]
pub(super) struct Account {
    pub(super) id: String,
    name: String,
    pub(super) region: usize,
    kind: &'static str,
    sku: &'static str,
    hierarchical: bool,
    /// Whether Azure Monitor has no figures of it yet.
    pub(super) new: bool,
    pub(super) blobs: Vec<Stored>,
    pub(super) files: Vec<Stored>,
    /// MiB.
    pub(super) tables: u64,
    pub(super) queues: u64,
    tags: Vec<(&'static str, &'static str)>,
    bits: u64,
}

impl Account {
    pub(super) fn of(place: &Place, index: u64) -> Self {
        let mut draw = place.draw("account", index);
        let bits = draw.bits();
        let (kind, sku) = *draw.weighted(SKUS);
        // Three to 24 small letters and digits.
        let name = format!("{}{:08x}", Kind::Account.start(index), bits >> 32);
        let hierarchical = kind == "StorageV2" && draw.percent(10);
        let general = !sku.starts_with("Premium") && matches!(kind, "StorageV2" | "Storage");
        let empty = draw.percent(10);
        let mut account = Self {
            id: place.resource(&Kind::Account.group(index), Kind::Account, &name),
            name,
            region: place.region(&mut draw),
            kind,
            sku,
            hierarchical,
            new: draw.percent(3),
            blobs: Vec::new(),
            files: Vec::new(),
            tables: 0,
            queues: 0,
            tags: names::tags(&mut draw),
            bits,
        };
        if !empty {
            account.fill(&mut draw, general);
        }
        account
    }

    fn fill(&mut self, draw: &mut Draw, general: bool) {
        let block = if self.hierarchical { "Azure Data Lake Storage" } else { "BlockBlob" };
        let premium = self.sku.starts_with("Premium");
        let blobs: &[(&str, &str, u64)] = match self.kind {
            "FileStorage" => &[],
            "BlockBlobStorage" => &[("BlockBlob", "Premium", 100)],
            _ if premium => &[("PageBlob", "Premium", 100)],
            _ => &[
                (block, "Hot", 85),
                (block, "Cool", 30),
                (block, "Cold", 12),
                (block, "Archive", 15),
                ("PageBlob", "Untiered", 4),
            ],
        };
        for (kind, tier, share) in blobs {
            if draw.percent(*share) {
                self.blobs.push(Stored { kind, tier, size: size(draw) });
            }
        }
        for (tier, share) in [("TransactionOptimized", 15), ("Hot", 4), ("Cool", 4)] {
            if general && draw.percent(share) {
                self.files.push(Stored { kind: "", tier, size: size(draw) });
            }
        }
        if self.kind == "FileStorage" {
            self.files.push(Stored { kind: "", tier: "Premium", size: size(draw) });
        }
        if general && draw.percent(5) {
            self.tables = 4 * draw.below(1_000);
        }
        if general && draw.percent(5) {
            self.queues = 4 * draw.below(50);
        }
    }

    /// MiB of everything.
    pub(super) fn used(&self) -> u64 {
        let stored = self.blobs.iter().chain(&self.files).map(|stored| stored.size);
        stored.sum::<u64>() + self.tables + self.queues
    }
}

/// What something holds, in MiB: mostly little.
fn size(draw: &mut Draw) -> u64 {
    let most = *draw.weighted(&[(50, 1_000), (35, 100_000), (13, 2_000_000), (2, 40_000_000)]);
    4 * draw.below(most)
}

/// What the accounts of a subscription cost.
pub(super) fn sum(azure: &Azure, place: &Place) -> Sum {
    let mut sum = Sum::default();
    let mut hot = Hot::default();
    for index in 0..place.counts.accounts {
        sum.add(&Account::of(place, index).cost(azure, &mut hot));
    }
    sum
}
