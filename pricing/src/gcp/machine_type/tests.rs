use super::*;
use crate::ListPrices;

fn parsed(name: &str) -> MachineType {
    MachineType::parse(name).unwrap()
}

fn decimal(text: &str) -> Decimal {
    text.parse().unwrap()
}

#[test]
fn every_type_of_the_table_is_found_in_any_case() {
    let prices = ListPrices::gcp();
    let mut checked = 0;
    // The others are parts: `n2/core`, `gpu/nvidia-tesla-k80`.
    let rows = prices.book().service_rows("gcp/compute").filter(|row| !row.sku.contains('/'));
    for row in rows {
        assert_eq!(parsed(&row.sku.to_uppercase()).name(), row.sku);
        checked += 1;
    }
    assert!(checked > 17_000, "{checked}");
}

#[test]
fn the_family_is_the_first_part_and_n1_for_the_oldest_custom_types() {
    for (name, family) in [
        ("n2-standard-8", "n2"),
        ("c3d-highmem-16-lssd", "c3d"),
        ("custom-4-16384", "n1"),
        ("n1-custom-4-16384", "n1"),
        ("n2d-custom-4-16384", "n2d"),
        ("f1-micro", "f1"),
    ] {
        assert_eq!(parsed(name).family(), family);
    }
}

#[test]
fn a_custom_type_tells_its_processors_and_its_memory() {
    let size = *parsed("n2-custom-4-16384").custom().unwrap();
    assert_eq!((size.vcpus, size.memory_gib()), (decimal("4"), decimal("16")));
    assert!(!size.extended && !size.shared_core);
    // 7,680 MiB are 7.5 GiB.
    let size = *parsed("custom-1-7680-ext").custom().unwrap();
    assert_eq!((size.vcpus, size.memory_gib()), (decimal("1"), decimal("7.5")));
    assert!(size.extended);
    let size = *parsed("e2-custom-small-3072").custom().unwrap();
    assert_eq!((size.vcpus, size.memory_gib()), (decimal("0.5"), decimal("3")));
    assert!(size.shared_core && parsed("e2-custom-small-3072").is_shared_core());
    assert_eq!(parsed("n2-standard-8").custom(), None);
}

#[test]
fn processors_are_those_that_are_billed_where_the_name_tells() {
    for (name, vcpus) in [
        ("n2-standard-8", Some("8")),
        ("m1-ultramem-160", Some("160")),
        ("c4-standard-288-lssd-metal", Some("288")),
        ("g2-standard-96", Some("96")),
        ("e2-micro", Some("0.25")),
        ("e2-small", Some("0.5")),
        ("e2-medium", Some("1")),
        ("f1-micro", Some("0.2")),
        ("custom-6-8192", Some("6")),
        ("a2-highgpu-1g", None),
        ("ct5lp-hightpu-4t", None),
    ] {
        assert_eq!(parsed(name).vcpus(), vcpus.map(decimal), "{name}");
    }
}

#[test]
fn memory_is_what_googles_tables_say() {
    for (name, memory) in [
        ("e2-medium", "4"),
        ("e2-micro", "1"),
        ("n2-custom-2-10240-ext", "10"),
        ("n1-standard-1", "3.75"),
        ("n1-highmem-96", "624"),
        ("n1-highcpu-96", "86.4"),
        ("n2-standard-8", "32"),
        ("N2-HIGHMEM-128", "864"),
        ("c4-standard-2", "7"),
        ("c4-standard-48-lssd", "180"),
        ("c4d-standard-8", "31"),
        ("c4d-highmem-384-metal", "3072"),
        ("c3d-highcpu-30", "59"),
        ("m1-megamem-96", "1433.6"),
        ("m2-ultramem-416", "11776"),
        ("m3-ultramem-32", "976"),
        ("m4-megamem-28", "372"),
        ("a2-highgpu-1g", "85"),
        ("a3-edgegpu-8g-nolssd", "1872"),
        ("g2-standard-96", "384"),
        ("g4-standard-6", "22"),
        ("t2a-standard-48", "192"),
        ("z3-highmem-88-highlssd", "704"),
    ] {
        assert_eq!(parsed(name).memory_gib(), Some(decimal(memory)), "{name}");
    }
    for name in ["x9-standard-8", "n2-standard-0", "n2-mystery-8", "c2-standard-4294967296"] {
        assert_eq!(parsed(name).memory_gib(), None, "{name}");
    }
}

#[test]
fn memory_is_what_a_types_price_pays_for() {
    let prices = ListPrices::gcp();
    let price = |sku: &str, unit| {
        let key = crate::book::PriceKey {
            service: "gcp/compute",
            sku,
            region: "us-central1",
            variant: "linux",
            unit,
        };
        prices.price(&key).ok().map(|price| price.unit_price)
    };
    let mut checked = 0;
    for row in prices.book().service_rows("gcp/compute").filter(|row| row.region == "us-central1") {
        let Some(machine_type) = MachineType::parse(row.sku) else { continue };
        let family = machine_type.family();
        let core = price(&format!("{family}/core"), "vCPU-hour");
        let memory = price(&format!("{family}/ram"), "GiB-hour");
        let (Some(core), Some(memory)) = (core, memory) else { continue };
        if machine_type.custom().is_some()
            || machine_type.is_shared_core()
            || machine_type.has_built_in_local_ssd()
        {
            continue;
        }
        let billed = price(row.sku, "hour").unwrap() - machine_type.vcpus().unwrap() * core;
        let known = machine_type.memory_gib().unwrap();
        // Prices have six places or so: a two-thousandth is far less than the next size.
        assert!((billed / memory - known).abs() < known * decimal("0.0005"), "{}", row.sku);
        checked += 1;
    }
    assert!(checked > 200, "{checked}");
}

#[test]
fn a_machine_has_more_processors_than_it_is_billed_for_where_it_shares_them() {
    for (name, vcpus) in [
        ("e2-micro", Some(2)),
        ("e2-custom-small-3072", Some(2)),
        ("f1-micro", Some(1)),
        ("n2-standard-8", Some(8)),
        ("custom-6-8192", Some(6)),
        ("a2-highgpu-1g", Some(12)),
        ("x9-standard-8", Some(8)),
        ("ct5lp-hightpu-4t", None),
    ] {
        assert_eq!(parsed(name).machine_vcpus(), vcpus, "{name}");
    }
}

#[test]
fn what_is_built_in_is_known_by_name() {
    for (name, gpus, local_ssd) in [
        ("n1-standard-8", false, false),
        ("c3-standard-8-lssd", false, true),
        ("c3-standard-8", false, false),
        ("c4-highmem-288-lssd-metal", false, true),
        ("z3-highmem-14-standardlssd", false, true),
        ("z3-highmem-88", false, true),
        ("a2-highgpu-1g", true, false),
        ("a2-ultragpu-1g", true, true),
        ("a3-highgpu-8g", true, true),
        ("a3-edgegpu-8g-nolssd", true, false),
        ("g2-standard-4", true, false),
    ] {
        let machine_type = parsed(name);
        assert_eq!(machine_type.has_built_in_gpus(), gpus, "{name}");
        assert_eq!(machine_type.has_built_in_local_ssd(), local_ssd, "{name}");
    }
}

#[test]
fn what_is_no_machine_type_is_none() {
    for name in [
        "",
        "n2",
        "custom",
        "n2--8",
        "n2-größe-8",
        "custom-4",
        "custom-0-1024",
        "custom-4-0",
        "custom-4-16384-more",
        "n2-custom-99999999999-1024",
        "n2-custom-micro-1024",
        "zones/a/machineTypes/n2-standard-8",
    ] {
        assert_eq!(MachineType::parse(name), None, "{name}");
    }
}
