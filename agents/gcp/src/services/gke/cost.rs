//! What a cluster costs.

use google_cloud_container_v1::model::Cluster;

use finops_core::model::Costs;
use finops_pricing::ListPrices;
use finops_pricing::gcp::gke::{Mode, PodRequests, Workloads, control_plane, workloads};

use super::described::{channel, is_autopilot, location, status};
use super::pods::{Pods, Sum};

/// The management fee, and the pods of an Autopilot cluster. Nodes cost where they are listed, as
/// instances.
pub(super) fn costs(prices: &ListPrices, region: &str, cluster: &Cluster, pods: Pods) -> Costs {
    if let Err(reason) = is_billed(cluster) {
        return Costs::unpriced("control_plane", reason);
    }
    let mode = Mode::of(location(cluster), is_autopilot(cluster));
    let extended = channel(cluster) == Some("EXTENDED");
    let mut costs = control_plane(prices, mode, extended);
    match pods {
        Pods::NotBilled => {}
        Pods::Unknown(reason) => costs.miss("workloads", reason),
        Pods::Known(sum) => costs.merge(pod_costs(prices, region, &sum)),
    }
    costs
}

/// The fee is charged for every cluster, by the second. Since when a new one is charged, and whether
/// one that is being deleted or that failed still is, Google does not say.
/// <https://cloud.google.com/kubernetes-engine/pricing#cluster_management_fee_and_free_tier>
pub(super) fn is_billed(cluster: &Cluster) -> Result<(), String> {
    let status = status(cluster);
    match status.as_deref() {
        Some("RUNNING" | "RECONCILING" | "DEGRADED") => Ok(()),
        Some(status) => Err(format!(
            "its status is {status}: Google does not document whether the management fee is \
             billed meanwhile"
        )),
        None => Err("Google does not say its status".to_owned()),
    }
}

fn pod_costs(prices: &ListPrices, region: &str, sum: &Sum) -> Costs {
    let requests = PodRequests {
        vcpus: sum.requests.vcpus,
        memory_gib: sum.requests.memory_gib(),
        ephemeral_storage_gib: sum.requests.ephemeral_storage_gib(),
    };
    let billed = Workloads { general_purpose: Ok(requests), other_pods: sum.other };
    let mut costs = workloads(prices, region, &billed);
    if let Some((count, example)) = &sum.odd {
        let pods = if *count == 1 { "pod" } else { "pods" };
        costs.miss("workloads", format!("{count} {pods} cannot be priced: {example}"));
    }
    costs
}
