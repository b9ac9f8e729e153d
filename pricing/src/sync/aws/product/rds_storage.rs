//! The storage, capacity units and Extended Support of databases.
//! <https://aws.amazon.com/rds/pricing/>, <https://aws.amazon.com/rds/aurora/pricing/>

use std::borrow::Cow;

use super::super::facts::{Column, Facts};
use super::super::listing::{Listing, Tiers};
use super::super::usage;
use crate::sync::Dropped;

/// What is billed besides instances. The sku is the usage type (`RDS:Multi-AZ-GP3-PIOPS`), the
/// variant is engine, edition and deployment as the list has them: `sql-server/single-az`.
pub(super) fn listing(row: &dyn Facts) -> Result<Listing<'_>, Dropped> {
    let usage = usage::name(row.get(Column::UsageType));
    if usage.starts_with("ExtendedSupport:") {
        return Ok(support(usage));
    }
    let unit = unit(usage).ok_or(Dropped::OtherProduct)?;
    Ok(Listing {
        service: "aws/rds-storage",
        sku: Cow::Borrowed(usage),
        variant: Cow::Owned(variant(row, usage)?),
        unit,
        tiers: Tiers::None,
    })
}

/// Extended Support of an engine's major version, for each vCPU: `ExtendedSupport:Yr3:MySQL5.7`.
/// <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/extended-support-charges.html>
fn support(usage: &str) -> Listing<'_> {
    Listing {
        service: "aws/rds",
        sku: Cow::Borrowed(usage),
        variant: Cow::Borrowed(""),
        unit: "vCPU-hour",
        tiers: Tiers::None,
    }
}

/// The unit in which a usage type is billed; `None` for what is not in the book.
fn unit(usage: &str) -> Option<&'static str> {
    let (kind, name) = usage.split_once(':')?;
    Some(match (kind, name) {
        ("Aurora", "StorageUsage" | "IO-OptimizedStorageUsage" | "BackupUsage") => "GB-Mo",
        ("Aurora" | "RDS", "StorageIOUsage") => "IOs",
        ("Aurora", "ServerlessUsage" | "ServerlessV2Usage" | "ServerlessV2IOOptimizedUsage") => {
            "ACU-Hr"
        }
        ("Aurora", "BacktrackUsage") => "CR-Hr",
        ("Aurora" | "RDS", "SnapshotExportToS3") => "GB",
        ("RDS", "ProxyUsage") => "Hrs",
        ("RDS", "Proxy-ASv2-Usage") => "ACU-Hr",
        ("RDS", "ChargedBackupUsage") => "GB-Mo",
        ("RDS", provisioned) => self::provisioned(provisioned)?,
        _ => return None,
    })
}

/// The unit of what is provisioned, in one zone, in two or in a cluster.
fn provisioned(name: &str) -> Option<&'static str> {
    let name = ["Multi-AZCluster-", "Multi-AZ-", "Mirror-"]
        .iter()
        .find_map(|prefix| name.strip_prefix(prefix))
        .unwrap_or(name);
    Some(match name {
        "StorageUsage" | "GP2-Storage" | "GP3-Storage" => "GB-Mo",
        "PIOPS-Storage" | "PIOPS-Storage-IO2" => "GB-Mo",
        "PIOPS" | "GP3-PIOPS" | "IO2-PIOPS" => "IOPS-Mo",
        "GP3-Throughput" => "MBPS-Mo",
        _ => return None,
    })
}

/// Engine, edition and deployment in small letters with dashes. Aurora's storage is asked for as
/// that of one zone, and its capacity units without any, whatever the list has there.
fn variant(row: &dyn Facts, usage: &str) -> Result<String, Dropped> {
    let engine = row.get(Column::DatabaseEngine);
    if engine.is_empty() {
        return Err(Dropped::Unreadable);
    }
    let deployment = match usage {
        "Aurora:StorageUsage" | "Aurora:IO-OptimizedStorageUsage" => "Single-AZ",
        _ if usage.starts_with("Aurora:Serverless") => "",
        _ => row.get(Column::DeploymentOption),
    };
    let parts = [engine, row.get(Column::DatabaseEdition), deployment];
    let parts: Vec<String> = parts
        .iter()
        .filter(|part| !part.is_empty())
        .map(|part| part.to_ascii_lowercase().replace(' ', "-"))
        .collect();
    Ok(parts.join("/"))
}
