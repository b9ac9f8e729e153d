//! Machines of Compute Engine: what is billed for them while they run. Their disks are the service
//! `disks`; their local disks are their own.
//!
//! <https://cloud.google.com/compute/docs/reference/rest/v1/instances/aggregatedList>

mod cost;
mod described;
mod figures;
mod machine;
#[cfg(test)]
mod tests;

use futures::future::BoxFuture;
use google_cloud_compute_v1::model::InstanceAggregatedList;

use finops_core::model::{Resource, ServiceOutcome};
use finops_core::service::Service;
use finops_core::wire::{CountView, Field, ListView, ServiceView, Source};

use super::GcpService;
use super::aggregated::{aggregated, attempt};
use crate::endpoints::Api;
use crate::google::{GoogleError, Operation};
use crate::metrics::{self, Answers, Query};
use crate::scope::GcpScope;

/// Listing the machines of all zones.
const LIST: Operation = Operation {
    api: Api::Compute,
    method: "compute.instances.aggregatedList",
    permission: "compute.instances.list",
};

/// The fields of a machine that are read.
const FIELDS: &str = "id,name,selfLink,zone,machineType,status,cpuPlatform,labels,scheduling,\
                      creationTimestamp,lastStartTimestamp,guestAccelerators,\
                      advancedMachineFeatures,confidentialInstanceConfig,\
                      networkPerformanceConfig,networkInterfaces(accessConfigs(natIP)),\
                      disks(type,boot,source,deviceName,diskSizeGb,licenses,savedState)";

static VIEW: ServiceView = ServiceView {
    service: "compute",
    lists: &[ListView {
        kind: "instance",
        list: "instances",
        fields: &[
            Field::attribute("instance_id"),
            Field::new("instance_name", Source::Name),
            Field::new("resource_name", Source::Id),
            Field::new("zone", Source::Zone),
            Field::attribute("machine_type"),
            Field::attribute("vcpus"),
            Field::attribute("memory_gb"),
            Field::attribute("gpus"),
            Field::new("status", Source::State),
            Field::attribute("preemptible"),
            Field::attribute("provisioning_model"),
            Field::attribute("sole_tenant"),
            Field::attribute("cpu_platform"),
            Field::usage("cpu_utilization"),
            Field::usage("memory_usage"),
            Field::usage("network_ingress"),
            Field::usage("network_egress"),
            Field::attribute("disks"),
            Field::attribute("local_ssd_gb"),
            Field::attribute("external_addresses"),
            Field::attribute("licenses"),
            Field::attribute("cluster"),
            Field::attribute("node_pool"),
            Field::attribute("created_time"),
            Field::attribute("started_time"),
            Field::new("labels", Source::Tags),
            Field::new("compute_hourly_cost", Source::Components(cost::MACHINE)),
            Field::new("address_hourly_cost", Source::Components(&["address"])),
            Field::attribute("storage_hourly_cost"),
            Field::attribute("sustained_use_percent"),
            Field::attribute("sustained_use_hourly_saving"),
        ],
    }],
    counts: &[
        CountView::new("total_instances", |instances| Some(instances.len() as u64)),
        CountView::new("running_instances", |instances| {
            Some(instances.iter().filter(|instance| is_running(instance)).count() as u64)
        }),
    ],
    summary_count: Some("total_compute_instances"),
};

/// Machines.
pub(super) struct Compute;

impl Service<GcpScope> for Compute {
    fn view(&self) -> &'static ServiceView {
        &VIEW
    }

    fn priced_by(&self) -> &'static [&'static str] {
        &["gcp/compute", "gcp/compute-license", "gcp/disk", "gcp/network"]
    }

    fn permissions(&self) -> &'static [&'static str] {
        &[LIST.permission, metrics::LIST.permission]
    }

    fn collect<'a>(&'a self, scope: &'a GcpScope) -> BoxFuture<'a, ServiceOutcome> {
        let listed = aggregated::<InstanceAggregatedList>(scope, LIST, FIELDS, machine::resource);
        Box::pin(listed)
    }
}

impl GcpService for Compute {
    fn attempt<'a>(&'a self, scope: &'a GcpScope) -> BoxFuture<'a, Result<(), GoogleError>> {
        Box::pin(attempt::<InstanceAggregatedList>(scope, LIST))
    }

    fn queries(&self, _scope: &GcpScope, resources: &[Resource]) -> Vec<&'static Query> {
        figures::queries(resources)
    }

    fn settle(&self, _scope: &GcpScope, resources: &mut [Resource], answers: &Answers) {
        figures::note(resources, answers);
    }
}

fn is_running(instance: &Resource) -> bool {
    instance.state.as_deref() == Some("RUNNING")
}
