//! Accounts as Azure describes them, and their costs by the list prices of eastus.

use finops_core::model::{Attributes, Value};

use super::*;
use crate::inventory::Row;
use crate::services::answers::{figures, missing, month, settle, split};
use crate::services::sample::scope_of_rows;

const GB: u64 = 1 << 30;

fn account(name: &str, kind: &str, sku: &str, properties: &str) -> Row {
    let text = format!(
        r#"{{"id": "/subscriptions/s-1/resourceGroups/Files/providers/Microsoft.Storage/storageAccounts/{name}",
            "name": "{name}", "type": "microsoft.storage/storageaccounts", "location": "eastus",
            "kind": "{kind}", "sku": {{"name": "{sku}", "tier": "Standard"}}, "tags": null,
            "properties": {{"accessTier": "Hot", "provisioningState": "Succeeded",
                "creationTime": "2025-05-22T21:11:08.3016464Z" {properties}}}}}"#
    );
    serde_json::from_str(&text).unwrap()
}

fn collected(rows: Vec<Row>, answer: impl Fn(&Resource, &str) -> Answer) -> Vec<Resource> {
    let scope = scope_of_rows(rows);
    let mut resources = list(&scope).unwrap();
    settle(&Storage, &scope, &mut resources, answer);
    resources
}

/// 100 GB of hot and 10 GB of cool blobs, and nothing else.
fn blobs_only(_: &Resource, query: &str) -> Answer {
    match query {
        "storage_used" => figures(&[("UsedCapacity", 110 * GB)]),
        "storage_blobs" => split(&[
            ("BlobCapacity", &["BlockBlob", "Hot"], 100 * GB),
            ("BlobCapacity", &["BlockBlob", "Cool"], 10 * GB),
            ("BlobCapacity", &["PageBlob", "Standard"], 0),
        ]),
        "storage_files" => figures(&[]),
        "storage_tables" => figures(&[("TableCapacity", 0)]),
        _ => figures(&[]),
    }
}

#[test]
fn an_account_pays_for_its_tiers() {
    let rows = vec![account("pictures", "StorageV2", "Standard_LRS", "")];
    let resources = collected(rows, blobs_only);
    let pictures = &resources[0];
    // 100 × 0.0208 + 10 × 0.0115.
    assert_eq!(month(pictures), "2.195");
    assert!(pictures.costs.unpriced.is_empty());
    assert_eq!(pictures.attributes.text("created_at"), Some("2025-05-22T21:11:08Z"));
    assert_eq!(pictures.measured("used_bytes"), Some(&Value::Integer(118_111_600_640)));
    let mut tiers = Attributes::default();
    tiers.set("Cool", 10_737_418_240_i64);
    tiers.set("Hot", 107_374_182_400_i64);
    assert_eq!(pictures.measured("blob_bytes"), Some(&Value::Record(tiers)));
}

#[test]
fn a_service_without_a_figure_is_empty_only_where_the_others_hold_all_that_is_used() {
    let more_is_used = |resource: &Resource, query: &str| match query {
        "storage_used" => figures(&[("UsedCapacity", 110 * GB + 1)]),
        _ => blobs_only(resource, query),
    };
    let rows = vec![account("pictures", "StorageV2", "Standard_LRS", "")];
    let resources = collected(rows, more_is_used);
    assert_eq!(missing(&resources[0]), ["files", "queues"]);
    assert_eq!(month(&resources[0]), "2.195");
    assert_eq!(resources[0].measured("file_bytes"), None);
}

#[test]
fn an_account_that_uses_nothing_costs_nothing() {
    let nothing = |_: &Resource, query: &str| match query {
        "storage_used" => figures(&[("UsedCapacity", 0)]),
        _ => figures(&[]),
    };
    let resources = collected(vec![account("new", "StorageV2", "Standard_LRS", "")], nothing);
    assert_eq!(month(&resources[0]), "0");
    assert_eq!(resources[0].measured("blob_bytes"), Some(&Value::Record(Attributes::default())));
}

#[test]
fn an_account_younger_than_a_day_is_unpriced_and_not_zero() {
    let rows = || vec![account("young", "StorageV2", "Standard_LRS", "")];
    let resources = collected(rows(), |_, _| figures(&[]));
    assert_eq!(missing(&resources[0]), ["blobs", "files", "tables", "queues"]);
    assert!(resources[0].costs.unpriced[0].reason.contains("once a day"));
    assert!(resources[0].costs.is_unpriced() && resources[0].usage.is_empty());
    let resources = collected(rows(), |_, _| Answer::OverCeiling);
    assert!(resources[0].costs.unpriced[0].reason.contains("ceiling"));
}

#[test]
fn only_services_that_an_account_can_have_are_asked_about() {
    let scope = scope_of_rows(vec![
        account("a", "StorageV2", "Standard_LRS", ""),
        account("b", "BlockBlobStorage", "Premium_LRS", ""),
        account("c", "FileStorage", "Premium_ZRS", ""),
        account("d", "StorageV2", "Premium_LRS", ""),
    ]);
    let resources = list(&scope).unwrap();
    let questions = Storage.questions(&scope, &resources);
    let asked = |index: usize| -> Vec<&str> {
        let of_one = questions.iter().filter(|question| question.resource == Some(index));
        of_one.map(|question| question.query.name).collect()
    };
    let all =
        ["storage_used", "storage_blobs", "storage_files", "storage_tables", "storage_queues"];
    assert_eq!(asked(0), all);
    assert_eq!(asked(1), ["storage_used", "storage_blobs"]);
    assert_eq!(asked(2), ["storage_used", "storage_files"]);
    assert_eq!(asked(3), ["storage_used", "storage_blobs"]);
    assert!(questions[1].target.ends_with("/storageaccounts/a/blobservices/default"));
}

#[test]
fn accounts_of_a_region_share_the_tiers() {
    let large = |resource: &Resource, query: &str| match (query, resource.name.as_deref()) {
        ("storage_blobs", Some("first")) => {
            split(&[("BlobCapacity", &["BlockBlob", "Hot"], 51_200 * GB)])
        }
        ("storage_used", _) => figures(&[("UsedCapacity", 1)]),
        _ => blobs_only(resource, query),
    };
    let rows = vec![
        account("first", "StorageV2", "Standard_LRS", ""),
        account("second", "StorageV2", "Standard_LRS", ""),
    ];
    let resources = collected(rows, large);
    assert_eq!(month(&resources[0]), "1064.96"); // 51,200 × 0.0208
    assert_eq!(month(&resources[1]), "2.1118"); // 100 × 0.019968 + 10 × 0.0115
}

#[test]
fn odd_rows_are_listed_without_a_price() {
    let lake = account("lake", "StorageV2", "Standard_LRS", r#", "isHnsEnabled": true"#);
    let broken = account("broken", "StorageV2", "Standard_LRS", r#", "isHnsEnabled": "yes""#);
    let bare: Row = serde_json::from_str(
        r#"{"id": "/x/storageAccounts/bare", "type": "Microsoft.Storage/storageAccounts"}"#,
    )
    .unwrap();
    let resources = collected(vec![lake, broken, bare], blobs_only);
    assert_eq!(missing(&resources[0]), ["blob_hot", "blob_cool"]);
    assert!(resources[0].costs.unpriced[0].reason.contains("hierarchical namespace"));
    assert!(resources[1].costs.unpriced[0].reason.contains("cannot be read"));
    assert!(resources[2].costs.unpriced[0].reason.contains("unknown sku"));
}
