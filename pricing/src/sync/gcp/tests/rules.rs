//! What the rules make of prices that only the catalogue has.

use finops_core::model::Costs;

use super::*;
use crate::book::encode::{RowEntry, SourceEntry, encode};
use crate::gcp::compute::{Gpus, Instance, Purchase, instance};
use crate::gcp::disk::{Disk, disk};
use crate::{ListPrices, PriceBook};

const IOWA: &[&str] = &["us-central1"];

/// The prices of a harvest, as a synced book has them.
fn prices(harvest: &Harvest) -> ListPrices {
    let rows: Vec<RowEntry<'_>> = harvest
        .rows()
        .map(|row| {
            let [service, sku, variant, unit, region] = row.key;
            RowEntry {
                service,
                sku,
                variant,
                unit,
                region,
                source: "synced",
                mantissa: row.price.mantissa().try_into().unwrap(),
                scale: row.price.scale().try_into().unwrap(),
                date: (2026, 5, 4),
            }
        })
        .collect();
    let book = encode(&[SourceEntry::new("synced", "a price list", "")], &rows).unwrap();
    ListPrices::new(PriceBook::from_bytes(book).unwrap())
}

fn list() -> ListPrices {
    let spot = |description, group, unit, nanos| {
        used(sku(group, description, IOWA, unit, nanos), "Preemptible")
    };
    let skus = [
        sku("CPU", "N2 Custom Instance Core running in Iowa", IOWA, "h", 33_000_000),
        sku("RAM", "N2 Custom Instance Ram running in Iowa", IOWA, "GiBy.h", 4_000_000),
        sku("RAM", "N2 Custom Extended Instance Ram running in Iowa", IOWA, "GiBy.h", 9_000_000),
        sku("CPU", "Custom Instance Core running in Iowa", IOWA, "h", 30_000_000),
        sku("RAM", "Custom Instance Ram running in Iowa", IOWA, "GiBy.h", 5_000_000),
        sku("GPU", "Nvidia Tesla T4 GPU running in Iowa", IOWA, "h", 350_000_000),
        spot(
            "Spot Preemptible N1 Predefined Instance Core running in Iowa",
            "N1Standard",
            "h",
            7_000_000,
        ),
        spot(
            "Spot Preemptible N1 Predefined Instance Ram running in Iowa",
            "N1Standard",
            "GiBy.h",
            1_000_000,
        ),
        spot(
            "Nvidia Tesla T4 GPU attached to Spot Preemptible VMs running in Iowa",
            "GPU",
            "h",
            110_000_000,
        ),
        spot(
            "SSD backed Local Storage attached to Spot Preemptible VMs in Iowa",
            "LocalSSD",
            "GiBy.mo",
            48_000_000,
        ),
        sku(
            "IpAddress",
            "External IP Charge on a Spot Preemptible VM",
            &["global"],
            "h",
            2_500_000,
        ),
        sku("SSD", "Hyperdisk Balanced Capacity in Iowa", IOWA, "GiBy.mo", 80_000_000),
        sku("SSD", "Hyperdisk Balanced IOPS in Iowa", IOWA, "mo", 5_000_000),
        sku("SSD", "Hyperdisk Balanced Throughput in Iowa", IOWA, "mo", 40_000_000),
    ];
    let wanted = only(&["gcp/compute", "gcp/disk", "gcp/network"]);
    prices(&read("compute", wanted, &[&skus]).unwrap())
}

/// What an hour of a component costs, exactly.
fn hour(costs: &Costs, component: &str) -> String {
    let month = costs.component(component).unwrap_or_else(|| panic!("{component}: {costs:?}"));
    (month.exact_monthly() / Decimal::from(730)).normalize().to_string()
}

#[test]
fn custom_types_and_extended_memory_have_listed_prices() {
    let described = Instance { machine_type: "n2-custom-2-20480-ext", ..Instance::default() };
    let costs = instance(&list(), "us-central1", &described);
    assert_eq!(hour(&costs, "compute"), "0.13"); // 2 × 0.033 + 16 × 0.004
    assert_eq!(hour(&costs, "extended_memory"), "0.036"); // 4 × 0.009
    let first = Instance { machine_type: "custom-4-16384", ..Instance::default() };
    let costs = instance(&list(), "us-central1", &first);
    assert_eq!(hour(&costs, "compute"), "0.2"); // 4 × 0.03 + 16 × 0.005
    assert!(costs.unpriced.is_empty());
}

#[test]
fn graphics_processors_have_listed_prices() {
    let described = Instance {
        machine_type: "custom-4-16384",
        gpus: vec![Gpus { kind: "nvidia-tesla-t4", count: 2 }],
        ..Instance::default()
    };
    let costs = instance(&list(), "us-central1", &described);
    assert_eq!(hour(&costs, "gpu"), "0.7"); // 2 × 0.35
}

#[test]
fn spot_machines_have_the_prices_of_spot_machines() {
    let described = Instance {
        machine_type: "n1-standard-4",
        purchase: Purchase::Spot,
        gpus: vec![Gpus { kind: "nvidia-tesla-t4", count: 1 }],
        local_ssd_gib: 730,
        addresses: 1,
        ..Instance::default()
    };
    let costs = instance(&list(), "us-central1", &described);
    assert_eq!(hour(&costs, "compute"), "0.043"); // 4 × 0.007 + 15 × 0.001
    assert_eq!(hour(&costs, "gpu"), "0.11");
    assert_eq!(hour(&costs, "local_ssd"), "0.048"); // 730 × 0.048 / 730
    assert_eq!(hour(&costs, "address"), "0.0025");
    assert!(costs.unpriced.is_empty(), "{costs:?}");
    let custom = Instance { machine_type: "custom-4-16384", ..described };
    let costs = instance(&list(), "us-central1", &custom);
    assert_eq!(costs.unpriced[0].component, "compute");
}

#[test]
fn a_hyperdisk_pays_for_what_exceeds_its_included_performance() {
    let described = Disk {
        kind: "hyperdisk-balanced",
        size_gib: 100,
        iops: Some(4_000),
        throughput: Some(150),
        ..Disk::default()
    };
    let costs = disk(&list(), "us-central1", &described);
    let month = |component| costs.component(component).unwrap().exact_monthly().to_string();
    assert_eq!(month("storage").parse::<Decimal>().unwrap(), Decimal::from(8)); // 100 × 0.08
    assert_eq!(month("iops").parse::<Decimal>().unwrap(), Decimal::from(5)); // 1,000 × 0.005
    assert_eq!(month("throughput").parse::<Decimal>().unwrap(), Decimal::new(4, 1)); // 10 × 0.04
}
