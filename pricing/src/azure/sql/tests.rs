//! Databases and pools, their costs worked out from the list prices of eastus.

use super::*;

const GB: u64 = 1 << 30;
const NOT_MEASURED: Measured = Err("it was not measured");

fn example(objective: &str) -> Database {
    Database {
        size: Size::of_database(objective),
        licence: Licence::Included,
        zone_redundant: false,
        high_availability_replicas: 0,
        is_named_replica: false,
        created: Some(jiff::civil::date(2025, 3, 1)),
        max_bytes: Some(100 * GB),
        allocated_bytes: NOT_MEASURED,
        billed_vcore_seconds: NOT_MEASURED,
        backup: Backup { bytes: Ok(Decimal::from(80 * GB)), redundancy: Some("Geo".to_owned()) },
    }
}

fn costs(described: &Database) -> Costs {
    database(&ListPrices::azure(), "eastus", described)
}

fn month(costs: &Costs, component: &str) -> String {
    costs.component(component).unwrap().exact_monthly().to_string()
}

fn missing(costs: &Costs) -> Vec<&'static str> {
    costs.unpriced.iter().map(|part| part.component).collect()
}

fn keys(costs: &Costs, component: &str) -> Vec<String> {
    let lines = costs.lines.iter().filter(|line| line.component == component);
    lines.map(|line| line.price.sku_key.to_string()).collect()
}

#[test]
fn a_listed_size_pays_for_compute_licence_and_storage() {
    let costs = costs(&example("GP_Gen5_8"));
    assert_eq!(month(&costs, "compute"), "888.94728"); // 1.217736 × 730
    assert_eq!(month(&costs, "license"), "584"); // 8 × 0.1 × 730
    assert_eq!(month(&costs, "storage"), "14.95"); // 100 × 1.3 × 0.115
    assert_eq!(
        keys(&costs, "compute"),
        ["azure/sql/GP_Gen5/8-vcore/eastus/license-excluded/od/hour"]
    );
    assert!(costs.unpriced.is_empty() && costs.lines.len() == 3);
}

#[test]
fn a_size_that_is_not_listed_pays_the_price_of_a_vcore_where_all_sizes_agree_on_it() {
    let costs = costs(&example("GP_Gen5_6"));
    // 0.608868 / 4 = 0.152217, as in every listed size; 6 × 0.152217 × 730.
    assert_eq!(month(&costs, "compute"), "666.71046");
    assert_eq!(
        keys(&costs, "compute"),
        ["azure/sql/GP_Gen5/4-vcore/eastus/license-excluded/od/hour ÷ 4"]
    );
    assert_eq!(costs.lines[0].price.unit.name(), "vCore-hour");
}

#[test]
fn one_listed_size_says_nothing_of_the_others() {
    let listed = costs(&example("BC_Gen5_8"));
    assert_eq!(month(&listed, "compute"), "1777.9004"); // 2.43548 × 730
    assert_eq!(month(&listed, "license"), "2190"); // 8 × 0.375 × 730
    assert_eq!(month(&listed, "storage"), "32.5"); // 100 × 1.3 × 0.25
    let other = costs(&example("BC_Gen5_4"));
    assert_eq!(missing(&other), ["compute"]);
    let reason = &other.unpriced[0].reason;
    assert!(reason.contains("does not know BC_Gen5/4-vcore, and too few sizes"), "{reason}");
    assert_eq!(month(&other, "license"), "1095"); // 4 × 0.375 × 730
}

#[test]
fn an_own_licence_and_a_standby_replica_pay_none() {
    for licence in [Licence::Own, Licence::NotCharged] {
        let described = Database { licence, ..example("GP_Gen5_4") };
        assert_eq!(month(&costs(&described), "license"), "0");
    }
    let unknown = costs(&Database { licence: Licence::Unknown, ..example("GP_Gen5_4") });
    assert_eq!(missing(&unknown), ["license"]);
}

#[test]
fn zone_redundancy_is_added_in_general_purpose_and_free_in_business_critical() {
    let general = costs(&Database { zone_redundant: true, ..example("GP_Gen5_16") });
    assert_eq!(month(&general, "zone_redundancy"), "1066.7344"); // 1.46128 × 730
    assert_eq!(month(&general, "storage"), "29.9"); // 100 × 1.3 × 0.23
    let unlisted = costs(&Database { zone_redundant: true, ..example("GP_Gen5_14") });
    assert_eq!(month(&unlisted, "zone_redundancy"), "933.3926"); // 14 × 0.09133 × 730
    assert!(keys(&unlisted, "zone_redundancy")[0].ends_with(" ÷ 1"));
    let critical = costs(&Database { zone_redundant: true, ..example("BC_Gen5_8") });
    assert_eq!(critical.lines.len(), 3);
    assert!(critical.unpriced.is_empty());
}

#[test]
fn backups_pay_for_what_exceeds_the_maximum_size() {
    for (redundancy, expected) in [("Local", "5"), ("Zone", "5"), ("Geo", "10")] {
        // 150 − 100 GB, at 0.1, 0.1 and 0.2.
        let backup =
            Backup { bytes: Ok(Decimal::from(150 * GB)), redundancy: Some(redundancy.to_owned()) };
        let costs = costs(&Database { backup, ..example("GP_Gen5_4") });
        assert_eq!(month(&costs, "backup"), expected, "{redundancy}");
    }
    let unknown = Backup { bytes: NOT_MEASURED, redundancy: Some("Local".to_owned()) };
    assert_eq!(missing(&costs(&Database { backup: unknown, ..example("GP_Gen5_4") })), ["backup"]);
    let elsewhere =
        Backup { bytes: Ok(Decimal::from(150 * GB)), redundancy: Some("GeoZone".to_owned()) };
    let costs_there = costs(&Database { backup: elsewhere, ..example("GP_Gen5_4") });
    assert!(costs_there.unpriced[0].reason.contains("redundancy GeoZone"));
    let nonsense = Backup { bytes: Ok(Decimal::NEGATIVE_ONE), redundancy: None };
    assert_eq!(missing(&costs(&Database { backup: nonsense, ..example("GP_Gen5_4") })), ["backup"]);
}

#[test]
fn serverless_pays_for_what_it_used() {
    let mut described = example("GP_S_Gen5_4");
    described.billed_vcore_seconds = Ok(Decimal::from(5_400));
    let busy = costs(&described);
    assert_eq!(month(&busy, "compute"), "571.371"); // 1.5 × 0.5218 × 730
    assert_eq!(month(&busy, "storage"), "14.95"); // 100 × 1.3 × 0.115
    assert_eq!(busy.lines.len(), 2, "no licence beside it");
    described.billed_vcore_seconds = Ok(Decimal::ZERO);
    let paused = costs(&described);
    assert_eq!(paused.lines.len(), 1);
    assert!(paused.unpriced.is_empty());
    described.billed_vcore_seconds = NOT_MEASURED;
    described.zone_redundant = true;
    assert_eq!(missing(&costs(&described)), ["compute", "zone_redundancy"]);
}

#[test]
fn hyperscale_pays_for_every_replica_and_for_what_is_allocated() {
    let mut described = example("HS_Gen5_2");
    described.high_availability_replicas = 2;
    described.allocated_bytes = Ok(Decimal::from(40 * GB));
    let present = costs(&described);
    assert_eq!(month(&present, "compute"), "266.6836"); // 0.36532 × 730
    assert_eq!(month(&present, "replicas"), "533.3672"); // 2 × 0.36532 × 730
    assert_eq!(month(&present, "storage"), "10"); // 40 × 0.25
    assert_eq!(missing(&present), ["backup"]);
    assert_eq!(month(&present, "license"), "0");
    described.is_named_replica = true;
    let named = costs(&described);
    assert_eq!((named.lines.len(), named.unpriced.len()), (2, 0));
}

#[test]
fn hyperscale_of_before_december_2023_has_other_prices_for_licence_and_storage() {
    let mut described = example("HS_Gen5_2");
    for created in [None, Some(jiff::civil::date(2023, 12, 14))] {
        described.created = created;
        let costs = costs(&described);
        assert_eq!(missing(&costs), ["license", "storage", "backup"]);
        assert_eq!(month(&costs, "compute"), "266.6836");
    }
    described.licence = Licence::Own;
    described.zone_redundant = true;
    assert_eq!(missing(&costs(&described)), ["zone_redundancy", "storage", "backup"]);
}

#[test]
fn dtu_databases_have_one_price_with_some_storage() {
    let small = costs(&example("S1"));
    assert_eq!(small.known().unwrap().exact_monthly(), "29.42995".parse().unwrap()); // 0.040315 × 730
    assert!(small.unpriced.is_empty());
    let mut premium = example("P6");
    premium.max_bytes = Some(500 * GB);
    assert_eq!(month(&costs(&premium), "compute"), "3650"); // 5 × 730
    premium.max_bytes = Some(1_024 * GB);
    assert_eq!(missing(&costs(&premium)), ["extra_storage"]);
    assert_eq!(missing(&costs(&example("S0"))), ["compute"]);
}

#[test]
fn what_is_sold_as_something_else_is_unpriced() {
    let warehouse = costs(&example("DW100c"));
    assert!(warehouse.is_unpriced());
    assert!(warehouse.unpriced[0].reason.contains("data warehouses"));
    let unknown = costs(&example("Quantum7"));
    assert!(unknown.unpriced[0].reason.ends_with("unknown service objective"));
    let elsewhere = database(&ListPrices::azure(), "westeurope", &example("GP_Gen5_8"));
    assert_eq!(missing(&elsewhere), ["compute", "license", "storage"]);
}

#[test]
fn a_pool_pays_as_a_database_does() {
    let pool = |sku: &str| ElasticPool {
        size: Size::of_pool(sku, 4),
        licence: Licence::Included,
        zone_redundant: true,
        max_bytes: Some(50 * GB),
        backup: Backup { bytes: Ok(Decimal::ZERO), redundancy: None },
    };
    let costs = elastic_pool(&ListPrices::azure(), "eastus", &pool("GP_Gen5"));
    assert_eq!(month(&costs, "compute"), "444.47364"); // 0.608868 × 730
    assert_eq!(month(&costs, "license"), "292"); // 4 × 0.1 × 730
    assert_eq!(month(&costs, "zone_redundancy"), "266.6836"); // 0.36532 × 730
    assert_eq!(month(&costs, "storage"), "14.95"); // 50 × 1.3 × 0.23
    for sku in ["StandardPool", "HS_Gen5", "GP_S_Gen5"] {
        let costs = elastic_pool(&ListPrices::azure(), "eastus", &pool(sku));
        assert!(costs.is_unpriced(), "{sku}");
    }
}
