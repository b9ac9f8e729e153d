use rust_decimal::Decimal;

use super::*;

fn linux(size: &str) -> Machine<'_> {
    Machine {
        size,
        system: System::Linux,
        purchase: Purchase::OnDemand,
        license_type: None,
        image: Image::default(),
        offer: None,
    }
}

fn windows(size: &str) -> Machine<'_> {
    Machine { system: System::Windows, ..linux(size) }
}

fn image<'a>(publisher: &'a str, offer: &'a str, sku: &'a str) -> Image<'a> {
    Image { publisher: Some(publisher), offer: Some(offer), sku: Some(sku) }
}

fn costs(region: &str, described: &Machine<'_>) -> Costs {
    machine(&ListPrices::azure(), region, described)
}

fn hourly_cost(region: &str, described: &Machine<'_>) -> Decimal {
    let costs = costs(region, described);
    assert!(costs.unpriced.is_empty(), "{costs:?}");
    costs.known().unwrap().hourly().normalize()
}

fn missing(described: &Machine<'_>) -> Vec<(&'static str, String)> {
    let costs = costs("westeurope", described);
    costs.unpriced.iter().map(|part| (part.component, part.reason.to_string())).collect()
}

fn price(text: &str) -> Decimal {
    text.parse().unwrap()
}

#[test]
fn linux_costs_what_the_list_says_of_its_size() {
    // Standard_D2s_v3 in eastus: 0.096 USD an hour.
    assert_eq!(hourly_cost("eastus", &linux("Standard_D2s_v3")), price("0.096"));
    assert_eq!(hourly_cost("eastus", &linux("standard_d2S_V3")), price("0.096"));
    let key = &costs("eastus", &linux("standard_d2s_v3")).lines[0].price.sku_key.clone();
    assert_eq!(&**key, "azure/vm/Standard_D2s_v3/eastus/linux/od/hour");
}

#[test]
fn windows_has_a_price_of_its_own_where_it_is_listed() {
    // Standard_A1_v2 in westeurope: 0.062 with Windows, 0.041 without.
    assert_eq!(hourly_cost("westeurope", &windows("Standard_A1_v2")), price("0.062"));
    assert_eq!(hourly_cost("westeurope", &linux("Standard_A1_v2")), price("0.041"));
}

#[test]
fn windows_elsewhere_is_linux_plus_the_premium_of_the_size() {
    // Standard_A8m_v2 in eastus: Linux 0.475, no row for Windows; the premium is 0.368.
    let costs = costs("eastus", &windows("Standard_A8m_v2"));
    assert_eq!(costs.component("compute").unwrap().hourly().normalize(), price("0.475"));
    assert_eq!(costs.component("license").unwrap().hourly().normalize(), price("0.368"));
    let key = &costs.lines[1].price.sku_key;
    assert_eq!(&**key, "azure/vm/Standard_A8m_v2/eu-5-regions/windows-premium/od/hour");
}

#[test]
fn windows_with_a_licence_of_ones_own_costs_what_linux_costs() {
    for kind in ["Windows_Server", "windows_client"] {
        let own = Machine { license_type: Some(kind), ..windows("Standard_A1_v2") };
        assert_eq!(hourly_cost("westeurope", &own), price("0.041"), "{kind}");
    }
    let none = Machine { license_type: Some("None"), ..windows("Standard_A1_v2") };
    assert_eq!(hourly_cost("westeurope", &none), price("0.062"));
}

#[test]
fn a_constrained_size_costs_as_its_base() {
    // M176ds_3_v3 in eastus: 19 USD an hour, listed for the constrained size as well.
    assert_eq!(hourly_cost("eastus", &linux("Standard_M176ds_3_v3")), price("19"));
    assert_eq!(hourly_cost("eastus", &linux("Standard_M176ds-44_3_v3")), price("19"));
    // With Windows only the base is listed: 34.69 in westeurope.
    assert_eq!(hourly_cost("westeurope", &windows("Standard_M176ds-44_3_v3")), price("34.69"));
    // E8ads_v5 in westeurope: 0.632, and 1 with Windows.
    assert_eq!(hourly_cost("westeurope", &linux("Standard_E8-2ads_v5")), price("0.632"));
    assert_eq!(hourly_cost("westeurope", &windows("Standard_E8-2ads_v5")), price("1"));
}

#[test]
fn spot_machines_and_those_of_dedicated_hosts_are_never_priced_as_on_demand() {
    for (purchase, word) in [(Purchase::Spot, "spot"), (Purchase::DedicatedHost, "dedicated host")]
    {
        let costs = costs("eastus", &Machine { purchase, ..linux("Standard_D2s_v3") });
        assert!(costs.is_unpriced() && costs.unpriced[0].component == "compute");
        assert!(costs.unpriced[0].reason.contains(word), "{costs:?}");
    }
}

#[test]
fn licences_that_come_with_an_image_are_unpriced_beside_the_machine() {
    for (image, component, name) in [
        (image("RedHat", "RHEL", "9-lvm-gen2"), "license", "Red Hat"),
        (image("SUSE", "sles-15-sp5", "gen2"), "license", "SUSE"),
        (image("canonical", "ubuntu-24_04-lts", "ubuntu-pro"), "license", "Ubuntu Pro"),
        (image("Canonical", "0001-com-ubuntu-server-jammy", "pro-22_04-lts"), "license", "Ubuntu"),
        (image("MicrosoftSQLServer", "sql2022-ubuntu2204", "standard"), "software", "SQL Server"),
    ] {
        let described = Machine { image, ..linux("Standard_D2s_v3") };
        let missing = missing(&described);
        assert_eq!(missing.len(), 1, "{missing:?}");
        assert!(missing[0].0 == component && missing[0].1.contains(name), "{missing:?}");
        assert!(costs("eastus", &described).is_partly_priced());
    }
}

#[test]
fn images_without_a_fee_cost_the_machine_only() {
    for image in [
        image("Canonical", "ubuntu-24_04-lts", "server"),
        image("RedHat", "rhel-byos", "rhel-lvm9"),
        image("SUSE", "sles-15-sp5-byos", "gen2"),
        image("SUSE", "opensuse-leap-15-5", "gen2"),
        image("MicrosoftSQLServer", "sql2022-ws2022", "sqldev-gen2"),
        image("Debian", "debian-12", "12-gen2"),
    ] {
        assert_eq!(missing(&Machine { image, ..linux("Standard_D2s_v3") }), [], "{image:?}");
    }
}

#[test]
fn the_licence_type_overrules_the_image() {
    let red_hat = Machine { image: image("RedHat", "RHEL", "9"), ..linux("Standard_D2s_v3") };
    let own = Machine { license_type: Some("RHEL_BYOS"), ..red_hat.clone() };
    assert_eq!(missing(&own), []);
    let converted = Machine {
        license_type: Some("RHEL_BASE"),
        image: image("RedHat", "rhel-byos", "rhel-lvm9"),
        ..red_hat
    };
    assert!(missing(&converted)[0].1.contains("Red Hat"));
}

#[test]
fn a_marketplace_offer_may_cost_what_the_list_does_not_say() {
    let offer = Offer { publisher: Some("example"), product: Some("firewall"), name: None };
    let described = Machine { offer: Some(offer), ..linux("Standard_D2s_v3") };
    let missing = missing(&described);
    assert_eq!(missing[0].0, "software");
    assert!(missing[0].1.contains("firewall of example"), "{missing:?}");
}

#[test]
fn what_the_book_lacks_is_named() {
    let costs = costs("westeurope", &linux("standard_x1_v9"));
    assert_eq!(
        &*costs.unpriced[0].reason,
        "no list price for Standard_X1_v9 linux in westeurope: \
         the price book does not know Standard_X1_v9"
    );
    assert!(missing(&linux("nonsense"))[0].1.contains("does not know nonsense"));
}

#[test]
fn the_reservation_for_ultra_disks_is_for_every_processor_of_the_machine() {
    let prices = ListPrices::azure();
    // westeurope: 0.0078 a processor and hour; 32 of them, of which 8 are active.
    let costs = ultra_disk_reservation(&prices, "westeurope", "Standard_E32-8s_v3");
    assert_eq!(costs.known().unwrap().hourly().normalize(), price("0.2496"));
    assert!(ultra_disk_reservation(&prices, "westeurope", "Standard_A4").is_unpriced());
    assert!(ultra_disk_reservation(&prices, "eastus", "Standard_D2s_v3").is_unpriced());
}
