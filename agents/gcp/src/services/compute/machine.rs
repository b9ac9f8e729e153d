//! One machine as a resource.

use google_cloud_compute_v1::model::{AttachedDisk, Instance};

use finops_core::model::{Attributes, Resource, Value};
use finops_pricing::gcp::compute::SustainedUse;
use finops_pricing::gcp::machine_type::MachineType;

use super::{cost, described};
use crate::scope::{GcpScope, last_part, region_of};
use crate::services::record::{self, CLUSTER_LABEL, NODE_POOL_LABEL, count, figure};

/// What Google calls the processor of a machine that does not run.
const NO_PLATFORM: &str = "Unknown CPU Platform";

/// The machine, found in `place` (`zones/us-central1-a`).
pub(super) fn resource(scope: &GcpScope, place: &str, instance: &Instance) -> Resource {
    let zone = last_part(instance.zone.as_deref().unwrap_or(place)).to_lowercase();
    let region = scope.share(region_of(&zone));
    let name = instance.name.as_deref().unwrap_or_default();
    let made_up = || format!("projects/{}/zones/{zone}/instances/{name}", scope.project());
    let id = instance.self_link.as_deref().and_then(record::path).unwrap_or_else(made_up);
    let mut resource = Resource::new("instance", &id, &region);
    resource.name = Some(name.into()).filter(|_| !name.is_empty());
    resource.zone = Some(scope.share(&zone));
    resource.state = instance.status.as_ref().and_then(|it| it.name()).map(|it| scope.share(it));
    resource.tags = scope.tags(&instance.labels);
    set_size(scope, &mut resource.attributes, instance);
    set_purchase(scope, &mut resource.attributes, instance);
    set_parts(scope, &mut resource.attributes, instance);
    set_origin(scope, &mut resource.attributes, instance);
    let (costs, discount) = cost::of(scope, &region, instance);
    resource.costs = costs;
    set_discount(&mut resource.attributes, discount);
    resource
}

fn set_size(scope: &GcpScope, attributes: &mut Attributes, instance: &Instance) {
    attributes.set_known("instance_id", instance.id.map(|number| number.to_string()));
    let name = described::machine_type(instance);
    attributes.set_known("machine_type", Some(scope.share(name)).filter(|_| !name.is_empty()));
    if let Some(machine_type) = MachineType::parse(name) {
        attributes.set_known("vcpus", machine_type.machine_vcpus().map(i64::from));
        attributes.set_known("memory_gb", machine_type.memory_gib().map(figure));
    }
    let gpus = described::gpus(instance).map(|gpus| {
        let mut record = Attributes::default();
        record.set("type", scope.share(gpus.kind));
        record.set_known("count", i64::try_from(gpus.count).ok());
        Value::Record(record)
    });
    attributes.set("gpus", Value::List(gpus.collect()));
    let platform = instance.cpu_platform.as_deref().filter(|platform| *platform != NO_PLATFORM);
    attributes.set_known("cpu_platform", platform.map(|platform| scope.share(platform)));
}

fn set_purchase(scope: &GcpScope, attributes: &mut Attributes, instance: &Instance) {
    let scheduling = instance.scheduling.as_ref();
    let model = scheduling.and_then(|it| it.provisioning_model.as_ref()?.name());
    let preemptible = scheduling.and_then(|it| it.preemptible) == Some(true);
    attributes.set("preemptible", preemptible || model == Some("SPOT"));
    attributes.set_known("provisioning_model", model.map(|model| scope.share(model)));
    attributes.set("sole_tenant", described::is_sole_tenant(instance));
}

fn set_parts(scope: &GcpScope, attributes: &mut Attributes, instance: &Instance) {
    let disks = instance.disks.iter().map(|it| Value::Record(disk(scope, it)));
    attributes.set("disks", Value::List(disks.collect()));
    let local = i64::try_from(described::local_ssd_gib(instance)).ok();
    attributes.set_known("local_ssd_gb", local.filter(|size| *size > 0));
    let addresses: Vec<Value> = described::addresses(instance).map(Value::from).collect();
    attributes.set("external_addresses", Value::List(addresses));
    let licenses = described::licenses(instance).map(|url| scope.share(last_part(url)).into());
    attributes.set("licenses", Value::List(licenses.collect()));
}

fn disk(scope: &GcpScope, disk: &AttachedDisk) -> Attributes {
    let mut record = Attributes::default();
    let source = disk.source.as_deref().map(last_part);
    record.set_known("name", source.or(disk.device_name.as_deref()));
    let size = count(disk.disk_size_gb).and_then(|size| i64::try_from(size).ok());
    record.set_known("size_gb", size);
    let kind = disk.r#type.as_ref().and_then(|kind| kind.name());
    record.set_known("type", kind.map(|kind| scope.share(kind)));
    record.set_known("boot", disk.boot);
    record
}

fn set_origin(scope: &GcpScope, attributes: &mut Attributes, instance: &Instance) {
    let label = |key| instance.labels.get(key).map(|value| scope.share(value));
    attributes.set_known("cluster", label(CLUSTER_LABEL));
    attributes.set_known("node_pool", label(NODE_POOL_LABEL));
    attributes.set_known("created_time", record::time(instance.creation_timestamp.as_deref()));
    attributes.set_known("started_time", record::time(instance.last_start_timestamp.as_deref()));
}

/// For information: the discount is in no total, because how much of it comes off is known at the
/// end of the month only.
fn set_discount(attributes: &mut Attributes, discount: Option<SustainedUse>) {
    if let Some(SustainedUse { percent, saved }) = discount {
        attributes.set("sustained_use_percent", i64::from(percent));
        attributes.set("sustained_use_hourly_saving", Value::Cost(saved));
    }
}
