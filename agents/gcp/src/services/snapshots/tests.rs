use google_cloud_compute_v1::model::Snapshot;
use serde_json::{Value as Json, json};

use finops_core::model::Resource;

use super::*;
use crate::google::scripted::{Reply, Script};
use crate::services::sample;

const PROJECT: &str = "https://www.googleapis.com/compute/v1/projects/web-1";

/// A snapshot of 10 GiB in us-central1, as Google describes it, with more or other fields.
fn described(more: &[(&str, Json)]) -> Json {
    let mut described = json!({
        "id": "77", "name": "Nightly-1", "status": "READY", "storageLocations": ["us-central1"],
        "selfLink": format!("{PROJECT}/global/snapshots/Nightly-1"),
        "storageBytes": (10_u64 << 30).to_string(), "storageBytesStatus": "UP_TO_DATE",
        "diskSizeGb": "100", "sourceDisk": format!("{PROJECT}/zones/us-central1-a/disks/Data-1"),
        "snapshotType": "STANDARD", "autoCreated": true, "labels": {"team": "shop"},
        "creationTimestamp": "2026-05-01T12:34:32.960-07:00",
    });
    for (key, value) in more {
        described[*key] = value.clone();
    }
    described
}

async fn one(more: &[(&str, Json)]) -> Resource {
    let snapshot: Snapshot = serde_json::from_value(described(more)).unwrap();
    snapshot::resource(&sample::scope().await, &snapshot)
}

fn month(snapshot: &Resource) -> String {
    assert!(snapshot.costs.unpriced.is_empty(), "{:?}", snapshot.costs);
    snapshot.costs.known().unwrap().exact_monthly().normalize().to_string()
}

fn reason(snapshot: &Resource) -> &str {
    assert!(snapshot.costs.is_unpriced(), "{:?}", snapshot.costs);
    &snapshot.costs.unpriced[0].reason
}

#[tokio::test]
async fn a_snapshot_costs_what_it_stores_and_tells_what_it_is() {
    let snapshot = one(&[]).await;
    assert_eq!(month(&snapshot), "0.5"); // 10 × 0.05
    assert_eq!(&*snapshot.id, "projects/web-1/global/snapshots/nightly-1");
    assert_eq!((snapshot.name.as_deref(), &*snapshot.region), (Some("Nightly-1"), "us-central1"));
    assert_eq!(snapshot.state.as_deref(), Some("READY"));
    assert_eq!(snapshot.tags.get("team"), Some("shop"));
    let text = |key| snapshot.attributes.text(key);
    assert_eq!(text("source_disk"), Some("projects/web-1/zones/us-central1-a/disks/data-1"));
    assert_eq!((text("location"), text("snapshot_type")), (Some("us-central1"), Some("STANDARD")));
    assert_eq!(text("created_at"), Some("2026-05-01T19:34:32Z"));
    assert_eq!(snapshot.attributes.integer("stored_bytes"), Some(10 << 30));
    assert_eq!(snapshot.attributes.integer("disk_size_gb"), Some(100));
    assert_eq!(snapshot.attributes.get("auto_created"), Some(&true.into()));
}

#[tokio::test]
async fn a_snapshot_is_billed_where_it_is_stored() {
    let multi = one(&[("storageLocations", json!(["EU"]))]).await;
    assert_eq!((month(&multi), &*multi.region), ("0.75".to_owned(), "eu")); // 10 × 0.075
    let regional =
        [("storageLocations", json!([])), ("region", format!("{PROJECT}/regions/us-west2").into())];
    let regional = one(&regional).await;
    assert_eq!((month(&regional), &*regional.region), ("0.6".to_owned(), "us-west2")); // 10 × 0.06
}

#[tokio::test]
async fn a_snapshot_without_a_price_says_why() {
    for (key, value, word) in [
        ("snapshotType", json!("ARCHIVE"), "archive"),
        ("snapshotType", json!("STONE"), "STONE"),
        ("storageBytes", Json::Null, "not known"),
        ("storageBytes", json!("-1"), "not known"),
        ("storageLocations", json!([]), "where the snapshot is stored"),
        ("storageLocations", json!(["mars-north1"]), "mars-north1"),
    ] {
        let snapshot = one(&[(key, value)]).await;
        assert!(reason(&snapshot).contains(word), "{key}: {}", reason(&snapshot));
    }
    let older = one(&[("snapshotType", Json::Null)]).await;
    assert_eq!(month(&older), "0.5");
    let bare = snapshot::resource(&sample::scope().await, &Snapshot::default());
    assert_eq!((&*bare.id, &*bare.region), ("projects/web-1/global/snapshots/", "global"));
    assert!(bare.costs.is_unpriced());
}

#[tokio::test]
async fn snapshots_come_in_pages_and_only_those_of_wanted_regions_count() {
    let page = |location: &str, token: &str| {
        let items = json!([described(&[("storageLocations", json!([location]))])]);
        Reply::json(&json!({"items": items, "nextPageToken": token}))
    };
    let server =
        Script::of(&[page("us-central1", "two"), page("us", "three"), page("us-east1", "")]);
    let mut scope = sample::scope_in(&["us-central1"]).await;
    scope.google = server.google().await;
    let outcome = Snapshots.collect(&scope).await;
    assert!(matches!(outcome, ServiceOutcome::Found(_)), "{outcome:?}");
    assert_eq!(outcome.resources().len(), 1);
    let seen = server.seen();
    let tokens: Vec<String> = seen.iter().map(|request| request.query("pageToken")).collect();
    assert_eq!(tokens, ["", "two", "three"]);
    assert_eq!(seen[0].url.path(), "/compute/v1/projects/web-1/global/snapshots");
    assert_eq!(seen[0].query("maxResults"), "500");
}

#[tokio::test]
async fn a_warning_that_something_is_missing_is_told() {
    let page = json!({"items": [described(&[])], "warning": {"code": "UNREACHABLE"}});
    let server = Script::of(&[Reply::json(&page)]);
    let mut scope = sample::scope().await;
    scope.google = server.google().await;
    let outcome = Snapshots.collect(&scope).await;
    assert_eq!(outcome.resources().len(), 1);
    assert!(outcome.failure().unwrap().error.contains("did not answer"));
}
