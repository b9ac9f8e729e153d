//! Every machine of a subscription, whichever way it came to be.
//!
//! An instance of a uniform scale set is a row of its own that its set completes. An instance of a
//! flexible set is a plain virtual machine; where it is listed as an instance as well, it counts
//! once.
//! <https://learn.microsoft.com/azure/virtual-machine-scale-sets/virtual-machine-scale-sets-orchestration-modes>

use std::collections::{HashMap, HashSet};

use finops_core::model::ServiceFailure;

use super::described::{Machine, ScaleSet};
use crate::inventory::{Kind, Plan, Row, part};
use crate::scope::AzureScope;

/// The part of an identifier that names a scale set.
const SET: &str = "virtualMachineScaleSets";

/// One machine.
pub(crate) struct Seen<'a> {
    /// Its own row.
    pub(crate) row: &'a Row,
    /// Its properties, completed by its set's; else why they cannot be read.
    pub(super) machine: Result<Machine, String>,
    /// What its set's row says of the size and the offer.
    set: Option<&'a Row>,
}

/// Whether a machine holds a place on a host, which is what is billed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Allocation {
    /// It does, running or not.
    Allocated,
    /// It does not.
    Released,
    /// Azure does not say.
    Unknown,
}

impl Seen<'_> {
    /// The short word for its power state: `running`, `deallocated`.
    pub(super) fn power_state(&self) -> Option<String> {
        self.machine.as_ref().ok().and_then(Machine::power_state)
    }

    /// Whether its size is billed now.
    /// <https://learn.microsoft.com/azure/virtual-machines/states-billing>
    pub(crate) fn allocation(&self) -> Allocation {
        match self.power_state().as_deref() {
            Some("starting" | "running" | "stopping" | "stopped") => Allocation::Allocated,
            Some("creating" | "deallocating" | "deallocated") => Allocation::Released,
            _ => Allocation::Unknown,
        }
    }

    /// Its size: an instance's own, else its set's.
    pub(crate) fn size(&self) -> Option<&str> {
        let hardware = self.machine.as_ref().ok().and_then(|it| it.hardware_profile.as_ref());
        let own = self.row.sku.as_ref().and_then(|sku| sku.name.as_deref());
        let of_set = || self.set?.sku.as_ref()?.name.as_deref();
        own.or_else(|| hardware?.vm_size.as_deref()).or_else(of_set)
    }

    /// The name of the scale set that it belongs to.
    pub(super) fn scale_set(&self) -> Option<&str> {
        self.row.part(SET).or_else(|| {
            let set = self.machine.as_ref().ok()?.virtual_machine_scale_set.as_ref()?;
            part(set.id.as_deref()?, SET)
        })
    }

    /// The marketplace offer that it, or its set, was made from.
    pub(super) fn plan(&self) -> Option<&Plan> {
        self.row.plan.as_ref().or_else(|| self.set?.plan.as_ref())
    }
}

/// Every machine.
///
/// # Errors
/// Why virtual machines, scale sets or their instances are not known.
pub(super) fn all(scope: &AzureScope) -> Result<Vec<Seen<'_>>, ServiceFailure> {
    let sets: HashMap<String, &Row> =
        scope.rows(Kind::ScaleSet)?.iter().map(|row| (row.id.to_lowercase(), row)).collect();
    let described: HashMap<&str, ScaleSet> = sets
        .iter()
        .filter_map(|(id, row)| Some((id.as_str(), row.properties::<ScaleSet>().ok()?)))
        .collect();
    let mut machines: Vec<Seen<'_>> = scope
        .rows(Kind::VirtualMachine)?
        .iter()
        .map(|row| Seen { row, machine: row.properties(), set: None })
        .collect();
    let flexible = flexible_sets(&machines, &described);
    for row in scope.rows(Kind::ScaleSetInstance)? {
        let set_id = set_id(&row.id);
        if flexible.contains(&set_id) {
            continue;
        }
        let machine = row.properties().and_then(|machine: Machine| {
            let set = described.get(set_id.as_str()).ok_or("its scale set is not known")?;
            Ok(machine.completed_by(set))
        });
        machines.push(Seen { row, machine, set: sets.get(&set_id).copied() });
    }
    Ok(machines)
}

/// The machines of a resource group, in any case.
///
/// # Errors
/// As [`all`].
pub(crate) fn in_group<'a>(
    scope: &'a AzureScope,
    group: &str,
) -> Result<Vec<Seen<'a>>, ServiceFailure> {
    let mut machines = all(scope)?;
    machines.retain(|seen| {
        seen.row.part("resourceGroups").is_some_and(|part| part.eq_ignore_ascii_case(group))
    });
    Ok(machines)
}

/// The sets, by identifiers in lower case, whose instances are plain virtual machines.
fn flexible_sets(machines: &[Seen<'_>], sets: &HashMap<&str, ScaleSet>) -> HashSet<String> {
    let named = machines.iter().filter_map(|seen| {
        let set = seen.machine.as_ref().ok()?.virtual_machine_scale_set.as_ref()?;
        Some(set.id.as_deref()?.to_lowercase())
    });
    let declared = sets.iter().filter(|(_, set)| {
        set.orchestration_mode.as_deref().is_some_and(|it| it.eq_ignore_ascii_case("flexible"))
    });
    named.chain(declared.map(|(id, _)| (*id).to_owned())).collect()
}

/// The identifier, in lower case, of the set that an instance belongs to.
fn set_id(instance: &str) -> String {
    let id = instance.to_lowercase();
    id.rfind("/virtualmachines/").map_or_else(String::new, |end| id[..end].to_owned())
}
