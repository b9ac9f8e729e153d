//! EC2 instances on demand. <https://aws.amazon.com/ec2/pricing/on-demand/>

use std::borrow::Cow;

use super::super::facts::{Column, Facts};
use super::super::listing::{Listing, Tiers};
use super::super::usage;
use crate::aws::ec2::{PREMIUM_REGION, Platform, SqlServer, WINDOWS_PREMIUM};
use crate::sync::{Dropped, Harvest, Listed};

/// An instance of shared tenancy that is running.
///
/// One type has many rows: for each tenancy, each operating system with and without SQL Server, and
/// each state of a capacity reservation. What an image is billed as is the row's `operation`, which
/// is the `UsageOperation` of the instances:
/// <https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/billing-info-fields.html>.
pub(super) fn listing(row: &dyn Facts) -> Result<Listing<'_>, Dropped> {
    let usage = usage::name(row.get(Column::UsageType));
    // The oldest type, m1.small, is plain `BoxUsage`.
    let running = usage == "BoxUsage" || usage.starts_with("BoxUsage:");
    let shared = row.get(Column::Tenancy) == "Shared"
        && matches!(row.get(Column::CapacityStatus), "" | "NA" | "Used")
        && matches!(row.get(Column::MarketOption), "" | "NA" | "OnDemand");
    if !running || !shared {
        return Err(Dropped::OtherTenancy);
    }
    let sku = row.get(Column::InstanceType);
    if sku.is_empty() {
        return Err(Dropped::Unreadable);
    }
    Ok(Listing {
        service: "aws/ec2",
        sku: Cow::Borrowed(sku),
        variant: Cow::Borrowed(platform(row)?),
        unit: "hour",
        tiers: Tiers::None,
    })
}

/// The variant of a row, whose operating system and software must not say otherwise than its
/// operation, and decide where it has none.
fn platform(row: &dyn Facts) -> Result<&'static str, Dropped> {
    // Under an own licence, and as `License Included - Infrastructure`, Windows costs what Linux
    // does: the licence is paid elsewhere.
    if !matches!(row.get(Column::LicenseModel), "" | "NA" | "No License required") {
        return Err(Dropped::OtherProduct);
    }
    let said = said(row.get(Column::OperatingSystem), row.get(Column::PreInstalledSoftware));
    let billed = match (row.get(Column::Operation), said) {
        ("", said) => said.ok_or(Dropped::OtherProduct)?,
        (operation, said) => {
            let billed = Platform::from_usage_operation(operation);
            if said.is_some_and(|said| said != billed) {
                return Err(Dropped::Unreadable);
            }
            billed
        }
    };
    billed.variant().ok_or(Dropped::OtherProduct)
}

/// The platform by the columns `Operating System` and `Pre Installed S/W`, as far as they are
/// spelled in a way that is known.
fn said(system: &str, software: &str) -> Option<Platform> {
    let server = match software {
        "" | "NA" => None,
        "SQL Std" => Some(SqlServer::Standard),
        "SQL Web" => Some(SqlServer::Web),
        "SQL Ent" => Some(SqlServer::Enterprise),
        _ => return None,
    };
    Some(match (system, server) {
        ("Linux", None) => Platform::Linux,
        ("Linux", Some(server)) => Platform::LinuxSql(server),
        ("Windows", None) => Platform::Windows,
        ("Windows", Some(server)) => Platform::WindowsSql(server),
        ("RHEL", None) => Platform::Rhel,
        ("RHEL", Some(server)) => Platform::RhelSql(server),
        ("Red Hat Enterprise Linux with HA", None) => Platform::RhelHa,
        ("Red Hat Enterprise Linux with HA", Some(server)) => Platform::RhelHaSql(server),
        ("SUSE", None) => Platform::Suse,
        ("Ubuntu Pro", None) => Platform::UbuntuPro,
        _ => return None,
    })
}

/// The licence premium of Windows where the rule looks for it: what Windows costs more than Linux.
pub(super) fn premiums(harvest: &mut Harvest) {
    let linux: Vec<_> = harvest
        .rows()
        .filter(|row| row.key[0] == "aws/ec2" && row.key[4] == PREMIUM_REGION)
        .filter(|row| row.key[2] == "linux")
        .map(|row| (row.key[1].to_owned(), row.price, row.effective))
        .collect();
    for (sku, linux, since) in linux {
        let key = ["aws/ec2", &sku, "windows", "hour", PREMIUM_REGION];
        let Some(windows) = harvest.find(key).filter(|windows| windows.price > linux) else {
            continue;
        };
        let (price, effective) = (windows.price - linux, windows.effective.max(since));
        harvest.keep(&Listed {
            service: "aws/ec2",
            sku: &sku,
            variant: WINDOWS_PREMIUM,
            unit: "hour",
            region: PREMIUM_REGION,
            price,
            effective,
        });
    }
}
