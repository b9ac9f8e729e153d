//! Compute Engine's instances.

mod catalog;
mod cost;
mod instance;
mod parts;
mod state;
mod types;
mod write;

use super::aggregated::{List, aggregated};
use super::place::{Project, Zone};
use super::{Gcp, json};
use crate::http::{Reply, Request};
use crate::truth::Sum;
pub(super) use catalog::Catalog;
pub(super) use instance::Instance;

/// Bytes of an instance with all its fields.
const LENGTH: usize = 4_000;

/// Lists the instances of all zones.
/// <https://cloud.google.com/compute/docs/reference/rest/v1/instances/aggregatedList>
pub(super) fn list(gcp: &Gcp, project: &Project, request: &Request) -> Result<Reply, Reply> {
    let blocks = gcp.instances(project);
    let list = List {
        name: "instances",
        kind: "compute#instanceAggregatedList",
        total: blocks.total,
        length: LENGTH,
        places: (0..gcp.zones())
            .map(|zone| (format!("zones/{}", Zone(zone)), blocks.of(zone)))
            .collect(),
    };
    let make = |index| Instance::of(gcp, project, index);
    aggregated(request, &project.id, &list, write::FIELDS, make).map(json::reply)
}

/// What the instances of a project cost.
pub(super) fn sum(gcp: &Gcp, project: &Project) -> Sum {
    let mut sum = Sum::default();
    for index in 0..gcp.instances(project).total {
        sum.add(&Instance::of(gcp, project, index).cost(gcp));
    }
    sum
}
