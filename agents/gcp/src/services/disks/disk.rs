//! One disk as a resource, with its cost: what is provisioned, from its creation until it is deleted.
//!
//! <https://cloud.google.com/compute/docs/reference/rest/v1/disks>

use google_cloud_compute_v1::model::Disk;
use google_cloud_compute_v1::model::disk::Status;

use finops_core::model::{Attributes, Costs, Resource, Value};
use finops_pricing::gcp::disk::{self as pricing, disk};

use crate::scope::{GcpScope, last_part, region_of};
use crate::services::record::{self, count, is_autopilot_node};

/// The disk, found in `place` (`zones/us-central1-a`, `regions/us-central1`).
pub(super) fn resource(scope: &GcpScope, place: &str, found: &Disk) -> Resource {
    let regional = is_regional(place, found);
    let location = if regional { &found.region } else { &found.zone };
    let location = last_part(location.as_deref().unwrap_or(place)).to_lowercase();
    let region = scope.share(region_of(&location));
    let name = found.name.as_deref().unwrap_or_default();
    let made_up = || {
        let level = if regional { "regions" } else { "zones" };
        format!("projects/{}/{level}/{location}/disks/{name}", scope.project())
    };
    let id = found.self_link.as_deref().and_then(record::path).unwrap_or_else(made_up);
    let mut resource = Resource::new("disk", &id, &region);
    resource.name = Some(name.into()).filter(|_| !name.is_empty());
    resource.zone = Some(scope.share(&location)).filter(|_| !regional);
    resource.state = found.status.as_ref().and_then(|it| it.name()).map(|it| scope.share(it));
    resource.tags = scope.tags(&found.labels);
    set_attributes(scope, &mut resource.attributes, found);
    set_machines(&mut resource.attributes, found);
    resource.costs = costs(scope, &region, regional, found);
    resource
}

/// Whether it is replicated over two zones of a region.
fn is_regional(place: &str, disk: &Disk) -> bool {
    disk.region.is_some() || (disk.zone.is_none() && place.starts_with("regions/"))
}

/// The last part of its type's address: `pd-balanced`.
fn kind(disk: &Disk) -> Option<&str> {
    disk.r#type.as_deref().map(last_part).filter(|kind| !kind.is_empty())
}

fn set_attributes(scope: &GcpScope, attributes: &mut Attributes, disk: &Disk) {
    attributes.set_known("disk_id", disk.id.map(|number| number.to_string()));
    attributes.set_known("disk_type", kind(disk).map(|kind| scope.share(kind)));
    attributes.set_known("size_gb", disk.size_gb);
    attributes.set_known("provisioned_iops", disk.provisioned_iops);
    attributes.set_known("provisioned_throughput", disk.provisioned_throughput);
    let last =
        |address: &Option<String>| address.as_deref().map(last_part).map(|it| scope.share(it));
    attributes.set_known("storage_pool", last(&disk.storage_pool));
    attributes.set_known("source_image", last(&disk.source_image));
    if !disk.replica_zones.is_empty() {
        let zones = disk.replica_zones.iter().map(|zone| scope.share(last_part(zone)).into());
        attributes.set("replica_zones", Value::List(zones.collect()));
    }
    attributes.set_known("last_attached_at", record::time(disk.last_attach_timestamp.as_deref()));
    attributes.set_known("last_detached_at", record::time(disk.last_detach_timestamp.as_deref()));
    attributes.set_known("created_at", record::time(disk.creation_timestamp.as_deref()));
}

/// The machines that have it attached, as the resources of the service `compute` are called.
fn set_machines(attributes: &mut Attributes, disk: &Disk) {
    let path = |user: &String| record::path(user).unwrap_or_else(|| user.to_ascii_lowercase());
    let mut machines = disk.users.iter().filter(|user| !user.is_empty()).map(path);
    if let Some(first) = machines.next() {
        attributes.set("attached_to", first);
    }
    let others: Vec<Value> = machines.map(Value::from).collect();
    if !others.is_empty() {
        attributes.set("also_attached_to", Value::List(others));
    }
}

fn costs(scope: &GcpScope, region: &str, regional: bool, found: &Disk) -> Costs {
    match described(regional, found) {
        Ok(described) => disk(scope.prices(), region, &described),
        Err(reason) => Costs::unpriced("storage", reason),
    }
}

fn described(regional: bool, disk: &Disk) -> Result<pricing::Disk<'_>, &'static str> {
    if is_autopilot_node(disk.name.as_deref().unwrap_or_default(), &disk.labels) {
        return Err("it is the disk of a node that GKE Autopilot manages: its pods are billed");
    }
    if let Some(Status::Failed) = disk.status {
        return Err("it could not be created, and Google does not say whether it is billed");
    }
    Ok(pricing::Disk {
        kind: kind(disk).ok_or("Google does not say of which type it is")?,
        size_gib: count(disk.size_gb)
            .filter(|size| *size > 0)
            .ok_or("Google does not say how large it is")?,
        regional,
        iops: count(disk.provisioned_iops),
        throughput: count(disk.provisioned_throughput),
        in_pool: disk.storage_pool.as_deref().is_some_and(|pool| !pool.is_empty()),
    })
}
