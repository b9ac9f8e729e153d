//! What resources of one scope say about each other, for information: none of it is in a total.

use std::collections::HashMap;

use finops_core::model::{Attributes, CostRate, Resource, ServiceOutcome, ServiceSnapshot, Value};

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
    if let Some(storage) = storage_of_instances(services) {
        for instance in resources_mut(services, "ec2") {
            let rate = storage.get(&*instance.id).copied().unwrap_or(Some(CostRate::ZERO));
            if let Some(rate) = rate {
                instance.attributes.set("storage_hourly_cost", Value::Cost(rate));
            }
        }
    }
    if let Some(nodes) = Nodes::of(services) {
        for cluster in resources_mut(services, "eks") {
            nodes.add_to(cluster);
        }
    }
}

/// The cost of each instance's volumes; `None` for one of which some part has no price.
fn storage_of_instances(services: &[ServiceSnapshot]) -> Option<HashMap<String, Option<CostRate>>> {
    let mut storage: HashMap<String, Option<CostRate>> = HashMap::new();
    for volume in resources(services, "ebs")? {
        let Some(instance) = volume.attributes.text("attached_to") else {
            continue;
        };
        let sum = storage.entry(instance.to_owned()).or_insert(Some(CostRate::ZERO));
        *sum = sum.zip(whole_cost(volume)).map(|(sum, rate)| sum + rate);
    }
    Some(storage)
}

/// A resource's cost where all of it has a price.
fn whole_cost(resource: &Resource) -> Option<CostRate> {
    if resource.costs.unpriced.is_empty() { resource.costs.known() } else { None }
}

/// What the nodes of clusters and of their groups cost.
#[derive(Default)]
struct Nodes {
    clusters: HashMap<String, Option<CostRate>>,
    groups: HashMap<(String, String), Option<CostRate>>,
}

impl Nodes {
    fn of(services: &[ServiceSnapshot]) -> Option<Self> {
        let mut nodes = Self::default();
        for instance in resources(services, "ec2")? {
            let Some(cluster) = cluster_of(instance) else {
                continue;
            };
            let rate = whole_cost(instance);
            add(nodes.clusters.entry(cluster.to_owned()).or_insert(Some(CostRate::ZERO)), rate);
            if let Some(group) = instance.tags.get(GROUP_TAG) {
                let key = (cluster.to_owned(), group.to_owned());
                add(nodes.groups.entry(key).or_insert(Some(CostRate::ZERO)), rate);
            }
        }
        Some(nodes)
    }

    fn add_to(&self, cluster: &mut Resource) {
        let name = cluster.id.to_string();
        let rate = self.clusters.get(&name).copied().unwrap_or(Some(CostRate::ZERO));
        if let Some(rate) = rate {
            cluster.attributes.set("nodes_hourly_cost", Value::Cost(rate));
        }
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
        let rate = self.groups.get(&(cluster.to_owned(), name)).copied();
        set_cost(&mut record, rate.unwrap_or(Some(CostRate::ZERO)));
        Value::Record(record)
    }
}

fn add(sum: &mut Option<CostRate>, rate: Option<CostRate>) {
    *sum = sum.zip(rate).map(|(sum, rate)| sum + rate);
}

fn set_cost(record: &mut Attributes, rate: Option<CostRate>) {
    record.set_known("nodes_hourly_cost", rate.map(Value::Cost));
}

fn cluster_of(instance: &Resource) -> Option<&str> {
    CLUSTER_TAGS
        .iter()
        .find_map(|tag| instance.tags.get(tag))
        .or_else(|| instance.tags.iter().find_map(|(key, _)| key.strip_prefix(OWNED_PREFIX)))
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
