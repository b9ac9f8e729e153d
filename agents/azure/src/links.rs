//! What resources of one subscription say about each other, for information: none of it is in a
//! total.

use std::collections::HashMap;

use finops_core::model::{CostRate, Resource, ServiceOutcome, ServiceSnapshot, Value};

use crate::inventory::part;

/// The tag that AKS puts on the machines and scale sets of its node pools.
/// <https://learn.microsoft.com/azure/aks/use-labels>
const POOL_TAGS: &[&str] = &["aks-managed-poolName", "poolName"];

/// Adds `storage_hourly_cost` to virtual machines and `nodes_hourly_cost` to clusters and their node
/// pools.
///
/// Where the service that holds the costs failed, or one of the costs has no price, the figure
/// stays unknown.
pub(crate) fn link(services: &mut [ServiceSnapshot]) {
    if let Some(storage) = storage_of_machines(services) {
        for machine in resources_mut(services, "virtual_machines") {
            let rate = storage.get(&*machine.id).copied().unwrap_or(Some(CostRate::ZERO));
            if let Some(rate) = rate {
                machine.attributes.set("storage_hourly_cost", Value::Cost(rate));
            }
        }
    }
    if let Some(nodes) = Nodes::of(services) {
        for cluster in resources_mut(services, "aks") {
            nodes.add_to(cluster);
        }
    }
}

/// The cost of each machine's disks; `None` for one of which some part has no price.
fn storage_of_machines(services: &[ServiceSnapshot]) -> Option<HashMap<String, Option<CostRate>>> {
    let mut storage: HashMap<String, Option<CostRate>> = HashMap::new();
    for disk in resources(services, "disks")? {
        let Some(machine) = disk.attributes.text("attached_to") else {
            continue;
        };
        let sum = storage.entry(machine.to_ascii_lowercase()).or_insert(Some(CostRate::ZERO));
        add(sum, whole_cost(disk));
    }
    Some(storage)
}

/// A resource's cost where all of it has a price.
fn whole_cost(resource: &Resource) -> Option<CostRate> {
    if resource.costs.unpriced.is_empty() { resource.costs.known() } else { None }
}

/// What the machines cost that are nodes, by the resource group that they are in and by pool.
#[derive(Default)]
struct Nodes {
    groups: HashMap<String, Option<CostRate>>,
    pools: HashMap<(String, String), Option<CostRate>>,
}

impl Nodes {
    fn of(services: &[ServiceSnapshot]) -> Option<Self> {
        let mut nodes = Self::default();
        for machine in resources(services, "virtual_machines")? {
            let Some(group) = part(&machine.id, "resourceGroups") else {
                continue;
            };
            let rate = whole_cost(machine);
            add(nodes.groups.entry(group.to_owned()).or_insert(Some(CostRate::ZERO)), rate);
            let pool = POOL_TAGS.iter().find_map(|tag| machine.tags.get(tag));
            if let Some(pool) = pool {
                let key = (group.to_owned(), pool.to_ascii_lowercase());
                add(nodes.pools.entry(key).or_insert(Some(CostRate::ZERO)), rate);
            }
        }
        Some(nodes)
    }

    /// AKS keeps a cluster's nodes in a resource group of their own.
    /// <https://learn.microsoft.com/azure/aks/faq#why-are-two-resource-groups-created-with-aks->
    fn add_to(&self, cluster: &mut Resource) {
        let Some(group) = cluster.attributes.text("node_resource_group") else {
            return;
        };
        let group = group.to_ascii_lowercase();
        let rate = self.groups.get(&group).copied().unwrap_or(Some(CostRate::ZERO));
        if let Some(rate) = rate {
            cluster.attributes.set("nodes_hourly_cost", Value::Cost(rate));
        }
        let Some(Value::List(pools)) = cluster.attributes.get("node_pools").cloned() else {
            return;
        };
        let pools = pools.into_iter().map(|pool| self.pool(&group, pool)).collect();
        cluster.attributes.set("node_pools", Value::List(pools));
    }

    fn pool(&self, group: &str, pool: Value) -> Value {
        let Value::Record(mut record) = pool else {
            return pool;
        };
        let name = record.text("pool_name").unwrap_or_default().to_ascii_lowercase();
        let rate = self.pools.get(&(group.to_owned(), name)).copied();
        let rate = rate.unwrap_or(Some(CostRate::ZERO));
        record.set_known("nodes_hourly_cost", rate.map(Value::Cost));
        Value::Record(record)
    }
}

fn add(sum: &mut Option<CostRate>, rate: Option<CostRate>) {
    *sum = sum.zip(rate).map(|(sum, rate)| sum + rate);
}

/// The resources of a service that answered.
fn resources<'a>(services: &'a [ServiceSnapshot], name: &str) -> Option<&'a [Resource]> {
    let service = services.iter().find(|service| service.name == name)?;
    match &service.outcome {
        ServiceOutcome::Failed(_) => None,
        outcome => Some(outcome.resources()),
    }
}

fn resources_mut<'a>(
    services: &'a mut [ServiceSnapshot],
    name: &str,
) -> impl Iterator<Item = &'a mut Resource> {
    services.iter_mut().filter(move |service| service.name == name).flat_map(|service| {
        match &mut service.outcome {
            ServiceOutcome::Found(resources) => resources.iter_mut(),
            ServiceOutcome::Empty | ServiceOutcome::Failed(_) => [].iter_mut(),
        }
    })
}
