//! Managed disks of every state. Machines' ephemeral disks are no resources and cost nothing.

mod cost;
mod described;
#[cfg(test)]
mod tests;

use futures::future::BoxFuture;

use finops_core::model::{Resource, ServiceFailure, ServiceOutcome, Value, unattached};
use finops_core::service::Service;
use finops_core::wire::{CountView, Field, ListView, ServiceView, Source};

use self::described::Described;
use super::{AzureService, record};
use crate::inventory::{Kind, Row};
use crate::scope::AzureScope;

static VIEW: ServiceView = ServiceView {
    service: "disks",
    lists: &[ListView {
        kind: "disk",
        list: "disks",
        fields: &[
            Field::new("disk_name", Source::Name),
            Field::new("disk_id", Source::Id),
            Field::attribute("location"),
            Field::attribute("sku"),
            Field::attribute("size_gb"),
            Field::attribute("tier"),
            Field::attribute("iops"),
            Field::attribute("throughput"),
            Field::new("state", Source::State),
            Field::attribute("attached_to"),
            Field::attribute("also_attached_to"),
            Field::attribute("max_shares"),
            Field::attribute("bursting"),
            Field::attribute("resource_group"),
            Field::new("zone", Source::Zone),
            Field::attribute("created_at"),
        ],
    }],
    counts: &[
        CountView::new("total_disks", |disks| Some(disks.len() as u64)),
        CountView::new("unattached_disks", |disks| {
            Some(disks.iter().filter(|disk| is_unattached(disk)).count() as u64)
        }),
    ],
    summary_count: Some("total_disks"),
};

/// Managed disks.
pub(super) struct Disks;

impl Service<AzureScope> for Disks {
    fn view(&self) -> &'static ServiceView {
        &VIEW
    }

    fn priced_by(&self) -> &'static [&'static str] {
        &["azure/disk"]
    }

    fn permissions(&self) -> &'static [&'static str] {
        const PERMISSIONS: &[&str] = &[Kind::Disk.permission()];
        PERMISSIONS
    }

    fn collect<'a>(&'a self, scope: &'a AzureScope) -> BoxFuture<'a, ServiceOutcome> {
        Box::pin(async {
            let listed = disks(scope);
            if let Ok(disks) = &listed {
                let loose = disks.iter().filter(|disk| is_unattached(disk));
                let event = unattached("unattached_disks", "disks", "disk", loose);
                event.into_iter().for_each(|event| scope.note(event));
            }
            listed.into()
        })
    }
}

impl AzureService for Disks {}

fn disks(scope: &AzureScope) -> Result<Vec<Resource>, ServiceFailure> {
    Ok(scope.rows(Kind::Disk)?.iter().map(|row| resource(scope, row)).collect())
}

fn resource(scope: &AzureScope, row: &Row) -> Resource {
    let mut resource = record::resource(scope, "disk", row);
    let sku = row.sku.as_ref().and_then(|sku| sku.name.as_deref());
    resource.attributes.set_known("sku", sku.map(|sku| scope.share(sku)));
    let described = row.properties::<Described>();
    if let Ok(disk) = &described {
        resource.state = disk.state.as_deref().map(|state| scope.share(state));
        set_attributes(scope, &mut resource, row, disk);
    }
    resource.costs = cost::of(scope, &resource.region, sku, described);
    resource
}

fn set_attributes(scope: &AzureScope, resource: &mut Resource, row: &Row, disk: &Described) {
    let attributes = &mut resource.attributes;
    attributes.set_known("size_gb", disk.size_gb);
    attributes.set_known("tier", disk.tier.as_deref().map(|tier| scope.share(tier)));
    attributes.set_known("iops", disk.iops);
    attributes.set_known("throughput", disk.throughput);
    attributes.set_known("max_shares", disk.max_shares);
    attributes.set_known("bursting", disk.bursting);
    attributes.set_known("created_at", record::time(disk.time_created.as_deref()));
    let mut machines = disk.machines(row);
    if !machines.is_empty() {
        attributes.set("attached_to", machines.remove(0));
    }
    if !machines.is_empty() {
        let others = machines.into_iter().map(Value::from).collect();
        attributes.set("also_attached_to", Value::List(others));
    }
}

fn is_unattached(disk: &Resource) -> bool {
    disk.state.as_deref().is_some_and(|state| state.eq_ignore_ascii_case("unattached"))
}
