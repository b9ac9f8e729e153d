//! Databases and pools as Azure describes them, and their costs by the list prices of eastus.

use finops_core::model::Value;
use rust_decimal::Decimal;

use super::*;
use crate::services::answers::{figures, missing, month, settle};
use crate::services::sample::scope_of_rows;

const SERVER_ID: &str =
    "/subscriptions/s-1/resourceGroups/Data/providers/Microsoft.Sql/servers/Main";
const GB: u64 = 1 << 30;

fn row(text: &str) -> Row {
    serde_json::from_str(&text.replace("SERVER", SERVER_ID)).unwrap()
}

/// A database with its sku (name, tier, capacity) and more properties.
fn database(name: &str, sku: (&str, &str, u32), properties: &str) -> Row {
    in_state("Online", name, sku, properties)
}

fn in_state(status: &str, name: &str, sku: (&str, &str, u32), properties: &str) -> Row {
    let (sku, tier, capacity) = sku;
    row(&format!(
        r#"{{"id": "SERVER/databases/{name}", "name": "{name}", "location": "eastus",
            "type": "Microsoft.Sql/servers/databases", "kind": "v12.0,user,vcore",
            "sku": {{"name": "{sku}", "tier": "{tier}", "capacity": {capacity}}},
            "properties": {{"status": "{status}", "creationDate": "2025-05-07T16:00:19.79Z",
                "currentBackupStorageRedundancy": "Geo", {properties}}}}}"#
    ))
}

fn general(name: &str, properties: &str) -> Row {
    let more = format!(
        r#""currentServiceObjectiveName": "GP_Gen5_4", "licenseType": "LicenseIncluded",
           "maxSizeBytes": 34359738368, {properties}"#
    );
    database(name, ("GP_Gen5", "GeneralPurpose", 4), &more)
}

/// What Azure Monitor says: 40 GB of backups, and the same of everything else.
fn answered(_: &Resource, query: &str) -> Answer {
    match query {
        "sql_dtu" | "sql_vcore" => figures(&[("cpu_percent", 12), ("storage", 3 * GB)]),
        "sql_dtu_pools" | "sql_vcore_pools" => figures(&[("cpu_percent", 7), ("storage_used", GB)]),
        "sql_serverless" => figures(&[("app_cpu_billed", 1_800)]),
        "sql_hyperscale" => figures(&[("allocated_data_storage", 20 * GB)]),
        _ => figures(&[
            ("full_backup_size_bytes", 30 * GB),
            ("diff_backup_size_bytes", 8 * GB),
            ("log_backup_size_bytes", 2 * GB),
        ]),
    }
}

fn collected(rows: Vec<Row>, answer: impl Fn(&Resource, &str) -> Answer) -> Vec<Resource> {
    let scope = scope_of_rows(rows);
    let mut resources = list(&scope).unwrap();
    settle(&Sql, &scope, &mut resources, answer);
    resources
}

#[test]
fn a_provisioned_database_pays_for_all_its_parts() {
    let resources = collected(vec![general("orders", r#""zoneRedundant": false"#)], answered);
    let orders = &resources[0];
    assert_eq!(orders.attributes.text("server_name"), Some("Main"));
    assert_eq!(orders.attributes.text("sku"), Some("GP_Gen5_4"));
    assert_eq!(orders.state.as_deref(), Some("Online"));
    assert_eq!(orders.measured("cpu_percent"), Some(&Value::Integer(12)));
    assert_eq!(orders.measured("dtu_usage_percent"), None);
    // 0.608868 × 730 = 444.47364; licence 4 × 0.1 × 730 = 292; storage 32 × 1.3 × 0.115 = 4.784;
    // backups (40 − 32) × 0.2 = 1.6.
    assert_eq!(month(orders), "742.85764");
    assert!(orders.costs.unpriced.is_empty());
}

#[test]
fn questions_are_asked_only_where_they_matter() {
    let rows = vec![
        general("plain", r#""zoneRedundant": null"#),
        database("small", ("Standard", "Standard", 20), r#""currentServiceObjectiveName": "S1""#),
        database(
            "dw",
            ("DataWarehouse", "DataWarehouse", 900),
            r#""currentServiceObjectiveName": "DW100c""#,
        ),
        database(
            "auto",
            ("GP_S_Gen5", "GeneralPurpose", 2),
            r#""currentServiceObjectiveName": "GP_S_Gen5_2""#,
        ),
        database(
            "big",
            ("HS_Gen5", "Hyperscale", 2),
            r#""currentServiceObjectiveName": "HS_Gen5_2""#,
        ),
    ];
    let scope = scope_of_rows(rows);
    let resources = list(&scope).unwrap();
    let asked: Vec<_> = Sql
        .questions(&scope, &resources)
        .iter()
        .map(|question| (question.resource.unwrap(), question.query.name))
        .collect();
    assert_eq!(
        asked,
        [
            (0, "sql_vcore"),
            (0, "sql_backups"),
            (1, "sql_dtu"),
            (3, "sql_vcore"),
            (3, "sql_serverless"),
            (3, "sql_backups"),
            (4, "sql_hyperscale"),
        ]
    );
}

#[test]
fn a_paused_serverless_database_pays_for_storage_only() {
    let objective = r#""currentServiceObjectiveName": "GP_S_Gen5_2", "maxSizeBytes": 34359738368"#;
    let auto = || database("auto", ("GP_S_Gen5", "GeneralPurpose", 2), objective);
    let busy = collected(vec![auto()], answered);
    // 0.5 vCore-hours × 0.5218 × 730 = 190.457; 4.784; backups 1.6.
    assert_eq!(month(&busy[0]), "196.841");
    let silent = |resource: &Resource, query: &str| match query {
        "sql_serverless" => figures(&[]),
        _ => answered(resource, query),
    };
    let unknown = collected(vec![auto()], silent);
    assert_eq!(missing(&unknown[0]), ["compute"]);
    let paused = in_state("Paused", "auto", ("GP_S_Gen5", "GeneralPurpose", 2), objective);
    let paused = collected(vec![paused], silent);
    assert_eq!(month(&paused[0]), "6.384"); // 4.784 and 1.6
    assert!(paused[0].costs.unpriced.is_empty());
}

#[test]
fn a_pool_pays_for_its_databases() {
    let pool = row(
        r#"{"id": "SERVER/elasticPools/Shared", "name": "Shared", "location": "East US",
            "type": "Microsoft.Sql/servers/elasticPools",
            "sku": {"name": "GP_Gen5", "tier": "GeneralPurpose", "capacity": 4},
            "properties": {"state": "Ready", "maxSizeBytes": 34359738368, "licenseType": "BasePrice"}}"#,
    );
    let pooled = |name: &str| {
        let more = r#""currentServiceObjectiveName": "ElasticPool",
            "elasticPoolId": "SERVER/elasticpools/shared""#;
        database(name, ("ElasticPool", "GeneralPurpose", 0), more)
    };
    let resources = collected(vec![pooled("a"), pooled("b"), pool], answered);
    for database in &resources[..2] {
        assert_eq!(database.attributes.text("elastic_pool"), Some("shared"));
        assert_eq!(database.costs, finops_core::model::Costs::free());
    }
    let shared = &resources[2];
    assert_eq!(shared.attributes.integer("databases"), Some(2));
    assert_eq!(shared.measured("storage_bytes"), Some(&Value::Integer(1 << 30)));
    // 0.608868 × 730 = 444.47364; storage 4.784; backups (2 × 40 − 32) × 0.2 = 9.6.
    assert_eq!(month(shared), "458.85764");
    let counts: Vec<_> = VIEW.counts.iter().map(|count| (count.count)(&resources)).collect();
    assert_eq!(counts, [Some(2), Some(0), Some(1)]);
}

#[test]
fn a_pool_with_backups_that_are_not_known_is_partly_priced() {
    let pool = row(r#"{"id": "SERVER/elasticPools/p", "name": "p", "location": "eastus",
            "type": "Microsoft.Sql/servers/elasticPools",
            "sku": {"name": "GP_Gen5", "capacity": 4},
            "properties": {"maxSizeBytes": 34359738368, "licenseType": "BasePrice"}}"#);
    let member = database(
        "a",
        ("ElasticPool", "GeneralPurpose", 0),
        r#""elasticPoolId": "SERVER/elasticPools/p""#,
    );
    let resources = collected(vec![member, pool], |_, _| Answer::OverCeiling);
    assert_eq!(missing(&resources[1]), ["backup"]);
    assert!(resources[1].costs.unpriced[0].reason.contains("ceiling"));
}

#[test]
fn system_databases_are_the_servers_own() {
    let master = row(r#"{"id": "SERVER/databases/master", "name": "master", "location": "eastus",
            "type": "Microsoft.Sql/servers/databases", "kind": "v12.0,system",
            "sku": {"name": "System", "tier": "System", "capacity": 0}, "properties": {}}"#);
    let server = row(
        r#"{"id": "SERVER", "name": "Main", "type": "Microsoft.Sql/servers", "location": "eastus",
            "properties": {"state": "Ready", "version": "12.0",
                "fullyQualifiedDomainName": "main.database.windows.net"}}"#,
    );
    let resources = collected(vec![master, server], answered);
    assert_eq!(resources.len(), 1);
    assert_eq!((resources[0].kind, month(&resources[0]).as_str()), ("server", "0"));
    assert_eq!(resources[0].attributes.text("host_name"), Some("main.database.windows.net"));
}

#[test]
fn free_databases_cost_nothing_as_long_as_they_pause() {
    let free = |behaviour: &str| {
        let more = format!(
            r#""currentServiceObjectiveName": "GP_S_Gen5_2", "useFreeLimit": true,
               "freeLimitExhaustionBehavior": "{behaviour}""#
        );
        collected(vec![database("f", ("GP_S_Gen5", "GeneralPurpose", 2), &more)], answered)
    };
    assert_eq!(month(&free("AutoPause")[0]), "0");
    assert_eq!(missing(&free("BillOverUsage")[0]), ["compute"]);
}

#[test]
fn replicas_are_databases_of_their_own() {
    let standby = general("standby", r#""secondaryType": "Standby""#);
    let resources = collected(vec![standby], answered);
    assert_eq!(resources[0].costs.component("license"), Some(finops_core::model::CostRate::ZERO));
    let named = database(
        "named",
        ("HS_Gen5", "Hyperscale", 2),
        r#""currentServiceObjectiveName": "HS_Gen5_2", "secondaryType": "Named",
           "highAvailabilityReplicaCount": 1, "maxSizeBytes": -1"#,
    );
    let resources = collected(vec![named], answered);
    // The replica and the one that stands by for it: 2 × 0.36532 × 730.
    assert_eq!(month(&resources[0]), "533.3672");
    assert!(resources[0].costs.unpriced.is_empty());
    assert_eq!(resources[0].attributes.get("max_size_bytes"), None);
}

#[test]
fn a_present_hyperscale_database_pays_for_what_is_allocated() {
    let objective = r#""currentServiceObjectiveName": "HS_Gen5_2", "maxSizeBytes": -1"#;
    let big = database("big", ("HS_Gen5", "Hyperscale", 2), objective);
    let resources = collected(vec![big], answered);
    // 0.36532 × 730 = 266.6836; 20 × 0.25 = 5.
    assert_eq!(month(&resources[0]), "271.6836");
    assert_eq!(missing(&resources[0]), ["backup"]);
}

#[test]
fn odd_rows_are_listed_without_a_price() {
    let broken = general("broken", r#""zoneRedundant": "perhaps""#);
    let nameless =
        row(r#"{"id": "SERVER/databases/x", "type": "Microsoft.Sql/servers/databases"}"#);
    let nonsense = |_: &Resource, _: &str| {
        Answer::Figures(vec![crate::metrics::Figure {
            metric: "full_backup_size_bytes".to_owned(),
            dimensions: Vec::new(),
            value: Decimal::MAX,
        }])
    };
    let resources = collected(vec![broken, nameless], nonsense);
    assert!(resources[0].costs.unpriced[0].reason.contains("cannot be read"));
    assert!(resources[1].costs.unpriced[0].reason.contains("unknown service objective"));
    let resources = collected(vec![general("plain", r#""zoneRedundant": false"#)], nonsense);
    assert_eq!(missing(&resources[0]), ["backup"]);
}
