//! The services of Google Cloud: one file or folder each, one line each in [`SERVICES`].

mod aggregated;
#[cfg(test)]
mod answers;
mod cloud_run;
mod compute;
mod disks;
mod functions;
mod gke;
mod listing;
mod reading;
mod record;
#[cfg(test)]
pub(crate) mod sample;
mod snapshots;
mod sql;
mod storage;

use futures::future::BoxFuture;

use finops_core::model::Resource;
use finops_core::service::Service;

use crate::google::GoogleError;
use crate::metrics::{Answers, Query};
use crate::scope::GcpScope;

/// Every service that is collected, in the order of the documents.
pub(crate) static SERVICES: &[&dyn GcpService] = &[
    &compute::Compute,
    &disks::Disks,
    &snapshots::Snapshots,
    &gke::Gke,
    &functions::Functions,
    &cloud_run::CloudRun,
    &sql::Sql,
    &storage::Storage,
];

/// The services of the price book that resources of the service with this name need.
pub(crate) fn priced_by(service: &str) -> &'static [&'static str] {
    let found = SERVICES.iter().find(|known| known.view().service == service);
    found.map_or(&[], |known| known.priced_by())
}

/// A service of Google Cloud: what is listed, then what Cloud Monitoring is asked about it, then
/// what the answers mean. The queries of all services are asked together.
pub(crate) trait GcpService: Service<GcpScope> {
    /// Makes the smallest call that shows whether the service can be listed.
    fn attempt<'a>(&'a self, scope: &'a GcpScope) -> BoxFuture<'a, Result<(), GoogleError>>;

    /// What to ask Cloud Monitoring, where these resources were found.
    fn queries(&self, _scope: &GcpScope, _resources: &[Resource]) -> Vec<&'static Query> {
        Vec::new()
    }

    /// Takes the answers in. Services whose costs depend on use price themselves here. Called also
    /// where there were no queries.
    fn settle(&self, _scope: &GcpScope, _resources: &mut [Resource], _answers: &Answers) {}
}
