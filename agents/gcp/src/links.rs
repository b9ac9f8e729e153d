//! What resources of one project say about each other, for information: none of it is in a total.

use finops_core::model::{ServiceSnapshot, show_storage_costs};

/// Adds `storage_hourly_cost` to instances and `nodes_hourly_cost` to clusters and their node pools.
///
/// Where the service that holds the costs did not answer in full, or one of the costs has no price,
/// the figure stays unknown.
pub(crate) fn link(services: &mut [ServiceSnapshot]) {
    show_storage_costs(services, "compute", "disks");
}
