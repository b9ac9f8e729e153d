//! Database instances. <https://aws.amazon.com/rds/pricing/>

use std::borrow::Cow;

use super::super::facts::{Column, Facts};
use super::super::listing::{Listing, Tiers};
use super::super::usage;
use crate::aws::rds::IO_OPTIMIZED_SUFFIX;
use crate::sync::Dropped;

/// An instance class with an engine, a licence and a deployment.
///
/// Aurora's classes have two prices, with storage that is billed by request and I/O-Optimized: only
/// the usage type tells them apart. SQL Server and Oracle with unbundled licences have a price
/// without the licence, which is in another list: such an instance would be priced by half.
pub(super) fn listing(row: &dyn Facts) -> Result<Listing<'_>, Dropped> {
    let sku = row.get(Column::InstanceType);
    let usage = usage::name(row.get(Column::UsageType)).split(':').next().unwrap_or_default();
    let unbundled = row.get(Column::UnbundledLicensing).eq_ignore_ascii_case("true");
    let custom = row.get(Column::DeploymentModel).eq_ignore_ascii_case("custom");
    if !sku.starts_with("db.") || unbundled || custom {
        return Err(Dropped::OtherProduct);
    }
    let (optimized, deployments): (_, &[_]) = match usage {
        "InstanceUsage" => (false, &["Single-AZ"]),
        "InstanceUsageIOOptimized" => (true, &["Single-AZ"]),
        "Multi-AZUsage" | "Mirror" | "MirrorUsage" => {
            (false, &["Multi-AZ", "Multi-AZ (SQL Server Mirror)"])
        }
        "Multi-AZClusterUsage" => (false, &["Multi-AZ (readable standbys)"]),
        _ => return Err(Dropped::OtherProduct),
    };
    let deployment = row.get(Column::DeploymentOption);
    if !deployments.contains(&deployment) {
        return Err(Dropped::OtherProduct);
    }
    let engine = engine(row).ok_or(Dropped::OtherProduct)?;
    let suffix = if optimized { IO_OPTIMIZED_SUFFIX } else { "" };
    let zones = match deployment {
        "Single-AZ" => "single-az",
        "Multi-AZ (readable standbys)" => "multi-az-readable-standbys",
        _ => "multi-az",
    };
    Ok(Listing {
        service: "aws/rds",
        sku: Cow::Borrowed(sku),
        variant: Cow::Owned(format!("{engine}{suffix}/{zones}")),
        unit: "hour",
        tiers: Tiers::None,
    })
}

/// Engine, edition and licence as the rule names them.
fn engine(row: &dyn Facts) -> Option<&'static str> {
    let edition = row.get(Column::DatabaseEdition);
    let licence = row.get(Column::LicenseModel);
    let (included, own) = ("License included", "Bring your own license");
    Some(match (row.get(Column::DatabaseEngine), edition) {
        ("MySQL", _) => "mysql",
        ("MariaDB", _) => "mariadb",
        ("PostgreSQL", _) => "postgres",
        ("Aurora MySQL", _) => "aurora-mysql",
        ("Aurora PostgreSQL", _) => "aurora-postgres",
        ("Oracle", "Standard Two") if licence == included => "oracle-se2-li",
        ("Oracle", "Standard Two") if licence == own => "oracle-se2-byol",
        ("Oracle", "Enterprise") if licence == own => "oracle-ee-byol",
        ("SQL Server", "Express") if licence == included => "sqlserver-ex-li",
        ("SQL Server", "Web") if licence == included => "sqlserver-web-li",
        ("SQL Server", "Standard") if licence == included => "sqlserver-se-li",
        ("SQL Server", "Enterprise") if licence == included => "sqlserver-ee-li",
        _ => return None,
    })
}
