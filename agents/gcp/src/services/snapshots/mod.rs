//! Snapshots of disks, which are billed for what they store, wherever the disk is or was.
//!
//! <https://cloud.google.com/compute/docs/reference/rest/v1/snapshots/list>

mod snapshot;
#[cfg(test)]
mod tests;

use futures::future::BoxFuture;
use google_cloud_compute_v1::model::SnapshotList;

use finops_core::model::ServiceOutcome;
use finops_core::service::Service;
use finops_core::wire::{CountView, Field, ListView, ServiceView, Source};

use super::GcpService;
use super::listing::Listing;
use crate::endpoints::Api;
use crate::google::{Attempts, GoogleError, Operation};
use crate::scope::GcpScope;

/// Listing the snapshots of a project.
const LIST: Operation = Operation {
    api: Api::Compute,
    method: "compute.snapshots.list",
    permission: "compute.snapshots.list",
};

/// The most snapshots that a page may have.
const PAGE: u32 = 500;

static VIEW: ServiceView = ServiceView {
    service: "snapshots",
    lists: &[ListView {
        kind: "snapshot",
        list: "snapshots",
        fields: &[
            Field::new("snapshot_name", Source::Name),
            Field::attribute("snapshot_id"),
            Field::new("resource_name", Source::Id),
            Field::attribute("location"),
            Field::attribute("snapshot_type"),
            Field::attribute("stored_bytes"),
            Field::attribute("disk_size_gb"),
            Field::attribute("source_disk"),
            Field::new("status", Source::State),
            Field::attribute("auto_created"),
            Field::attribute("created_at"),
            Field::new("labels", Source::Tags),
        ],
    }],
    counts: &[CountView::new("total_snapshots", |snapshots| Some(snapshots.len() as u64))],
    summary_count: Some("total_snapshots"),
};

/// Snapshots.
pub(super) struct Snapshots;

impl Service<GcpScope> for Snapshots {
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
        Box::pin(snapshots(scope))
    }
}

impl GcpService for Snapshots {
    fn attempt<'a>(&'a self, scope: &'a GcpScope) -> BoxFuture<'a, Result<(), GoogleError>> {
        Box::pin(attempt(scope))
    }
}

async fn snapshots(scope: &GcpScope) -> ServiceOutcome {
    let client = scope.google.snapshots();
    let ask = |token: String, attempts: Attempts| {
        let request = client
            .list()
            .set_project(scope.project())
            .set_max_results(PAGE)
            .set_or_clear_page_token(Some(token).filter(|token| !token.is_empty()));
        attempts.of(request).send()
    };
    let mut listing = Listing::default();
    let asked = scope.call(LIST).pages(ask, |page| take(scope, &page, &mut listing)).await;
    listing.outcome(asked)
}

/// Whether listing is allowed.
async fn attempt(scope: &GcpScope) -> Result<(), GoogleError> {
    let ask = |attempts: Attempts| {
        let request =
            scope.google.snapshots().list().set_project(scope.project()).set_max_results(1_u32);
        attempts.of(request).send()
    };
    scope.call(LIST).once(ask).await.map(drop)
}

fn take(scope: &GcpScope, page: &SnapshotList, listing: &mut Listing) {
    let code = page.warning.as_ref().and_then(|warning| warning.code.as_ref()?.name());
    listing.warned("a part of the project", code);
    let wanted = page.items.iter().filter(|found| scope.wants(&snapshot::location(found)));
    listing.resources.extend(wanted.map(|found| snapshot::resource(scope, found)));
}
