//! What databases cost. <https://aws.amazon.com/rds/pricing/>, <https://aws.amazon.com/rds/aurora/pricing/>

use rust_decimal::Decimal;

use super::cluster::Cluster;
use super::engine::Maker;
use super::instance::{Instance, striped_from};
use crate::facts::Facts;
use crate::truth::Cost;

/// Bytes of the GB that storage is billed by.
const GIBIBYTE: u64 = 1 << 30;

/// What is billed in a status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Billed {
    Nothing,
    Storage,
    All,
}

/// <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/accessing-monitoring.html>
fn billed(status: &str) -> Billed {
    match status {
        "creating" | "deleting" | "incompatible-restore" => Billed::Nothing,
        "stopped" | "starting" => Billed::Storage,
        _ => Billed::All,
    }
}

/// An instance: by the hour, with its storage where that is not Aurora's.
pub(super) fn instance(facts: &Facts, region: &str, instance: &Instance) -> Cost {
    let billed = billed(instance.status);
    if billed == Billed::Nothing {
        return Cost::FREE;
    }
    let mut cost = Cost::FREE;
    if billed == Billed::All {
        cost = cost.and_hourly(hourly(facts, region, instance));
        // A price for each vCPU that no table has.
        if instance.version.extended && !instance.kept_out {
            cost = cost.and(None);
        }
    }
    if instance.is_aurora() { cost } else { storage(cost, facts, region, instance) }
}

fn hourly(facts: &Facts, region: &str, instance: &Instance) -> Option<Decimal> {
    let engine = instance.engine.instances?;
    match (&instance.cluster, instance.class) {
        // Prices of I/O-Optimized clusters are in no table.
        (Some(_), _) if instance.storage.kind == "aurora-iopt1" => None,
        (Some(_), "db.serverless") => {
            let units = Decimal::from(instance.half_units?) / Decimal::TWO;
            let (sku, variant) = ("Aurora:ServerlessV2Usage", instance.engine.name);
            Some(facts.price("aws/rds-storage", sku, variant, "ACU-Hr", region)? * units)
        }
        // Members of Multi-AZ DB clusters have prices of their own.
        (Some(_), _) if !instance.is_aurora() => None,
        (_, class) => {
            let zones = if instance.multi_az { "multi-az" } else { "single-az" };
            facts.price("aws/rds", class, &format!("{engine}/{zones}"), "hour", region)
        }
    }
}

/// Storage, and what is provisioned above what it includes.
fn storage(cost: Cost, facts: &Facts, region: &str, instance: &Instance) -> Cost {
    let storage = instance.storage;
    let (Some(engine), None) = (instance.engine.storage, &instance.cluster) else {
        return cost.and(None);
    };
    let listed = Listed { facts, region, engine, instance };
    let times = |count: u64, dimension: &str, unit| {
        Some(listed.price(dimension, unit)? * Decimal::from(count))
    };
    let iops = storage.iops.unwrap_or_default();
    match storage.kind {
        "gp2" => cost.and(times(storage.size_gib, "GP2-Storage", "GB-Mo")),
        "gp3" => {
            let striped = striped_from(instance.engine.maker);
            let large = striped.is_some_and(|from| storage.size_gib >= from);
            let included = if large { (12_000, 500) } else { (3_000, 125) };
            let mut cost = cost.and(times(storage.size_gib, "GP3-Storage", "GB-Mo"));
            if iops > included.0 {
                cost = cost.and(times(iops - included.0, "GP3-PIOPS", "IOPS-Mo"));
            }
            let throughput = storage.throughput.unwrap_or_default();
            if throughput > included.1 {
                cost = cost.and(times(throughput - included.1, "GP3-Throughput", "MBPS-Mo"));
            }
            cost
        }
        "io1" => cost
            .and(times(storage.size_gib, "PIOPS-Storage", "GB-Mo"))
            .and(times(iops, "PIOPS", "IOPS-Mo")),
        "io2" => cost.and(times(storage.size_gib, "PIOPS-Storage-IO2", "GB-Mo")).and(times(
            iops,
            "IO2-PIOPS",
            "IOPS-Mo",
        )),
        // Requests of magnetic storage are billed, and nobody tells how many they are.
        _ => cost.and(times(storage.size_gib, "StorageUsage", "GB-Mo")).and(None),
    }
}

struct Listed<'a> {
    facts: &'a Facts,
    region: &'a str,
    engine: &'a str,
    instance: &'a Instance,
}

impl Listed<'_> {
    /// The engine's own price, else that of any engine. The feed names the two zones in two ways.
    fn price(&self, dimension: &str, unit: &str) -> Option<Decimal> {
        let mirror = self.instance.engine.maker == Maker::Microsoft;
        let (start, zones): (_, &[&str]) = match (self.instance.multi_az, mirror) {
            (false, _) => ("RDS:", &["single-az"]),
            (true, true) => ("RDS:Mirror-", &["multi-az-(sql-server-mirror)", "multi-az"]),
            (true, false) => ("RDS:Multi-AZ-", &["multi-az", "multi-az-(sql-server-mirror)"]),
        };
        let sku = format!("{start}{dimension}");
        [self.engine, "any"].iter().find_map(|engine| {
            zones.iter().find_map(|zones| {
                let variant = format!("{engine}/{zones}");
                self.facts.price("aws/rds-storage", &sku, &variant, unit, self.region)
            })
        })
    }
}

/// What a cluster costs beside its instances: of Aurora the bytes in use, and requests unless it
/// is I/O-Optimized.
pub(super) fn cluster(facts: &Facts, region: &str, cluster: &Cluster) -> Cost {
    if !cluster.is_aurora() {
        return Cost::FREE.and(None);
    }
    let optimized = cluster.storage_type == "aurora-iopt1";
    let sku = if optimized { "Aurora:IO-OptimizedStorageUsage" } else { "Aurora:StorageUsage" };
    let price = [cluster.engine.name, "any"].iter().find_map(|engine| {
        facts.price("aws/rds-storage", sku, &format!("{engine}/single-az"), "GB-Mo", region)
    });
    let size = cluster.used_bytes.map(|bytes| Decimal::from(bytes) / Decimal::from(GIBIBYTE));
    let cost = Cost::FREE.and(price.zip(size).map(|(price, size)| price * size));
    if optimized { cost } else { cost.and(None) }
}
