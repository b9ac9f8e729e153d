//! A cluster and its node pools as records.

use google_cloud_container_v1::model::{Cluster, NodePool};

use finops_core::model::{Attributes, Resource, Value};

use crate::scope::{GcpScope, region_of};
use crate::services::record;

/// The region or zone of a cluster; empty where Google does not say.
pub(super) fn location(cluster: &Cluster) -> &str {
    &cluster.location
}

/// Whether Google runs its nodes.
pub(super) fn is_autopilot(cluster: &Cluster) -> bool {
    cluster.autopilot.as_ref().is_some_and(|autopilot| autopilot.enabled)
}

/// `RAPID`, `REGULAR`, `STABLE`, `EXTENDED`; `None` where it is in no channel.
pub(super) fn channel(cluster: &Cluster) -> Option<&str> {
    let channel = cluster.release_channel.as_ref()?.channel.name();
    channel.filter(|name| *name != "UNSPECIFIED")
}

/// `RUNNING`, `RECONCILING`, …; `None` where Google does not say.
pub(super) fn status(cluster: &Cluster) -> Option<String> {
    let status = &cluster.status;
    (status.value() != Some(0)).then(|| status.to_string())
}

/// The record of a cluster, without its costs.
pub(super) fn resource(scope: &GcpScope, cluster: &Cluster) -> Resource {
    let location = location(cluster);
    let name = if cluster.name.is_empty() { &cluster.id } else { &cluster.name };
    let id = format!("projects/{}/locations/{location}/clusters/{name}", scope.project());
    let region = region_of(location);
    let mut resource = Resource::new("cluster", &id, &scope.share(region));
    resource.name = Some(name.as_str().into()).filter(|_| !name.is_empty());
    resource.zone = (region != location).then(|| scope.share(location));
    resource.state = status(cluster).map(|status| scope.share(&status));
    resource.tags = scope.tags(&cluster.resource_labels);
    set_attributes(scope, &mut resource.attributes, cluster);
    resource
}

fn set_attributes(scope: &GcpScope, attributes: &mut Attributes, cluster: &Cluster) {
    let share = |text: &str| scope.share(text);
    attributes.set_known("location", known(location(cluster)).map(share));
    attributes.set_known("master_version", known(&cluster.current_master_version).map(share));
    attributes.set_known("release_channel", channel(cluster).map(share));
    attributes.set("autopilot", is_autopilot(cluster));
    let pools = cluster.node_pools.iter().map(|pool| Value::Record(node_pool(scope, pool)));
    attributes.set("node_pools", Value::List(pools.collect()));
    attributes.set_known("node_count", node_count(cluster));
    let locations = cluster.locations.iter().map(|zone| Value::Text(scope.share(zone)));
    attributes.set("locations", Value::List(locations.collect()));
    attributes.set_known("created_at", record::time(known(&cluster.create_time)));
}

/// How many nodes it has. Google's JSON leaves out what is zero.
#[allow(deprecated, reason = "the other way to count nodes is to ask each cluster for them")]
fn node_count(cluster: &Cluster) -> Option<i32> {
    Some(cluster.current_node_count).filter(|count| *count >= 0)
}

/// A pool of nodes. How many it has is not among what Google says of it: see
/// [`crate::links::link`].
/// <https://cloud.google.com/kubernetes-engine/docs/reference/rest/v1/projects.locations.clusters.nodePools>
fn node_pool(scope: &GcpScope, pool: &NodePool) -> Attributes {
    let share = |text: &str| scope.share(text);
    let mut record = Attributes::default();
    let config = pool.config.as_ref();
    record.set_known("pool_name", known(&pool.name));
    let machine_type = config.and_then(|config| known(&config.machine_type));
    record.set_known("machine_type", machine_type.map(share));
    // In GB, of each node.
    let disk_size = config.map(|config| config.disk_size_gb).filter(|size| *size > 0);
    record.set_known("disk_size", disk_size);
    let spot = config.is_some_and(|config| config.spot || config.preemptible);
    record.set("spot", spot);
    let bounds = bounds(pool);
    record.set("auto_scaling", bounds.is_some());
    let (least, most) = bounds.unwrap_or_default();
    record.set_known("min_count", least);
    record.set_known("max_count", most);
    record
}

/// The fewest and the most nodes of the whole pool, where it is scaled by itself. Google bounds
/// either the pool or each of its zones.
/// <https://cloud.google.com/kubernetes-engine/docs/reference/rest/v1/projects.locations.clusters.nodePools#nodepoolautoscaling>
fn bounds(pool: &NodePool) -> Option<(Option<i64>, Option<i64>)> {
    let scaling = pool.autoscaling.as_ref().filter(|scaling| scaling.enabled)?;
    if scaling.total_max_node_count > 0 {
        let total = |count: i32| Some(i64::from(count));
        return Some((total(scaling.total_min_node_count), total(scaling.total_max_node_count)));
    }
    let zones = i64::try_from(pool.locations.len()).ok().filter(|zones| *zones > 0);
    let everywhere = |count: i32| i64::from(count).checked_mul(zones?);
    Some((everywhere(scaling.min_node_count), everywhere(scaling.max_node_count)))
}

/// A text that is there.
fn known(text: &str) -> Option<&str> {
    Some(text).filter(|text| !text.is_empty())
}
