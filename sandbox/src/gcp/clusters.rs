//! Kubernetes Engine: clusters, and whose node an instance is.
//! <https://cloud.google.com/kubernetes-engine/docs/reference/rest/v1/projects.locations.clusters/list>

use std::fmt::Write as _;

use super::json::Enums;
use super::place::{Blocks, Project, ZONES, Zone, region};
use super::times::Moment;
use super::{CLUSTERS, Gcp, json};
use crate::http::{Reply, Request};
use crate::names;
use crate::truth::{Cost, Sum};

/// How many in a hundred instances are nodes, where a region has a cluster: the last of each zone.
const NODES: u64 = 15;

/// A cluster.
struct Cluster {
    id: u64,
    name: String,
    /// A region, or a zone.
    location: String,
    region: u64,
    autopilot: bool,
    status: (&'static str, u32),
    channel: (&'static str, u32),
    nodes: u64,
    labels: Vec<(&'static str, &'static str)>,
}

/// How a project's clusters lie in its regions.
fn blocks(gcp: &Gcp, project: &Project) -> Blocks {
    Blocks { total: gcp.count(CLUSTERS, project), places: gcp.size.regions }
}

/// Of each four clusters of a region the second is Autopilot's.
const fn is_autopilot(number: u64) -> bool {
    number % 4 == 1
}

/// How many of a region's clusters have nodes.
const fn standard(all: u64) -> u64 {
    all - (all + 2) / 4
}

/// The nodes of a zone with so many instances, where its region has clusters for them.
const fn nodes(instances: u64) -> u64 {
    instances * NODES / 100
}

/// The name and the location of the cluster that the instance number `at` of a zone is a node of.
pub(super) fn owner(gcp: &Gcp, project: &Project, zone: Zone, at: u64) -> Option<(String, String)> {
    let here = blocks(gcp, project).of(zone.region_number());
    let clusters = standard(here.end - here.start);
    let instances = gcp.instances(project).of(zone.0);
    let instances = instances.end - instances.start;
    let node = at.checked_sub(instances - nodes(instances))?;
    let number = node.checked_rem(clusters)?;
    // Behind the first, one of four is Autopilot's.
    let index = here.start + number + number.div_ceil(3);
    Some(named(gcp, project, index))
}

/// The name and the location of a cluster: every third is in one zone.
fn named(gcp: &Gcp, project: &Project, index: u64) -> (String, String) {
    let (number, at) = blocks(gcp, project).find(index);
    let mut draw = project.draw("cluster name", index);
    let location = match index % 3 == 2 && !is_autopilot(at) {
        true => Zone(number * ZONES).to_string(),
        false => region(number).to_owned(),
    };
    (names::name(&mut draw, index), location)
}

impl Cluster {
    fn of(gcp: &Gcp, project: &Project, index: u64) -> Self {
        let blocks = blocks(gcp, project);
        let (region, at) = blocks.find(index);
        let (name, location) = named(gcp, project, index);
        let autopilot = is_autopilot(at);
        let mut draw = project.draw("cluster", index);
        Self {
            id: draw.bits(),
            name,
            location,
            region,
            autopilot,
            // google.container.v1.Cluster.Status
            status: *draw.weighted(&[
                (90, ("RUNNING", 2)),
                (4, ("RECONCILING", 3)),
                (2, ("DEGRADED", 6)),
                (2, ("PROVISIONING", 1)),
                (2, ("ERROR", 5)),
            ]),
            // google.container.v1.ReleaseChannel.Channel
            channel: *draw.weighted(&[
                (60, ("REGULAR", 2)),
                (20, ("STABLE", 3)),
                (12, ("RAPID", 1)),
                (8, ("EXTENDED", 4)),
            ]),
            nodes: if autopilot { 0 } else { count(gcp, project, region, at) },
            labels: names::labels(&mut draw),
        }
    }

    /// The fee for its management; its nodes cost as instances.
    /// <https://cloud.google.com/kubernetes-engine/pricing>
    fn cost(&self, gcp: &Gcp) -> Cost {
        if !matches!(self.status.0, "RUNNING" | "RECONCILING" | "DEGRADED") {
            // Whether the fee is charged then is documented nowhere.
            return Cost::FREE.and(None);
        }
        let sku = match (self.autopilot, self.location == region(self.region)) {
            (true, _) => "cluster-management-fee/autopilot",
            (false, true) => "cluster-management-fee/regional",
            (false, false) => "cluster-management-fee/zonal",
        };
        let cost = Cost::FREE.and_hourly(gcp.facts.price("gcp/gke", sku, "", "hour", "global"));
        // Pods cannot be reached, and extended support has no list price.
        let unknown = self.autopilot || self.channel.0 == "EXTENDED";
        if unknown { cost.and(None) } else { cost }
    }
}

/// How many nodes the cluster number `at` of a region has.
fn count(gcp: &Gcp, project: &Project, region: u64, at: u64) -> u64 {
    let here = blocks(gcp, project).of(region);
    let clusters = standard(here.end - here.start);
    // The number among those that have nodes.
    let number = at - (at + 2) / 4;
    let of_zone = |zone| {
        let instances = gcp.instances(project).of(zone);
        crate::size::part(nodes(instances.end - instances.start), clusters, number)
    };
    (region * ZONES..(region + 1) * ZONES).map(of_zone).sum()
}

/// Lists the clusters of all locations; there are no pages.
pub(super) fn list(gcp: &Gcp, project: &Project, request: &Request) -> Reply {
    let all = gcp.count(CLUSTERS, project);
    if all == 0 {
        return json::reply("{}".to_owned());
    }
    let mut body = String::from("{\"clusters\":[");
    for index in 0..all {
        json::comma(&mut body);
        let cluster = Cluster::of(gcp, project, index);
        write(&mut body, &project.id, &cluster, Enums::of(request));
    }
    body.push_str("]}");
    json::reply(body)
}

fn write(into: &mut String, project: &str, it: &Cluster, enums: Enums) {
    let Cluster { id, name, location, nodes, .. } = it;
    let zones: Vec<String> =
        (0..ZONES).map(|number| format!("\"{}\"", Zone(it.region * ZONES + number))).collect();
    let zones = zones.join(",");
    let _ = write!(
        into,
        "{{\"id\":\"{id:032x}\",\"name\":\"{name}\",\"location\":\"{location}\",\"zone\":\"{location}\",\
         \"selfLink\":\"https://container.googleapis.com/v1/projects/{project}/locations/{location}/clusters/{name}\",\
         \"initialClusterVersion\":\"1.33.4-gke.1\",\"currentMasterVersion\":\"1.33.5-gke.1\",\
         \"currentNodeVersion\":\"1.33.5-gke.1\",\"createTime\":\"{}\",\"locations\":[{zones}],\
         \"network\":\"default\",\"subnetwork\":\"default\",\"clusterIpv4Cidr\":\"10.84.0.0/14\",\
         \"servicesIpv4Cidr\":\"10.88.0.0/20\",\"loggingService\":\"logging.googleapis.com/kubernetes\",\
         \"monitoringService\":\"monitoring.googleapis.com/kubernetes\",\"currentNodeCount\":{nodes},\
         \"privateClusterConfig\":{{\"enablePrivateNodes\":true,\"enablePrivateEndpoint\":true}},\
         \"controlPlaneEndpointsConfig\":{{\"dnsEndpointConfig\":{{\"allowExternalTraffic\":false}},\
         \"ipEndpointsConfig\":{{\"enabled\":false}}}}",
        Moment(1_740_000_000),
    );
    enums.word(into, "status", it.status);
    into.push_str(",\"releaseChannel\":{");
    enums.word(into, "channel", it.channel);
    into.push('}');
    if !it.labels.is_empty() {
        into.push_str(",\"resourceLabels\":");
        json::labels(into, &it.labels);
    }
    if it.autopilot {
        into.push_str(",\"autopilot\":{\"enabled\":true}");
    } else {
        let _ = write!(
            into,
            ",\"nodePools\":[{{\"name\":\"pool-1\",\"version\":\"1.33.5-gke.1\",\"initialNodeCount\":1,\
             \"config\":{{\"machineType\":\"e2-standard-4\",\"diskSizeGb\":100,\"diskType\":\"pd-balanced\",\
             \"imageType\":\"COS_CONTAINERD\",\"serviceAccount\":\"default\"}},\
             \"autoscaling\":{{\"enabled\":true,\"minNodeCount\":1,\"maxNodeCount\":1000}},\
             \"management\":{{\"autoUpgrade\":true,\"autoRepair\":true}},\"locations\":[{zones}]}}]"
        );
    }
    into.push('}');
}

/// What the clusters of a project cost.
pub(super) fn sum(gcp: &Gcp, project: &Project) -> Sum {
    let mut sum = Sum::default();
    for index in 0..gcp.count(CLUSTERS, project) {
        sum.add(&Cluster::of(gcp, project, index).cost(gcp));
    }
    sum
}
