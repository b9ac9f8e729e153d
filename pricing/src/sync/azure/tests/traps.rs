//! What would give a wrong price, were it not seen.

use super::*;

const LINUX: &str = "azure/vm Standard_D2s_v3 [linux] eastus: 0.096 hour";
const WINDOWS: &str = "azure/vm Standard_D2s_v3 [windows] eastus: 0.188 hour";

/// Beside a good item, one that must not count.
fn beside(other: Sample) -> (Vec<String>, Vec<(Dropped, u64)>) {
    let both = harvest(&[MACHINE, other]);
    let turned = harvest_of(&MACHINE, &[other, MACHINE]);
    assert_eq!(rows(&both), rows(&turned));
    (rows(&both), dropped(&both))
}

#[test]
fn a_reservation_that_says_one_hour_is_no_price_of_an_hour() {
    let term = Sample { kind: "Reservation", price: "1309", ..MACHINE };
    assert_eq!(beside(term), (vec![LINUX.to_owned()], vec![(Dropped::NotOnDemand, 1)]));
}

#[test]
fn a_price_for_development_and_test_is_none_for_others() {
    let test = Sample { kind: "DevTestConsumption", price: "0.05", ..MACHINE };
    assert_eq!(beside(test), (vec![LINUX.to_owned()], vec![(Dropped::NotOnDemand, 1)]));
}

#[test]
fn spot_and_low_priority_are_told_by_the_names_only() {
    for (sku, meter) in [("D2s v3 Spot", "D2s v3"), ("D2s v3", "D2s v3 Low Priority")] {
        let spot = Sample { sku, meter, price: "0.018816", ..MACHINE };
        assert_eq!(beside(spot), (vec![LINUX.to_owned()], vec![(Dropped::NotOnDemand, 1)]));
    }
}

#[test]
fn windows_is_told_by_the_end_of_the_product() {
    for product in ["Virtual Machines Dsv3 Series Windows", "Virtual Machines Dsv3 Srs Win"] {
        let windows = Sample { product, price: "0.188", ..MACHINE };
        assert_eq!(beside(windows).0, [LINUX, WINDOWS], "{product}");
    }
}

#[test]
fn cloud_services_under_a_machines_name_are_no_machine() {
    // What a D2as v5 costs with Windows, in a product that does not say so.
    for product in [
        "Dasv5 Series Cloud Services",
        "Virtual Machines Dasv5 Series CloudServices",
        "Dasv5 Series of something new",
    ] {
        let other = Sample { product, price: "0.188", ..MACHINE };
        let expected = (vec![LINUX.to_owned()], vec![(Dropped::OtherProduct, 1)]);
        assert_eq!(beside(other), expected, "{product}");
    }
}

#[test]
fn a_dedicated_host_is_no_machine() {
    for (product, arm_sku) in [
        ("Virtual Machines Dsv3 Series Dedicated Host", "Standard_D2s_v3"),
        ("Virtual Machines Dsv3 Series", "DSv3_Type1"),
    ] {
        let host = Sample { product, arm_sku, price: "4.23", ..MACHINE };
        assert_eq!(beside(host), (vec![LINUX.to_owned()], vec![(Dropped::OtherTenancy, 1)]));
    }
}

#[test]
fn a_price_with_a_licence_that_the_product_names_is_none_of_linux() {
    let red_hat =
        Sample { product: "Virtual Machines Dsv3 Series RHEL", price: "0.156", ..MACHINE };
    assert_eq!(beside(red_hat), (vec![LINUX.to_owned()], vec![(Dropped::OtherProduct, 1)]));
}

#[test]
fn promotions_and_basic_sizes_count_under_names_of_their_own_only() {
    let promotion = Sample { sku: "D2s v3 Promo", meter: "D2s v3 Promo", price: "0.06", ..MACHINE };
    let basic = Sample { product: "Virtual Machines A Series Basic", price: "0.02", ..MACHINE };
    for one in [promotion, basic] {
        assert_eq!(beside(one), (vec![LINUX.to_owned()], vec![(Dropped::OtherProduct, 1)]));
    }
    let named = [
        Sample { arm_sku: "Standard_D2_v2_Promo", ..promotion },
        Sample { arm_sku: "Basic_A1", ..basic },
    ];
    let expected = [
        "azure/vm Basic_A1 [linux] eastus: 0.02 hour",
        "azure/vm Standard_D2_v2_Promo [linux] eastus: 0.06 hour",
    ];
    assert_eq!(rows(&harvest(&named)), expected);
}

#[test]
fn what_has_expired_or_holds_from_a_day_to_come_is_no_price() {
    let expired = Sample { price: "0.1", until: "2026-11-21T23:59:00Z", ..MACHINE };
    assert_eq!(beside(expired).1, [(Dropped::Expired, 1)]);
    let called = Sample { meter: "D2s v3 - Expired", price: "0.1", ..MACHINE };
    assert_eq!(beside(called).1, [(Dropped::Expired, 1)]);
    let to_come = Sample { price: "0.1", since: "2026-11-23T00:00:00Z", ..MACHINE };
    assert_eq!(beside(to_come), (vec![LINUX.to_owned()], vec![(Dropped::NotYet, 1)]));
    // A price that ends today still holds, and one that begins today does.
    for (since, until) in
        [("2026-01-01T00:00:00Z", "2026-11-22T23:59:00Z"), ("2026-11-22T00:00:00Z", "")]
    {
        let now = Sample { price: "0.1", since, until, ..MACHINE };
        assert_eq!(rows(&harvest(&[now])).len(), 1);
    }
    let midnight = Sample { price: "0.1", until: "2026-11-22T00:00:00Z", ..MACHINE };
    assert_eq!(beside(midnight).1, [(Dropped::Expired, 1)]);
}

/// Two items of one meter, for two spans of time: the end of the first lies before its beginning.
#[test]
fn items_that_share_a_meter_are_told_apart() {
    let sla = Sample {
        service: "Azure Kubernetes Service",
        product: "Azure Kubernetes Service",
        sku: "Standard",
        meter: "Standard Uptime SLA",
        arm_sku: "",
        since: "2026-10-01T00:00:00Z",
        ..MACHINE
    };
    let closed = Sample { price: "0.01", until: "2026-09-30T23:59:00Z", ..sla };
    let now = Sample { price: "0.1", ..sla };
    for both in [[closed, now], [now, closed]] {
        let harvest = harvest(&both);
        assert_eq!(rows(&harvest), ["azure/aks Standard/Uptime SLA eastus: 0.1 hour"]);
        assert_eq!(dropped(&harvest), [(Dropped::Expired, 1)]);
    }
}

#[test]
fn the_flag_of_the_meters_region_neither_drops_a_price_nor_lets_another_regions_in() {
    let shared = harvest(&[Sample { primary: false, ..MACHINE }]);
    assert_eq!((rows(&shared), shared.dropped()), (vec![LINUX.to_owned()], nothing()));
    for region in ["westus", "", "Global"] {
        let elsewhere = Sample { region, price: "0.2", primary: true, ..MACHINE };
        assert_eq!(beside(elsewhere), (vec![LINUX.to_owned()], vec![(Dropped::OtherLocation, 1)]));
    }
}

#[test]
fn a_tier_is_not_the_price() {
    let tier = Sample { tier: "100.0", price: "0.09", ..MACHINE };
    assert_eq!(beside(tier), (vec![LINUX.to_owned()], vec![(Dropped::OtherProduct, 1)]));
}

#[test]
fn other_currencies_units_and_services_and_zero_prices_are_left_out() {
    for (other, why) in [
        (Sample { currency: "EUR", ..MACHINE }, Dropped::OtherCurrency),
        (Sample { unit: "1 Fortnight", ..MACHINE }, Dropped::UnknownUnit),
        (Sample { unit: "1 GB/Month", ..MACHINE }, Dropped::UnknownUnit),
        (Sample { service: "Cloud Services", ..MACHINE }, Dropped::OtherProduct),
        (Sample { arm_sku: "", ..MACHINE }, Dropped::OtherProduct),
        (Sample { price: "0.0", ..MACHINE }, Dropped::ZeroPrice),
        (Sample { price: "-0.1", ..MACHINE }, Dropped::Unreadable),
    ] {
        let other = Sample { sku: "D9", ..other };
        assert_eq!(beside(other), (vec![LINUX.to_owned()], vec![(why, 1)]), "{other:?}");
    }
}

#[test]
fn a_block_of_hours_is_divided_and_a_number_with_an_exponent_is_exact() {
    let block = Sample { unit: "100 Hours", price: "9.6", ..MACHINE };
    assert_eq!(rows(&harvest(&[block])), [LINUX]);
    let small = Sample { price: "1.6E-05", ..MACHINE };
    let expected = "azure/vm Standard_D2s_v3 [linux] eastus: 0.000016 hour";
    assert_eq!(rows(&harvest(&[small])), [expected]);
}

#[test]
fn a_constrained_size_and_one_that_is_spelt_oddly_have_their_own_names() {
    let odd = Sample { arm_sku: "Standard_E96-48as v5", price: "6.384", ..MACHINE };
    let expected = "azure/vm Standard_E96-48as_v5 [linux] eastus: 6.384 hour";
    assert_eq!(rows(&harvest(&[odd])), [expected]);
}

#[test]
fn two_prices_of_one_size_since_one_day_are_none() {
    let other = Sample { product: "Virtual Machines Dsv3 Series Linux", price: "0.1", ..MACHINE };
    let harvest = harvest(&[MACHINE, other]);
    assert!(harvest.is_empty());
    assert_eq!(harvest.dropped()[&Dropped::Ambiguous], 1);
}

#[test]
fn savings_plans_are_rows_of_their_own() {
    let plans = r#"[{"unitPrice":0.04512,"retailPrice":0.04512,"term":"3 Years"},
        {"unitPrice":0.06624,"retailPrice":0.06624,"term":"1 Year"},
        {"retailPrice":"a lot","term":"1 Year"},{"retailPrice":0.01,"term":"5 Years"}]"#;
    let harvest = harvest(&[Sample { plans, ..MACHINE }]);
    let expected = [
        "azure/vm Standard_D2s_v3 [linux] eastus: 0.096 hour",
        "azure/vm-savings-plan Standard_D2s_v3 [linux/1yr] eastus: 0.06624 hour",
        "azure/vm-savings-plan Standard_D2s_v3 [linux/3yr] eastus: 0.04512 hour",
    ];
    assert_eq!(rows(&harvest), expected);
    assert_eq!(dropped(&harvest), [(Dropped::NotOnDemand, 1), (Dropped::Unreadable, 1)]);
}
