//! What accounts cost: capacity only.

use std::collections::HashMap;

use rust_decimal::Decimal;

use super::{Account, Stored};
use crate::azure::Azure;
use crate::azure::place::REGIONS;
use crate::truth::Cost;

impl Account {
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
    pub(super) fn cost(&self, azure: &Azure, hot: &mut Hot) -> Cost {
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
}

fn gigabytes(mebibytes: u64) -> Decimal {
    Decimal::from(mebibytes) / Decimal::from(1_024)
}

fn price(azure: &Azure, region: usize, sku: &str) -> Option<Decimal> {
    azure.facts.price("azure/storage", sku, "", "1 GB/Month", REGIONS[region].0)
}

/// What the hot tier of a region and redundancy holds so far, in MiB, and its three prices.
#[derive(Debug, Default)]
pub(super) struct Hot(HashMap<(usize, &'static str), Tiers>);

/// What is held, and the price of each tier.
type Tiers = (u64, [Option<Decimal>; 3]);

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
