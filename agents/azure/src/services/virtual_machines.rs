//! virtual_machines.

use futures::future::BoxFuture;

use finops_core::model::ServiceOutcome;
use finops_core::service::Service;
use finops_core::wire::ServiceView;

use super::AzureService;
use crate::scope::AzureScope;

static VIEW: ServiceView =
    ServiceView { service: "virtual_machines", lists: &[], counts: &[], summary_count: None };

/// virtual_machines.
pub(super) struct VirtualMachines;

impl Service<AzureScope> for VirtualMachines {
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

impl AzureService for VirtualMachines {}
