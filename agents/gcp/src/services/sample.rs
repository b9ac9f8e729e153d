//! A project for tests of the services, with the list prices that are built in.

use std::sync::Arc;

use tokio::sync::OnceCell;

use finops_core::daily::DailyFigures;
use finops_core::model::Scope;
use finops_core::progress::Silent;
use finops_pricing::{Adjustment, ListPrices};

use crate::collect::Shared;
use crate::google::{Google, Meter};
use crate::metrics::MetricBudget;
use crate::scope::GcpScope;

/// Made once: putting the clients together takes a while.
static NOWHERE: OnceCell<Google> = OnceCell::const_new();

/// The project `web-1`, at which nothing can be asked.
pub(crate) async fn scope() -> GcpScope {
    scope_in(&[]).await
}

/// The same, of which only what is in these regions is wanted; everything where there are none.
pub(crate) async fn scope_in(regions: &[&str]) -> GcpScope {
    let shared = Shared {
        google: NOWHERE.get_or_init(Google::nowhere).await.clone(),
        prices: Arc::new(ListPrices::gcp()),
        adjustment: Adjustment::default(),
        regions: regions.iter().map(|region| (*region).to_owned()).collect(),
        autopilot_pods: true,
        budget: Arc::new(MetricBudget::new(0)),
        daily: DailyFigures::new(None),
        traced: 0,
        progress: Arc::new(Silent),
    };
    let scope = Scope { provider: "gcp", account_id: "web-1".into(), region: "global".into() };
    GcpScope::new(scope, &shared, Meter::default())
}
