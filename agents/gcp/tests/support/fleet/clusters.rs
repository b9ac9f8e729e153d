//! Clusters of GKE.

use serde_json::{Value, json};

use super::expected::Cost;
use super::thing::{Kind, Thing};
use crate::support::facts::{CLUSTER, POD_CORE, POD_RAM, POD_STORAGE, decimal, monthly, times};

/// A Standard cluster with one pool of so many nodes.
pub(super) fn standard(project: &'static str, name: &str, location: &str, nodes: u32) -> Thing {
    let pool = json!({
        "name": "pool-1", "status": "RUNNING", "initialNodeCount": 3, "version": "1.33.4-gke.1",
        "config": { "machineType": "e2-standard-4", "diskSizeGb": 20, "diskType": "pd-balanced" },
        "autoscaling": { "enabled": true, "minNodeCount": 1, "maxNodeCount": 50 },
        "locations": ["us-central1-a"],
    });
    let more = json!({ "nodePools": [pool], "currentNodeCount": nodes });
    let thing = cluster(project, name, location, &more);
    thing.costs(Cost::Priced(monthly(CLUSTER))).says("node_count", nodes).says("autopilot", false)
}

fn cluster(project: &'static str, name: &str, location: &str, more: &Value) -> Thing {
    let mut body = json!({
        "name": name, "location": location, "zone": location, "status": "RUNNING",
        "endpoint": "203.0.113.9", "initialClusterVersion": "1.33.4-gke.1",
        "currentMasterVersion": "1.33.4-gke.1", "createTime": "2025-02-03T04:05:06+00:00",
        "locations": ["us-central1-a"], "releaseChannel": { "channel": "REGULAR" },
        "resourceLabels": { "team": "platform" },
        "selfLink": format!(
            "https://container.googleapis.com/v1/projects/{project}/locations/{location}/clusters/{name}"),
    });
    for (key, value) in more.as_object().unwrap() {
        body[key] = value.clone();
    }
    let scope = if location.matches('-').count() == 2 { "zones" } else { "regions" };
    Thing::new(project, Kind::Cluster, &format!("{scope}/{location}"), name, body)
}

/// Autopilot, whose pods are read from the cluster: together three quarters of a processor, 2.5 GiB
/// of memory and 2 GiB of ephemeral storage. Those of the system and those that are done count not.
pub(super) fn autopilot(project: &'static str, name: &str) -> Thing {
    let pods = times(&["0.75", POD_CORE]) + times(&["2.5", POD_RAM]) + times(&["2", POD_STORAGE]);
    let more = json!({ "autopilot": { "enabled": true }, "currentNodeCount": 0,
                       "endpoint": "SCRIPTED" });
    cluster(project, name, "us-central1", &more)
        .costs(Cost::hourly(decimal(CLUSTER) + pods))
        .says("autopilot", true)
}

/// Clusters of every kind but those above.
pub(super) fn others(project: &'static str) -> Vec<Thing> {
    let extended = json!({ "releaseChannel": { "channel": "EXTENDED" } });
    vec![
        cluster(project, "empty", "us-central1", &json!({})).costs(Cost::Priced(monthly(CLUSTER))),
        cluster(project, "old", "us-central1-b", &extended).costs(Cost::Partly(
            monthly(CLUSTER),
            &["extended_support"],
            "Extended channel",
        )),
    ]
}
