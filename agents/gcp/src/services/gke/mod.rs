//! GKE clusters: what managing them costs, and the pods of Autopilot. Nodes of Standard clusters are
//! instances and cost there.

mod cost;
mod described;
mod pods;
#[cfg(test)]
mod tests;

use futures::future::BoxFuture;
use futures::{StreamExt as _, stream};
use google_cloud_container_v1::model::{Cluster, ListClustersResponse};

use finops_core::model::{Resource, ServiceOutcome};
use finops_core::service::Service;
use finops_core::wire::{CountView, Field, ListView, ServiceView, Source};

use self::cost::costs;
use self::described::{location, resource};
use self::pods::Pods;
use super::GcpService;
use super::listing::Listing;
use crate::endpoints::Api;
use crate::google::{Attempts, GoogleError, Operation};
use crate::scope::{GcpScope, region_of};

/// Listing the clusters of all locations in one answer; there are no pages.
/// <https://cloud.google.com/kubernetes-engine/docs/reference/rest/v1/projects.locations.clusters/list>
pub(crate) const LIST: Operation = Operation {
    api: Api::Container,
    method: "container.projects.locations.clusters.list",
    permission: "container.clusters.list",
};

/// How many clusters are asked for their pods side by side.
const SIDE_BY_SIDE: usize = 8;

static VIEW: ServiceView = ServiceView {
    service: "gke",
    lists: &[ListView {
        kind: "cluster",
        list: "clusters",
        fields: &[
            Field::new("cluster_name", Source::Name),
            Field::new("cluster_id", Source::Id),
            Field::attribute("location"),
            Field::new("status", Source::State),
            Field::attribute("master_version"),
            Field::attribute("release_channel"),
            Field::attribute("autopilot"),
            Field::attribute("node_pools"),
            Field::attribute("node_count"),
            Field::attribute("locations"),
            Field::attribute("created_at"),
            Field::attribute("nodes_hourly_cost"),
        ],
    }],
    counts: &[
        CountView::new("total_clusters", |clusters| Some(clusters.len() as u64)),
        CountView::new("total_nodes", total_nodes),
    ],
    summary_count: Some("total_gke_clusters"),
};

/// GKE.
pub(super) struct Gke;

impl Service<GcpScope> for Gke {
    fn view(&self) -> &'static ServiceView {
        &VIEW
    }

    fn priced_by(&self) -> &'static [&'static str] {
        &["gcp/gke"]
    }

    fn permissions(&self) -> &'static [&'static str] {
        const PERMISSIONS: &[&str] = &[LIST.permission, pods::PERMISSION, pods::BY_NAME];
        PERMISSIONS
    }

    fn collect<'a>(&'a self, scope: &'a GcpScope) -> BoxFuture<'a, ServiceOutcome> {
        Box::pin(async {
            match list(scope).await {
                Ok(listed) => outcome(scope, listed).await,
                Err(error) => ServiceOutcome::Failed(error.into()),
            }
        })
    }
}

impl GcpService for Gke {
    fn attempt<'a>(&'a self, scope: &'a GcpScope) -> BoxFuture<'a, Result<(), GoogleError>> {
        // The list has no pages.
        Box::pin(async { list(scope).await.map(drop) })
    }
}

/// Every node of the clusters; `None` where a cluster does not say.
fn total_nodes(clusters: &[Resource]) -> Option<u64> {
    let mut counts = clusters.iter().map(|cluster| cluster.attributes.integer("node_count"));
    let total = counts.try_fold(0_i64, |sum, count| sum.checked_add(count?))?;
    u64::try_from(total).ok()
}

async fn list(scope: &GcpScope) -> Result<ListClustersResponse, GoogleError> {
    let ask = |attempts: Attempts| {
        let parent = format!("projects/{}/locations/-", scope.project());
        let request = scope.google.clusters().list_clusters().set_parent(parent);
        attempts.of(request).send()
    };
    scope.call(LIST).once(ask).await
}

/// What was listed, with what it costs. Of zones and regions that did not answer clusters may be
/// missing.
async fn outcome(scope: &GcpScope, listed: ListClustersResponse) -> ServiceOutcome {
    let ListClustersResponse { clusters, missing_zones, .. } = listed;
    let wanted = clusters.into_iter().filter(|cluster| scope.wants(location(cluster)));
    let priced = stream::iter(wanted).map(|cluster| priced(scope, cluster));
    let mut listing = Listing::default();
    listing.resources = priced.buffered(SIDE_BY_SIDE).collect().await;
    for place in &missing_zones {
        let kind = if region_of(place) == place { "regions" } else { "zones" };
        listing.did_not_answer(scope, &format!("{kind}/{place}"));
    }
    listing.outcome(Ok(()))
}

async fn priced(scope: &GcpScope, cluster: Cluster) -> Resource {
    let mut resource = resource(scope, &cluster);
    let pods = Pods::of(scope, &cluster).await;
    resource.costs = costs(scope.prices(), &resource.region, &cluster, pods);
    resource
}
