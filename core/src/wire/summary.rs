//! The totals of a document.

use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

use super::document::ServicePart;
use super::number;
use super::readings;
use super::view::ServiceView;
use crate::model::{CostRate, Readings, Resource};

/// What a set of resources costs, and how much of it has no price.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Totals {
    pub(super) rate: CostRate,
    /// The same at list prices.
    list: CostRate,
    /// Some resource does not cost what the list says.
    adjusted: bool,
    pub(super) resources: u64,
    pub(super) unpriced: u64,
    pub(super) partly_priced: u64,
}

impl Totals {
    pub(super) fn of<'a>(resources: impl IntoIterator<Item = &'a Resource>) -> Self {
        let mut totals = Self::default();
        for resource in resources {
            totals.resources += 1;
            totals.rate += resource.costs.known().unwrap_or_default();
            totals.list += resource.costs.list().unwrap_or_default();
            totals.adjusted |= resource.costs.is_adjusted();
            totals.unpriced += u64::from(resource.costs.is_unpriced());
            totals.partly_priced += u64::from(resource.costs.is_partly_priced());
        }
        totals
    }

    /// Adds the totals at list prices, where they are not what is paid.
    pub(super) fn list<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        if !self.adjusted {
            return Ok(());
        }
        map.serialize_entry("total_list_hourly_cost", &number(self.list.hourly()))?;
        map.serialize_entry("total_list_monthly_cost", &number(self.list.monthly()))?;
        map.serialize_entry("list_monthly_cost_exact", &self.list.exact_monthly().to_string())
    }
}

/// The `summary` object of one part: the totals of the part's own records, so that adding up
/// documents never counts a resource twice.
pub(super) struct Summary<'a> {
    pub(super) services: &'a [ServicePart<'a>],
    pub(super) views: &'a [&'static ServiceView],
    /// What collectors measured, where this part carries it.
    pub(super) readings: Option<&'a Readings>,
}

impl Serialize for Summary<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let totals = Totals::of(self.services.iter().flat_map(ServicePart::resources));
        let failed = self.failed();
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("total_hourly_cost", &number(totals.rate.hourly()))?;
        map.serialize_entry("daily_cost_estimate", &number(totals.rate.daily()))?;
        map.serialize_entry("monthly_cost_estimate", &number(totals.rate.monthly()))?;
        map.serialize_entry("monthly_cost_exact", &totals.rate.exact_monthly().to_string())?;
        totals.list(&mut map)?;
        map.serialize_entry("currency", "USD")?;
        map.serialize_entry("resources", &totals.resources)?;
        map.serialize_entry("unpriced_resources", &totals.unpriced)?;
        map.serialize_entry("partly_priced_resources", &totals.partly_priced)?;
        map.serialize_entry("failed_services", &failed)?;
        for view in self.views {
            let (Some(key), Some(first)) = (view.summary_count, view.counts.first()) else {
                continue;
            };
            let part = self.services.iter().find(|part| part.name == view.service);
            let count = match part {
                // A failed service's count is unknown: `null`, never zero.
                Some(part) if part.failed() => None,
                Some(part) => (first.count)(part.resources()),
                // Collected in another scope, or carried by another part: none of it is here.
                None => Some(0),
            };
            map.serialize_entry(key, &count)?;
        }
        if let Some(readings) = self.readings {
            readings::summary(readings, &mut map)?;
        }
        map.end()
    }
}

impl Summary<'_> {
    /// The services and collectors that failed, each once.
    fn failed(&self) -> Vec<&str> {
        let services = self.services.iter().filter(|part| part.failed()).map(|part| part.name);
        let mut failed: Vec<&str> = services.collect();
        for reading in self.readings.iter().flat_map(|readings| &readings.list) {
            if reading.outcome.is_err() && !failed.contains(&&*reading.collector) {
                failed.push(&reading.collector);
            }
        }
        failed
    }
}
