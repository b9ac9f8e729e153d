//! Machine types and licences, worked out from their parts.

use super::*;
use crate::PriceBook;
use crate::book::Row;
use crate::sync::gcp::machine_types::types;
use crate::sync::gcp::mapping::Mapping;

const IOWA: &[&str] = &["us-central1"];

/// Processors and memory of a series, in billionths of a dollar.
fn series(name: &str, core: u64, ram: u64) -> [Value; 2] {
    [
        sku("CPU", &format!("{name} Core running in Americas"), IOWA, "h", core),
        sku("RAM", &format!("{name} Ram running in Americas"), IOWA, "GiBy.h", ram),
    ]
}

fn type_price(harvest: &Harvest, name: &str) -> Option<String> {
    price(harvest, ["gcp/compute", name, "linux", "hour", "us-central1"])
}

#[test]
fn a_machine_type_costs_its_processors_and_its_memory() {
    let skus = [
        series("N1 Predefined Instance", 31_611_000, 4_237_000),
        series("E2 Instance", 21_811_590, 2_923_530),
        series("N2D AMD Instance", 27_502_000, 3_686_000),
        series("C3 Instance", 34_650_000, 3_938_000),
    ];
    let mut skus = skus.concat();
    skus[0]["category"]["resourceGroup"] = "N1Standard".into();
    skus.push(sku(
        "F1Micro",
        "Micro Instance with burstable CPU running in Americas",
        IOWA,
        "h",
        7_600_000,
    ));
    skus.push(used(
        sku("CPU", "Spot Preemptible E2 Instance Core running in Americas", IOWA, "h", 6_000_000),
        "Preemptible",
    ));
    skus.push(used(
        sku(
            "RAM",
            "Spot Preemptible E2 Instance Ram running in Americas",
            IOWA,
            "GiBy.h",
            1_000_000,
        ),
        "Preemptible",
    ));
    let harvest = compute("gcp/compute", &skus);
    for (name, expected) in [
        ("n1-standard-4", "0.189999"),         // 4 × 0.031611 + 15 × 0.004237
        ("n1-highcpu-2", "0.0708486"),         // 2 × 0.031611 + 1.8 × 0.004237
        ("e2-standard-2", "0.06701142"),       // 2 × 0.02181159 + 8 × 0.00292353
        ("e2-micro", "0.0083764275"),          // 0.25 × 0.02181159 + 1 × 0.00292353
        ("e2-medium", "0.03350571"),           // 1 × 0.02181159 + 4 × 0.00292353
        ("e2-medium/spot", "0.01"),            // 1 × 0.006 + 4 × 0.001
        ("n2d-standard-4", "0.168984"),        // 4 × 0.027502 + 16 × 0.003686
        ("c3-highmem-192-metal", "12.701568"), // 192 × 0.03465 + 1,536 × 0.003938
        ("f1-micro", "0.0076"),
    ] {
        assert_eq!(type_price(&harvest, name).as_deref(), Some(expected), "{name}");
    }
    // Of these a part is missing.
    for name in ["n2-standard-4", "c3-standard-4-lssd", "n1-standard-4/spot", "g1-small"] {
        assert_eq!(type_price(&harvest, name), None, "{name}");
    }
}

#[test]
fn what_is_built_into_a_machine_type_is_in_its_price() {
    let mut skus = [
        series("A2 Instance", 31_611_000, 4_237_000),
        series("Memory-optimized Instance", 34_800_000, 5_100_000),
        series(
            "Memory Optimized Upgrade Premium for Memory-optimized Instance",
            4_524_000,
            663_000,
        ),
        series("C3 Instance", 34_650_000, 3_938_000),
    ]
    .concat();
    skus.push(sku("GPU", "Nvidia Tesla A100 GPU running in Americas", IOWA, "h", 2_933_908_000));
    skus.push(sku(
        "GPU",
        "Nvidia Tesla A100 80GB GPU running in Americas",
        IOWA,
        "h",
        3_928_080_000,
    ));
    skus.push(sku("LocalSSD", "SSD backed Local Storage", IOWA, "GiBy.mo", 80_000_000));
    let harvest = compute("gcp/compute", &skus);
    for (name, expected) in [
        // 24 × 0.031611 + 170 × 0.004237 + 2 × 2.933908.
        ("a2-highgpu-2g", "7.34677"),
        // 12 × 0.031611 + 170 × 0.004237 + 3.92808 + 375 × 0.08 / 730.
        ("a2-ultragpu-1g", "5.068797890411"),
        // 4 × 0.03465 + 16 × 0.003938 + 375 × 0.08 / 730.
        ("c3-standard-4-lssd", "0.242703890411"),
        // 40 × 0.0348 + 961 × 0.0051.
        ("m1-ultramem-40", "6.2931"),
        // 208 × (0.0348 + 0.004524) + 5,888 × (0.0051 + 0.000663).
        ("m2-ultramem-208", "42.111936"),
    ] {
        assert_eq!(type_price(&harvest, name).as_deref(), Some(expected), "{name}");
    }
}

/// The parts that the embedded tables have of a region, as SKUs.
fn parts_of_the_tables() -> Vec<Value> {
    let book = PriceBook::gcp();
    let mut skus = Vec::new();
    for line in Mapping::get().lines() {
        let part = (line.service, line.unit) == ("gcp/compute", "vCPU-hour")
            || (line.service, line.unit) == ("gcp/compute", "GiB-hour")
            || line.sku.starts_with("local-");
        let rows = book.rows(line.service, line.sku);
        for row in rows.filter(|row| part && row.region == "us-central1" && row.unit == line.unit) {
            let kind = &line.examples()[0];
            let [group, _, description] = kind.parts();
            let nanos = row.price * Decimal::from(1_000_000_000);
            let unit = match line.unit {
                "vCPU-hour" => "h",
                "GiB-hour" => "GiBy.h",
                _ => "GiBy.mo",
            };
            skus.push(sku(group, description, IOWA, unit, nanos.try_into().unwrap()));
        }
    }
    skus
}

/// The parts' prices of `m2` are listed as those of `m1` and a premium, and those of `c4d` are rounded
/// in the table, by less than a millionth of each.
#[test]
fn the_parts_give_every_machine_type_of_the_tables_its_price() {
    let harvest = compute("gcp/compute", &parts_of_the_tables());
    let mut checked = 0;
    for it in types() {
        let Some(worked_out) = type_price(&harvest, &it.name) else { continue };
        let worked_out: Decimal = worked_out.parse().unwrap();
        let mut rows = PriceBook::gcp().rows("gcp/compute", &it.name);
        let Some(Row { price, .. }) = rows.find(|row| row.region == "us-central1") else {
            continue;
        };
        if it.name.starts_with("c4d-") {
            assert!((worked_out - price).abs() < price * Decimal::new(1, 6), "{}", it.name);
        } else {
            // The tables have ten places of the types with local disks.
            assert_eq!(worked_out.round_dp(10), price, "{}", it.name);
        }
        checked += 1;
    }
    assert_eq!(checked, 442);
}

#[test]
fn every_machine_type_of_the_tables_is_known_but_for_parts_of_a_graphics_processor() {
    let known: std::collections::BTreeSet<&str> =
        types().iter().map(|it| it.name.as_str()).chain(["f1-micro", "g1-small"]).collect();
    let mut unknown: Vec<&str> = PriceBook::gcp()
        .service_rows("gcp/compute")
        .map(|row| row.sku)
        .filter(|sku| !sku.contains('/') && !sku.starts_with("custom-") && !known.contains(sku))
        .collect();
    unknown.dedup();
    assert_eq!(unknown, ["g4-standard-12", "g4-standard-24", "g4-standard-6"]);
}

#[test]
fn licences_are_those_of_the_tables() {
    let fee = |what: &str, nanos| {
        sku("Google", &format!("Licensing Fee for {what}"), &["global"], "h", nanos)
    };
    let windows = "Windows Server 2019 Datacenter Edition";
    let red_hat = "Red Hat Enterprise Linux 9 on VM with";
    let suse = "SUSE Linux Enterprise Server 15";
    let harvest = compute(
        "gcp/compute-license",
        &[
            fee(&format!("{windows} (CPU cost)"), 46_000_000),
            fee(&format!("{windows} on f1-micro"), 23_000_000),
            fee(&format!("{windows} on g1-small"), 23_000_000),
            fee(&format!("{red_hat} up to 8 VCPU"), 14_400_000),
            fee(&format!("{red_hat} 9 to 127 VCPU"), 10_800_000),
            fee(&format!("{red_hat} 128 VCPU or more"), 9_600_000),
            fee(&format!("{suse} (CPU cost)"), 110_000_000),
            fee(&format!("{suse} on f1-micro"), 20_000_000),
            fee(&format!("{suse} on g1-small"), 20_000_000),
        ],
    );
    let key = |sku, variant| ["gcp/compute-license", sku, variant, "hour", "global"];
    assert_eq!(price(&harvest, key("n1-standard-8", "windows")).as_deref(), Some("0.368"));
    assert_eq!(price(&harvest, key("n1-standard-16", "rhel")).as_deref(), Some("0.1728"));
    let mut checked = 0;
    let mut missing: Vec<&str> = Vec::new();
    for row in PriceBook::gcp().service_rows("gcp/compute-license") {
        match harvest.find(key(row.sku, row.variant)) {
            Some(found) => {
                assert_eq!(found.price, row.price, "{} {}", row.sku, row.variant);
                checked += 1;
            }
            None => missing.push(row.sku),
        }
    }
    missing.dedup();
    // Of E2's the tables count shares of a processor, and the rule asks for none; that of the others
    // it works out from their processors.
    let unneeded = ["custom-", "e2-", "g4-standard-", "m4n-"];
    missing.retain(|sku| !unneeded.iter().any(|class| sku.starts_with(class)));
    assert_eq!((checked, missing), (1_545, Vec::new()));
}

#[test]
fn a_machine_type_has_its_price_since_the_youngest_of_its_parts() {
    for young in [0, 1] {
        let mut skus = series("N2 Instance", 31_611_000, 4_237_000);
        skus[young]["pricingInfo"][0]["effectiveTime"] = "2026-08-01T00:00:00Z".into();
        let harvest = compute("gcp/compute", &skus);
        let key = ["gcp/compute", "n2-standard-2", "linux", "hour", "us-central1"];
        assert_eq!(harvest.find(key).unwrap().effective, date(2026, 8, 1));
    }
}
