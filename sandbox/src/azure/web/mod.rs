//! Function apps and the plans that they run on.
//! <https://azure.microsoft.com/pricing/details/functions/>

mod app;
mod plan;

use rust_decimal::Decimal;

use super::Azure;
use super::place::{Place, REGIONS};
use crate::truth::Sum;
pub(super) use app::App;
pub(super) use plan::Plan;

fn price(azure: &Azure, region: usize, sku: &str, unit: &str) -> Option<Decimal> {
    azure.facts.price("azure/functions", sku, "", unit, REGIONS[region].0)
}

/// What the apps and plans of a subscription cost.
pub(super) fn sum(azure: &Azure, place: &Place) -> Sum {
    let mut sum = Sum::default();
    for index in 0..place.counts.apps {
        sum.add(&App::of(place, index).cost(azure));
    }
    for index in 0..place.counts.plans {
        sum.add(&Plan::of(place, index).cost(azure));
    }
    sum
}
