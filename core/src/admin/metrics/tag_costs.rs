//! Costs by tag, of which there may be more than a time-series database wants.

use prometheus::{Registry, Result};

use super::family::gauges;
use super::hourly;
use crate::admin::{Group, GroupValue};
use crate::model::CostRate;

/// How many values of one key have a series of their own.
pub(super) const VALUES: usize = 100;
/// The value under which the rest is summed.
const REST: &str = "other";

/// Adds the costs of `groups` to `registry`.
///
/// The dearest hundred values of a key have a series each, and the rest is one sum under `other`.
/// Where there is a rest, a value that is itself called `other` is in that sum. Resources without
/// the tag are under the empty value.
pub(super) fn register(registry: &Registry, groups: &[Group]) -> Result<()> {
    let samples = groups.iter().flat_map(|group| {
        bounded(&group.values).into_iter().map(|(value, rate)| ([&*group.key, value], hourly(rate)))
    });
    gauges(
        registry,
        "tag_cost_usd_per_hour",
        "What resources with a value of a tag cost, where a price is known: the \
         dearest 100 values of a key, the rest as 'other'. Resources without the tag have an \
         empty value.",
        &["key", "value"],
        samples,
    )
}

fn bounded(values: &[GroupValue]) -> Vec<(&str, CostRate)> {
    let mut sorted: Vec<_> = values.iter().map(|one| (&*one.value, one.rate)).collect();
    if sorted.len() <= VALUES {
        return sorted;
    }
    sorted.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(b.0)));
    let mut rest: CostRate = sorted.drain(VALUES..).map(|(_, rate)| rate).sum();
    sorted.retain(|&(value, rate)| {
        if value == REST {
            rest += rate;
        }
        value != REST
    });
    sorted.push((REST, rest));
    sorted
}
