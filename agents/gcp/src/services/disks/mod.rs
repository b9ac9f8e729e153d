//! Disks of zones and of regions, in every state. Local disks are their machines'.
//!
//! <https://cloud.google.com/compute/docs/reference/rest/v1/disks/aggregatedList>

mod disk;
#[cfg(test)]
mod tests;

use futures::future::BoxFuture;
use google_cloud_compute_v1::model::DiskAggregatedList;

use finops_core::model::{Resource, ServiceOutcome, unattached};
use finops_core::service::Service;
use finops_core::wire::{CountView, Field, ListView, ServiceView, Source};

use super::GcpService;
use super::aggregated::{aggregated, attempt};
use crate::endpoints::Api;
use crate::google::{GoogleError, Operation};
use crate::scope::GcpScope;

/// Listing the disks of all zones and regions.
const LIST: Operation = Operation {
    api: Api::Compute,
    method: "compute.disks.aggregatedList",
    permission: "compute.disks.list",
};

/// The fields of a disk that are read.
const FIELDS: &str = "id,name,selfLink,zone,region,replicaZones,type,sizeGb,provisionedIops,\
                      provisionedThroughput,storagePool,status,users,lastAttachTimestamp,\
                      lastDetachTimestamp,sourceImage,creationTimestamp,labels";

static VIEW: ServiceView = ServiceView {
    service: "disks",
    lists: &[ListView {
        kind: "disk",
        list: "disks",
        fields: &[
            Field::new("disk_name", Source::Name),
            Field::attribute("disk_id"),
            Field::new("resource_name", Source::Id),
            Field::new("zone", Source::Zone),
            Field::attribute("replica_zones"),
            Field::attribute("disk_type"),
            Field::attribute("size_gb"),
            Field::attribute("provisioned_iops"),
            Field::attribute("provisioned_throughput"),
            Field::attribute("storage_pool"),
            Field::new("status", Source::State),
            Field::attribute("attached_to"),
            Field::attribute("also_attached_to"),
            Field::attribute("last_attached_at"),
            Field::attribute("last_detached_at"),
            Field::attribute("source_image"),
            Field::attribute("created_at"),
            Field::new("labels", Source::Tags),
        ],
    }],
    counts: &[
        CountView::new("total_disks", |disks| Some(disks.len() as u64)),
        CountView::new("unattached_disks", |disks| {
            Some(disks.iter().filter(|disk| is_unattached(disk)).count() as u64)
        }),
    ],
    summary_count: Some("total_disks"),
};

/// Disks.
pub(super) struct Disks;

impl Service<GcpScope> for Disks {
    fn view(&self) -> &'static ServiceView {
        &VIEW
    }

    fn priced_by(&self) -> &'static [&'static str] {
        &["gcp/disk"]
    }

    fn permissions(&self) -> &'static [&'static str] {
        &[LIST.permission]
    }

    fn collect<'a>(&'a self, scope: &'a GcpScope) -> BoxFuture<'a, ServiceOutcome> {
        Box::pin(async {
            let listed = aggregated::<DiskAggregatedList>(scope, LIST, FIELDS, disk::resource);
            let outcome = listed.await;
            let loose = outcome.resources().iter().filter(|disk| is_unattached(disk));
            let event = unattached("unattached_disks", "disks", "disk", loose);
            event.into_iter().for_each(|event| scope.note(event));
            outcome
        })
    }
}

impl GcpService for Disks {
    fn attempt<'a>(&'a self, scope: &'a GcpScope) -> BoxFuture<'a, Result<(), GoogleError>> {
        Box::pin(attempt::<DiskAggregatedList>(scope, LIST))
    }
}

/// Whether it is ready to be used, and nothing has it attached.
fn is_unattached(disk: &Resource) -> bool {
    disk.state.as_deref() == Some("READY") && disk.attributes.get("attached_to").is_none()
}
