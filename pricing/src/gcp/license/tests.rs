use super::*;

const WINDOWS: &str = "https://www.googleapis.com/compute/v1/projects/windows-cloud/global/licenses/windows-server-2022-dc";
const RED_HAT: &str = "projects/rhel-cloud/global/licenses/rhel-9-server";
const SUSE: &str = "projects/suse-cloud/global/licenses/sles-15";

fn costs(machine_type: &str, urls: &[&str]) -> Costs {
    licenses(&ListPrices::gcp(), machine_type, None, urls)
}

fn hourly(costs: &Costs) -> Decimal {
    assert!(costs.unpriced.is_empty(), "{costs:?}");
    costs.known().unwrap().hourly().normalize()
}

fn price(text: &str) -> Decimal {
    text.parse().unwrap()
}

#[test]
fn listed_machine_types_cost_what_the_list_says() {
    for (machine_type, url, expected) in [
        ("n2-standard-8", WINDOWS, "0.368"), // 8 × 0.046
        ("a2-highgpu-1g", WINDOWS, "0.552"), // 12 × 0.046
        ("g1-small", WINDOWS, "0.023"),
        ("n2-standard-8", RED_HAT, "0.1152"),   // 8 × 0.0144
        ("n2-standard-16", RED_HAT, "0.1728"),  // 16 × 0.0108
        ("n2-standard-128", RED_HAT, "1.2288"), // 128 × 0.0096
        ("n2-standard-128", SUSE, "0.11"),
        ("f1-micro", SUSE, "0.02"),
    ] {
        assert_eq!(hourly(&costs(machine_type, &[url])), price(expected), "{machine_type} {url}");
    }
}

#[test]
fn a_custom_type_costs_what_its_processors_cost_in_listed_types() {
    for (machine_type, url, expected) in [
        ("n2-custom-6-16384", WINDOWS, "0.276"), // 6 × 0.046
        ("custom-1-7680", WINDOWS, "0.046"),
        ("n2-custom-6-16384", RED_HAT, "0.0864"), // 6 × 0.0144
        ("n2-custom-20-65536", RED_HAT, "0.216"), // 20 × 0.1728/16
        ("n2d-custom-160-65536", RED_HAT, "1.536"), // 160 × 1.2288/128
        ("n2-custom-20-65536", SUSE, "0.11"),
    ] {
        assert_eq!(hourly(&costs(machine_type, &[url])), price(expected), "{machine_type} {url}");
    }
    let line = &costs("n2-custom-20-65536", &[RED_HAT]).lines[0];
    assert_eq!(line.quantity, Quantity::from(20));
    assert_eq!(
        &*line.price.sku_key,
        "gcp/compute-license/n1-standard-16/global/rhel/od/hour / 16 vCPUs"
    );
}

/// What is said of custom types holds only while this does.
#[test]
fn the_list_agrees_on_what_a_processor_costs() {
    let prices = ListPrices::gcp();
    let mut compared = 0;
    for row in prices.book().service_rows("gcp/compute-license") {
        let machine_type = MachineType::parse(row.sku).unwrap();
        let Some(vcpus) = machine_type.vcpus().filter(|_| !machine_type.is_shared_core()) else {
            continue;
        };
        let of_one = match row.variant {
            "windows" => price("0.046"),
            "rhel" if vcpus <= price("8") => price("0.0144"),
            "rhel" if (price("12")..=price("112")).contains(&vcpus) => price("0.0108"),
            "rhel" if vcpus >= price("128") => price("0.0096"),
            "sles" => price("0.11") / vcpus,
            other => panic!("{other} of {vcpus} processors"),
        };
        assert_eq!((of_one * vcpus).round_dp(9), row.price, "{} {}", row.sku, row.variant);
        compared += 1;
    }
    assert!(compared > 1_500, "{compared}");
}

#[test]
fn between_the_classes_of_red_hat_nothing_is_known() {
    for vcpus in [10, 116] {
        let costs = costs(&format!("n2-custom-{vcpus}-65536"), &[RED_HAT]);
        assert!(costs.is_unpriced() && costs.unpriced[0].component == "license", "{costs:?}");
    }
}

#[test]
fn a_share_of_a_core_has_no_documented_price() {
    for url in [WINDOWS, RED_HAT] {
        for machine_type in ["e2-micro", "e2-medium", "e2-custom-small-2048"] {
            let costs = costs(machine_type, &[url]);
            assert!(costs.is_unpriced(), "{machine_type} {url}");
            assert!(costs.unpriced[0].reason.contains("share of a core"), "{costs:?}");
        }
    }
    assert_eq!(hourly(&costs("e2-micro", &[SUSE])), price("0.11"));
}

#[test]
fn windows_is_billed_for_visible_processors_only() {
    let prices = ListPrices::gcp();
    // 4 × 0.046 instead of 8 × 0.046.
    let half = licenses(&prices, "n2-standard-8", Some(4), &[WINDOWS]);
    assert_eq!(hourly(&half), price("0.184"));
    assert!(licenses(&prices, "n2-standard-8", Some(4), &[RED_HAT]).is_unpriced());
}

#[test]
fn a_product_is_billed_once_and_each_product_is_billed() {
    let core = "projects/windows-cloud/global/licenses/windows-server-core";
    assert_eq!(hourly(&costs("n2-standard-8", &[WINDOWS, core, WINDOWS])), price("0.368"));
    let sql = "projects/windows-sql-cloud/global/licenses/sql-server-2022-standard";
    let both = costs("n2-standard-8", &[WINDOWS, sql]);
    assert!(both.is_partly_priced());
    assert_eq!(
        &*both.unpriced[0].reason,
        "no list price for SQL Server (sql-server-2022-standard)"
    );
}

#[test]
fn free_licences_and_those_of_ones_own_cost_nothing() {
    for url in [
        "projects/debian-cloud/global/licenses/debian-12-bookworm",
        "projects/ubuntu-os-cloud/global/licenses/ubuntu-2404-lts",
        "projects/vm-options/global/licenses/enable-vmx",
        "projects/rhel-cloud/global/licenses/rhel-9-byos",
        "projects/suse-byos-cloud/global/licenses/sles-15-byos",
        "projects/windows-cloud/global/licenses/windows-10-enterprise-byol",
        "projects/windows-sql-cloud/global/licenses/sql-server-2022-express",
    ] {
        assert_eq!(costs("n2-standard-8", &[url]), Costs::free(), "{url}");
    }
    assert_eq!(costs("n2-standard-8", &[]), Costs::free());
}

#[test]
fn licences_that_the_list_does_not_have_are_named() {
    for (url, name) in [
        ("projects/rhel-sap-cloud/global/licenses/rhel-9-sap", "Red Hat's Linux for SAP"),
        ("projects/rhel-cloud/global/licenses/rhel-7-els", "rhel-7-els of the project rhel-cloud"),
        ("projects/suse-sap-cloud/global/licenses/sles-sap-15", "SUSE's Linux for SAP"),
        ("projects/ubuntu-os-pro-cloud/global/licenses/ubuntu-pro-2204-lts", "Ubuntu Pro"),
        ("projects/example-public/global/licenses/firewall", "firewall of the project example"),
        ("nonsense", "the licence nonsense"),
    ] {
        let costs = costs("n2-standard-8", &[url]);
        assert!(costs.is_unpriced(), "{url}");
        assert!(costs.unpriced[0].reason.contains(name), "{costs:?}");
    }
}
