//! CloudRun.

use futures::future::BoxFuture;

use finops_core::model::ServiceOutcome;
use finops_core::service::Service;
use finops_core::wire::ServiceView;

use super::GcpService;
use crate::scope::GcpScope;

static VIEW: ServiceView =
    ServiceView { service: "cloud_run", lists: &[], counts: &[], summary_count: None };

/// CloudRun.
pub(super) struct CloudRun;

impl Service<GcpScope> for CloudRun {
    fn view(&self) -> &'static ServiceView {
        &VIEW
    }

    fn permissions(&self) -> &'static [&'static str] {
        &[]
    }

    fn collect<'a>(&'a self, _scope: &'a GcpScope) -> BoxFuture<'a, ServiceOutcome> {
        Box::pin(async { ServiceOutcome::Empty })
    }
}

impl GcpService for CloudRun {}
