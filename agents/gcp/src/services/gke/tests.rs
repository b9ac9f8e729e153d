use serde_json::{Value as Json, json};

use finops_core::model::{Attributes, Costs, Value};
use finops_pricing::ListPrices;

use super::cost::costs;
use super::described::resource;
use super::pods::{Pods, Sum};
use super::*;
use crate::services::sample::scope;

fn cluster(more: &Json) -> Cluster {
    let mut cluster = json!({
        "name": "main", "location": "us-central1", "status": "RUNNING",
        "currentMasterVersion": "1.33.4-gke.100", "createTime": "2026-03-01T08:00:00+01:00",
        "currentNodeCount": 5, "locations": ["us-central1-a", "us-central1-b"],
        "releaseChannel": {"channel": "REGULAR"}, "resourceLabels": {"team": "shop"},
        "nodePools": [
            {"name": "general", "initialNodeCount": 1,
             "locations": ["us-central1-a", "us-central1-b"],
             "config": {"machineType": "e2-standard-4", "diskSizeGb": 100},
             "autoscaling": {"enabled": true, "minNodeCount": 1, "maxNodeCount": 3}},
            {"name": "batch", "config": {"machineType": "n2-standard-8", "spot": true},
             "autoscaling": {"enabled": true, "totalMaxNodeCount": 9}},
        ],
    });
    for (key, value) in more.as_object().cloned().unwrap_or_default() {
        cluster[key] = value;
    }
    serde_json::from_value(cluster).unwrap()
}

async fn record(more: &Json) -> Resource {
    resource(&scope().await, &cluster(more))
}

fn cost(more: &Json, pods: Pods) -> Costs {
    costs(&ListPrices::gcp(), "us-central1", &cluster(more), pods)
}

fn hourly(costs: &Costs) -> String {
    costs.known().unwrap().hourly().normalize().to_string()
}

/// One pod that requests this, and others of another price.
fn pods(cpu: &str, memory: &str, other: u64) -> Pods {
    let pod = json!({
        "metadata": {"namespace": "shop", "name": "web"}, "status": {"phase": "Running"},
        "spec": {"containers": [{"resources": {"requests": {"cpu": cpu, "memory": memory}}}]},
    });
    Pods::Known(Sum { other, ..Sum::of(json!({"items": [pod]})) })
}

#[test]
fn a_standard_cluster_costs_its_management_and_none_of_its_nodes() {
    for location in ["us-central1", "us-central1-a"] {
        let costs = cost(&json!({"location": location}), Pods::NotBilled);
        // USD 0.10 an hour, whatever its nodes.
        assert_eq!(hourly(&costs), "0.1");
        assert!(costs.unpriced.is_empty());
    }
}

#[test]
fn the_extended_channel_may_cost_more_than_is_known() {
    let costs = cost(&json!({"releaseChannel": {"channel": "EXTENDED"}}), Pods::NotBilled);
    assert!(costs.is_partly_priced());
    assert_eq!(costs.unpriced[0].component, "extended_support");
}

#[test]
fn an_autopilot_cluster_costs_what_its_pods_request() {
    let autopilot = json!({"autopilot": {"enabled": true}});
    let costs = cost(&autopilot, pods("500m", "2Gi", 0));
    // 0.1 + 0.5 × 0.0445 + 2 × 0.0049225 = 0.1 + 0.02225 + 0.009845.
    assert_eq!(hourly(&costs), "0.132095");
    assert!(costs.unpriced.is_empty());
    let mixed = cost(&autopilot, pods("500m", "2Gi", 3));
    assert_eq!(hourly(&mixed), "0.132095");
    assert!(mixed.unpriced[0].reason.starts_with("3 pods"));
}

#[test]
fn an_autopilot_cluster_whose_pods_are_not_known_is_partly_priced() {
    let autopilot = json!({"autopilot": {"enabled": true}});
    let costs = cost(&autopilot, Pods::Unknown("its pods are not known: denied".to_owned()));
    assert!(costs.is_partly_priced());
    assert_eq!(hourly(&costs), "0.1");
    assert_eq!(costs.unpriced[0].component, "workloads");
    let odd = Pods::Known(Sum::of(json!({"items": [7, 8]})));
    let costs = cost(&autopilot, odd);
    assert!(costs.unpriced[0].reason.starts_with("2 pods cannot be priced: one is no pod"));
}

#[test]
fn a_cluster_that_comes_goes_or_failed_is_unpriced() {
    for status in ["PROVISIONING", "STOPPING", "ERROR"] {
        let costs = cost(&json!({"status": status}), Pods::NotBilled);
        assert!(costs.is_unpriced() && costs.unpriced[0].reason.contains(status), "{status}");
    }
    for billed in ["RECONCILING", "DEGRADED"] {
        assert_eq!(hourly(&cost(&json!({"status": billed}), Pods::NotBilled)), "0.1");
    }
    // Google answers enums as numbers, and knows more of them than we do.
    assert_eq!(hourly(&cost(&json!({"status": 2}), Pods::NotBilled)), "0.1");
    for unknown in [json!(77), json!("DREAMING"), Json::Null, json!(0)] {
        assert!(cost(&json!({"status": unknown}), Pods::NotBilled).is_unpriced(), "{unknown}");
    }
}

#[tokio::test]
async fn a_cluster_tells_what_it_is() {
    let cluster = record(&json!({})).await;
    let text = |key| cluster.attributes.text(key);
    assert_eq!(&*cluster.id, "projects/web-1/locations/us-central1/clusters/main");
    assert_eq!((cluster.name.as_deref(), &*cluster.region), (Some("main"), "us-central1"));
    assert_eq!((cluster.zone.as_deref(), cluster.state.as_deref()), (None, Some("RUNNING")));
    assert_eq!(text("master_version"), Some("1.33.4-gke.100"));
    assert_eq!(text("release_channel"), Some("REGULAR"));
    assert_eq!(text("created_at"), Some("2026-03-01T07:00:00Z"));
    assert_eq!(cluster.attributes.get("autopilot"), Some(&Value::Flag(false)));
    assert_eq!(cluster.attributes.integer("node_count"), Some(5));
    assert_eq!(cluster.tags.get("team"), Some("shop"));
    let zonal = record(&json!({"location": "us-central1-a"})).await;
    assert_eq!((&*zonal.region, zonal.zone.as_deref()), ("us-central1", Some("us-central1-a")));
}

#[tokio::test]
async fn a_node_pool_tells_what_it_is() {
    let cluster = record(&json!({})).await;
    let Some(Value::List(pools)) = cluster.attributes.get("node_pools") else { panic!() };
    let pool = |index: usize| -> &Attributes {
        let Value::Record(record) = &pools[index] else { panic!() };
        record
    };
    let general = pool(0);
    assert_eq!(general.text("pool_name"), Some("general"));
    assert_eq!(general.text("machine_type"), Some("e2-standard-4"));
    assert_eq!(general.integer("disk_size"), Some(100));
    assert_eq!(general.get("spot"), Some(&Value::Flag(false)));
    assert_eq!(general.get("auto_scaling"), Some(&Value::Flag(true)));
    // 1 to 3 in each of two zones.
    assert_eq!((general.integer("min_count"), general.integer("max_count")), (Some(2), Some(6)));
    let batch = pool(1);
    assert_eq!(batch.get("spot"), Some(&Value::Flag(true)));
    assert_eq!(batch.integer("disk_size"), None);
    // 0 to 9 in all zones together: Google's JSON leaves out what is zero.
    assert_eq!((batch.integer("min_count"), batch.integer("max_count")), (Some(0), Some(9)));
}

#[tokio::test]
async fn a_bare_cluster_is_listed_too() {
    let bare: Cluster = serde_json::from_value(json!({})).unwrap();
    let resource = resource(&scope().await, &bare);
    assert_eq!((resource.name, resource.state), (None, None));
    assert_eq!(resource.attributes.integer("node_count"), Some(0));
    assert!(costs(&ListPrices::gcp(), "", &bare, Pods::NotBilled).is_unpriced());
}

#[tokio::test]
async fn nodes_are_added_up_where_all_are_known() {
    let total = VIEW.counts[1].count;
    let known = record(&json!({})).await;
    assert_eq!(total(&[known.clone(), known.clone()]), Some(10));
    let odd = record(&json!({"currentNodeCount": -1})).await;
    assert_eq!(total(&[known, odd]), None);
}

#[tokio::test]
async fn zones_that_did_not_answer_are_named_and_the_rest_is_kept() {
    let listed = |zones: Json| {
        let answer = json!({"clusters": [{"name": "main", "location": "us-central1"}],
            "missingZones": zones});
        serde_json::from_value::<ListClustersResponse>(answer).unwrap()
    };
    let scope = scope().await;
    let ServiceOutcome::Partial(found, failure) =
        outcome(&scope, listed(json!(["us-east1-b", "us-east4"]))).await
    else {
        panic!()
    };
    assert_eq!(found.len(), 1);
    assert_eq!(failure.error, "Unreachable: regions/us-east4, zones/us-east1-b did not answer");
    let all = outcome(&scope, listed(json!([]))).await;
    assert!(matches!(all, ServiceOutcome::Found(_)));
}
