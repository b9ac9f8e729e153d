//! What a machine costs: everything while it runs, and what is kept of it while it does not.

use google_cloud_compute_v1::model::Instance;
use google_cloud_compute_v1::model::instance::Status;

use finops_core::model::Costs;
use finops_pricing::gcp::compute::{self as pricing, SustainedUse, sustained_use};

use super::described::{described, keeps_local_disks, purchase};
use crate::scope::GcpScope;
use crate::services::record::is_autopilot_node;

/// The components that are the machine's, without its addresses.
pub(super) const MACHINE: &[&str] = &[
    "compute",
    "gpu",
    "local_ssd",
    "license",
    "extended_memory",
    "confidential_computing",
    "network_tier",
    "suspended_memory",
];

/// What of a machine is billed in the state that it is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Billing {
    /// Everything.
    Whole,
    /// Its addresses, and what is kept of its local disks.
    Stopped,
    /// The same, and what is kept of its memory.
    Suspended,
}

/// The cost of one machine in a region, and the discount that Google takes off it if it runs all
/// month, which is not in the cost.
pub(super) fn of(
    scope: &GcpScope,
    region: &str,
    instance: &Instance,
) -> (Costs, Option<SustainedUse>) {
    match costs(scope, region, instance) {
        Ok(found) => found,
        Err(reason) => (Costs::unpriced("compute", reason), None),
    }
}

fn costs(
    scope: &GcpScope,
    region: &str,
    instance: &Instance,
) -> Result<(Costs, Option<SustainedUse>), String> {
    if is_autopilot_node(instance.name.as_deref().unwrap_or_default(), &instance.labels) {
        let reason =
            "it is a node that GKE Autopilot manages: its pods are billed, not the machine";
        return Err(reason.to_owned());
    }
    let billing = billing(instance)?;
    let machine = pricing::Instance { purchase: purchase(instance)?, ..described(instance) };
    if billing == Billing::Whole {
        if machine.machine_type.is_empty() {
            return Err("Google does not say of which machine type it is".to_owned());
        }
        let costs = pricing::instance(scope.prices(), region, &machine);
        let discount = sustained_use(&machine, &costs);
        return Ok((costs, discount));
    }
    let mut costs = pricing::stopped(scope.prices(), region, &machine);
    if billing == Billing::Suspended {
        let reason = "no list price for the memory that is kept of a suspended machine";
        costs.miss("suspended_memory", reason);
    }
    if keeps_local_disks(instance) {
        costs.miss("local_ssd", "no list price for what is kept of its local disks");
    }
    Ok((costs, None))
}

/// What is billed: from when a machine is started until its state is `STOPPING`, also while it
/// shuts down in its own time (`PENDING_STOP`); nothing while it waits to be started or is repaired.
/// <https://cloud.google.com/compute/vm-instance-pricing#instance_uptime>,
/// <https://cloud.google.com/compute/docs/instances/instance-lifecycle>,
/// <https://cloud.google.com/compute/docs/instances/suspend-resume-instance>
fn billing(instance: &Instance) -> Result<Billing, String> {
    match &instance.status {
        Some(Status::Provisioning | Status::Staging | Status::Running | Status::PendingStop) => {
            Ok(Billing::Whole)
        }
        Some(
            Status::Pending
            | Status::Stopping
            | Status::Stopped
            | Status::Terminated
            | Status::Deprovisioning
            | Status::Repairing,
        ) => Ok(Billing::Stopped),
        Some(Status::Suspended) => Ok(Billing::Suspended),
        Some(other) => {
            let state = other.name().unwrap_or("without a name");
            Err(format!("Google does not say whether a machine in the state {state} is billed"))
        }
        None => Err("its state is not known, and so whether it is billed".to_owned()),
    }
}
