//! What a machine costs: its size while it is allocated.

use std::collections::HashMap;

use finops_core::model::Costs;
use finops_pricing::azure::vm::{
    self, Image, Machine as Billed, Offer, Purchase, System, ultra_disk_reservation,
};

use super::described::{DataDisk, Machine};
use super::seen::{Allocation, Seen};
use crate::inventory::{Kind, Row};
use crate::scope::AzureScope;

/// The types of managed disks, by identifiers in lower case, for machines that do not tell.
#[derive(Default)]
pub(super) struct DiskTypes<'a>(HashMap<String, &'a str>);

impl<'a> DiskTypes<'a> {
    /// As far as disks are known.
    pub(super) fn of(scope: &'a AzureScope) -> Self {
        let rows = scope.rows(Kind::Disk).unwrap_or_default();
        let named =
            |row: &'a Row| Some((row.id.to_lowercase(), row.sku.as_ref()?.name.as_deref()?));
        Self(rows.iter().filter_map(named).collect())
    }

    fn of_disk<'b>(&'b self, disk: &'b DataDisk) -> Option<&'b str> {
        let managed = disk.managed_disk.as_ref()?;
        let known = || self.0.get(&managed.id.as_deref()?.to_lowercase()).copied();
        managed.storage_account_type.as_deref().or_else(known)
    }
}

/// The cost of one machine in a region.
pub(super) fn of(
    scope: &AzureScope,
    region: &str,
    seen: &Seen<'_>,
    disks: &DiskTypes<'_>,
) -> Costs {
    let machine = match &seen.machine {
        Ok(machine) => machine,
        Err(reason) => return Costs::unpriced("compute", reason.as_str()),
    };
    let mut costs = match seen.allocation() {
        Allocation::Released => Costs::free(),
        Allocation::Unknown => Costs::unpriced("compute", unknown_state(seen)),
        Allocation::Allocated => match compute(scope, region, seen, machine) {
            Ok(mut costs) => {
                costs.merge(reservation(scope, region, seen, machine, disks));
                costs
            }
            Err(reason) => Costs::unpriced("compute", reason),
        },
    };
    if machine.has_unmanaged_disks() {
        costs.miss(
            "unmanaged_disks",
            "its disks are page blobs in a storage account, which have no list price here",
        );
    }
    costs
}

fn unknown_state(seen: &Seen<'_>) -> String {
    match seen.power_state() {
        Some(state) => {
            format!("Azure does not say whether a machine in power state {state} is billed")
        }
        None => "its power state is not known, and so whether it is billed".to_owned(),
    }
}

fn compute(
    scope: &AzureScope,
    region: &str,
    seen: &Seen<'_>,
    machine: &Machine,
) -> Result<Costs, String> {
    let image = machine.storage_profile.as_ref().and_then(|it| it.image_reference.as_ref());
    let billed = Billed {
        size: seen.size().ok_or("Azure does not say of which size it is")?,
        system: system(machine)?,
        purchase: purchase(machine)?,
        license_type: machine.license_type.as_deref(),
        image: image.map_or_else(Image::default, |image| Image {
            publisher: image.publisher.as_deref(),
            offer: image.offer.as_deref(),
            sku: image.sku.as_deref(),
        }),
        offer: seen.plan().map(|plan| Offer {
            publisher: plan.publisher.as_deref(),
            product: plan.product.as_deref(),
            name: plan.name.as_deref(),
        }),
    };
    Ok(vm::machine(scope.prices(), region, &billed))
}

fn system(machine: &Machine) -> Result<System, String> {
    match machine.system() {
        Some(word) if word.eq_ignore_ascii_case("windows") => Ok(System::Windows),
        Some(word) if word.eq_ignore_ascii_case("linux") => Ok(System::Linux),
        Some(word) => Err(format!("the price of the operating system {word} is not known")),
        None => Err("Azure does not say which operating system it has".to_owned()),
    }
}

fn purchase(machine: &Machine) -> Result<Purchase, String> {
    if machine.is_on_dedicated_host() {
        return Ok(Purchase::DedicatedHost);
    }
    match machine.priority.as_deref().unwrap_or("regular").to_lowercase().as_str() {
        "regular" => Ok(Purchase::OnDemand),
        "spot" | "low" => Ok(Purchase::Spot),
        other => Err(format!("the price of priority {other} is not known")),
    }
}

/// The charge for being able to attach ultra disks and having none.
fn reservation(
    scope: &AzureScope,
    region: &str,
    seen: &Seen<'_>,
    machine: &Machine,
    disks: &DiskTypes<'_>,
) -> Costs {
    let ultra =
        |kind: &Option<&str>| kind.is_some_and(|it| it.eq_ignore_ascii_case("UltraSSD_LRS"));
    let managed = machine.data_disks().filter(|disk| disk.vhd.is_none());
    let types: Vec<Option<&str>> = managed.map(|disk| disks.of_disk(disk)).collect();
    if !machine.can_have_ultra_disks() || types.iter().any(ultra) {
        return Costs::free();
    }
    if types.contains(&None) {
        return Costs::unpriced(
            "ultra_disk_reservation",
            "whether one of its disks is an ultra disk is not known",
        );
    }
    // A price was asked for by this size already.
    ultra_disk_reservation(scope.prices(), region, seen.size().unwrap_or_default())
}
