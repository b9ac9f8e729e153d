//! Instances as Google describes them, and their costs by the list prices of us-central1.

use serde_json::{Value as Json, json};

use finops_core::model::Value;

use super::*;
use crate::metrics::Answer;
use crate::services::answers::{failed, missing, month, one, settle};
use crate::services::sample;

fn instance(more: &Json) -> Json {
    let mut instance = json!({
        "kind": "sql#instance", "name": "orders", "project": "web-1", "region": "us-central1",
        "gceZone": "us-central1-a", "state": "RUNNABLE", "instanceType": "CLOUD_SQL_INSTANCE",
        "databaseVersion": "MYSQL_8_4", "databaseInstalledVersion": "MYSQL_8_4_5",
        "createTime": "2026-03-26T15:17:25.664Z",
        "ipAddresses": [
            {"type": "PRIVATE", "ipAddress": "10.0.0.2"},
            {"type": "PRIMARY", "ipAddress": "203.0.113.7"}
        ],
        "settings": {
            "tier": "db-custom-4-15872", "edition": "ENTERPRISE", "availabilityType": "ZONAL",
            "activationPolicy": "ALWAYS", "dataDiskType": "PD_SSD", "dataDiskSizeGb": "100",
            "userLabels": {"team": "shop"},
            "ipConfiguration": {"ipv4Enabled": true},
            "backupConfiguration": {"enabled": true, "binaryLogEnabled": true}
        }
    });
    merge(&mut instance, more);
    instance
}

/// Puts the fields of one record into another; `null` takes a field away.
fn merge(into: &mut Json, more: &Json) {
    for (key, value) in more.as_object().unwrap() {
        match value {
            Json::Object(_) if into.get(key).is_some() => merge(&mut into[key], value),
            Json::Null => drop(into.as_object_mut().unwrap().remove(key)),
            value => into[key] = value.clone(),
        }
    }
}

async fn collected(instances: &[Json], answer: impl Fn(&str) -> Answer) -> Vec<Resource> {
    let scope = sample::scope().await;
    let mut found = Listing::default();
    take(&mut found, &scope, &serde_json::from_value(json!({ "items": instances })).unwrap());
    settle(&Sql, &scope, &mut found.resources, answer);
    found.resources
}

/// An instance with these changes.
async fn changed(more: Json) -> Resource {
    let silent = |_: &str| Answer::Figures(Vec::new());
    collected(&[instance(&more)], silent).await.remove(0)
}

#[tokio::test]
async fn an_instance_pays_for_its_machine_and_its_storage() {
    let orders = changed(json!({})).await;
    assert_eq!(&*orders.id, "projects/web-1/instances/orders");
    assert_eq!(orders.zone.as_deref(), Some("us-central1-a"));
    assert_eq!(orders.state.as_deref(), Some("RUNNABLE"));
    assert_eq!(orders.tags.get("team"), Some("shop"));
    assert_eq!(orders.attributes.text("instance_type"), Some("primary"));
    assert_eq!(orders.attributes.text("database_version"), Some("MYSQL_8_4"));
    assert_eq!(orders.attributes.text("public_address"), Some("203.0.113.7"));
    assert_eq!(orders.attributes.text("created_at"), Some("2026-03-26T15:17:25Z"));
    assert_eq!(orders.attributes.integer("vcpus"), Some(4));
    assert_eq!(orders.attributes.get("memory_gb"), Some(&Value::Number(15.5)));
    assert_eq!(orders.attributes.integer("storage_gb"), Some(100));
    assert_eq!(orders.attributes.get("backups"), Some(&Value::Flag(true)));
    // (4 × 0.0413 + 15.5 × 0.007) × 730 = 199.801; 100 × 0.17 = 17.
    assert_eq!(month(&orders), "216.801");
    assert_eq!(missing(&orders), ["backup"]);
}

#[tokio::test]
async fn a_standby_doubles_instance_and_storage() {
    let settings = json!({"tier": "db-n1-standard-4", "availabilityType": "REGIONAL"});
    let regional = changed(json!({ "settings": settings })).await;
    // 0.5404 × 730 = 394.492; 100 × 0.34 = 34.
    assert_eq!(month(&regional), "428.492");
}

#[tokio::test]
async fn an_instance_that_is_stopped_pays_for_storage_and_its_address() {
    for stopped in [
        json!({"settings": {"activationPolicy": "NEVER"}}),
        json!({"state": "SUSPENDED", "suspensionReason": ["BILLING_ISSUE"]}),
    ] {
        // 100 × 0.17 = 17; 0.01 × 730 = 7.3.
        assert_eq!(month(&changed(stopped).await), "24.3");
    }
    let private = json!({
        "settings": {"activationPolicy": 2},
        "ipAddresses": [{"type": "PRIVATE", "ipAddress": "10.0.0.2"}]
    });
    assert_eq!(month(&changed(private).await), "17"); // 100 × 0.17
    let unsaid = json!({"settings": {"activationPolicy": "NEVER"}, "ipAddresses": null});
    assert_eq!(month(&changed(unsaid).await), "24.3");
}

#[tokio::test]
async fn a_read_replica_is_an_instance_of_its_own_without_backups() {
    let replica = changed(json!({
        "instanceType": "READ_REPLICA_INSTANCE", "masterInstanceName": "web-1:orders",
        "settings": {"tier": "db-n1-standard-1"}
    }))
    .await;
    assert_eq!(replica.attributes.text("instance_type"), Some("read replica"));
    assert_eq!(replica.attributes.text("primary_instance"), Some("web-1:orders"));
    assert_eq!(month(&replica), "66.348"); // 0.0676 × 730 + 100 × 0.17
    assert!(replica.costs.unpriced.is_empty());
}

#[tokio::test]
async fn a_version_past_its_support_has_an_unpriced_part_while_it_runs() {
    let old = changed(json!({"databaseVersion": "MYSQL_5_7"})).await;
    assert_eq!(old.attributes.text("extended_support_since"), Some("2025-05-01"));
    assert_eq!(missing(&old), ["backup", "extended_support"]);
    assert_eq!(month(&old), "216.801"); // As that of a newer version.
    let stopped = json!({
        "databaseVersion": "MYSQL_5_7", "settings": {"activationPolicy": "NEVER"}
    });
    assert_eq!(missing(&changed(stopped).await), ["backup"]);
}

#[tokio::test]
async fn a_version_that_is_newer_than_the_agent_goes_by_the_installed_one() {
    let newer = changed(json!({
        "databaseVersion": 9_999, "databaseInstalledVersion": "POSTGRES_21_1"
    }))
    .await;
    assert_eq!(newer.attributes.text("database_version"), Some("POSTGRES_21_1"));
    assert_eq!(month(&newer), "216.801"); // The prices of both engines are the same.
    let unknown = changed(json!({
        "databaseVersion": 9_999, "databaseInstalledVersion": null
    }))
    .await;
    assert!(unknown.costs.unpriced[0].reason.contains("unknown database version \"9999\""));
}

#[tokio::test]
async fn what_the_list_does_not_have_is_unpriced() {
    let plus = json!({"settings": {"edition": "ENTERPRISE_PLUS", "tier": "db-perf-optimized-N-8"}});
    assert_eq!(missing(&changed(plus).await), ["instance", "storage", "backup"]);
    let developer = json!({"settings": {"edition": "DEVELOPER"}});
    assert!(changed(developer).await.costs.is_unpriced());
    let elsewhere = changed(json!({"region": "europe-west1"})).await;
    assert!(elsewhere.costs.is_unpriced());
    let hyperdisk = changed(json!({"settings": {"dataDiskType": "HYPERDISK_BALANCED"}})).await;
    assert_eq!(missing(&hyperdisk), ["storage", "backup"]);
    let licensed = changed(json!({"databaseVersion": "SQLSERVER_2022_STANDARD"})).await;
    assert_eq!(missing(&licensed), ["license", "backup"]);
}

#[tokio::test]
async fn odd_instances_are_listed_without_a_price() {
    let bare = changed(json!({"settings": null})).await;
    assert!(bare.costs.unpriced[0].reason.contains("how it is set up"));
    for size in [Json::Null, json!("-5")] {
        let sizeless = changed(json!({"settings": {"dataDiskSizeGb": size}})).await;
        assert_eq!(missing(&sizeless), ["backup", "storage"]);
        assert_eq!(month(&sizeless), "199.801"); // (4 × 0.0413 + 15.5 × 0.007) × 730
    }
    let empty = collected(&[json!({})], |_| Answer::Figures(Vec::new())).await;
    assert!(empty[0].costs.is_unpriced() && empty[0].name.is_none());
    let premises = changed(json!({"instanceType": "ON_PREMISES_INSTANCE", "settings": null})).await;
    assert_eq!(month(&premises), "0");
}

#[tokio::test]
async fn what_an_instance_does_is_noted_where_it_is_known() {
    let figures = |query: &str| {
        let figure = |value| Answer::Figures(vec![one(&["web-1:orders"], value)]);
        match query {
            "sql_cpu" => figure("0.123456"),
            "sql_connections" => figure("12"),
            "sql_postgres_connections" => figure("34"),
            _ => figure("5368709120"),
        }
    };
    let mysql = collected(&[instance(&json!({}))], figures).await;
    assert_eq!(mysql[0].measured("cpu_utilization"), Some(&Value::Number(12.35)));
    assert_eq!(mysql[0].measured("connections"), Some(&Value::Integer(12)));
    assert_eq!(mysql[0].measured("storage_used_bytes"), Some(&Value::Integer(5_368_709_120)));
    let postgres = instance(&json!({"databaseVersion": "POSTGRES_16"}));
    let postgres = collected(&[postgres], figures).await;
    assert_eq!(postgres[0].measured("connections"), Some(&Value::Integer(34)));
    let silent = collected(&[instance(&json!({}))], |_| failed()).await;
    assert!(silent[0].usage.is_empty());
    assert_eq!(month(&silent[0]), "216.801");
    let other = collected(&[instance(&json!({"project": "web-2"}))], figures).await;
    assert!(other[0].usage.is_empty());
}

#[tokio::test]
async fn regions_that_did_not_answer_are_named() {
    let page = json!({
        "items": [instance(&json!({}))],
        "warnings": [
            {"code": "REGION_UNREACHABLE", "region": "us-east1", "message": "try again"},
            {"code": 1, "message": "try again"},
            {"code": "MAX_RESULTS_EXCEEDS_LIMIT"}
        ]
    });
    let mut found = Listing::default();
    take(&mut found, &sample::scope().await, &serde_json::from_value(page).unwrap());
    let outcome = found.outcome(Ok(()));
    assert_eq!(outcome.resources().len(), 1);
    assert_eq!(outcome.failure().unwrap().error, "Unreachable: a region, us-east1 did not answer");
}
