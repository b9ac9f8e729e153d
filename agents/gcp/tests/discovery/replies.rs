//! What the APIs answer: a project with one resource of each kind, so that every kind of request is
//! made. The checker refuses replies that Google's documents do not have.

use serde_json::{Value, json};

/// The organisation.
pub(crate) const ORGANIZATION: &str = "314159265358";
/// Its only project.
pub(crate) const PROJECT: &str = "web-1";
/// The token of the second page of machines.
pub(crate) const SECOND_PAGE: &str = "second-page";

/// Each method's reply.
pub(crate) fn all() -> Vec<(String, Value)> {
    let replies = [
        ("cloudasset.searchAllResources", projects()),
        ("compute.instances.aggregatedList", machines("web-1", Some(SECOND_PAGE))),
        ("compute.disks.aggregatedList", disks()),
        ("compute.snapshots.list", snapshots()),
        ("container.projects.locations.clusters.list", clusters()),
        ("cloudfunctions.projects.locations.functions.list", functions()),
        ("run.projects.locations.services.list", services()),
        ("sql.instances.list", databases()),
        ("storage.buckets.list", buckets()),
    ];
    let second = format!("compute.instances.aggregatedList@{SECOND_PAGE}");
    let mut all: Vec<(String, Value)> =
        replies.map(|(method, reply)| (method.to_owned(), reply)).into();
    all.push((second, machines("web-2", None)));
    all
}

fn zone(path: &str) -> String {
    format!("https://www.googleapis.com/compute/v1/projects/{PROJECT}/zones/us-central1-a{path}")
}

fn projects() -> Value {
    json!({"results": [{
        "name": format!("//cloudresourcemanager.googleapis.com/projects/{PROJECT}"),
        "assetType": "cloudresourcemanager.googleapis.com/Project",
        "state": "ACTIVE", "additionalAttributes": {"projectId": PROJECT},
    }]})
}

fn machines(name: &str, next: Option<&str>) -> Value {
    let machine = json!({
        "id": format!("70{}", name.len()), "name": name, "status": "RUNNING",
        "zone": zone(""), "machineType": zone("/machineTypes/e2-standard-4"),
        "creationTimestamp": "2026-03-01T08:00:00.000-08:00",
        "scheduling": {"provisioningModel": "STANDARD"},
        "disks": [{"boot": true, "source": zone("/disks/boot"), "diskSizeGb": "50"}],
        "selfLink": zone(&format!("/instances/{name}")),
    });
    let mut page = json!({"items": {"zones/us-central1-a": {"instances": [machine]}}});
    if let Some(next) = next {
        page["nextPageToken"] = next.into();
    }
    page
}

fn disks() -> Value {
    json!({"items": {"zones/us-central1-a": {"disks": [{
        "id": "801", "name": "boot", "status": "READY", "sizeGb": "50",
        "zone": zone(""), "type": zone("/diskTypes/pd-balanced"),
        "users": [zone("/instances/web-1")], "selfLink": zone("/disks/boot"),
    }]}}})
}

fn snapshots() -> Value {
    json!({"items": [{
        "id": "901", "name": "nightly", "status": "READY", "diskSizeGb": "50",
        "storageBytes": "1073741824", "storageLocations": ["us-central1"],
        "selfLink": format!(
            "https://www.googleapis.com/compute/v1/projects/{PROJECT}/global/snapshots/nightly"
        ),
    }]})
}

/// A Standard one: the pods of the others are not asked of Google's APIs.
fn clusters() -> Value {
    json!({"clusters": [{
        "name": "main", "location": "us-central1", "status": "RUNNING", "currentNodeCount": 1,
        "nodePools": [{"name": "general", "config": {"machineType": "e2-standard-4"}}],
    }]})
}

fn functions() -> Value {
    json!({"functions": [{
        "name": format!("projects/{PROJECT}/locations/us-central1/functions/resize"),
        "environment": "GEN_1", "state": "ACTIVE",
        "buildConfig": {"runtime": "python312"},
        "serviceConfig": {"availableMemory": "256M"},
    }]})
}

fn services() -> Value {
    json!({"items": [{
        "apiVersion": "serving.knative.dev/v1", "kind": "Service",
        "metadata": {
            "name": "shop", "namespace": "271828182845",
            "labels": {"cloud.googleapis.com/location": "us-central1"},
        },
        "spec": {"template": {"spec": {"containers": [
            {"image": "shop", "resources": {"limits": {"cpu": "1", "memory": "512Mi"}}},
        ]}}},
    }]})
}

/// One of each engine: they have metrics of their own.
fn databases() -> Value {
    let database = |name: &str, version: &str| {
        json!({
            "name": name, "project": PROJECT, "region": "us-central1", "state": "RUNNABLE",
            "databaseVersion": version, "gceZone": "us-central1-a",
            "settings": {
                "tier": "db-custom-2-7680", "edition": "ENTERPRISE", "availabilityType": "ZONAL",
                "dataDiskSizeGb": "20", "dataDiskType": "PD_SSD", "activationPolicy": "ALWAYS",
            },
        })
    };
    let all = [
        database("orders", "POSTGRES_16"),
        database("shop", "MYSQL_8_4"),
        database("ledger", "SQLSERVER_2022_STANDARD"),
    ];
    json!({ "items": all })
}

fn buckets() -> Value {
    json!({"items": [{
        "id": "web-1-files", "name": "web-1-files", "location": "US-CENTRAL1",
        "locationType": "region", "storageClass": "STANDARD",
    }]})
}
