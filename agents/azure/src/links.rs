//! What resources of one subscription say about each other, for information: none of it is in a
//! total.

use finops_core::model::{CostSums, Resource, ServiceSnapshot, Value, show_storage_costs};

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
    show_storage_costs(services, "virtual_machines", "disks");
    if let Some(nodes) = Nodes::of(services) {
        for cluster in ServiceSnapshot::resources_mut(services, "aks") {
            nodes.add_to(cluster);
        }
    }
}

/// What the machines cost that are nodes, by the resource group that they are in and by pool.
#[derive(Default)]
struct Nodes {
    groups: CostSums<String>,
    pools: CostSums<(String, String)>,
}

impl Nodes {
    fn of(services: &[ServiceSnapshot]) -> Option<Self> {
        let mut nodes = Self::default();
        for machine in ServiceSnapshot::answered(services, "virtual_machines")? {
            let Some(group) = part(&machine.id, "resourceGroups") else {
                continue;
            };
            let rate = machine.costs.whole();
            nodes.groups.add(group.to_owned(), rate);
            let pool = POOL_TAGS.iter().find_map(|tag| machine.tags.get(tag));
            if let Some(pool) = pool {
                let key = (group.to_owned(), pool.to_ascii_lowercase());
                nodes.pools.add(key, rate);
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
        let rate = self.groups.of(&group);
        cluster.attributes.set_known("nodes_hourly_cost", rate.map(Value::Cost));
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
        let rate = self.pools.of(&(group.to_owned(), name));
        record.set_known("nodes_hourly_cost", rate.map(Value::Cost));
        Value::Record(record)
    }
}

#[cfg(test)]
mod tests {
    use finops_core::model::{Attributes, Price, Quantity, ServiceFailure, ServiceOutcome, Unit};
    use jiff::Timestamp;

    use super::*;

    fn resource(kind: &'static str, id: &str, hourly: &str) -> Resource {
        let mut resource = Resource::new(kind, id, &"westeurope".into());
        let price = Price {
            unit_price: hourly.parse().unwrap(),
            unit: Unit::Hour,
            source: "test".into(),
            as_of: jiff::civil::date(2026, 1, 1),
            sku_key: "key".into(),
        };
        resource.costs.add("compute", Quantity::ONE, price.into());
        resource
    }

    fn machine(group: &str, name: &str, hourly: &str, pool: Option<&str>) -> Resource {
        let id = format!("/subscriptions/s/resourcegroups/{group}/providers/vm/{name}");
        let mut machine = resource("virtual_machine", &id, hourly);
        if let Some(pool) = pool {
            machine.tags.push("aks-managed-poolName".into(), pool);
        }
        machine
    }

    fn cluster() -> Resource {
        let mut pool = Attributes::default();
        pool.set("pool_name", "general");
        let mut cluster = resource("cluster", "/c", "0.1");
        cluster.attributes.set("node_resource_group", "MC_web");
        cluster.attributes.set("node_pools", Value::List(vec![Value::Record(pool)]));
        cluster
    }

    fn found(name: &'static str, resources: Vec<Resource>) -> ServiceSnapshot {
        let outcome = ServiceOutcome::of(resources);
        ServiceSnapshot { name: name.into(), outcome, collected_at: Timestamp::UNIX_EPOCH }
    }

    fn failed(name: &'static str) -> ServiceSnapshot {
        let failure = ServiceFailure { error: "denied".to_owned(), hint: None };
        let outcome = ServiceOutcome::Failed(failure);
        ServiceSnapshot { name: name.into(), outcome, collected_at: Timestamp::UNIX_EPOCH }
    }

    fn cost(attributes: &Attributes, key: &str) -> Option<String> {
        match attributes.get(key) {
            Some(Value::Cost(rate)) => Some(rate.hourly().normalize().to_string()),
            _ => None,
        }
    }

    #[test]
    fn a_machine_shows_what_its_disks_cost_where_that_is_known() {
        let web = machine("web", "one", "1", None);
        let mut disk = resource("disk", "/d1", "0.01");
        disk.attributes.set("attached_to", &*web.id.to_uppercase());
        let mut second = resource("disk", "/d2", "0.02");
        second.attributes.set("attached_to", &*web.id);
        let services = |disks| [found("virtual_machines", vec![web.clone()]), disks];
        let storage = |services: &mut [ServiceSnapshot; 2]| {
            link(services);
            cost(&services[0].outcome.resources()[0].attributes, "storage_hourly_cost")
        };
        let both = vec![disk.clone(), second.clone()];
        assert_eq!(storage(&mut services(found("disks", both))).as_deref(), Some("0.03"));
        assert_eq!(storage(&mut services(found("disks", Vec::new()))).as_deref(), Some("0"));
        second.costs.miss("iops", "unknown");
        assert_eq!(storage(&mut services(found("disks", vec![disk, second]))), None);
        assert_eq!(storage(&mut services(failed("disks"))), None);
    }

    #[test]
    fn a_cluster_shows_its_nodes_and_adds_none_of_them() {
        let machines = vec![
            machine("mc_web", "node-1", "0.1", Some("general")),
            machine("mc_web", "node-2", "0.2", Some("other")),
            machine("web", "one", "0.4", Some("general")),
        ];
        let mut services = [found("virtual_machines", machines), found("aks", vec![cluster()])];
        link(&mut services);
        let cluster = &services[1].outcome.resources()[0];
        assert_eq!(cost(&cluster.attributes, "nodes_hourly_cost").as_deref(), Some("0.3"));
        assert_eq!(cluster.costs.known().unwrap().hourly(), "0.1".parse().unwrap());
        let Some(Value::List(pools)) = cluster.attributes.get("node_pools") else { panic!() };
        let Value::Record(pool) = &pools[0] else { panic!() };
        assert_eq!(cost(pool, "nodes_hourly_cost").as_deref(), Some("0.1"));
    }

    #[test]
    fn without_machines_a_clusters_nodes_are_unknown() {
        let mut services = [failed("virtual_machines"), found("aks", vec![cluster()])];
        link(&mut services);
        let cluster = &services[1].outcome.resources()[0];
        assert_eq!(cost(&cluster.attributes, "nodes_hourly_cost"), None);
    }
}
