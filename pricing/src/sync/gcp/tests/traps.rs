//! What makes a price of the catalogue wrong where it is read in good faith.

use super::*;

const N2_CORE: [&str; 5] = ["gcp/compute", "n2/core", "linux", "vCPU-hour", "us-central1"];

fn core(description: &str, regions: &[&str], nanos: u64) -> Value {
    sku("CPU", description, regions, "h", nanos)
}

fn n2(nanos: u64) -> Value {
    core("N2 Instance Core running in Americas", &["us-central1"], nanos)
}

#[test]
fn units_are_texts_or_numbers_and_nanos_are_billionths() {
    let mut text = n2(0);
    let tiers = |money: Value| json!([{"startUsageAmount": 0, "unitPrice": money}]);
    for (money, expected) in [
        (json!({"currencyCode": "USD", "units": "2", "nanos": 933_908_000}), "2.933908"),
        (json!({"currencyCode": "USD", "units": 2, "nanos": 933_908_000}), "2.933908"),
        (json!({"currencyCode": "USD", "nanos": 16_000}), "0.000016"),
        (json!({"currencyCode": "USD", "units": "3"}), "3"),
    ] {
        text["pricingInfo"][0]["pricingExpression"]["tieredRates"] = tiers(money);
        let harvest = compute("gcp/compute", &[text.clone()]);
        assert_eq!(price(&harvest, N2_CORE).as_deref(), Some(expected));
    }
}

#[test]
fn another_currency_is_counted_and_never_converted() {
    let mut rupiah = n2(0);
    rupiah["pricingInfo"][0]["currencyConversionRate"] = json!(14_999.999_925);
    rupiah["pricingInfo"][0]["pricingExpression"]["tieredRates"] =
        json!([{"unitPrice": {"currencyCode": "IDR", "units": "327", "nanos": 173_848_364}}]);
    let ram = sku("RAM", "N2 Instance Ram running in Americas", &["us-central1"], "GiBy.h", 1);
    let harvest = compute("gcp/compute", &[rupiah, ram]);
    assert_eq!(price(&harvest, N2_CORE), None);
    assert_eq!(dropped(&harvest, Dropped::OtherCurrency), 1);
}

#[test]
fn free_use_is_not_what_it_costs() {
    let mut tiered =
        sku("Any", "External IP Charge on a Standard VM", &["us-central1"], "h", 5_000_000);
    tiered["pricingInfo"][0]["pricingExpression"]["tieredRates"] = json!([
        {"startUsageAmount": 744, "unitPrice": usd(5_000_000)},
        {"startUsageAmount": 0, "unitPrice": usd(0)},
    ]);
    let free = sku("Any", "Static Ip Charge", &["us-central1"], "h", 0);
    let harvest = compute("gcp/network", &[tiered, free]);
    let key = ["gcp/network", "ip/vm", "", "hour", "us-central1"];
    assert_eq!(price(&harvest, key).as_deref(), Some("0.005"));
    assert_eq!((harvest.len(), dropped(&harvest, Dropped::ZeroPrice)), (1, 1));
}

#[test]
fn of_several_prices_the_one_that_holds_today_counts() {
    let mut several = n2(31_611_000);
    let mut coming = several["pricingInfo"][0].clone();
    coming["effectiveTime"] = "2026-12-01T00:00:00Z".into();
    coming["pricingExpression"]["tieredRates"] = json!([{"unitPrice": usd(99_000_000)}]);
    let mut past = several["pricingInfo"][0].clone();
    past["effectiveTime"] = "2020-01-01T00:00:00Z".into();
    past["pricingExpression"]["tieredRates"] = json!([{"unitPrice": usd(11_000_000)}]);
    let mut only_coming = core("C3 Instance Core running in Iowa", &["us-central1"], 1);
    only_coming["pricingInfo"] = json!([coming]);
    several["pricingInfo"] = json!([coming, several["pricingInfo"][0], past]);
    let harvest = compute("gcp/compute", &[several, only_coming]);
    assert_eq!(price(&harvest, N2_CORE).as_deref(), Some("0.031611"));
    assert_eq!(harvest.find(N2_CORE).unwrap().effective, date(2026, 5, 4));
    assert_eq!((harvest.len(), dropped(&harvest, Dropped::NotYet)), (1, 1));
}

#[test]
fn an_unknown_unit_is_counted() {
    let day = sku("CPU", "N2 Instance Core running in Iowa", &["us-central1"], "d", 1_000_000);
    let mut contradictory = n2(1_000_000);
    let expression = &mut contradictory["pricingInfo"][0]["pricingExpression"];
    expression["baseUnit"] = "s".into();
    expression["baseUnitConversionFactor"] = 60.into();
    let harvest = compute("gcp/compute", &[day, contradictory]);
    assert_eq!((harvest.len(), dropped(&harvest, Dropped::UnknownUnit)), (0, 2));
}

#[test]
fn memory_by_the_decimal_gigabyte_is_priced_by_the_binary_one() {
    let ram =
        |unit| sku("RAM", "C4D Instance Ram running in Iowa", &["us-central1"], unit, 4_000_000);
    let key = ["gcp/compute", "c4d/ram", "linux", "GiB-hour", "us-central1"];
    // 0.004 × 2^30 / 10^9.
    let decimal = compute("gcp/compute", &[ram("GBy.h")]);
    assert_eq!(price(&decimal, key).as_deref(), Some("0.004294967296"));
    assert_eq!(price(&compute("gcp/compute", &[ram("GiBy.h")]), key).as_deref(), Some("0.004"));
}

#[test]
fn the_quantity_that_is_displayed_changes_no_price_but_thousandths_of_processors_are_counted() {
    let mut pods = sku(
        "Any",
        "Autopilot Pod mCPU Requests (us-central1)",
        &["us-central1"],
        "h",
        44_500, // 0.0000445 for a thousandth: 0.0445 for a processor.
    );
    pods["pricingInfo"][0]["pricingExpression"]["displayQuantity"] = 1_000.into();
    let harvest = read("kubernetes", only(&["gcp/gke"]), &[&[pods]]).unwrap();
    let key = ["gcp/gke", "autopilot/vcpu", "", "vCPU-hour", "us-central1"];
    assert_eq!(price(&harvest, key).as_deref(), Some("0.0445"));
    let mut displayed = n2(31_611_000);
    displayed["pricingInfo"][0]["pricingExpression"]["displayQuantity"] = 1_000.into();
    let harvest = compute("gcp/compute", &[displayed]);
    assert_eq!(price(&harvest, N2_CORE).as_deref(), Some("0.031611"));
}

#[test]
fn a_price_is_that_of_each_of_its_regions_that_is_wanted() {
    let regions = ["us-central1", "us-east1", "us-west1"];
    let shared = core("N2 Instance Core running in Americas", &regions, 31_611_000);
    let wanted = within(only(&["gcp/compute"]), &["us-central1", "us-west1"]);
    let harvest = read("compute", wanted, &[&[shared]]).unwrap();
    let kept: Vec<String> = rows(&harvest).into_keys().collect();
    assert_eq!(
        kept,
        [
            "gcp/compute n2/core linux vCPU-hour us-central1",
            "gcp/compute n2/core linux vCPU-hour us-west1"
        ]
    );
    assert_eq!(dropped(&harvest, Dropped::OtherLocation), 1);
}

#[test]
fn a_global_price_is_that_of_each_region_that_the_list_has() {
    let address = sku("Any", "External IP Charge on a Standard VM", &["global"], "h", 5_000_000);
    let unused = sku("Any", "Static Ip Charge in Mumbai", &["asia-south1"], "h", 12_000_000);
    let harvest = compute("gcp/network", &[address.clone(), unused, n2(1)]);
    for region in ["asia-south1", "us-central1"] {
        let key = ["gcp/network", "ip/vm", "", "hour", region];
        assert_eq!(price(&harvest, key).as_deref(), Some("0.005"), "{region}");
    }
    let own = sku("Any", "External IP Charge on a Standard VM", &["us-central1"], "h", 4_000_000);
    let harvest = compute("gcp/network", &[own, address]);
    let key = ["gcp/network", "ip/vm", "", "hour", "us-central1"];
    assert_eq!(price(&harvest, key).as_deref(), Some("0.004"), "a region's own price");
}

#[test]
fn places_of_several_regions_have_the_book_s_names() {
    let stored =
        |description: &str, place: &str, nanos| sku("Any", description, &[place], "GiBy.mo", nanos);
    let harvest = read(
        "storage",
        Wanted::everything(),
        &[&[
            stored("Standard Storage US Multi-region", "us", 26_000_000),
            stored("Standard Storage Europe Multi-region", "europe", 26_000_000),
            stored("Standard Storage Asia Multi-region", "asia", 26_000_000),
            stored("Nearline Storage Finland/Netherlands Dual-region", "eur4", 22_000_000),
            stored("Standard Storage Belgium", "europe-west1", 20_000_000),
            stored("Standard Storage Belgium Dual-region", "europe-west1", 22_000_000),
            stored("Nearline Storage Belgium Early Delete", "europe-west1", 10_000_000),
            stored("Durable Reduced Availability Storage", "us", 20_000_000),
            stored("Durable Reduced Availability Storage US", "us", 20_000_000),
        ]],
    )
    .unwrap();
    let kept: Vec<String> = rows(&harvest).into_keys().collect();
    assert_eq!(
        kept,
        [
            "gcp/storage dra-multi/storage  GiB-Mo us-multi",
            "gcp/storage nearline-dual/storage  GiB-Mo eur4",
            "gcp/storage standard-multi/storage  GiB-Mo asia-multi",
            "gcp/storage standard-multi/storage  GiB-Mo europe-multi",
            "gcp/storage standard-multi/storage  GiB-Mo us-multi",
            "gcp/storage standard/storage  GiB-Mo europe-west1",
        ]
    );
    // The pair that is one's own choice has a location that is a region.
    assert_eq!(dropped(&harvest, Dropped::OtherLocation), 1);
    assert_eq!(dropped(&harvest, Dropped::OtherProduct), 1);
    assert_eq!(dropped(&harvest, Dropped::Superseded), 1);
}

#[test]
fn snapshots_of_a_continent_are_not_those_of_its_regions() {
    let stored =
        |description: &str, place: &str, nanos| sku("Any", description, &[place], "GiBy.mo", nanos);
    let skus = [
        stored("Storage PD Snapshot in Mumbai", "asia-south1", 52_000_000),
        stored("Storage PD Snapshot in Asia", "asia", 83_000_000),
        stored("Storage PD Snapshot in US", "us-east1", 65_000_000),
        stored("Storage PD Snapshot Archive in Mumbai", "asia-south1", 19_000_000),
    ];
    let harvest = compute("gcp/disk", &skus);
    let of = |region| price(&harvest, ["gcp/disk", "snapshot", "", "GiB-Mo", region]);
    assert_eq!(of("asia-south1").as_deref(), Some("0.052"));
    assert_eq!(of("asia-multi").as_deref(), Some("0.083"));
    assert_eq!(of("us-east1"), None);
}

#[test]
fn what_only_looks_like_the_price_of_a_processor_is_none() {
    let place = &["us-central1"][..];
    let skus = [
        core("N2 Instance Core running in Americas", place, 31_611_000),
        core("N2 Custom Instance Core running in Americas", place, 33_191_550),
        core("N2 Sole Tenancy Instance Core running in Americas", place, 1_000),
        core(
            "Sole Tenancy Premium for N2 Sole Tenancy Instance Core running in Americas",
            place,
            2_000,
        ),
        core("Commitment v1: N2 Cpu in Americas for 1 Year", place, 3_000),
        core("Reserved N2 Core in Americas", place, 4_000),
        core("DWS Calendar Mode N2 Instance Core running in Americas", place, 5_000),
        core("DWS Defined Duration N2 Core running in Americas", place, 6_000),
        core(
            "Committed Use Discount Premium for N2 Instance Core running in Americas",
            place,
            7_000,
        ),
        used(core("N2 Instance Core running in Americas", place, 8_000), "Commit1Yr"),
        used(
            core("Spot Preemptible N2 Instance Core running in Americas", place, 9_000),
            "Preemptible",
        ),
        used(core("Preemptible N2 Instance Core running in Americas", place, 9_500), "Preemptible"),
        core(
            "Memory Optimized Upgrade Premium for Memory-optimized Instance Core running in Americas",
            place,
            10_000,
        ),
        sku("GPU", "N2 Instance Core running in Americas", place, "h", 11_000),
    ];
    let harvest = compute("gcp/compute", &skus);
    let kept: Vec<(String, String)> =
        rows(&harvest).into_iter().map(|(key, (price, _))| (key, price.to_string())).collect();
    let key = |sku: &str| format!("gcp/compute {sku} linux vCPU-hour us-central1");
    assert_eq!(
        kept,
        [
            (key("m2-upgrade/core"), "0.00001".to_owned()),
            (key("n2/core"), "0.031611".to_owned()),
            (key("n2/core/spot"), "0.000009".to_owned()),
            (key("n2/custom-core"), "0.03319155".to_owned()),
        ]
    );
    assert_eq!(dropped(&harvest, Dropped::OtherTenancy), 2);
    assert_eq!(dropped(&harvest, Dropped::NotOnDemand), 7);
    assert_eq!(dropped(&harvest, Dropped::OtherProduct), 1);
}

#[test]
fn two_prices_of_one_thing_are_none_unless_one_is_of_that_region_alone() {
    let americas = core("N2 Instance Core running in Americas", &["us-central1", "us-east5"], 100);
    let columbus = core("N2 Instance Core running in Columbus", &["us-east5"], 200);
    let other = core("N2 Instance Core running in Ohio", &["us-east5"], 300);
    let at = |harvest: &Harvest, region| {
        let [service, sku, variant, unit, _] = N2_CORE;
        price(harvest, [service, sku, variant, unit, region])
    };
    for skus in [[americas.clone(), columbus.clone()], [columbus.clone(), americas.clone()]] {
        let harvest = compute("gcp/compute", &skus);
        assert_eq!(at(&harvest, "us-east5").as_deref(), Some("0.0000002"));
        assert_eq!(at(&harvest, "us-central1").as_deref(), Some("0.0000001"));
        assert_eq!(dropped(&harvest, Dropped::Superseded), 1);
    }
    // However young: both hold today.
    let mut young = other;
    young["pricingInfo"][0]["effectiveTime"] = "2026-11-19T00:00:00Z".into();
    let harvest = compute("gcp/compute", &[young, columbus.clone(), americas, columbus]);
    assert_eq!(at(&harvest, "us-east5"), None);
    assert_eq!(dropped(&harvest, Dropped::Ambiguous), 1);
}

#[test]
fn of_two_skus_for_one_thing_the_one_that_is_not_billed_is_left_out() {
    let tokyo = sku(
        "CPU",
        "Memory-optimized Instance Core running in Tokyo",
        &["asia-northeast1"],
        "h",
        200,
    );
    let mut japan = sku(
        "CPU",
        "Memory-optimized Instance Core running in Japan",
        &["asia-northeast1"],
        "h",
        100,
    );
    japan["skuId"] = "255E-0C41-3813".into();
    let harvest = compute("gcp/compute", &[japan, tokyo]);
    let key = ["gcp/compute", "m1/core", "linux", "vCPU-hour", "asia-northeast1"];
    assert_eq!(price(&harvest, key).as_deref(), Some("0.0000002"));
    assert_eq!(dropped(&harvest, Dropped::Superseded), 1);
}

#[test]
fn neither_the_order_of_skus_nor_the_pages_change_anything() {
    let mut skus = vec![
        sku("Any", "External IP Charge on a Standard VM", &["global"], "h", 5_000_000),
        sku("Any", "Static Ip Charge in Mumbai", &["asia-south1"], "h", 12_000_000),
        core("N2 Instance Core running in Americas", &["us-central1", "us-east5"], 31_611_000),
        core("N2 Instance Core running in Columbus", &["us-east5"], 32_000_000),
        core("E2 Instance Core running in Iowa", &["us-central1"], 1_000),
        core("E2 Instance Core running in Americas", &["us-central1"], 2_000),
        sku(
            "RAM",
            "N2 Instance Ram running in Americas",
            &["us-central1", "us-east5"],
            "GiBy.h",
            4_237_000,
        ),
        json!({"skuId": "odd", "pricingInfo": 7}),
        json!(null),
    ];
    let wanted = || only(&["gcp/compute", "gcp/network"]);
    let first = read("compute", wanted(), &[&skus]).unwrap();
    assert_eq!(
        price(&first, ["gcp/compute", "n2-standard-4", "linux", "hour", "us-east5"]).as_deref(),
        Some("0.195792")
    );
    for turn in 0..skus.len() {
        skus.rotate_left(1);
        let (one, other) = skus.split_at(turn);
        let harvest = read("compute", wanted(), &[one, other]).unwrap();
        assert_eq!(rows(&harvest), rows(&first), "{turn}");
        assert_eq!(harvest.dropped(), first.dropped(), "{turn}");
    }
}

#[test]
fn a_list_that_lost_what_it_covers_is_no_table() {
    let missing = read("compute", Wanted::everything(), &[&[n2(1)]]).unwrap_err();
    assert_eq!(
        missing.to_string(),
        "the price list has no price that is known as gcp/compute-license; its format may have \
         changed: look for a newer agent"
    );
    let empty = read("compute", only(&["gcp/compute"]), &[&[]]).unwrap_err();
    assert_eq!(empty.to_string(), "the document is no price list: it has no SKU at all");
}

#[test]
fn a_refusal_says_what_google_says_and_what_to_do() {
    let list = &LISTS[0];
    let url: url::Url = "https://catalog.example/skus?pageSize=5000".parse().unwrap();
    let page = |body: &str| {
        let mut parser = CatalogPages::new(list, url.clone(), Wanted::everything());
        parser.page(body.as_bytes(), &mut Harvest::new(TODAY))
    };
    let refused = page(
        r#"{"error": {"code": 403, "status": "PERMISSION_DENIED", "message": "Cloud Billing API has not been used in project 7 before or it is disabled."}}"#,
    );
    assert_eq!(
        refused.unwrap_err().to_string(),
        "the document is no price list: the Cloud Billing Catalog refused to answer with 403 \
         PERMISSION_DENIED: Cloud Billing API has not been used in project 7 before or it is \
         disabled.; set an API key that may call cloudbilling.googleapis.com, or enable that API in \
         the project of the credentials"
    );
    assert!(matches!(page("<!DOCTYPE html>"), Err(ParseError::NotAPriceList(_))));
    assert!(matches!(page(r#"{"skus": [{"#), Err(ParseError::CutOff(_))));
    let next = page(r#"{"skus": [], "nextPageToken": "a b&c="}"#).unwrap();
    let expected = "https://catalog.example/skus?pageSize=5000&pageToken=a+b%26c%3D";
    assert_eq!(next, Next::Page(expected.parse().unwrap()));
}

#[test]
fn nonsense_is_refused_or_counted_and_never_a_panic() {
    let body = json!({"skus": [n2(31_611_000)], "nextPageToken": "more"}).to_string().into_bytes();
    let url: url::Url = "https://catalog.example/skus".parse().unwrap();
    for place in 0..body.len() {
        for odd in [b'"', b'{', b'9', b'-', 0xFF] {
            let mut changed = body.clone();
            changed[place] = odd;
            let mut parser = CatalogPages::new(&LISTS[0], url.clone(), only(&["gcp/compute"]));
            let mut harvest = Harvest::new(TODAY);
            let read = parser.page(&changed, &mut harvest);
            let finished = parser.finish(&mut harvest);
            assert!(read.is_ok() || finished.is_err());
        }
        let mut parser = CatalogPages::new(&LISTS[0], url.clone(), Wanted::everything());
        let cut = parser.page(&body[..place], &mut Harvest::new(TODAY));
        assert!(matches!(cut, Err(ParseError::CutOff(_))), "{place}: {cut:?}");
    }
}

#[test]
fn an_amount_that_no_book_can_hold_is_counted() {
    let mut dear = n2(0);
    dear["pricingInfo"][0]["pricingExpression"]["tieredRates"] = json!([
        {"unitPrice": {"currencyCode": "USD", "units": "9223372036854775807", "nanos": 999_999_999}}
    ]);
    let ram = sku("RAM", "N2 Instance Ram running in Americas", &["us-central1"], "GiBy.h", 1);
    let harvest = compute("gcp/compute", &[dear, ram]);
    assert_eq!((harvest.len(), dropped(&harvest, Dropped::Unreadable)), (1, 1));
}

#[test]
fn a_list_of_a_thousand_regions_is_none_of_googles() {
    let named: Vec<String> = (0..=1_000).map(|number| format!("moon-west{number}")).collect();
    let regions: Vec<&str> = named.iter().map(String::as_str).collect();
    let outcome = |regions: &[&str]| {
        let core = core("N2 Instance Core running in Americas", regions, 1);
        read("compute", only(&["gcp/compute"]), &[&[core]]).map(|harvest| harvest.len())
    };
    assert_eq!(outcome(&regions[1..]), Ok(1_000));
    let refused = ParseError::NotAPriceList("it names more than 1000 regions".to_owned());
    assert_eq!(outcome(&regions), Err(refused));
}
