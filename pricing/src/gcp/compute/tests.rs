use finops_core::model::Unit;
use rust_decimal::Decimal;

use super::*;

fn of_type(machine_type: &str) -> Instance<'_> {
    Instance { machine_type, ..Instance::default() }
}

fn costs(described: &Instance<'_>) -> Costs {
    instance(&ListPrices::gcp(), "us-central1", described)
}

/// What an hour of a component costs, exactly.
fn hour(costs: &Costs, component: &str) -> Decimal {
    let month = costs.component(component).unwrap().exact_monthly();
    (month / Decimal::from(730)).normalize()
}

fn whole_hour(described: &Instance<'_>) -> Decimal {
    let costs = costs(described);
    assert!(costs.unpriced.is_empty(), "{costs:?}");
    (costs.known().unwrap().exact_monthly() / Decimal::from(730)).normalize()
}

fn price(text: &str) -> Decimal {
    text.parse().unwrap()
}

fn missing(costs: &Costs) -> Vec<&'static str> {
    costs.unpriced.iter().map(|part| part.component).collect()
}

#[test]
fn a_predefined_type_costs_what_the_list_says() {
    assert_eq!(whole_hour(&of_type("n2-standard-8")), price("0.388472"));
    assert_eq!(whole_hour(&of_type("E2-Micro")), price("0.0083764275"));
    let costs = costs(&of_type("n2-standard-8"));
    assert_eq!(
        &*costs.lines[0].price.sku_key,
        "gcp/compute/n2-standard-8/us-central1/linux/od/hour"
    );
}

#[test]
fn a_custom_type_costs_five_percent_more_than_its_series() {
    // N2: 0.031611 a processor, 0.004237 a GiB: (4 × 0.031611 + 16 × 0.004237) × 1.05.
    let described = of_type("n2-custom-4-16384");
    assert_eq!(whole_hour(&described), price("0.2039478"));
    let costs = costs(&described);
    // The figures of Google's page: 0.03319155 and 0.00444885.
    let lines: Vec<_> =
        costs.lines.iter().map(|line| (line.price.unit_price, line.price.unit)).collect();
    assert_eq!(
        lines,
        [(price("0.03319155"), Unit::VcpuHour), (price("0.00444885"), Unit::GibibyteHour),]
    );
    assert_eq!(
        &*costs.lines[0].price.sku_key,
        "gcp/compute/n2/core/us-central1/linux/od/vCPU-hour × 1.05"
    );
    // E2: (2 × 0.02181159 + 5 × 0.00292353) × 1.05.
    assert_eq!(whole_hour(&of_type("e2-custom-2-5120")), price("0.0611528715"));
}

/// The other series: what Google's page says of us-central1, which is rounded to six places.
#[test]
fn the_premium_gives_the_figures_that_google_documents() {
    for (name, core, memory) in [
        ("n2d-custom-2-4096", "0.0288771", "0.0038703"),
        ("e2-custom-2-4096", "0.02290217", "0.003069707"),
        ("n4-custom-2-4096", "0.03275", "0.003717"),
        ("n4d-custom-2-4096", "0.030566", "0.003476"),
        ("n4a-custom-2-4096", "0.027783", "0.003161"),
    ] {
        let costs = costs(&of_type(name));
        for (line, documented) in costs.lines.iter().zip([core, memory]) {
            let difference = (line.price.unit_price - price(documented)).abs();
            assert!(difference / price(documented) < price("0.0002"), "{name} {line:?}");
        }
    }
}

/// Why two of the three listed custom types tell what a processor and a GiB cost.
#[test]
fn the_listed_custom_types_of_n1_agree_everywhere() {
    let prices = ListPrices::gcp();
    let mut compared = 0;
    for row in prices.book().rows("gcp/compute", "custom-1-7680-ext") {
        let of_four = hourly(&prices, row.region, "custom-4-30720-ext", "hour").unwrap();
        assert_eq!(of_four.unit_price, row.price * Decimal::from(4), "{}", row.region);
        compared += 1;
    }
    assert!(compared > 35, "{compared}");
}

#[test]
fn a_custom_type_of_n1_costs_what_its_listed_ones_say() {
    // custom-1-7680-ext 0.06653655 and custom-2-10240-ext 0.1108431: a GiB is
    // (2 × 0.06653655 − 0.1108431) / 5 = 0.004446, a processor 0.06653655 − 7.5 × 0.004446 =
    // 0.03319155. 4 × 0.03319155 + 16 × 0.004446.
    for name in ["custom-4-16384", "n1-custom-4-16384"] {
        assert_eq!(whole_hour(&of_type(name)), price("0.2039022"), "{name}");
    }
    // All of its memory is ordinary, as 5 GiB a processor are: the row itself.
    assert_eq!(whole_hour(&of_type("custom-2-10240-ext")), price("0.1108431"));
}

#[test]
fn extended_memory_has_a_price_that_the_list_lacks() {
    // 2 processors of N2 come with 16 GiB; 4 of the 20 are extended.
    let extended = costs(&of_type("n2-custom-2-20480-ext"));
    // 2 × 0.03319155 + 16 × 0.00444885.
    assert_eq!(hour(&extended, "compute"), price("0.1375647"));
    assert_eq!(missing(&extended), ["extended_memory"]);
    assert_eq!(&*extended.unpriced[0].reason, "no list price for 4 GiB extended memory");
    // One processor of N1 comes with 6.5 GiB: 0.03319155 + 6.5 × 0.004446, not the listed row.
    let oldest = costs(&of_type("custom-1-7680-ext"));
    assert_eq!(hour(&oldest, "compute"), price("0.06209055"));
    assert_eq!(&*oldest.unpriced[0].reason, "no list price for 1 GiB extended memory");
}

#[test]
fn custom_types_that_google_does_not_document_are_unpriced() {
    for name in ["c3-custom-4-16384", "e2-custom-small-2048"] {
        let costs = costs(&of_type(name));
        assert!(costs.is_unpriced(), "{name}");
        assert!(costs.unpriced[0].reason.contains("custom machine types"), "{costs:?}");
    }
}

#[test]
fn attached_graphics_processors_are_priced_where_listed() {
    let gpu = |kind| Instance { gpus: vec![Gpus { kind, count: 2 }], ..of_type("n1-standard-4") };
    // 2 × 0.45.
    assert_eq!(hour(&costs(&gpu("nvidia-tesla-k80")), "gpu"), price("0.9"));
    let newer = costs(&gpu("nvidia-tesla-t4"));
    assert_eq!(hour(&newer, "compute"), price("0.189999"));
    assert_eq!(missing(&newer), ["gpu"]);
    assert!(newer.unpriced[0].reason.contains("gpu/nvidia-tesla-t4"), "{newer:?}");
}

#[test]
fn built_in_graphics_processors_and_local_disks_are_in_the_price_of_the_type() {
    let described = Instance {
        gpus: vec![Gpus { kind: "nvidia-a100-80gb", count: 1 }],
        local_ssd_gib: 375,
        ..of_type("a2-ultragpu-1g")
    };
    assert_eq!(whole_hour(&described), price("5.0687978904"));
    let described = Instance { local_ssd_gib: 375, ..of_type("c3-standard-4-lssd") };
    assert_eq!(whole_hour(&described), price("0.2427038904"));
    let workstation = Instance {
        gpus: vec![Gpus { kind: "nvidia-l4-vws", count: 1 }],
        ..of_type("g2-standard-4")
    };
    assert_eq!(missing(&costs(&workstation)), ["gpu"]);
}

#[test]
fn attached_local_disks_cost_their_size() {
    let described = Instance { local_ssd_gib: 750, ..of_type("n2-standard-8") };
    let costs_known = costs(&described);
    // 2 × 375 GiB × 0.08 a month.
    assert_eq!(costs_known.component("local_ssd").unwrap().exact_monthly(), price("60"));
    let unknown = Instance { local_ssd_gib: 1_500, ..of_type("g4-standard-48") };
    assert_eq!(missing(&costs(&unknown)), ["local_ssd"]);
}

/// Why a type with local disks built in must not be billed for them again.
#[test]
fn the_list_includes_the_local_disks_of_such_types() {
    let prices = ListPrices::gcp();
    let price = |name: &str| hourly(&prices, "us-central1", name, "hour").unwrap().unit_price;
    for (name, disks, of_one_gib) in [
        ("c3-standard-8", 2, "0.08"), // local-ssd
        ("c4-standard-8", 1, "0.16"), // local-c4
        ("c4a-standard-8", 2, "0.12"),
        ("c4d-standard-8", 1, "0.16"),
    ] {
        let month = (price(&format!("{name}-lssd")) - price(name)) * Decimal::from(730);
        let of_one_gib: Decimal = of_one_gib.parse().unwrap();
        assert_eq!(month.round_dp(5), of_one_gib * Decimal::from(375 * disks), "{name}");
    }
}

#[test]
fn addresses_and_licences_are_billed_beside_the_machine() {
    let described = Instance {
        addresses: 1,
        licenses: vec!["projects/windows-cloud/global/licenses/windows-server-2022-dc"],
        ..of_type("n2-standard-8")
    };
    let costs = costs(&described);
    assert_eq!(hour(&costs, "address"), price("0.005"));
    assert_eq!(hour(&costs, "license"), price("0.368")); // 8 × 0.046
    // 0.388472 + 0.005 + 0.368.
    assert_eq!(whole_hour(&described), price("0.761472"));
}

#[test]
fn what_is_not_paid_for_on_demand_is_never_priced_as_if_it_were() {
    for (purchase, word) in [
        (Purchase::Spot, "spot"),
        (Purchase::FlexStart, "flexible start"),
        (Purchase::ReservationBound, "calendar"),
        (Purchase::SoleTenant, "sole-tenant"),
    ] {
        let described = Instance {
            purchase,
            gpus: vec![Gpus { kind: "nvidia-tesla-k80", count: 1 }],
            local_ssd_gib: 375,
            ..of_type("n1-standard-4")
        };
        let costs = costs(&described);
        assert!(costs.is_unpriced());
        assert_eq!(missing(&costs), ["compute", "gpu", "local_ssd"]);
        assert!(costs.unpriced[0].reason.contains(word), "{costs:?}");
        assert_eq!(sustained_use(&described, &costs), None);
    }
}

#[test]
fn a_stopped_instance_costs_its_addresses() {
    let prices = ListPrices::gcp();
    let stopped = |described| super::stopped(&prices, "us-central1", &described);
    let two = Instance { addresses: 2, local_ssd_gib: 375, ..of_type("n2-standard-8") };
    // 2 × 0.005, and nothing of the machine.
    assert_eq!(hour(&stopped(two), "address"), price("0.01"));
    assert_eq!(stopped(of_type("n2-standard-8")), Costs::free());
    let spot = Instance { purchase: Purchase::Spot, addresses: 1, ..of_type("n2-standard-8") };
    assert_eq!(missing(&stopped(spot)), ["address"]);
}

#[test]
fn addresses_of_spot_instances_have_a_price_that_the_list_lacks() {
    let address = |purchase| Instance { purchase, addresses: 1, ..of_type("n2-standard-8") };
    assert_eq!(missing(&costs(&address(Purchase::Spot))), ["compute", "address"]);
    let node = costs(&address(Purchase::SoleTenant));
    assert_eq!((missing(&node), hour(&node, "address")), (vec!["compute"], price("0.005")));
}

#[test]
fn what_costs_more_without_a_list_price_is_unpriced() {
    let described =
        Instance { confidential: true, tier_1_network: true, ..of_type("n2d-standard-48") };
    assert_eq!(missing(&costs(&described)), ["confidential_computing", "network_tier"]);
}

#[test]
fn sustained_use_is_shown_beside_the_whole_list_price() {
    let discount = |described: &Instance<'_>| sustained_use(described, &costs(described));
    // 30 % of 0.189999 × 730.
    let oldest = discount(&of_type("n1-standard-4")).unwrap();
    assert_eq!((oldest.percent, oldest.saved.exact_monthly()), (30, price("41.609781")));
    // 20 % of 0.388472 × 730; of the machine, not of its address, local disk and licence.
    let described = Instance {
        addresses: 1,
        local_ssd_gib: 375,
        licenses: vec!["projects/suse-cloud/global/licenses/sles-15"],
        ..of_type("n2-standard-8")
    };
    let newer = discount(&described).unwrap();
    assert_eq!((newer.percent, newer.saved.exact_monthly()), (20, price("56.716912")));
    // 20 % of 0.2039478 × 730.
    let custom = discount(&of_type("n2-custom-4-16384")).unwrap();
    assert_eq!(custom.saved.exact_monthly(), price("29.7763788"));
    // 30 % of (0.189999 + 0.45) × 730.
    let gpu = Gpus { kind: "nvidia-tesla-k80", count: 1 };
    let gpu = discount(&Instance { gpus: vec![gpu], ..of_type("n1-standard-4") }).unwrap();
    assert_eq!(gpu.saved.exact_monthly(), price("140.159781"));
}

#[test]
fn most_series_get_no_sustained_use_discount() {
    for (name, percent) in [
        ("f1-micro", Some(30)),
        ("m1-ultramem-40", Some(30)),
        ("m2-ultramem-208", Some(30)),
        ("custom-4-16384", Some(30)),
        ("n2d-standard-4", Some(20)),
        ("c2-standard-4", Some(20)),
        ("e2-standard-4", None),
        ("t2d-standard-4", None),
        ("c3-standard-4", None),
        ("n4-standard-4", None),
        ("m3-ultramem-32", None),
        ("a2-highgpu-1g", None),
    ] {
        let described = of_type(name);
        let discount = sustained_use(&described, &costs(&described));
        assert_eq!(discount.map(|discount| discount.percent), percent, "{name}");
    }
    // Nothing to take it off.
    let unknown = of_type("n1-standard-5");
    assert_eq!(sustained_use(&unknown, &costs(&unknown)), None);
}

#[test]
fn what_the_book_lacks_is_named() {
    for (name, region, reason) in [
        ("x9-standard-4", "us-central1", "the price book does not know x9-standard-4"),
        ("nonsense", "us-central1", "the price book does not know nonsense"),
        (
            "n2-standard-8",
            "mars-north1",
            "the price book has n2-standard-8, but not in this region",
        ),
        ("n2-custom-4-16384", "mars-north1", "the price book has n2/core, but not in this region"),
    ] {
        let costs = instance(&ListPrices::gcp(), region, &of_type(name));
        assert!(costs.is_unpriced());
        assert!(costs.unpriced[0].reason.ends_with(reason), "{costs:?}");
    }
}
