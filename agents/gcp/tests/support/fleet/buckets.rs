//! Buckets of Cloud Storage.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::expected::Cost;
use super::thing::{Kind, Thing, exactly, whole};
use crate::support::facts::{
    ARCHIVE, COLDLINE, COLDLINE_MULTI, NEARLINE, NEARLINE_EUR4, STANDARD, STANDARD_EUR4,
    STANDARD_MULTI, times,
};

const BYTES: &str = "storage.googleapis.com/storage/v2/total_bytes";
const COUNT: &str = "storage.googleapis.com/storage/v2/total_count";
/// Bytes of a GiB.
const GIB: u64 = 1 << 30;

/// A bucket in a place, which is a region, two or more.
fn bucket(project: &'static str, name: &str, location: &str, class: &str) -> Thing {
    let kind = match location {
        "US" | "EU" | "ASIA" => "multi-region",
        "EUR4" | "NAM4" => "dual-region",
        _ => "region",
    };
    let body = json!({
        "kind": "storage#bucket", "id": name, "name": name, "projectNumber": "900000000002",
        "selfLink": format!("https://www.googleapis.com/storage/v1/b/{name}"),
        "location": location, "locationType": kind, "storageClass": class, "etag": "CAE=",
        "metageneration": "3", "timeCreated": "2025-01-02T03:04:05.678Z",
        "updated": "2025-01-02T03:04:05.678Z", "labels": { "team": "data" },
        "iamConfiguration": { "publicAccessPrevention": "enforced" },
        "softDeletePolicy": { "retentionDurationSeconds": "604800",
                              "effectiveTime": "2025-01-02T03:04:05.678Z" },
    });
    let place = format!("regions/{}", location.to_lowercase());
    Thing::new(project, Kind::Bucket, &place, name, body)
}

/// It holds so many GiB of a class, of a type: 1,000 objects.
fn holds(thing: Thing, class: &str, kind: &str, gib: u64) -> Thing {
    let name = thing.name.clone();
    let location = thing.body["location"].as_str().unwrap().to_lowercase();
    let labels = [
        ("resource.label.bucket_name", name.as_str()),
        ("resource.label.location", location.as_str()),
        ("resource.label.project_id", thing.project),
        ("metric.label.storage_class", class),
        ("metric.label.type", kind),
    ];
    thing.does(BYTES, "gcs_bucket", &labels, whole(gib * GIB)).does(
        COUNT,
        "gcs_bucket",
        &labels,
        exactly("1000"),
    )
}

fn live(thing: Thing, class: &str, gib: u64) -> Thing {
    holds(thing, class, "live-object", gib)
}

fn price(thing: Thing, parts: &[[&str; 2]]) -> Thing {
    let known = parts.iter().map(|part| times(part)).sum();
    thing.costs(Cost::Priced(known))
}

/// A terabyte of the standard class in one region.
pub(super) fn plain(project: &'static str, name: &str) -> Thing {
    let thing = live(bucket(project, name, "US-CENTRAL1", "STANDARD"), "STANDARD", 1_024);
    price(thing, &[["1024", STANDARD]]).says("size_bytes", 1_024 * GIB).says("object_count", 1_000)
}

/// Buckets of every kind.
pub(super) fn every_kind(project: &'static str) -> Vec<Thing> {
    let iowa = |name, class| bucket(project, name, "US-CENTRAL1", class);
    // A class for each, and the objects of a bucket in more than one.
    let classes = live(live(iowa("classes", "NEARLINE"), "NEARLINE", 100), "COLDLINE", 50);
    let classes = live(live(classes, "ARCHIVE", 1_000), "STANDARD", 8);
    let deleted = live(iowa("restorable", "STANDARD"), "STANDARD", 10);
    let deleted = holds(deleted, "STANDARD", "noncurrent-object", 20);
    let deleted = holds(deleted, "STANDARD", "soft-deleted-object", 30);
    let dual = live(bucket(project, "dual", "EUR4", "STANDARD"), "STANDARD", 100);
    let dual = live(dual, "NEARLINE", 10);
    let own_pair: Value = json!({ "dataLocations": ["US-EAST1", "US-WEST1"] });
    let own = bucket(project, "own-dual", "US", "STANDARD")
        .with("locationType", json!("dual-region"))
        .with("customPlacementConfig", own_pair);
    let multi = live(bucket(project, "multi", "US", "STANDARD"), "STANDARD", 100);
    let europe = live(bucket(project, "europe", "EU", "COLDLINE"), "COLDLINE", 10);
    let chosen = iowa("chosen", "STANDARD").with("autoclass", json!({ "enabled": true }));
    vec![
        plain(project, "plain"),
        price(classes, &[["100", NEARLINE], ["50", COLDLINE], ["1000", ARCHIVE], ["8", STANDARD]]),
        // What can be restored is billed as what is there.
        price(deleted, &[["60", STANDARD]]),
        price(dual, &[["100", STANDARD_EUR4], ["10", NEARLINE_EUR4]]),
        live(own, "STANDARD", 5).costs(Cost::Unpriced("dual-region of US-EAST1 and US-WEST1")),
        price(multi, &[["100", STANDARD_MULTI]]),
        price(europe, &[["10", COLDLINE_MULTI]]),
        live(chosen, "STANDARD", 10).costs(Cost::Partly(
            times(&["10", STANDARD]),
            &["autoclass"],
            "Autoclass",
        )),
        // Without a figure it is empty, unless it is too new to have one.
        iowa("empty", "STANDARD").costs(Cost::nothing()).says("size_bytes", 0),
        iowa("new", "STANDARD")
            .with("timeCreated", json!(Timestamp::now().to_string()))
            .costs(Cost::Unpriced("once a day")),
    ]
}
