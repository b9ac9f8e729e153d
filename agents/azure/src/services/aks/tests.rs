use serde_json::{Value as Json, json};

use super::*;
use crate::services::sample::{GROUP, hourly, scope, scope_without, unpriced};

const NODES: &str = "MC_Web_main_eastus";

fn cluster(sku: &Json, more: &Json) -> Json {
    let mut row = json!({
        "id": format!("{GROUP}/providers/Microsoft.ContainerService/managedClusters/main"),
        "name": "main", "type": "Microsoft.ContainerService/ManagedClusters",
        "location": "eastus", "sku": sku,
        "properties": {
            "provisioningState": "Succeeded", "powerState": {"code": "Running"},
            "kubernetesVersion": "1.33", "currentKubernetesVersion": "1.33.4",
            "nodeResourceGroup": NODES,
            "agentPoolProfiles": [
                {"name": "system", "count": 2, "vmSize": "Standard_D4s_v5", "osType": "Linux",
                 "mode": "System", "enableAutoScaling": true, "minCount": 1, "maxCount": 5},
                {"name": "batch", "count": 0, "vmSize": "Standard_D8s_v5", "osType": "Linux",
                 "mode": "User", "scaleSetPriority": "Spot"},
            ],
        },
    });
    for (key, value) in more.as_object().cloned().unwrap_or_default() {
        row["properties"][key] = value;
    }
    row
}

fn automatic() -> Json {
    cluster(&json!({"name": "Automatic", "tier": "Standard"}), &json!({}))
}

fn node(name: &str, size: &str, power: &str) -> Json {
    json!({
        "id": format!(
            "/subscriptions/s-1/resourceGroups/{}/providers/Microsoft.Compute/virtualMachines/{name}",
            NODES.to_uppercase()
        ),
        "name": name, "type": "Microsoft.Compute/virtualMachines", "location": "eastus",
        "properties": {
            "hardwareProfile": {"vmSize": size},
            "extended": {"instanceView": {"powerState": {"code": format!("PowerState/{power}")}}},
        },
    })
}

fn one(row: Json) -> Resource {
    clusters(&scope([row])).unwrap().remove(0)
}

#[test]
fn a_cluster_costs_its_tier_only() {
    for (sku, expected) in [
        (json!({"name": "Base", "tier": "Free"}), "0"),
        (json!({"name": "Base", "tier": "Standard"}), "0.1"),
        (json!({"name": "Base", "tier": "Premium"}), "0.6"),
        (Json::Null, "0"),
    ] {
        assert_eq!(hourly(&one(cluster(&sku, &json!({})))), expected);
    }
    let gold = one(cluster(&json!({"name": "Base", "tier": "Gold"}), &json!({})));
    assert!(unpriced(&gold)[0].1.contains("Gold"));
}

#[test]
fn a_cluster_tells_what_it_is() {
    let cluster = one(cluster(&json!({"name": "Base", "tier": "Free"}), &json!({})));
    let text = |key| cluster.attributes.text(key);
    assert_eq!(cluster.name.as_deref(), Some("main"));
    assert_eq!((cluster.state.as_deref(), text("sku_tier")), (Some("Running"), Some("Free")));
    assert_eq!(text("kubernetes_version"), Some("1.33.4"));
    assert_eq!((text("node_resource_group"), text("resource_group")), (Some(NODES), Some("Web")));
    assert_eq!(cluster.attributes.integer("total_nodes"), Some(2));
    let Some(Value::List(pools)) = cluster.attributes.get("node_pools") else { panic!() };
    let Value::Record(system) = &pools[0] else { panic!() };
    assert_eq!((system.text("pool_name"), system.text("mode")), (Some("system"), Some("System")));
    assert_eq!(system.get("auto_scaling"), Some(&Value::Flag(true)));
    assert_eq!(system.get("spot"), Some(&Value::Flag(false)));
    assert_eq!((system.integer("min_count"), system.integer("max_count")), (Some(1), Some(5)));
    let Value::Record(batch) = &pools[1] else { panic!() };
    assert_eq!(batch.get("spot"), Some(&Value::Flag(true)));
}

#[test]
fn a_stopped_cluster_is_unpriced_unless_its_tier_is_free() {
    let stopped = json!({"powerState": {"code": "Stopped"}});
    let standard = one(cluster(&json!({"name": "Base", "tier": "Standard"}), &stopped));
    assert!(standard.costs.is_unpriced() && unpriced(&standard)[0].1.contains("stopped"));
    assert_eq!(hourly(&one(cluster(&json!({"name": "Base", "tier": "Free"}), &stopped))), "0");
}

#[test]
fn automatic_manages_the_nodes_of_its_resource_group() {
    let mut elsewhere = node("other", "Standard_E4s_v5", "running");
    elsewhere["id"] = format!("{GROUP}/providers/Microsoft.Compute/virtualMachines/other").into();
    let scope = scope([
        automatic(),
        node("n1", "Standard_D4s_v5", "running"),
        node("n2", "Standard_E8s_v5", "running"),
        node("n3", "Standard_D4s_v5", "deallocated"),
        elsewhere,
    ]);
    let cluster = clusters(&scope).unwrap().remove(0);
    // 0.16 + 4 × 0.007841 + 8 × 0.012427 = 0.16 + 0.031364 + 0.099416.
    assert_eq!(hourly(&cluster), "0.29078");
    assert_eq!(cluster.attributes.integer("total_nodes"), Some(3));
}

#[test]
fn automatic_without_known_nodes_is_partly_priced() {
    let unknown_state = node("n1", "Standard_D4s_v5", "dreaming");
    let other = node("n2", "Standard_D4s_v5", "running");
    for (scope, word) in [
        (scope([automatic()]), "0 of its 2 nodes"),
        (scope([automatic(), unknown_state, other]), "n1 is allocated"),
        (scope_without(Kind::ScaleSet, [automatic()]), "AuthorizationFailed"),
    ] {
        let cluster = clusters(&scope).unwrap().remove(0);
        assert!(cluster.costs.is_partly_priced());
        let (component, reason) = unpriced(&cluster)[0];
        assert!(component == "node_management" && reason.contains(word), "{reason}");
        assert_eq!(cluster.attributes.integer("total_nodes"), None);
    }
}

#[test]
fn hosted_system_nodes_are_not_looked_for() {
    let pools = json!([{"name": "system", "count": 3, "mode": "ManagedSystem"}]);
    let sku = json!({"name": "Automatic", "tier": "Standard"});
    let row = cluster(&sku, &json!({"agentPoolProfiles": pools}));
    assert_eq!(hourly(&one(row)), "0.16");
}

#[test]
fn an_odd_cluster_is_listed_with_the_reason() {
    let sku = json!({"name": "Base", "tier": "Standard"});
    let odd = one(cluster(&sku, &json!({"agentPoolProfiles": "many"})));
    assert!(unpriced(&odd)[0].1.contains("cannot be read"));
    let bare = one(cluster(&sku, &json!({"agentPoolProfiles": [{}, {"count": null}]})));
    assert_eq!(bare.attributes.integer("total_nodes"), None);
    assert_eq!(hourly(&bare), "0.1");
}

#[test]
fn an_unknown_count_of_nodes_leaves_the_total_unknown() {
    let sku = json!({"name": "Base", "tier": "Free"});
    let known = one(cluster(&sku, &json!({})));
    let unknown = one(cluster(&sku, &json!({"agentPoolProfiles": [{"name": "a"}]})));
    let total = VIEW.counts[1].count;
    assert_eq!(total(&[known.clone(), known.clone()]), Some(4));
    assert_eq!(total(&[known, unknown]), None);
}
