//! What a fleet costs, worked out from price facts while it is made.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde::Serialize;

/// Hours in a month, as all vendors' calculators have it.
pub const HOURS: Decimal = Decimal::from_parts(730, 0, 0, false, 0);

/// What one resource costs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Cost {
    /// The known parts, in USD per month of 730 hours.
    pub monthly: Decimal,
    /// Whether any part is known.
    known: bool,
    /// Whether any part has no price.
    missing: bool,
}

impl Cost {
    /// Something that is not billed.
    pub const FREE: Self = Self { monthly: Decimal::ZERO, known: false, missing: false };

    /// Adds a part of `monthly` USD a month, or one without a price.
    #[must_use]
    pub fn and(mut self, monthly: Option<Decimal>) -> Self {
        match monthly {
            Some(monthly) => {
                self.monthly += monthly;
                self.known = true;
            }
            None => self.missing = true,
        }
        self
    }

    /// The same of a part with a price per hour.
    #[must_use]
    pub fn and_hourly(self, hourly: Option<Decimal>) -> Self {
        self.and(hourly.map(|hourly| hourly * HOURS))
    }
}

/// What the resources of a service cost together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Sum {
    /// How many records there are.
    pub count: u64,
    /// What is known, in USD per month of 730 hours, exact.
    pub monthly: Decimal,
    /// Records of which nothing has a price.
    pub unpriced: u64,
    /// Records of which some part has none.
    pub partly_priced: u64,
}

impl Sum {
    /// Adds a resource.
    pub fn add(&mut self, cost: &Cost) {
        self.count += 1;
        self.monthly += cost.monthly;
        match (cost.missing, cost.known) {
            (true, true) => self.partly_priced += 1,
            (true, false) => self.unpriced += 1,
            (false, _) => {}
        }
    }

    /// Adds another sum.
    pub fn merge(&mut self, other: &Self) {
        self.count += other.count;
        self.monthly += other.monthly;
        self.unpriced += other.unpriced;
        self.partly_priced += other.partly_priced;
    }
}

/// Where an agent's document is from: its `account_id` and `region`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Place {
    /// An account, a subscription, a project.
    pub account: String,
    /// A region, or `global`.
    pub region: String,
}

/// What a cloud's fleet costs: by place, then by the service's name in the documents.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Truth(pub BTreeMap<Place, BTreeMap<&'static str, Sum>>);

impl Truth {
    /// The sums of all places.
    #[must_use]
    pub fn by_service(&self) -> BTreeMap<&'static str, Sum> {
        let mut sums: BTreeMap<&'static str, Sum> = BTreeMap::new();
        for (service, sum) in self.0.values().flatten() {
            sums.entry(service).or_default().merge(sum);
        }
        sums
    }

    /// The sum of everything.
    #[must_use]
    pub fn total(&self) -> Sum {
        let mut total = Sum::default();
        self.0.values().flat_map(BTreeMap::values).for_each(|sum| total.merge(sum));
        total
    }

    /// As `/truth` gives it.
    #[must_use]
    pub fn to_json(&self) -> serde_json::Value {
        let places: Vec<_> = self
            .0
            .iter()
            .map(|(place, services)| {
                serde_json::json!({ "account_id": place.account, "region": place.region, "services": services })
            })
            .collect();
        serde_json::json!({ "total": self.total(), "services": self.by_service(), "places": places })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_priced_partly_priced_unpriced_or_free() {
        let price = Some(Decimal::new(1, 1));
        let mut sum = Sum::default();
        for cost in [
            Cost::FREE,
            Cost::FREE.and_hourly(price),
            Cost::FREE.and_hourly(price).and(None),
            Cost::FREE.and(None),
        ] {
            sum.add(&cost);
        }
        let monthly = Decimal::from(146);
        assert_eq!(sum, Sum { count: 4, monthly, unpriced: 1, partly_priced: 1 });
    }
}
