//! Costs by account, region and service, of which a large organisation has thousands.

use std::collections::BTreeMap;

use prometheus::{Registry, Result};

use super::family::gauges;
use super::hourly;
use crate::model::CostRate;
use crate::run::Place;

/// How many places have a series of their own: ten services in ten regions of five accounts.
pub(super) const PLACES: usize = 500;
/// The account and region under which the rest is summed.
const REST: &str = "other";

/// The label values of a series.
type Labels<'a> = [&'a str; 4];

/// Adds the costs of `places` to `registry`.
///
/// The dearest five hundred have a series each. The rest is summed by service, with `other` for
/// account and region, so that all series together are the agent's whole cost.
pub(super) fn register(registry: &Registry, places: &[(Place, CostRate)]) -> Result<()> {
    gauges(
        registry,
        "place_cost_usd_per_hour",
        "What resources of a service in a region of an account cost, where a price is known: \
         the dearest 500, the rest by service with 'other' as account and region.",
        &["provider", "account", "region", "service"],
        bounded(places).into_iter().map(|(labels, rate)| (labels, hourly(rate))),
    )
}

fn bounded(places: &[(Place, CostRate)]) -> BTreeMap<Labels<'_>, CostRate> {
    let mut sorted: Vec<_> = places.iter().collect();
    sorted.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    let mut series = BTreeMap::<Labels<'_>, CostRate>::new();
    for (rank, (place, rate)) in sorted.into_iter().enumerate() {
        let (account, region) =
            if rank < PLACES { (&*place.account, &*place.region) } else { (REST, REST) };
        *series.entry([place.provider, account, region, &*place.service]).or_default() += *rate;
    }
    series
}
