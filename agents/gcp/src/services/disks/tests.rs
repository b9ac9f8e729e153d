use google_cloud_compute_v1::model::Disk;
use serde_json::{Value as Json, json};

use finops_core::model::Value;

use super::*;
use crate::google::scripted::{Reply, Script};
use crate::services::sample;

const PROJECT: &str = "https://www.googleapis.com/compute/v1/projects/web-1";

/// A disk of 100 GB in us-central1-a, as Google describes it, with more or other fields.
fn described(kind: &str, more: &[(&str, Json)]) -> Json {
    let zone = format!("{PROJECT}/zones/us-central1-a");
    let mut described = json!({
        "id": "1926261635889640234", "name": "Data-1", "sizeGb": "100", "status": "READY",
        "zone": zone, "selfLink": format!("{zone}/disks/Data-1"),
        "type": format!("{zone}/diskTypes/{kind}"), "labels": {"team": "shop"},
        "creationTimestamp": "2026-05-01T12:34:32.960-07:00",
        "lastAttachTimestamp": "2026-05-02T12:34:33.013-07:00",
        "users": [format!("{zone}/instances/Shop-1")],
    });
    for (key, value) in more {
        described[*key] = value.clone();
    }
    described
}

async fn listed(place: &str, described: Json) -> Resource {
    let disk: Disk = serde_json::from_value(described).unwrap();
    disk::resource(&sample::scope().await, place, &disk)
}

async fn one(kind: &str, more: &[(&str, Json)]) -> Resource {
    listed("zones/us-central1-a", described(kind, more)).await
}

fn month(disk: &Resource) -> String {
    assert!(disk.costs.unpriced.is_empty(), "{:?}", disk.costs);
    disk.costs.known().unwrap().exact_monthly().normalize().to_string()
}

fn reason(disk: &Resource) -> &str {
    assert!(disk.costs.is_unpriced(), "{:?}", disk.costs);
    &disk.costs.unpriced[0].reason
}

#[tokio::test]
async fn a_disk_costs_its_size_and_tells_what_it_is() {
    let image = format!("{PROJECT}/global/images/debian-12");
    let disk = one("pd-balanced", &[("sourceImage", image.into())]).await;
    assert_eq!(month(&disk), "10"); // 100 × 0.1
    assert_eq!(&*disk.id, "projects/web-1/zones/us-central1-a/disks/data-1");
    assert_eq!((disk.name.as_deref(), &*disk.region), (Some("Data-1"), "us-central1"));
    assert_eq!(
        (disk.zone.as_deref(), disk.state.as_deref()),
        (Some("us-central1-a"), Some("READY"))
    );
    assert_eq!(disk.tags.get("team"), Some("shop"));
    let text = |key| disk.attributes.text(key);
    assert_eq!((text("disk_type"), text("source_image")), (Some("pd-balanced"), Some("debian-12")));
    assert_eq!(text("disk_id"), Some("1926261635889640234"));
    assert_eq!(text("created_at"), Some("2026-05-01T19:34:32Z"));
    assert_eq!(text("last_attached_at"), Some("2026-05-02T19:34:33Z"));
    assert_eq!(disk.attributes.integer("size_gb"), Some(100));
}

#[tokio::test]
async fn a_disk_names_its_machines_as_the_machines_are_called() {
    let user = |name: &str| format!("{PROJECT}/zones/us-central1-a/instances/{name}");
    let shared = json!([user("Shop-1"), user("Shop-2")]);
    let disk = one("pd-ssd", &[("users", shared)]).await;
    let path = |name: &str| format!("projects/web-1/zones/us-central1-a/instances/{name}");
    assert_eq!(disk.attributes.text("attached_to"), Some(&*path("shop-1")));
    let others = Value::List(vec![path("shop-2").into()]);
    assert_eq!(disk.attributes.get("also_attached_to"), Some(&others));
}

#[tokio::test]
async fn a_regional_disk_is_billed_in_its_region() {
    let zones = json!([format!("{PROJECT}/zones/us-central1-a"), "zones/us-central1-f"]);
    let regional = described(
        "pd-balanced",
        &[
            ("zone", Json::Null),
            ("region", format!("{PROJECT}/regions/us-central1").into()),
            ("replicaZones", zones),
            ("selfLink", Json::Null),
        ],
    );
    let disk = listed("regions/us-central1", regional).await;
    assert_eq!(month(&disk), "20"); // 100 × 0.2
    assert_eq!(&*disk.id, "projects/web-1/regions/us-central1/disks/Data-1");
    assert_eq!((&*disk.region, disk.zone.as_deref()), ("us-central1", None));
    let zones = Value::List(vec!["us-central1-a".into(), "us-central1-f".into()]);
    assert_eq!(disk.attributes.get("replica_zones"), Some(&zones));
}

#[tokio::test]
async fn provisioned_performance_costs_where_it_is_billed() {
    let fast = [("provisionedIops", json!("10000")), ("provisionedThroughput", json!("290"))];
    let disk = one("hyperdisk-extreme", &fast).await;
    assert_eq!(month(&disk), "332.5"); // 100 × 0.125 + 10,000 × 0.032
    assert_eq!(disk.attributes.integer("provisioned_iops"), Some(10_000));
    assert_eq!(disk.attributes.integer("provisioned_throughput"), Some(290));
    let pool = format!("{PROJECT}/zones/us-central1-a/storagePools/fast");
    let pooled = one("hyperdisk-extreme", &[("storagePool", pool.into())]).await;
    assert!(reason(&pooled).contains("storage pool"));
    assert_eq!(pooled.attributes.text("storage_pool"), Some("fast"));
}

#[tokio::test]
async fn a_disk_costs_from_its_creation_until_it_is_deleted() {
    for status in ["CREATING", "RESTORING", "READY", "UNAVAILABLE", "DELETING", "UNHEARD_OF"] {
        assert_eq!(month(&one("pd-ssd", &[("status", status.into())]).await), "17"); // 100 × 0.17
    }
    assert!(reason(&one("pd-ssd", &[("status", "FAILED".into())]).await).contains("created"));
}

#[tokio::test]
async fn only_a_disk_that_is_ready_and_that_nothing_has_is_unattached() {
    let none = ("users", json!([]));
    assert!(is_unattached(&one("pd-ssd", std::slice::from_ref(&none)).await));
    assert!(!is_unattached(&one("pd-ssd", &[]).await));
    let status = ("status", "CREATING".into());
    assert!(!is_unattached(&one("pd-ssd", &[none, status]).await));
}

#[tokio::test]
async fn unattached_disks_are_named_with_what_they_cost() {
    let loose = |kind: &str, name: &str| {
        let link = format!("projects/web-1/zones/us-central1-a/disks/{name}");
        described(kind, &[("users", json!([])), ("selfLink", link.into())])
    };
    let page = json!({"items": {"zones/us-central1-a": {"disks": [
        loose("pd-ssd", "old-1"),
        loose("pd-standard", "old-2"),
        described("pd-ssd", &[]),
    ]}}});
    let server = Script::of(&[Reply::json(&page)]);
    let mut scope = sample::scope().await;
    scope.google = server.google().await;
    let outcome = Disks.collect(&scope).await;
    assert_eq!(outcome.resources().len(), 3);
    let counts: Vec<_> =
        VIEW.counts.iter().map(|it| (it.key, (it.count)(outcome.resources()))).collect();
    assert_eq!(counts, [("total_disks", Some(3)), ("unattached_disks", Some(2))]);
    let events = scope.take_events();
    // 100 × 0.17 + 100 × 0.04
    assert_eq!(
        events[0].message,
        "2 disks are attached to nothing and cost 21.00 USD a month: \
         web-1/us-central1-a/old-1, web-1/us-central1-a/old-2"
    );
    let asked = server.seen()[0].query("fields");
    for key in described("pd-ssd", &[]).as_object().unwrap().keys() {
        assert!(asked.contains(key.as_str()), "{key}");
    }
}

#[tokio::test]
async fn the_disk_of_a_node_of_autopilot_is_not_counted() {
    let labels = json!({"goog-k8s-cluster-name": "web"});
    let more = [("name", "gk3-web-pool-1-abcd".into()), ("labels", labels.clone())];
    assert!(reason(&one("pd-balanced", &more).await).contains("Autopilot"));
    let volume = [("name", "pvc-1234".into()), ("labels", labels)];
    assert_eq!(month(&one("pd-balanced", &volume).await), "10");
}

#[tokio::test]
async fn an_odd_disk_is_listed_with_the_reason() {
    let bare = listed("zones/us-central1-a", json!({})).await;
    assert_eq!((&*bare.region, bare.name.as_deref()), ("us-central1", None));
    assert!(reason(&bare).contains("which type"));
    for size in [json!("-1"), json!("0"), Json::Null] {
        assert!(reason(&one("pd-ssd", &[("sizeGb", size)]).await).contains("how large"));
    }
    assert!(reason(&one("pd-next", &[]).await).contains("pd-next"));
    let elsewhere = [("zone", "zones/mars-north1-a".into())];
    assert!(reason(&one("pd-ssd", &elsewhere).await).contains("mars-north1"));
}
