//! Disks.

use serde_json::{Value, json};

use super::expected::Cost;
use super::thing::{Kind, Thing, id, link};
use crate::support::facts::{
    HYPERDISK_EXTREME, HYPERDISK_EXTREME_IOPS, PD_BALANCED, PD_EXTREME, PD_EXTREME_IOPS, PD_SSD,
    PD_SSD_REGIONAL, PD_STANDARD, times,
};

/// The zone of the odd ones.
const ZONE: &str = "us-central1-a";

/// The boot disk of a machine of the same name: 20 GiB, balanced.
pub(super) fn boot(project: &'static str, zone: &str, name: &str) -> Thing {
    disk(project, &format!("zones/{zone}"), name, "pd-balanced", 20, Some(name))
        .costs(Cost::Priced(times(&["20", PD_BALANCED])))
        .says("attached_to", format!("projects/{project}/zones/{zone}/instances/{name}"))
}

/// A disk as Google lists it; `user` is the machine that it is attached to.
pub(super) fn disk(
    project: &'static str,
    place: &str,
    name: &str,
    kind: &str,
    gib: u64,
    user: Option<&str>,
) -> Thing {
    let mut body = json!({
        "kind": "compute#disk", "id": id(project, &format!("disk/{name}")), "name": name,
        "creationTimestamp": "2025-03-04T05:06:07.890-08:00", "sizeGb": gib.to_string(),
        "status": "READY", "type": link(project, &format!("{place}/diskTypes/{kind}")),
        "selfLink": link(project, &format!("{place}/disks/{name}")),
        "labels": { "team": "storage" },
    });
    let (of, zone) = place.split_once('/').unwrap();
    body[of.trim_end_matches('s')] = json!(link(project, place));
    if of == "regions" {
        let zones = ["a", "b"].map(|end| link(project, &format!("zones/{zone}-{end}")));
        body["replicaZones"] = json!(zones);
    }
    if let Some(user) = user {
        body["users"] = json!([link(project, &format!("{place}/instances/{user}"))]);
        body["lastAttachTimestamp"] = json!("2025-03-04T05:06:09.000-08:00");
    }
    Thing::new(project, Kind::Disk, place, name, body)
}

/// Disks of every kind, attached to nothing.
pub(super) fn every_kind(project: &'static str) -> Vec<Thing> {
    let place = format!("zones/{ZONE}");
    let at = |name: &str, kind: &str, gib| disk(project, &place, name, kind, gib, None);
    let month = |factors: &[&str]| Cost::Priced(times(factors));
    let pool = link(project, &format!("{place}/storagePools/pool-1"));
    let region = "regions/us-central1";
    vec![
        at("standard", "pd-standard", 500).costs(month(&["500", PD_STANDARD])),
        at("balanced", "pd-balanced", 100).costs(month(&["100", PD_BALANCED])),
        at("ssd", "pd-ssd", 100).costs(month(&["100", PD_SSD])),
        performing(at("extreme", "pd-extreme", 500), 10_000, None)
            .costs(Cost::Priced(times(&["500", PD_EXTREME]) + times(&["10000", PD_EXTREME_IOPS]))),
        performing(at("hyper-extreme", "hyperdisk-extreme", 100), 5_000, None).costs(Cost::Priced(
            times(&["100", HYPERDISK_EXTREME]) + times(&["5000", HYPERDISK_EXTREME_IOPS]),
        )),
        // What is above 3,000 operations and 140 MiB a second costs, too.
        performing(at("hyper-balanced", "hyperdisk-balanced", 100), 4_000, Some(200))
            .costs(Cost::Unpriced("hyperdisk-balanced")),
        performing(at("hyper-throughput", "hyperdisk-throughput", 2_048), 0, Some(180))
            .costs(Cost::Unpriced("hyperdisk-throughput")),
        disk(project, region, "regional", "pd-ssd", 200, None)
            .costs(month(&["200", PD_SSD_REGIONAL])),
        at("pooled", "hyperdisk-balanced", 100)
            .with("storagePool", json!(pool))
            .costs(Cost::Unpriced("storage pool")),
        at("unknown", "pd-quantum", 100).costs(Cost::Unpriced("pd-quantum")),
        disk(project, "zones/atlantis-north1-a", "far-away-disk", "pd-ssd", 10, None)
            .costs(Cost::Unpriced("atlantis-north1")),
    ]
}

/// The disk with provisioned performance.
fn performing(disk: Thing, iops: u64, throughput: Option<u64>) -> Thing {
    let disk = disk.with("provisionedIops", json!(iops.to_string()));
    match throughput {
        Some(mebibytes) => disk.with("provisionedThroughput", Value::from(mebibytes.to_string())),
        None => disk,
    }
}
