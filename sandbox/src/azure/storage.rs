//! Storage accounts and what they hold.
//! <https://azure.microsoft.com/pricing/details/storage/blobs/>

use std::collections::HashMap;
use std::fmt::Write as _;

use rust_decimal::Decimal;

use super::Azure;
use super::json::{Form, Head, time};
use super::kind::Kind;
use super::place::{Place, REGIONS};
use crate::draw::Draw;
use crate::names;
use crate::truth::{Cost, Sum};

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

    /// `RA-GRS` of `Standard_RAGRS`; none of a redundancy that nobody has heard of.
    fn copies(&self) -> Option<&'static str> {
        Some(match self.sku.split_once('_')?.1 {
            "LRS" => "LRS",
            "ZRS" => "ZRS",
            "GRS" => "GRS",
            "RAGRS" => "RA-GRS",
            "GZRS" => "GZRS",
            "RAGZRS" => "RA-GZRS",
            _ => return None,
        })
    }

    /// Capacity. Microsoft's tiers of Hot count all accounts together: `hot` is what those before
    /// this one hold.
    fn cost(&self, azure: &Azure, hot: &mut Hot) -> Cost {
        let Some(copies) = self.copies() else { return Cost::FREE.and(None) };
        if self.new {
            return Cost::FREE.and(None);
        }
        let mut cost = Cost::FREE;
        for stored in &self.blobs {
            cost = self.blob(azure, hot, cost, copies, stored);
        }
        cost = self.file(azure, cost, copies.trim_start_matches("RA-"));
        for (size, service) in [(self.tables, "Tables"), (self.queues, "Queues v2")] {
            let sku = format!("{service}/Standard {copies}/{copies} Data Stored");
            if size > 0 {
                let listed = self.price(azure, &sku).filter(|_| self.kind != "Storage");
                cost = cost.and(listed.map(|price| price * gigabytes(size)));
            }
        }
        cost
    }

    /// Accounts of former generations, hierarchical namespaces and page blobs have no prices here.
    fn blob(
        &self,
        azure: &Azure,
        hot: &mut Hot,
        cost: Cost,
        copies: &'static str,
        stored: &Stored,
    ) -> Cost {
        if stored.size == 0 {
            return cost;
        }
        let odd = matches!(self.kind, "Storage" | "BlobStorage");
        if odd || self.hierarchical || stored.kind == "PageBlob" {
            return cost.and(None);
        }
        let sku = match stored.tier {
            "Hot" => return hot.add(azure, cost, (self.region, copies), stored.size),
            "Premium" => format!("Premium Block Blob/Premium {copies}/Data Stored"),
            tier => format!("General Block Blob v2/{tier} {copies}/Data Stored"),
        };
        cost.and(self.price(azure, &sku).map(|price| price * gigabytes(stored.size)))
    }

    /// Shares of premium accounts are billed by what is provisioned, which is not known; the
    /// metadata of Hot and Cool ones beside them.
    /// <https://learn.microsoft.com/azure/storage/files/understanding-billing>
    fn file(&self, azure: &Azure, mut cost: Cost, copies: &str) -> Cost {
        if self.kind == "FileStorage" {
            return cost.and(None);
        }
        for stored in self.files.iter().filter(|stored| stored.size > 0) {
            if self.kind == "Storage" {
                return cost.and(None);
            }
            let sku = match stored.tier {
                "TransactionOptimized" => {
                    format!("Files v2/Standard {copies}/{copies} Data Stored")
                }
                tier => format!("Files v2/{tier} {copies}/Data Stored"),
            };
            cost = cost.and(self.price(azure, &sku).map(|price| price * gigabytes(stored.size)));
            if stored.tier != "TransactionOptimized" {
                cost = cost.and(None);
            }
        }
        cost
    }

    fn price(&self, azure: &Azure, sku: &str) -> Option<Decimal> {
        price(azure, self.region, sku)
    }

    /// <https://learn.microsoft.com/rest/api/storagerp/storage-accounts/list>
    pub(super) fn write(&self, into: &mut String, place: &Place, form: Form) {
        let Self { name, sku, hierarchical, .. } = self;
        let tier = sku.split('_').next().unwrap_or_default();
        let sku = format!("{{\"name\":\"{sku}\",\"tier\":\"{tier}\"}}");
        let mut head = Head::new(&self.id, name, Kind::Account, self.region);
        head.tags = &self.tags;
        head.word = Some(self.kind);
        head.sku = Some(&sku);
        head.write(into, place, form, |into| {
            let created = time(self.bits);
            let _ = write!(
                into,
                "\"provisioningState\":\"Succeeded\",\"creationTime\":\"{created}\",\
                 \"accessTier\":\"Hot\",\"statusOfPrimary\":\"available\",\
                 \"primaryLocation\":\"{}\",\"supportsHttpsTrafficOnly\":true,\
                 \"allowBlobPublicAccess\":false,\"minimumTlsVersion\":\"TLS1_2\",\
                 \"networkAcls\":{{\"bypass\":\"AzureServices\",\"virtualNetworkRules\":[],\
                 \"ipRules\":[],\"defaultAction\":\"Allow\"}},\"encryption\":{{\"services\":{{\
                 \"file\":{{\"keyType\":\"Account\",\"enabled\":true}},\"blob\":{{\
                 \"keyType\":\"Account\",\"enabled\":true}}}},\"keySource\":\"Microsoft.Storage\"}},\
                 \"primaryEndpoints\":{{\"blob\":\"https://{name}.blob.core.windows.net/\",\
                 \"file\":\"https://{name}.file.core.windows.net/\",\
                 \"queue\":\"https://{name}.queue.core.windows.net/\",\
                 \"table\":\"https://{name}.table.core.windows.net/\"}},\
                 \"keyCreationTime\":{{\"key1\":\"{created}\",\"key2\":\"{created}\"}}",
                REGIONS[self.region].0
            );
            if *hierarchical {
                into.push_str(",\"isHnsEnabled\":true");
            }
        });
    }
}

/// What something holds, in MiB: mostly little.
fn size(draw: &mut Draw) -> u64 {
    let most = *draw.weighted(&[(50, 1_000), (35, 100_000), (13, 2_000_000), (2, 40_000_000)]);
    4 * draw.below(most)
}

fn gigabytes(mebibytes: u64) -> Decimal {
    Decimal::from(mebibytes) / Decimal::from(1_024)
}

fn price(azure: &Azure, region: usize, sku: &str) -> Option<Decimal> {
    azure.facts.price("azure/storage", sku, "", "1 GB/Month", REGIONS[region].0)
}

/// What the hot tier of a region and redundancy holds so far, in MiB, and its three prices.
#[derive(Default)]
struct Hot(HashMap<(usize, &'static str), (u64, [Option<Decimal>; 3])>);

/// The first tier ends at 50 TB, the second at 500 TB; here in MiB.
const ENDS: [u64; 3] = [51_200 << 10, 512_000 << 10, u64::MAX];

impl Hot {
    fn add(
        &mut self,
        azure: &Azure,
        mut cost: Cost,
        key: (usize, &'static str),
        mut size: u64,
    ) -> Cost {
        let (held, prices) =
            self.0.entry(key).or_insert_with(|| (0, hot_prices(azure, key.0, key.1)));
        for (end, price) in ENDS.into_iter().zip(prices) {
            let here = size.min(end.saturating_sub(*held));
            size -= here;
            *held += here;
            if here > 0 {
                cost = cost.and(price.map(|price| price * gigabytes(here)));
            }
        }
        cost
    }
}

/// As listed; where only the last is, the first is that divided by 0.92, if that is a price of few
/// places, and the second 0.96 of the first: so it is wherever all three are listed.
fn hot_prices(azure: &Azure, region: usize, copies: &str) -> [Option<Decimal>; 3] {
    let listed = |tier: &str| {
        price(azure, region, &format!("General Block Blob v2/Hot {copies}/Data Stored/{tier}"))
    };
    let (first, last) = (listed("tier-0GB"), listed("last-tier"));
    if first.is_some() || last.is_none() {
        return [first, listed("tier-51200GB"), listed("tier-512000GB")];
    }
    let first = last.and_then(|last| {
        let first = (last / Decimal::new(92, 2)).normalize();
        (first.scale() <= 6 && first * Decimal::new(92, 2) == last).then_some(first)
    });
    [first, first.map(|first| first * Decimal::new(96, 2)), last]
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
