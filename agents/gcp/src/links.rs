//! What resources of one project say about each other, for information: none of it is in a total.

use std::collections::HashMap;

use finops_core::model::{CostSums, Resource, ServiceSnapshot, Value, show_storage_costs};

/// The labels that GKE puts on the instances of its node pools.
/// <https://cloud.google.com/kubernetes-engine/docs/how-to/creating-managing-labels>
const CLUSTER: &str = "goog-k8s-cluster-name";
const LOCATION: &str = "goog-k8s-cluster-location";
const POOL: &str = "goog-k8s-node-pool-name";

/// Adds `storage_hourly_cost` to instances, and `nodes_hourly_cost` to clusters and their node pools,
/// with `node_count` of the pools.
///
/// Where the service that holds the costs did not answer in full, or one of the costs has no price,
/// the figure stays unknown.
pub(crate) fn link(services: &mut [ServiceSnapshot]) {
    show_storage_costs(services, "compute", "disks");
    if let Some(nodes) = Nodes::of(services) {
        for cluster in ServiceSnapshot::resources_mut(services, "gke") {
            nodes.add_to(cluster);
        }
    }
}

/// A cluster by its location and name: names are unique in a location only.
type ClusterKey = (String, String);

/// What the instances cost that are nodes, and how many there are, by cluster and by pool.
#[derive(Default)]
struct Nodes {
    clusters: Tally<ClusterKey>,
    pools: Tally<(ClusterKey, String)>,
}

/// Costs and counts.
struct Tally<K> {
    costs: CostSums<K>,
    counts: HashMap<K, i64>,
}

impl<K> Default for Tally<K> {
    fn default() -> Self {
        Self { costs: CostSums::default(), counts: HashMap::new() }
    }
}

impl<K: Eq + std::hash::Hash + Clone> Tally<K> {
    fn add(&mut self, key: K, node: &Resource) {
        self.costs.add(key.clone(), node.costs.whole());
        *self.counts.entry(key).or_default() += 1;
    }

    fn count(&self, key: &K) -> i64 {
        self.counts.get(key).copied().unwrap_or_default()
    }
}

impl Nodes {
    fn of(services: &[ServiceSnapshot]) -> Option<Self> {
        let mut nodes = Self::default();
        for instance in ServiceSnapshot::answered(services, "compute")? {
            let tag = |key| instance.tags.get(key).map(str::to_owned);
            let Some(cluster) = tag(LOCATION).zip(tag(CLUSTER)) else {
                continue;
            };
            if let Some(pool) = tag(POOL) {
                nodes.pools.add((cluster.clone(), pool), instance);
            }
            nodes.clusters.add(cluster, instance);
        }
        Some(nodes)
    }

    /// Nothing is said of a cluster of which fewer nodes were found than it has: nodes that were
    /// made long ago, and those of Autopilot, are not among the instances or bear no labels.
    fn add_to(&self, cluster: &mut Resource) {
        let attributes = &mut cluster.attributes;
        let location = attributes.text("location").map(str::to_owned);
        let name = cluster.name.as_deref().map(str::to_owned);
        let expected = attributes.integer("node_count");
        let (Some(key), Some(expected)) = (location.zip(name), expected) else {
            return;
        };
        let autopilot = attributes.get("autopilot") == Some(&Value::Flag(true));
        if autopilot || self.clusters.count(&key) < expected {
            return;
        }
        let rate = self.clusters.costs.of(&key);
        attributes.set_known("nodes_hourly_cost", rate.map(Value::Cost));
        if let Some(Value::List(pools)) = attributes.get("node_pools").cloned() {
            let pools = pools.into_iter().map(|pool| self.pool(&key, pool)).collect();
            attributes.set("node_pools", Value::List(pools));
        }
    }

    fn pool(&self, cluster: &ClusterKey, pool: Value) -> Value {
        let Value::Record(mut record) = pool else {
            return pool;
        };
        let key = (cluster.clone(), record.text("pool_name").unwrap_or_default().to_owned());
        record.set("node_count", self.pools.count(&key));
        let rate = self.pools.costs.of(&key);
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
        let mut resource = Resource::new(kind, id, &"us-central1".into());
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

    /// A node of a pool of the cluster `main` in this location.
    fn node(location: &str, pool: &str, hourly: &str) -> Resource {
        let mut node = resource("instance", "node", hourly);
        for (key, value) in [(CLUSTER, "main"), (LOCATION, location), (POOL, pool)] {
            node.tags.push(key.into(), value);
        }
        node
    }

    /// The cluster `main` with as many nodes.
    fn cluster(location: &str, nodes: i64) -> Resource {
        let mut pool = Attributes::default();
        pool.set("pool_name", "general");
        let mut cluster = resource("cluster", location, "0.1");
        cluster.name = Some("main".into());
        cluster.attributes.set("location", location);
        cluster.attributes.set("node_count", nodes);
        cluster.attributes.set("autopilot", false);
        cluster.attributes.set("node_pools", Value::List(vec![Value::Record(pool)]));
        cluster
    }

    fn snapshot(name: &'static str, outcome: ServiceOutcome) -> ServiceSnapshot {
        ServiceSnapshot { name: name.into(), outcome, collected_at: Timestamp::UNIX_EPOCH }
    }

    fn cost(attributes: &Attributes) -> Option<String> {
        match attributes.get("nodes_hourly_cost") {
            Some(Value::Cost(rate)) => Some(rate.hourly().normalize().to_string()),
            _ => None,
        }
    }

    fn pool(cluster: &Resource) -> &Attributes {
        let Some(Value::List(pools)) = cluster.attributes.get("node_pools") else { panic!() };
        let Value::Record(pool) = &pools[0] else { panic!() };
        pool
    }

    fn linked(instances: ServiceOutcome, clusters: Vec<Resource>) -> Vec<Resource> {
        let clusters = ServiceOutcome::of(clusters);
        let mut services = [snapshot("compute", instances), snapshot("gke", clusters)];
        link(&mut services);
        services[1].outcome.resources().to_vec()
    }

    #[test]
    fn a_cluster_shows_its_nodes_and_adds_none_of_them() {
        let nodes = vec![
            node("us-central1", "general", "0.1"),
            node("us-central1", "batch", "0.2"),
            node("us-east1-b", "general", "0.4"),
            resource("instance", "other", "0.8"),
        ];
        let clusters = vec![cluster("us-central1", 2), cluster("us-east1-b", 1)];
        let clusters = linked(ServiceOutcome::of(nodes), clusters);
        // 0.1 + 0.2: the cluster of the same name in another location has nodes of its own.
        assert_eq!(cost(&clusters[0].attributes).as_deref(), Some("0.3"));
        assert_eq!(cost(pool(&clusters[0])).as_deref(), Some("0.1"));
        assert_eq!(pool(&clusters[0]).integer("node_count"), Some(1));
        assert_eq!(cost(&clusters[1].attributes).as_deref(), Some("0.4"));
        assert_eq!(clusters[0].costs.known().unwrap().hourly(), "0.1".parse().unwrap());
    }

    #[test]
    fn one_node_without_a_price_leaves_the_sum_unknown() {
        let mut unpriced = node("us-central1", "batch", "0.2");
        unpriced.costs.miss("compute", "unknown");
        let nodes = vec![node("us-central1", "general", "0.1"), unpriced];
        let clusters = linked(ServiceOutcome::of(nodes), vec![cluster("us-central1", 2)]);
        assert_eq!(cost(&clusters[0].attributes), None);
        assert_eq!(cost(pool(&clusters[0])).as_deref(), Some("0.1"));
    }

    #[test]
    fn nodes_that_were_not_found_leave_the_sum_unknown() {
        let nodes = vec![node("us-central1", "general", "0.1")];
        let failure = || ServiceFailure { error: "denied".to_owned(), hint: None };
        for outcome in [
            ServiceOutcome::of(nodes.clone()),
            ServiceOutcome::Partial(nodes, failure()),
            ServiceOutcome::Failed(failure()),
            ServiceOutcome::Empty,
        ] {
            let clusters = linked(outcome, vec![cluster("us-central1", 2)]);
            assert_eq!(cost(&clusters[0].attributes), None);
            assert_eq!(pool(&clusters[0]).get("node_count"), None);
        }
        let none = linked(ServiceOutcome::Empty, vec![cluster("us-central1", 0)]);
        assert_eq!(cost(&none[0].attributes).as_deref(), Some("0"));
    }

    #[test]
    fn nodes_of_autopilot_are_not_billed_and_not_shown() {
        let mut autopilot = cluster("us-central1", 0);
        autopilot.attributes.set("autopilot", true);
        let nodes = vec![node("us-central1", "general", "0.1")];
        let clusters = linked(ServiceOutcome::of(nodes), vec![autopilot]);
        assert_eq!(cost(&clusters[0].attributes), None);
    }

    #[test]
    fn an_instance_shows_what_its_disks_cost() {
        let mut disk = resource("disk", "d", "0.01");
        disk.attributes.set("attached_to", "NODE");
        let instance = resource("instance", "node", "0.1");
        let mut services = [
            snapshot("compute", ServiceOutcome::of(vec![instance])),
            snapshot("disks", ServiceOutcome::of(vec![disk])),
        ];
        link(&mut services);
        let attributes = &services[0].outcome.resources()[0].attributes;
        assert!(matches!(attributes.get("storage_hourly_cost"), Some(Value::Cost(_))));
    }
}
