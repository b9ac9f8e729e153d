//! What resources of one scope say about each other, for information: none of it is in a total.

use finops_core::model::{CostSums, Resource, ServiceSnapshot, Value, show_storage_costs};

/// Tags by which a node names its cluster: managed node groups, EKS Auto Mode and Karpenter,
/// eksctl's self-managed groups.
const CLUSTER_TAGS: &[&str] =
    &["eks:cluster-name", "eks:eks-cluster-name", "alpha.eksctl.io/cluster-name"];
/// The tag by which a node of a managed group names its group.
const GROUP_TAG: &str = "eks:nodegroup-name";
/// A tag of this prefix and the cluster's name is on every self-managed node.
const OWNED_PREFIX: &str = "kubernetes.io/cluster/";

/// Adds `storage_hourly_cost` to instances and `nodes_hourly_cost` to clusters and node groups.
///
/// Where the service that holds the costs failed, or one of the costs has no price, the figure
/// stays unknown.
pub(crate) fn link(services: &mut [ServiceSnapshot]) {
    show_storage_costs(services, "ec2", "ebs");
    if let Some(nodes) = Nodes::of(services) {
        for cluster in ServiceSnapshot::resources_mut(services, "eks") {
            nodes.add_to(cluster);
        }
    }
}

/// What the nodes of clusters and of their groups cost.
#[derive(Default)]
struct Nodes {
    clusters: CostSums<String>,
    groups: CostSums<(String, String)>,
}

impl Nodes {
    fn of(services: &[ServiceSnapshot]) -> Option<Self> {
        let mut nodes = Self::default();
        for instance in ServiceSnapshot::answered(services, "ec2")? {
            let Some(cluster) = cluster_of(instance) else {
                continue;
            };
            let rate = instance.costs.whole();
            nodes.clusters.add(cluster.to_owned(), rate);
            if let Some(group) = instance.tags.get(GROUP_TAG) {
                let key = (cluster.to_owned(), group.to_owned());
                nodes.groups.add(key, rate);
            }
        }
        Some(nodes)
    }

    fn add_to(&self, cluster: &mut Resource) {
        let name = cluster.id.to_string();
        let rate = self.clusters.of(&name);
        cluster.attributes.set_known("nodes_hourly_cost", rate.map(Value::Cost));
        let Some(Value::List(groups)) = cluster.attributes.get("nodegroups").cloned() else {
            return;
        };
        let groups = groups.into_iter().map(|group| self.group(&name, group)).collect();
        cluster.attributes.set("nodegroups", Value::List(groups));
    }

    fn group(&self, cluster: &str, group: Value) -> Value {
        let Value::Record(mut record) = group else {
            return group;
        };
        let name = record.text("nodegroup_name").unwrap_or_default().to_owned();
        let rate = self.groups.of(&(cluster.to_owned(), name));
        record.set_known("nodes_hourly_cost", rate.map(Value::Cost));
        Value::Record(record)
    }
}

fn cluster_of(instance: &Resource) -> Option<&str> {
    CLUSTER_TAGS
        .iter()
        .find_map(|tag| instance.tags.get(tag))
        .or_else(|| instance.tags.iter().find_map(|(key, _)| key.strip_prefix(OWNED_PREFIX)))
}

#[cfg(test)]
mod tests {
    use finops_core::model::{Attributes, Price, Quantity, ServiceFailure, ServiceOutcome, Unit};
    use jiff::Timestamp;

    use super::*;

    fn resource(kind: &'static str, id: &str, hourly: &str) -> Resource {
        let mut resource = Resource::new(kind, id, &"us-east-1".into());
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

    fn volume(id: &str, hourly: &str, attached_to: &str) -> Resource {
        let mut volume = resource("volume", id, hourly);
        volume.attributes.set("attached_to", attached_to);
        volume
    }

    fn node(id: &str, hourly: &str, tags: &[(&str, &str)]) -> Resource {
        let mut node = resource("instance", id, hourly);
        for (key, value) in tags {
            node.tags.push((*key).into(), value);
        }
        node
    }

    fn cluster(id: &str) -> Resource {
        let mut group = Attributes::default();
        group.set("nodegroup_name", "general");
        let mut cluster = resource("cluster", id, "0.1");
        cluster.attributes.set("nodegroups", Value::List(vec![Value::Record(group)]));
        cluster
    }

    fn service(name: &'static str, outcome: ServiceOutcome) -> ServiceSnapshot {
        ServiceSnapshot { name: name.into(), outcome, collected_at: Timestamp::UNIX_EPOCH }
    }

    fn found(name: &'static str, resources: Vec<Resource>) -> ServiceSnapshot {
        service(name, ServiceOutcome::of(resources))
    }

    fn failed(name: &'static str) -> ServiceSnapshot {
        let failure = ServiceFailure { error: "denied".to_owned(), hint: None };
        service(name, ServiceOutcome::Failed(failure))
    }

    fn cost(resource: &Resource, key: &str) -> Option<String> {
        match resource.attributes.get(key) {
            Some(Value::Cost(rate)) => Some(rate.hourly().normalize().to_string()),
            _ => None,
        }
    }

    #[test]
    fn an_instance_shows_what_its_volumes_cost() {
        let mut services = [
            found("ec2", vec![resource("instance", "i-1", "1"), resource("instance", "i-2", "1")]),
            found("ebs", vec![volume("v-1", "0.01", "i-1"), volume("v-2", "0.02", "i-1")]),
        ];
        link(&mut services);
        let instances = services[0].outcome.resources();
        assert_eq!(cost(&instances[0], "storage_hourly_cost").as_deref(), Some("0.03"));
        assert_eq!(cost(&instances[1], "storage_hourly_cost").as_deref(), Some("0"));
    }

    #[test]
    fn what_is_not_known_stays_unknown() {
        let mut services = [found("ec2", vec![resource("instance", "i-1", "1")]), failed("ebs")];
        link(&mut services);
        assert_eq!(cost(&services[0].outcome.resources()[0], "storage_hourly_cost"), None);

        let mut unpriced = volume("v-1", "0.01", "i-1");
        unpriced.costs.miss("iops", "unknown");
        let mut services =
            [found("ec2", vec![resource("instance", "i-1", "1")]), found("ebs", vec![unpriced])];
        link(&mut services);
        assert_eq!(cost(&services[0].outcome.resources()[0], "storage_hourly_cost"), None);
    }

    #[test]
    fn a_cluster_shows_its_nodes_of_every_kind_and_none_of_another() {
        let nodes = vec![
            node("i-1", "0.1", &[("eks:cluster-name", "main"), ("eks:nodegroup-name", "general")]),
            node("i-2", "0.2", &[("eks:eks-cluster-name", "main")]),
            node("i-3", "0.4", &[("kubernetes.io/cluster/main", "owned")]),
            node("i-4", "0.8", &[("eks:cluster-name", "other"), ("eks:nodegroup-name", "general")]),
        ];
        let mut services = [found("ec2", nodes), found("eks", vec![cluster("main")])];
        link(&mut services);
        let cluster = &services[1].outcome.resources()[0];
        assert_eq!(cost(cluster, "nodes_hourly_cost").as_deref(), Some("0.7"));
        // For information only: the cluster itself costs its control plane.
        assert_eq!(cluster.costs.known().unwrap().hourly(), "0.1".parse().unwrap());
        let Some(Value::List(groups)) = cluster.attributes.get("nodegroups") else { panic!() };
        let Value::Record(group) = &groups[0] else { panic!() };
        let Some(Value::Cost(rate)) = group.get("nodes_hourly_cost") else { panic!() };
        assert_eq!(rate.hourly(), "0.1".parse().unwrap());
    }

    #[test]
    fn without_instances_a_clusters_nodes_are_unknown() {
        let mut services = [failed("ec2"), found("eks", vec![cluster("main")])];
        link(&mut services);
        assert_eq!(cost(&services[1].outcome.resources()[0], "nodes_hourly_cost"), None);
    }
}
