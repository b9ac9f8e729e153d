//! Snapshots of disks.

use serde_json::json;

use super::expected::Cost;
use super::thing::{Kind, Thing, id, link};
use crate::support::facts::{SNAPSHOT, SNAPSHOT_EU, SNAPSHOT_US, times};

/// Bytes of a GiB.
pub(super) const GIB: u64 = 1 << 30;

/// A snapshot of 40 GiB in a place.
pub(super) fn snapshot(project: &'static str, name: &str, location: &str) -> Thing {
    let body = json!({
        "kind": "compute#snapshot", "id": id(project, &format!("snapshot/{name}")), "name": name,
        "creationTimestamp": "2025-06-07T08:09:10.111-07:00", "status": "READY",
        "diskSizeGb": "100", "storageBytes": (40 * GIB).to_string(),
        "storageBytesStatus": "UP_TO_DATE", "storageLocations": [location],
        "snapshotType": "STANDARD", "sourceDisk": link(project, "zones/us-central1-a/disks/ssd"),
        "selfLink": link(project, &format!("global/snapshots/{name}")),
    });
    Thing::new(project, Kind::Snapshot, location, name, body)
}

/// Snapshots of every kind.
pub(super) fn every_kind(project: &'static str) -> Vec<Thing> {
    let month = |price| Cost::Priced(times(&["40", price]));
    let mut young = snapshot(project, "young", "us-central1").with("status", json!("CREATING"));
    young.body.as_object_mut().unwrap().remove("storageBytes");
    vec![
        snapshot(project, "nightly", "us-central1").costs(month(SNAPSHOT)),
        snapshot(project, "nightly-us", "us").costs(month(SNAPSHOT_US)),
        snapshot(project, "nightly-eu", "eu").costs(month(SNAPSHOT_EU)),
        snapshot(project, "yearly", "us-central1")
            .with("snapshotType", json!("ARCHIVE"))
            .costs(Cost::Unpriced("archive")),
        young.costs(Cost::Unpriced("not known")),
    ]
}
