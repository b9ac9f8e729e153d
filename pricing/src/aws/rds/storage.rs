//! The storage of RDS instances (Aurora's is the cluster's).

use finops_core::model::{Costs, Quantity};

use super::engine::Family;
use super::{Database, Deployment};
use crate::book::PriceKey;
use crate::prices::Found;
use crate::prices::ListPrices;

/// What is provisioned for one instance.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Storage {
    /// `gp2`, `gp3`, `io1`, `io2`, `standard`; `aurora` or `aurora-iopt1` for Aurora.
    pub storage_type: String,
    /// Size in GiB.
    pub size_gib: u64,
    /// Provisioned IOPS; for gp3 with those that are included.
    pub iops: Option<u64>,
    /// Provisioned throughput in MiB/s; for gp3 with what is included.
    pub throughput_mibps: Option<u64>,
}

/// What gp3 includes, by
/// <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Storage.html#gp3-storage>.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Included {
    iops: u64,
    /// MiB/s.
    throughput: u64,
    /// Whether more can be provisioned at all.
    fixed: bool,
}

impl Included {
    /// From 400 GiB on (Oracle: 200) RDS stripes over four volumes; below that nothing can be
    /// added. SQL Server is never striped, and more can be added at any size.
    fn of(family: Family, size_gib: u64) -> Self {
        let striped_from = match family {
            Family::SqlServer => {
                return Self { iops: 3_000, throughput: 125, fixed: false };
            }
            Family::Oracle => 200,
            Family::MySql | Family::MariaDb | Family::PostgreSql => 400,
        };
        if size_gib < striped_from {
            Self { iops: 3_000, throughput: 125, fixed: true }
        } else {
            Self { iops: 12_000, throughput: 500, fixed: false }
        }
    }

    /// What is billed beyond what is included, or `None` where that is not known.
    fn extra(self, provisioned: Option<u64>, included: u64) -> Option<u64> {
        match provisioned {
            Some(provisioned) => Some(provisioned.saturating_sub(included)),
            None => self.fixed.then_some(0),
        }
    }
}

/// The storage of a database that is not Aurora.
pub(super) fn costs(prices: &ListPrices, region: &str, database: &Database) -> Costs {
    let Database { engine, deployment, storage, .. } = database;
    let Some(family) = Family::of(engine) else {
        let reason = format!("the price book has no prices for the storage of {engine}");
        return Costs::unpriced("storage", reason);
    };
    if *deployment == Deployment::MultiAzCluster {
        let reason = "the storage of a Multi-AZ DB cluster is billed by cluster, not by instance";
        return Costs::unpriced("storage", reason);
    }
    let billed = Billed { prices, region, family, deployment: *deployment, storage };
    match storage.storage_type.as_str() {
        "gp2" => billed.size("GP2-Storage"),
        "gp3" => billed.gp3(),
        "io1" => billed.provisioned("PIOPS-Storage", "PIOPS"),
        "io2" => billed.provisioned("PIOPS-Storage-IO2", "IO2-PIOPS"),
        "standard" => {
            let mut costs = billed.size("StorageUsage");
            costs.miss("io_requests", "the I/O requests of magnetic storage are not known");
            costs
        }
        other => {
            let reason = format!("the price book has no prices for RDS storage type {other:?}");
            Costs::unpriced("storage", reason)
        }
    }
}

struct Billed<'a> {
    prices: &'a ListPrices,
    region: &'a str,
    family: Family,
    deployment: Deployment,
    storage: &'a Storage,
}

impl Billed<'_> {
    fn size(&self, dimension: &str) -> Costs {
        let mut costs = Costs::free();
        let size = Quantity::from(self.storage.size_gib);
        costs.add_or_miss("storage", size, self.price(dimension, "GB-Mo"));
        costs
    }

    fn gp3(&self) -> Costs {
        let mut costs = self.size("GP3-Storage");
        let included = Included::of(self.family, self.storage.size_gib);
        match included.extra(self.storage.iops, included.iops) {
            None => costs.miss("iops", "the provisioned IOPS are not known"),
            Some(0) => {}
            Some(extra) => {
                let price = self.price("GP3-PIOPS", "IOPS-Mo");
                costs.add_or_miss("iops", Quantity::from(extra), price);
            }
        }
        match included.extra(self.storage.throughput_mibps, included.throughput) {
            None => costs.miss("throughput", "the provisioned throughput is not known"),
            Some(0) => {}
            Some(extra) => {
                let price = self.price("GP3-Throughput", "MBPS-Mo");
                costs.add_or_miss("throughput", Quantity::from(extra), price);
            }
        }
        costs
    }

    /// Storage whose every I/O operation per second is billed.
    fn provisioned(&self, storage: &str, iops: &str) -> Costs {
        let mut costs = self.size(storage);
        match self.storage.iops {
            None => costs.miss("iops", "the provisioned IOPS are not known"),
            Some(provisioned) => {
                let price = self.price(iops, "IOPS-Mo");
                costs.add_or_miss("iops", Quantity::from(provisioned), price);
            }
        }
        costs
    }

    /// The engine's own row, or else the one for any engine. The price list spells the deployment
    /// of Multi-AZ rows in two ways, without a rule.
    fn price(&self, dimension: &str, unit: &str) -> Found {
        let (prefix, deployments): (_, &[_]) = match (self.deployment, self.family) {
            (Deployment::SingleAz | Deployment::MultiAzCluster, _) => ("RDS:", &["single-az"]),
            (Deployment::MultiAz, Family::SqlServer) => {
                ("RDS:Mirror-", &["multi-az-(sql-server-mirror)", "multi-az"])
            }
            (Deployment::MultiAz, _) => {
                ("RDS:Multi-AZ-", &["multi-az", "multi-az-(sql-server-mirror)"])
            }
        };
        let sku = format!("{prefix}{dimension}");
        let mut missing = None;
        for engine in [self.family.name(), "any"] {
            for deployment in deployments {
                let found = self.prices.price(&PriceKey {
                    service: "aws/rds-storage",
                    sku: &sku,
                    region: self.region,
                    variant: &format!("{engine}/{deployment}"),
                    unit,
                });
                match found {
                    Ok(price) => return Ok(price),
                    // The first miss is the engine's own row: the one to tell of.
                    Err(reason) => missing = missing.or(Some(reason)),
                }
            }
        }
        Err(missing.unwrap_or_else(|| sku.into()))
    }
}
