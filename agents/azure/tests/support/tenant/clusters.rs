//! AKS clusters.

use serde_json::{Value, json};

use super::expected::Cost;
use super::thing::{Place, Thing};
use crate::support::facts::{AUTOMATIC, AUTOMATIC_VCPU, LONG_TERM, UPTIME, decimal, times};

/// The group of an AKS cluster's nodes, as the cluster names it. Its things name it in small letters.
pub(crate) fn node_group(cluster: &str) -> String {
    format!("MC_platform_{cluster}_eastus")
}

/// A cluster with one pool.
pub(crate) fn cluster(place: &Place, name: &str, sku: (&str, &str), nodes: u32) -> Thing {
    Thing::new(place, "Microsoft.ContainerService/managedClusters", name)
        .with("sku", json!({ "name": sku.0, "tier": sku.1 }))
        .properties(properties(name, "Running", nodes))
}

fn properties(name: &str, power: &str, nodes: u32) -> Value {
    json!({
        "provisioningState": "Succeeded", "powerState": { "code": power },
        "kubernetesVersion": "1.34", "currentKubernetesVersion": "1.34.2",
        "dnsPrefix": name, "fqdn": format!("{name}.hcp.eastus.azmk8s.io"),
        "nodeResourceGroup": node_group(name), "supportPlan": "KubernetesOfficial",
        "agentPoolProfiles": [{
            "name": "system", "count": nodes, "vmSize": "Standard_D4ds_v5", "osType": "Linux",
            "osDiskSizeGB": 60, "osDiskType": "Ephemeral", "mode": "System",
            "type": "VirtualMachineScaleSets", "enableAutoScaling": true, "minCount": 1,
            "maxCount": 9, "orchestratorVersion": "1.34", "powerState": { "code": power },
            "provisioningState": "Succeeded" }],
        "networkProfile": { "networkPlugin": "azure" }, "enableRBAC": true,
    })
}

/// Clusters where the price tables know nothing of them.
pub(crate) fn elsewhere(place: &Place) -> Vec<Thing> {
    vec![
        cluster(place, "free-elsewhere", ("Base", "Free"), 0).costs("clusters", Cost::nothing()),
        cluster(place, "elsewhere", ("Base", "Standard"), 0)
            .costs("clusters", Cost::Unpriced("westeurope")),
    ]
}

/// One cluster of every tier, in East US; `nodes` belong to the one that is called `automatic`.
pub(crate) fn every_tier(place: &Place, nodes: u32) -> Vec<Thing> {
    let one = |name: &str, sku: (&str, &str), nodes: u32, cost: Cost| {
        cluster(place, name, sku, nodes)
            .costs("clusters", cost)
            .says("sku_tier", sku.1)
            .says("total_nodes", nodes)
            .says("kubernetes_version", "1.34.2")
            .says("power_state", "Running")
    };
    // Every node has four vCPUs of a general purpose size.
    let vcpus = (nodes * 4).to_string();
    let automatic = decimal(AUTOMATIC) + times(&[&vcpus, AUTOMATIC_VCPU]);
    vec![
        one("free", ("Base", "Free"), 0, Cost::nothing()),
        one("standard", ("Base", "Standard"), 0, Cost::of_hour(UPTIME)),
        // The premium tier has all that is in the standard one.
        one("premium", ("Base", "Premium"), 0, Cost::of_hour(LONG_TERM)),
        Thing::new(place, "Microsoft.ContainerService/managedClusters", "stopped")
            .with("sku", json!({ "name": "Base", "tier": "Standard" }))
            .properties(properties("stopped", "Stopped", 2))
            .costs("clusters", Cost::Unpriced("stopped"))
            .says("power_state", "Stopped"),
        one("automatic", ("Automatic", "Standard"), nodes, Cost::hourly(automatic)),
    ]
}
