//! Buckets as Google describes them, and their costs by the list.

use serde_json::json;

use finops_core::model::{Attributes, Value};

use super::*;
use crate::metrics::{Answer, Figure};
use crate::services::answers::{failed, missing, month, one, settle};
use crate::services::sample;

fn bucket(name: &str) -> Json {
    json!({
        "kind": "storage#bucket", "id": name, "name": name, "projectNumber": "123456789012",
        "location": "EUROPE-WEST1", "locationType": "region", "storageClass": "STANDARD",
        "timeCreated": "2024-08-19T03:03:32.589Z", "labels": {"team": "shop"},
        "versioning": {"enabled": true},
        "softDeletePolicy": {"retentionDurationSeconds": "604800"},
        "lifecycle": {"rule": [{"action": {"type": "Delete"}, "condition": {"age": 30}}]},
        "iamConfiguration": {"publicAccessPrevention": "enforced"}
    })
}

fn gibibytes(labels: &[&str], count: u64) -> Figure {
    one(labels, &(count << 30).to_string())
}

/// `pictures` holds 100 + 20 GiB of standard and 50 GiB of nearline; 10 GiB of it are deleted and
/// may be restored.
fn pictures(query: &str) -> Answer {
    Answer::Figures(match query {
        "storage_bytes" => vec![
            gibibytes(&["pictures", "STANDARD", "live-object"], 100),
            gibibytes(&["pictures", "REGIONAL", "noncurrent-object"], 20),
            gibibytes(&["pictures", "NEARLINE", "live-object"], 50),
            gibibytes(&["pictures", "STANDARD", "soft-deleted-object"], 10),
            gibibytes(&["pictures", "STANDARD", "multipart-upload"], 1),
        ],
        _ => vec![
            one(&["pictures", "live-object"], "1000"),
            one(&["pictures", "noncurrent-object"], "200"),
            one(&["pictures", "soft-deleted-object"], "30"),
            one(&["pictures", "multipart-upload"], "4"),
        ],
    })
}

async fn collected(buckets: &[Json], answer: impl Fn(&str) -> Answer) -> Vec<Resource> {
    let scope = sample::scope().await;
    let mut found = Listing::default();
    take(&mut found, &scope, serde_json::from_value(json!({ "items": buckets })).unwrap());
    settle(&Storage, &scope, &mut found.resources, answer);
    found.resources
}

#[tokio::test]
async fn a_bucket_pays_for_what_it_holds_in_each_class() {
    let buckets = collected(&[bucket("pictures")], pictures).await;
    let held = &buckets[0];
    assert_eq!(&*held.region, "europe-west1");
    assert_eq!(held.tags.get("team"), Some("shop"));
    assert_eq!(held.attributes.text("location_type"), Some("region"));
    assert_eq!(held.attributes.get("versioning"), Some(&Value::Flag(true)));
    assert_eq!(held.attributes.get("autoclass"), Some(&Value::Flag(false)));
    assert_eq!(held.attributes.integer("soft_delete_days"), Some(7));
    assert_eq!(held.attributes.integer("lifecycle_rules"), Some(1));
    assert_eq!(held.attributes.text("public_access_prevention"), Some("enforced"));
    assert_eq!(held.attributes.text("created_at"), Some("2024-08-19T03:03:32Z"));
    assert_eq!(held.measured("size_bytes"), Some(&Value::Integer(171 << 30)));
    assert_eq!(held.measured("noncurrent_bytes"), Some(&Value::Integer(20 << 30)));
    assert_eq!(held.measured("soft_deleted_bytes"), Some(&Value::Integer(10 << 30)));
    assert_eq!(held.measured("object_count"), Some(&Value::Integer(1_200)));
    let mut classes = Attributes::default();
    classes.set("NEARLINE", 50_i64 << 30);
    classes.set("REGIONAL", 20_i64 << 30);
    classes.set("STANDARD", 101_i64 << 30);
    assert_eq!(held.measured("storage_classes"), Some(&Value::Record(classes)));
    // (100 + 20 + 1 + 10) × 0.02 = 2.62; 50 × 0.01 = 0.5.
    assert_eq!(month(held), "3.12");
    assert!(held.costs.unpriced.is_empty());
}

#[tokio::test]
async fn buckets_of_several_regions_have_prices_of_their_own() {
    let mut several = bucket("pictures");
    several["location"] = json!("US");
    let buckets = collected(&[several.clone()], pictures).await;
    assert_eq!(&*buckets[0].region, "us");
    assert_eq!(month(&buckets[0]), "4.156"); // 131 × 0.026 + 50 × 0.015
    several["customPlacementConfig"] = json!({"dataLocations": ["US-EAST1", "US-WEST1"]});
    let buckets = collected(&[several], pictures).await;
    assert_eq!(missing(&buckets[0]), ["storage_standard", "storage_nearline"]);
    assert!(buckets[0].costs.unpriced[0].reason.contains("us-east1 and us-west1"));
}

#[tokio::test]
async fn an_old_bucket_without_a_figure_is_empty_where_others_have_theirs() {
    let buckets = collected(&[bucket("pictures"), bucket("empty")], pictures).await;
    assert_eq!(month(&buckets[1]), "0");
    assert!(buckets[1].costs.unpriced.is_empty());
    assert_eq!(buckets[1].measured("size_bytes"), Some(&Value::Integer(0)));
    assert_eq!(buckets[1].measured("object_count"), Some(&Value::Integer(0)));
}

#[tokio::test]
async fn a_bucket_is_unpriced_and_not_empty_where_no_bucket_has_a_figure() {
    let buckets = collected(&[bucket("pictures")], |_| Answer::Figures(Vec::new())).await;
    assert_eq!(missing(&buckets[0]), ["storage", "soft_deleted"]);
    assert!(buckets[0].costs.unpriced[0].reason.contains("no figure of any bucket"));
    assert!(buckets[0].usage.is_empty());
}

#[tokio::test]
async fn a_new_bucket_without_a_figure_is_unpriced_and_not_empty() {
    let scope = sample::scope().await;
    let mut new = bucket("new");
    new["timeCreated"] = json!(scope.now.to_string());
    let mut ageless = bucket("ageless");
    ageless["timeCreated"] = json!("once");
    for bucket in collected(&[new, ageless], pictures).await {
        assert_eq!(missing(&bucket), ["storage", "soft_deleted"]);
        assert!(bucket.costs.unpriced[0].reason.contains("once a day"));
        assert_eq!(bucket.measured("size_bytes"), None);
        assert_eq!(bucket.measured("object_count"), None);
    }
}

#[tokio::test]
async fn a_bucket_that_could_not_be_asked_about_is_unpriced_and_not_empty() {
    for (answer, why) in [(Answer::OverCeiling, "ceiling"), (failed(), "did not answer")] {
        let buckets = collected(&[bucket("pictures")], |_| answer.clone()).await;
        assert!(buckets[0].costs.is_unpriced());
        assert!(buckets[0].costs.unpriced[0].reason.contains(why));
        assert!(buckets[0].usage.is_empty());
    }
}

#[tokio::test]
async fn what_autoclass_costs_is_not_known() {
    let mut moving = bucket("pictures");
    moving["autoclass"] = json!({"enabled": true});
    let buckets = collected(&[moving], pictures).await;
    assert_eq!(missing(&buckets[0]), ["autoclass"]);
    assert_eq!(month(&buckets[0]), "3.12"); // 131 × 0.02 + 50 × 0.01
}

#[tokio::test]
async fn odd_buckets_are_listed_without_a_price() {
    let mut broken = bucket("pictures");
    broken["versioning"] = json!("yes");
    let mut nowhere = bucket("nowhere");
    nowhere["location"] = json!(null);
    let buckets = collected(&[broken, nowhere, json!({}), json!([])], pictures).await;
    assert_eq!(buckets.len(), 4);
    assert!(buckets[0].costs.unpriced[0].reason.contains("cannot be read"));
    assert!(buckets.iter().all(|bucket| bucket.costs.is_unpriced()));
}

#[tokio::test]
async fn a_page_says_what_comes_next_and_what_could_not_be_reached() {
    let page = json!({
        "items": [bucket("pictures")], "nextPageToken": "more",
        "unreachable": ["projects/_/buckets/far"]
    });
    let page: Buckets = serde_json::from_value(page).unwrap();
    assert_eq!(page.next_page_token(), Some("more"));
    let mut found = Listing::default();
    take(&mut found, &sample::scope().await, page);
    let outcome = found.outcome(Ok(()));
    assert_eq!(outcome.resources().len(), 1);
    assert_eq!(outcome.failure().unwrap().error, "Unreachable: buckets/far did not answer");
}
