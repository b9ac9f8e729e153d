//! Costs added up by what they belong to, for information beside the resources that bear them.

use std::borrow::Borrow;
use std::collections::HashMap;
use std::hash::Hash;

use super::money::CostRate;
use super::snapshot::ServiceSnapshot;
use super::value::Value;

/// Sums of costs by key. A sum is unknown as soon as one of its parts is.
#[derive(Debug, Clone)]
pub struct CostSums<K>(HashMap<K, Option<CostRate>>);

impl<K> Default for CostSums<K> {
    fn default() -> Self {
        Self(HashMap::new())
    }
}

impl<K: Eq + Hash> CostSums<K> {
    /// Adds a cost, or that it is not known.
    pub fn add(&mut self, key: K, rate: Option<CostRate>) {
        let sum = self.0.entry(key).or_insert(Some(CostRate::ZERO));
        *sum = sum.zip(rate).map(|(sum, rate)| sum + rate);
    }

    /// The sum of what belongs to `key`: zero where nothing does, `None` where it is not known.
    #[must_use]
    pub fn of<Q>(&self, key: &Q) -> Option<CostRate>
    where
        K: Borrow<Q>,
        Q: Eq + Hash + ?Sized,
    {
        self.0.get(key).copied().unwrap_or(Some(CostRate::ZERO))
    }
}

/// Sets `storage_hourly_cost` of each resource of the service `machines`: what those of the service
/// `volumes` cost that are attached to it (attribute `attached_to`, in any case). Nothing is set
/// where that service did not answer, or one of the costs has no price.
pub fn show_storage_costs(services: &mut [ServiceSnapshot], machines: &str, volumes: &str) {
    let Some(attached) = ServiceSnapshot::answered(services, volumes) else {
        return;
    };
    let mut sums = CostSums::default();
    for volume in attached {
        if let Some(machine) = volume.attributes.text("attached_to") {
            sums.add(machine.to_ascii_lowercase(), volume.costs.whole());
        }
    }
    for machine in ServiceSnapshot::resources_mut(services, machines) {
        let rate = sums.of(&machine.id.to_ascii_lowercase());
        machine.attributes.set_known("storage_hourly_cost", rate.map(Value::Cost));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sum_is_unknown_as_soon_as_a_part_is_and_zero_without_parts() {
        let mut sums = CostSums::default();
        let rate = |hourly: i64| Some(CostRate::from_hourly(hourly.into()));
        sums.add("web".to_owned(), rate(1));
        sums.add("web".to_owned(), rate(2));
        sums.add("data".to_owned(), None);
        sums.add("data".to_owned(), rate(4));
        assert_eq!(sums.of("web"), rate(3));
        assert_eq!(sums.of("data"), None);
        assert_eq!(sums.of("nothing"), rate(0));
    }
}
