//! The pods of an Autopilot cluster, read from the cluster itself: what they request is billed.
//! <https://cloud.google.com/kubernetes-engine/pricing#autopilot_mode>

mod address;
mod pod;
mod quantity;
mod requests;
mod sum;
#[cfg(test)]
mod tests;

use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use google_cloud_container_v1::model::Cluster;
use tokio::time::timeout;

use self::sum::PodPage;
use super::cost::is_billed;
use super::described::is_autopilot;
use crate::google::{ClusterAddress, GoogleError};
use crate::scope::GcpScope;

pub(super) use self::sum::Sum;

/// What reading pods takes.
/// <https://cloud.google.com/kubernetes-engine/docs/how-to/iam>
pub(super) const PERMISSION: &str = "container.pods.list";

/// What reaching a cluster by its name takes besides.
/// <https://cloud.google.com/kubernetes-engine/docs/concepts/network-isolation#dns-based_endpoint>
pub(super) const BY_NAME: &str = "container.clusters.connect";

/// Where pods are listed, how many a page.
/// <https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#list-list-or-watch-objects-of-kind-pod-1>
const PATH: &str = "/api/v1/pods";
const QUERY: &[(&str, &str)] =
    &[("limit", "500"), ("fieldSelector", "status.phase!=Succeeded,status.phase!=Failed")];

/// How long a cluster may be silent. Many can be reached from their own network only, and must not
/// hold up the cycle with one try after the other.
const FIRST_PAGE: Duration = Duration::from_secs(5);

/// What the pods of a cluster request, as far as that is billed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Pods {
    /// Pods are not what is billed: the cluster is a Standard one.
    NotBilled,
    /// It is not known, for this reason.
    Unknown(String),
    /// This.
    Known(Sum),
}

impl Pods {
    /// Reads the pods of a cluster that is billed by them.
    pub(super) async fn of(scope: &GcpScope, cluster: &Cluster) -> Self {
        if !is_autopilot(cluster) || is_billed(cluster).is_err() {
            return Self::NotBilled;
        }
        if !scope.autopilot_pods {
            let reason = "its pods are not read: autopilot.pods is false";
            return Self::Unknown(reason.to_owned());
        }
        match read(scope, cluster).await {
            Ok(sum) => Self::Known(sum),
            Err(reason) => Self::Unknown(format!("its pods are not known: {reason}")),
        }
    }
}

async fn read(scope: &GcpScope, cluster: &Cluster) -> Result<Sum, String> {
    let address = address::of(cluster)?;
    let mut sum = Sum::default();
    add_pages(scope, &address, FIRST_PAGE, &mut sum).await?;
    Ok(sum)
}

/// Adds up the pods page by page; a cluster may be silent for `patience` at first.
async fn add_pages(
    scope: &GcpScope,
    address: &ClusterAddress,
    patience: Duration,
    sum: &mut Sum,
) -> Result<(), String> {
    let answered = AtomicBool::new(false);
    let take = |page: PodPage| {
        answered.store(true, Ordering::Relaxed);
        sum.add(&page)
    };
    let mut pages = pin!(scope.google.cluster_pages(&scope.meter, address, PATH, QUERY, take));
    match timeout(patience, &mut pages).await {
        Ok(read) => read.map_err(why),
        Err(_) if answered.load(Ordering::Relaxed) => pages.await.map_err(why),
        Err(_) => Err(silent(address, patience)),
    }
}

fn silent(address: &ClusterAddress, patience: Duration) -> String {
    format!(
        "{} did not answer within {} seconds; is it in a network that the agent does not reach?",
        address.endpoint,
        patience.as_secs()
    )
}

/// What failed and what to do about it, in one text.
fn why(error: GoogleError) -> String {
    let failure = error.failure;
    let hint = failure.hint.map(|hint| format!("; {hint}")).unwrap_or_default();
    format!("{}{hint}", failure.error)
}
