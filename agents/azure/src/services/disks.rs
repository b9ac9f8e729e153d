//! disks.

use futures::future::BoxFuture;

use finops_core::model::ServiceOutcome;
use finops_core::service::Service;
use finops_core::wire::ServiceView;

use super::AzureService;
use crate::scope::AzureScope;

static VIEW: ServiceView =
    ServiceView { service: "disks", lists: &[], counts: &[], summary_count: None };

/// disks.
pub(super) struct Disks;

impl Service<AzureScope> for Disks {
    fn view(&self) -> &'static ServiceView {
        &VIEW
    }

    fn permissions(&self) -> &'static [&'static str] {
        &[]
    }

    fn collect<'a>(&'a self, _scope: &'a AzureScope) -> BoxFuture<'a, ServiceOutcome> {
        Box::pin(async { ServiceOutcome::Empty })
    }
}

impl AzureService for Disks {}
