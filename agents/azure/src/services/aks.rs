//! aks.

use futures::future::BoxFuture;

use finops_core::model::ServiceOutcome;
use finops_core::service::Service;
use finops_core::wire::ServiceView;

use super::AzureService;
use crate::scope::AzureScope;

static VIEW: ServiceView =
    ServiceView { service: "aks", lists: &[], counts: &[], summary_count: None };

/// aks.
pub(super) struct Aks;

impl Service<AzureScope> for Aks {
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

impl AzureService for Aks {}
