//! Prices, and arithmetic with them.
//!
//! The figures are Microsoft's list prices in USD. Each names the source and the day it was taken;
//! the ids of the sources are those of `pricing/tables/SOURCES.md`.

use rust_decimal::Decimal;

/// Hours of a month.
pub(crate) const MONTH: &str = "730";

/// A decimal from its text.
pub(crate) fn decimal(text: &str) -> Decimal {
    text.parse().unwrap()
}

/// The product of decimals.
pub(crate) fn times(factors: &[&str]) -> Decimal {
    factors.iter().map(|text| decimal(text)).product::<Decimal>().normalize()
}

/// A price of an hour as a month's.
pub(crate) fn monthly(hour: &str) -> Decimal {
    times(&[hour, MONTH])
}

/// A machine's price an hour: (region, size, operating system).
///
/// West Europe: radar, 2026-08-22. East US, Linux: kaz+c, 2026-06-18. There is no row for Windows
/// in East US: it is Linux and the premium, which is the same everywhere (radar, 2026-08-22).
pub(crate) fn machine(region: &str, size: &str, os: &str) -> Decimal {
    let price = match (region, size, os) {
        ("westeurope", "Standard_D2s_v5", "Linux") => "0.115",
        ("westeurope", "Standard_D2s_v5", "Windows") => "0.207",
        ("westeurope", "Standard_D2s_v3", "Linux") => "0.12",
        ("westeurope", "Standard_D4s_v5", "Linux") => "0.23",
        ("westeurope", "Standard_D4s_v5", "Windows") => "0.414",
        ("westeurope", "Standard_D8s_v5", "Linux") => "0.46",
        ("westeurope", "Standard_E4s_v5", "Linux") => "0.304",
        ("westeurope", "Standard_E8ads_v5", "Linux") => "0.632",
        ("westeurope", "Standard_E8ads_v5", "Windows") => "1",
        ("westeurope", "Standard_F4s_v2", "Linux") => "0.194",
        ("westeurope", "Standard_B2ms", "Linux") => "0.096",
        ("eastus", "Standard_D2s_v5", "Linux") => "0.096",
        ("eastus", "Standard_D4s_v5", "Linux") => "0.192",
        ("eastus", "Standard_D4ds_v5", "Linux") => "0.226",
        ("eastus", "Standard_E4s_v5", "Linux") => "0.252",
        ("eastus", "Standard_D4s_v5", "Windows") => {
            return decimal("0.192") + decimal("0.184");
        }
        other => panic!("no price of {other:?} is written down"),
    };
    decimal(price)
}

/// Ultra disk's reservation for each vCPU, an hour, West Europe (radar, 2026-08-22).
pub(crate) const ULTRA_RESERVATION: &str = "0.0078";

/// Disks of West Europe, a month unless said otherwise (radar, 2026-08-22).
pub(crate) const S10: &str = "5.888";
pub(crate) const E10: &str = "9.6";
pub(crate) const E15_ZRS: &str = "28.8";
/// Premium SSD.
pub(crate) const P4: &str = "5.8072";
pub(crate) const P6_ZRS: &str = "16.841";
pub(crate) const P10: &str = "21.68";
pub(crate) const P20: &str = "80.54";
pub(crate) const P30: &str = "148.68";
/// Bursting at will, a disk.
pub(crate) const BURSTING: &str = "31.949";
/// Premium SSD v2: a GiB, an operation a second, a MB/s; each an hour.
pub(crate) const V2_GIB: &str = "0.00013";
pub(crate) const V2_IOPS: &str = "0.000008";
pub(crate) const V2_MBPS: &str = "0.000065";
/// Ultra disks, the same.
pub(crate) const ULTRA_GIB: &str = "0.000213";
pub(crate) const ULTRA_IOPS: &str = "0.000088";
pub(crate) const ULTRA_MBPS: &str = "0.000572";
/// Disks of East US, a month (ic, 2024-08-30 and 2024-07-01).
pub(crate) const P10_EAST: &str = "19.71";

/// AKS in East US, an hour (rsh, 2020-03-01, 2023-05-01, 2025-10-01).
pub(crate) const UPTIME: &str = "0.1";
pub(crate) const LONG_TERM: &str = "0.6";
pub(crate) const AUTOMATIC: &str = "0.16";
/// Automatic, each vCPU of a general purpose node.
pub(crate) const AUTOMATIC_VCPU: &str = "0.007841";

/// Functions in East US (rsh, 2017-01-01): a GB-second; ten executions.
pub(crate) const GB_SECOND: &str = "0.000016";
pub(crate) const TEN_EXECUTIONS: &str = "0.000002";
/// Flex Consumption on demand (rsh, 2024-12-01).
pub(crate) const FLEX_GB_SECOND: &str = "0.000026";
pub(crate) const FLEX_TEN_EXECUTIONS: &str = "0.000004";
/// Flex Consumption's instances that are always ready (rsh, 2024-12-01): there, and at work.
pub(crate) const READY_GB_SECOND: &str = "0.000004";
pub(crate) const READY_BUSY_GB_SECOND: &str = "0.000016";
pub(crate) const READY_TEN_EXECUTIONS: &str = "0.000004";
/// Premium plans (rsh, 2019-11-11): a vCPU, a GiB of memory; each an hour.
pub(crate) const PREMIUM_VCPU: &str = "0.173";
pub(crate) const PREMIUM_GIB: &str = "0.0123";

/// SQL in East US (ic, 2024-12-04; rsh, 2025-06-01): an hour.
pub(crate) const S1: &str = "0.040315";
pub(crate) const GP_4: &str = "0.608868";
/// Six vCores are not listed. Each has the same price in every size that is: 0.608868 ÷ 4.
pub(crate) const GP_6: &str = "0.913302";
pub(crate) const GP_8: &str = "1.217736";
pub(crate) const GP_8_ZONES: &str = "0.73064";
pub(crate) const BC_8: &str = "2.43548";
pub(crate) const HS_2: &str = "0.36532";
pub(crate) const SERVERLESS_VCORE: &str = "0.5218";
/// SQL Server's licence, a vCore and hour.
pub(crate) const LICENCE_GP: &str = "0.1";
pub(crate) const LICENCE_BC: &str = "0.375";
/// Storage, a GB and month.
pub(crate) const GP_STORAGE: &str = "0.115";
pub(crate) const GP_STORAGE_ZONES: &str = "0.23";
pub(crate) const BC_STORAGE: &str = "0.25";
pub(crate) const HS_STORAGE: &str = "0.25";
pub(crate) const BACKUP_RA_GRS: &str = "0.2";

/// Blobs of West Europe, a GB and month (radar, 2026-08-22).
pub(crate) const COOL_LRS: &str = "0.01";
pub(crate) const COLD_ZRS: &str = "0.005";
pub(crate) const ARCHIVE_LRS: &str = "0.0018";
pub(crate) const PREMIUM_BLOB: &str = "0.195";
/// Hot LRS: up to 51,200 GB, up to 512,000 GB, beyond. The table has the last; the first is the last
/// ÷ 0.92, the second the first × 0.96, as in every place whose three prices are known.
pub(crate) const HOT_LRS: [&str; 3] = ["0.0196", "0.018816", "0.018032"];
/// Hot of East US, up to 51,200 GB (ic, 2024-07-01).
pub(crate) const HOT_GRS_EAST: &str = "0.0458";
pub(crate) const COOL_RA_GRS_EAST: &str = "0.0288";
pub(crate) const FILES_LRS: &str = "0.06";
