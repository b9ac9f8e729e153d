//! A project for tests of the services, with the list prices that are built in.

use std::sync::Arc;

use finops_core::daily::DailyFigures;
use finops_core::model::Scope;
use finops_core::progress::Silent;
use finops_pricing::ListPrices;

use crate::collect::Shared;
use crate::google::{Google, Meter};
use crate::metrics::MetricBudget;
use crate::scope::GcpScope;

/// The project `web-1`, at which nothing can be asked.
pub(crate) async fn scope() -> GcpScope {
    let shared = Shared {
        google: Google::nowhere().await,
        prices: Arc::new(ListPrices::gcp()),
        regions: Arc::default(),
        autopilot_pods: true,
        budget: Arc::new(MetricBudget::new(0)),
        daily: DailyFigures::new(None),
        traced: 0,
        progress: Arc::new(Silent),
    };
    let scope = Scope { provider: "gcp", account_id: "web-1".into(), region: "global".into() };
    GcpScope::new(scope, &shared, Meter::default())
}
