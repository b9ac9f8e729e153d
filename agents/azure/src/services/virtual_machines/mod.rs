//! Virtual machines, and the instances of scale sets: what is billed for their size. Their disks
//! are the service `disks`.

mod cost;
mod described;
mod figures;
mod seen;
#[cfg(test)]
mod tests;

use futures::future::BoxFuture;

use finops_core::model::{Attributes, Resource, ServiceFailure, ServiceOutcome, Value};
use finops_core::service::Service;
use finops_core::wire::{CountView, Field, ListView, ServiceView, Source};

use self::described::{DataDisk, Machine, OsDisk};
use super::{AzureService, record};
use crate::inventory::Kind;
use crate::metrics::{Answer, Question};
use crate::scope::AzureScope;

pub(super) use seen::{Allocation, Seen, in_group};

static VIEW: ServiceView = ServiceView {
    service: "virtual_machines",
    lists: &[ListView {
        kind: "virtual_machine",
        list: "virtual_machines",
        fields: &[
            Field::new("vm_name", Source::Name),
            Field::new("vm_id", Source::Id),
            Field::attribute("location"),
            Field::attribute("vm_size"),
            Field::attribute("os_type"),
            Field::new("power_state", Source::State),
            Field::attribute("resource_group"),
            Field::new("zone", Source::Zone),
            Field::attribute("priority"),
            Field::attribute("license_type"),
            Field::attribute("scale_set"),
            Field::usage("cpu_utilization"),
            Field::usage("available_memory_bytes"),
            Field::usage("disk_read_bytes"),
            Field::usage("disk_write_bytes"),
            Field::usage("network_in_bytes"),
            Field::usage("network_out_bytes"),
            Field::attribute("provisioning_state"),
            Field::attribute("created_at"),
            Field::attribute("os_disk_size"),
            Field::attribute("os_disk_type"),
            Field::attribute("data_disks"),
            Field::new("compute_hourly_cost", Source::Components(&["compute", "license"])),
            Field::attribute("storage_hourly_cost"),
        ],
    }],
    counts: &[
        CountView::new("total_vms", |machines| Some(machines.len() as u64)),
        CountView::new("running_vms", |machines| {
            Some(machines.iter().filter(|machine| is_running(machine)).count() as u64)
        }),
    ],
    summary_count: Some("total_virtual_machines"),
};

/// Virtual machines.
pub(super) struct VirtualMachines;

impl Service<AzureScope> for VirtualMachines {
    fn view(&self) -> &'static ServiceView {
        &VIEW
    }

    fn priced_by(&self) -> &'static [&'static str] {
        &["azure/vm", "azure/disk"]
    }

    fn permissions(&self) -> &'static [&'static str] {
        const PERMISSIONS: &[&str] = &[
            Kind::VirtualMachine.permission(),
            Kind::ScaleSet.permission(),
            Kind::ScaleSetInstance.permission(),
            "Microsoft.Insights/metrics/read",
        ];
        PERMISSIONS
    }

    fn collect<'a>(&'a self, scope: &'a AzureScope) -> BoxFuture<'a, ServiceOutcome> {
        Box::pin(async { machines(scope).into() })
    }
}

impl AzureService for VirtualMachines {
    fn questions(&self, _scope: &AzureScope, resources: &[Resource]) -> Vec<Question> {
        figures::questions(resources)
    }

    fn settle(
        &self,
        _scope: &AzureScope,
        resources: &mut [Resource],
        answers: &[(Question, Answer)],
    ) {
        figures::note(resources, answers);
    }
}

fn is_running(machine: &Resource) -> bool {
    machine.state.as_deref() == Some("running")
}

fn machines(scope: &AzureScope) -> Result<Vec<Resource>, ServiceFailure> {
    let disks = cost::DiskTypes::of(scope);
    Ok(seen::all(scope)?.iter().map(|seen| resource(scope, seen, &disks)).collect())
}

fn resource(scope: &AzureScope, seen: &Seen<'_>, disks: &cost::DiskTypes<'_>) -> Resource {
    let mut resource = record::resource(scope, "virtual_machine", seen.row);
    resource.state = seen.power_state().map(|state| scope.share(&state));
    let attributes = &mut resource.attributes;
    attributes.set_known("vm_size", seen.size().map(|size| scope.share(size)));
    attributes.set_known("scale_set", seen.scale_set().map(|name| scope.share(name)));
    if let Ok(machine) = &seen.machine {
        set_attributes(scope, attributes, machine);
    }
    resource.costs = cost::of(scope, &resource.region, seen, disks);
    resource
}

fn set_attributes(scope: &AzureScope, attributes: &mut Attributes, machine: &Machine) {
    let share = |text: &Option<String>| text.as_deref().map(|text| scope.share(text));
    attributes.set_known("os_type", machine.system().map(|system| scope.share(system)));
    attributes.set("priority", scope.share(machine.priority.as_deref().unwrap_or("Regular")));
    attributes.set_known("license_type", share(&machine.license_type));
    attributes.set_known("provisioning_state", share(&machine.provisioning_state));
    attributes.set_known("created_at", record::time(machine.time_created.as_deref()));
    if let Some(disk) = machine.os_disk() {
        attributes.set_known("os_disk_size", disk.size_gb);
        attributes.set_known("os_disk_type", os_disk_type(disk).map(|kind| scope.share(kind)));
    }
    let disks = machine.data_disks().map(|disk| Value::Record(data_disk(scope, disk))).collect();
    attributes.set("data_disks", Value::List(disks));
}

/// `Premium_LRS`, …; `ephemeral` on the host's own disk, `unmanaged` in a storage account.
fn os_disk_type(disk: &OsDisk) -> Option<&str> {
    if disk.is_ephemeral() {
        Some("ephemeral")
    } else if disk.vhd.is_some() {
        Some("unmanaged")
    } else {
        disk.managed_disk.as_ref()?.storage_account_type.as_deref()
    }
}

fn data_disk(scope: &AzureScope, disk: &DataDisk) -> Attributes {
    let mut record = Attributes::default();
    record.set_known("name", disk.name.as_deref());
    record.set_known("size_gb", disk.size_gb);
    let managed = disk.managed_disk.as_ref().and_then(|it| it.storage_account_type.as_deref());
    let kind = if disk.vhd.is_some() { Some("unmanaged") } else { managed };
    record.set_known("type", kind.map(|kind| scope.share(kind)));
    record.set_known("lun", disk.lun);
    record
}
