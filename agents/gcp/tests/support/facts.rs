//! Prices, and arithmetic with them.
//!
//! The figures are Google's list prices in USD, as rows of `pricing/tables/gcp/*.tsv` have them. Where
//! nothing else is said they are of the source `gcst`, taken on 2026-07-30; `ic` is of 2024-07-01.

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

/// A machine's price an hour, by region and type (`compute.tsv`, the row of the type, `linux`).
pub(crate) fn machine(region: &str, name: &str) -> Decimal {
    decimal(match (region, name) {
        ("europe-west1", "e2-standard-2") => "0.07371546",
        ("europe-west1", "e2-small") => "0.018428865",
        ("europe-west1", "n1-standard-1") => "0.05225175",
        ("europe-west1", "n2-standard-4") => "0.213668",
        ("europe-west1", "n2d-standard-4") => "0.185892",
        ("europe-west1", "c2-standard-8") => "0.4594",
        ("us-central1", "e2-micro") => "0.0083764275",
        ("us-central1", "e2-small") => "0.016752855",
        ("us-central1", "e2-medium") => "0.03350571",
        ("us-central1", "e2-standard-2") => "0.06701142",
        ("us-central1", "e2-standard-4") => "0.13402284",
        ("us-central1", "n1-standard-1") => "0.04749975",
        ("us-central1", "n1-standard-4") => "0.189999",
        ("us-central1", "n2-standard-4") => "0.194236",
        ("us-central1", "n2-standard-8") => "0.388472",
        ("us-central1", "n2d-standard-4") => "0.168984",
        ("us-central1", "c2-standard-8") => "0.417616",
        ("us-central1", "c3-standard-4-lssd") => "0.2427038904",
        ("us-central1", "g2-standard-4") => "0.706832255",
        ("us-central1", "a2-highgpu-1g") => "3.673385",
        other => panic!("no price of {other:?} is written down"),
    })
}

/// N2 in us-central1, an hour: a processor (`n2/core`) and a GiB (`n2/ram`).
pub(crate) const N2_CORE: &str = "0.031611";
pub(crate) const N2_RAM: &str = "0.004237";
/// What custom types cost more. <https://cloud.google.com/compute/vm-instance-pricing#custommachinetypepricing>
pub(crate) const CUSTOM: &str = "1.05";
/// The two listed custom types of N1 in us-central1, an hour: one processor and 7.5 GiB
/// (`custom-1-7680-ext`), two and 10 GiB (`custom-2-10240-ext`).
pub(crate) const N1_CUSTOM_1: &str = "0.06653655";
pub(crate) const N1_CUSTOM_2: &str = "0.1108431";

/// A K80 in us-central1, an hour (`gpu/nvidia-tesla-k80`; ic-sud).
pub(crate) const K80: &str = "0.45";
/// Local disks in us-central1, a GiB and month (`disk.tsv`, `local-ssd`).
pub(crate) const LOCAL_SSD: &str = "0.08";
/// An address of a machine that runs, everywhere, an hour (`network.tsv`, `ip/vm`).
pub(crate) const ADDRESS: &str = "0.005";

/// Licences, an hour (`os_license.tsv`): Windows of four and of eight processors, Red Hat of four,
/// SUSE.
pub(crate) const WINDOWS_4: &str = "0.184";
pub(crate) const WINDOWS_8: &str = "0.368";
pub(crate) const RED_HAT_4: &str = "0.0576";
pub(crate) const SUSE: &str = "0.11";

/// Disks, a GiB and month (`disk.tsv`): the same in us-central1 and europe-west1.
pub(crate) const PD_STANDARD: &str = "0.04";
pub(crate) const PD_BALANCED: &str = "0.1";
pub(crate) const PD_SSD: &str = "0.17";
pub(crate) const PD_SSD_REGIONAL: &str = "0.34";
/// Of us-central1; its operations a second and month (ic).
pub(crate) const PD_EXTREME: &str = "0.125";
pub(crate) const PD_EXTREME_IOPS: &str = "0.065";
pub(crate) const HYPERDISK_EXTREME: &str = "0.125";
pub(crate) const HYPERDISK_EXTREME_IOPS: &str = "0.032";
/// Snapshots, a GiB and month: us-central1, the multi-regions us and eu.
pub(crate) const SNAPSHOT: &str = "0.05";
pub(crate) const SNAPSHOT_US: &str = "0.065";
pub(crate) const SNAPSHOT_EU: &str = "0.075";

/// A cluster of any kind, an hour (`gke.tsv`; ic, 2026-07-01).
pub(crate) const CLUSTER: &str = "0.1";
/// Pods of Autopilot in us-central1, an hour: a processor, a GiB of memory, of ephemeral storage.
pub(crate) const POD_CORE: &str = "0.0445";
pub(crate) const POD_RAM: &str = "0.0049225";
pub(crate) const POD_STORAGE: &str = "0.0000548";

/// Functions of the first generation in us-central1 (`functions.tsv`; ic, 2024-12-04): an
/// invocation, a GB-second, a GHz-second.
pub(crate) const INVOCATION: &str = "0.0000004";
pub(crate) const GB_SECOND: &str = "0.0000025";
pub(crate) const GHZ_SECOND: &str = "0.00001";

/// Cloud SQL in us-central1 (`cloudsql.tsv`; ic). An hour: listed sizes of MySQL in one zone.
pub(crate) const SQL_N1_STANDARD_4: &str = "0.27021";
pub(crate) const SQL_F1_MICRO: &str = "0.01051";
/// A processor and a GiB an hour, in one zone and with a standby: the same for all engines.
pub(crate) const SQL_CORE: &str = "0.0413";
pub(crate) const SQL_RAM: &str = "0.007";
pub(crate) const SQL_CORE_REGIONAL: &str = "0.0826";
pub(crate) const SQL_RAM_REGIONAL: &str = "0.014";
/// A GiB of SSD a month.
pub(crate) const SQL_SSD: &str = "0.17";
pub(crate) const SQL_SSD_REGIONAL: &str = "0.34";
/// The address of an instance that is stopped, an hour (`unused-ip`).
pub(crate) const SQL_UNUSED_ADDRESS: &str = "0.01";

/// Cloud Storage, a GiB and month (`storage.tsv`): us-central1.
pub(crate) const STANDARD: &str = "0.02";
pub(crate) const NEARLINE: &str = "0.01";
pub(crate) const COLDLINE: &str = "0.004";
pub(crate) const ARCHIVE: &str = "0.0012";
/// In the dual-region eur4 and the multi-regions us and eu.
pub(crate) const STANDARD_EUR4: &str = "0.044";
pub(crate) const NEARLINE_EUR4: &str = "0.022";
pub(crate) const STANDARD_MULTI: &str = "0.026";
pub(crate) const COLDLINE_MULTI: &str = "0.007";
