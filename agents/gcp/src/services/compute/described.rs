//! What the price rules need to know of a machine.
//!
//! <https://cloud.google.com/compute/docs/reference/rest/v1/instances>

use google_cloud_compute_v1::model::attached_disk::{SavedState, Type};
use google_cloud_compute_v1::model::confidential_instance_config::ConfidentialInstanceType;
use google_cloud_compute_v1::model::network_performance_config::TotalEgressBandwidthTier;
use google_cloud_compute_v1::model::scheduling::ProvisioningModel;
use google_cloud_compute_v1::model::{AttachedDisk, Instance};

use finops_pricing::gcp::compute::{self as pricing, Gpus, Purchase};
use finops_pricing::gcp::machine_type::MachineType;

use crate::scope::last_part;
use crate::services::record::count;

/// The size of a local disk in GiB, but for a few that are larger and say so.
/// <https://cloud.google.com/compute/docs/disks/local-ssd>
const LOCAL_DISK_GIB: u64 = 375;

/// The series whose cores have one thread each; those of the others have two.
/// <https://cloud.google.com/compute/docs/instances/set-threads-per-core>
const ONE_THREAD: &[&str] = &["t2a", "t2d", "c4a", "n4a", "a4x", "h3", "h4d"];

/// The machine as the price rules see it. How it is paid for is [`purchase`]'s to say.
pub(super) fn described(instance: &Instance) -> pricing::Instance<'_> {
    let kind = machine_type(instance);
    pricing::Instance {
        machine_type: kind,
        purchase: Purchase::default(),
        gpus: gpus(instance).collect(),
        local_ssd_gib: local_ssd_gib(instance),
        addresses: addresses(instance).count() as u64,
        licenses: licenses(instance).collect(),
        visible_vcpus: visible_vcpus(instance, MachineType::parse(kind).as_ref()),
        confidential: is_confidential(instance),
        tier_1_network: has_tier_1_network(instance),
    }
}

/// Its machine type's name; empty where Google does not say.
pub(super) fn machine_type(instance: &Instance) -> &str {
    instance.machine_type.as_deref().map_or("", last_part)
}

/// How it is paid for.
///
/// # Errors
/// Why that is not known.
pub(super) fn purchase(instance: &Instance) -> Result<Purchase, String> {
    if is_sole_tenant(instance) {
        return Ok(Purchase::SoleTenant);
    }
    let Some(scheduling) = &instance.scheduling else { return Ok(Purchase::OnDemand) };
    match &scheduling.provisioning_model {
        Some(ProvisioningModel::Spot) => Ok(Purchase::Spot),
        Some(ProvisioningModel::FlexStart) => Ok(Purchase::FlexStart),
        Some(ProvisioningModel::ReservationBound) => Ok(Purchase::ReservationBound),
        // Preemptible machines are older than provisioning models.
        Some(ProvisioningModel::Standard) | None if scheduling.preemptible == Some(true) => {
            Ok(Purchase::Spot)
        }
        Some(ProvisioningModel::Standard) | None => Ok(Purchase::OnDemand),
        Some(other) => {
            let model = other.name().unwrap_or("without a name");
            Err(format!("the price of the provisioning model {model} is not known"))
        }
    }
}

/// Whether it runs on a node of its owner's: there are node affinities for nothing else.
/// <https://cloud.google.com/compute/docs/nodes/provisioning-sole-tenant-vms>
pub(super) fn is_sole_tenant(instance: &Instance) -> bool {
    instance.scheduling.as_ref().is_some_and(|scheduling| !scheduling.node_affinities.is_empty())
}

/// Its graphics processors.
pub(super) fn gpus(instance: &Instance) -> impl Iterator<Item = Gpus<'_>> {
    instance.guest_accelerators.iter().map(|accelerator| Gpus {
        kind: accelerator.accelerator_type.as_deref().map_or("", last_part),
        count: count(accelerator.accelerator_count.map(i64::from)).unwrap_or_default(),
    })
}

/// The size of its local disks together, in GiB.
pub(super) fn local_ssd_gib(instance: &Instance) -> u64 {
    local_disks(instance).map(local_disk_gib).fold(0, u64::saturating_add)
}

fn local_disks(instance: &Instance) -> impl Iterator<Item = &AttachedDisk> {
    instance.disks.iter().filter(|disk| matches!(disk.r#type, Some(Type::Scratch)))
}

fn local_disk_gib(disk: &AttachedDisk) -> u64 {
    count(disk.disk_size_gb).filter(|size| *size > 0).unwrap_or(LOCAL_DISK_GIB)
}

/// Whether what is on its local disks is kept while it is stopped or suspended.
/// <https://cloud.google.com/compute/docs/disks/local-ssd#stop_instance>
pub(super) fn keeps_local_disks(instance: &Instance) -> bool {
    local_disks(instance).any(|disk| matches!(disk.saved_state, Some(SavedState::Preserved)))
}

/// Its external IPv4 addresses. A machine that is stopped has those only that are reserved: the
/// others are given back.
/// <https://cloud.google.com/compute/docs/ip-addresses#ephemeraladdress>
pub(super) fn addresses(instance: &Instance) -> impl Iterator<Item = &str> {
    let configured = instance.network_interfaces.iter().flat_map(|it| &it.access_configs);
    configured.filter_map(|config| config.nat_ip.as_deref()).filter(|address| !address.is_empty())
}

/// The licences of its disks, as URLs, each once.
pub(super) fn licenses(instance: &Instance) -> impl Iterator<Item = &str> {
    let mut seen: Vec<&str> = Vec::new();
    let carried = instance.disks.iter().flat_map(|disk| &disk.licenses).map(String::as_str);
    carried.filter(move |url| {
        let new = !seen.contains(url);
        seen.push(url);
        new
    })
}

/// How many processors the machine shows, where its cores or their threads are reduced.
/// <https://cloud.google.com/compute/docs/instances/customize-visible-cores>
fn visible_vcpus(instance: &Instance, machine_type: Option<&MachineType>) -> Option<u32> {
    let features = instance.advanced_machine_features.as_ref()?;
    let machine_type = machine_type?;
    let positive =
        |number: Option<i32>| number.and_then(|it| u32::try_from(it).ok()).filter(|it| *it > 0);
    let most = if ONE_THREAD.contains(&machine_type.family()) { 1 } else { 2 };
    let all = machine_type.machine_vcpus()?;
    let threads = positive(features.threads_per_core).unwrap_or(most).min(most);
    let cores = positive(features.visible_core_count).unwrap_or(all / most);
    cores.checked_mul(threads).filter(|visible| (1..all).contains(visible))
}

fn is_confidential(instance: &Instance) -> bool {
    instance.confidential_instance_config.as_ref().is_some_and(|config| {
        let kind = config.confidential_instance_type.as_ref();
        config.enable_confidential_compute == Some(true)
            || kind.is_some_and(|kind| !matches!(kind, ConfidentialInstanceType::Unspecified))
    })
}

fn has_tier_1_network(instance: &Instance) -> bool {
    let config = instance.network_performance_config.as_ref();
    let tier = config.and_then(|config| config.total_egress_bandwidth_tier.as_ref());
    matches!(tier, Some(TotalEgressBandwidthTier::Tier1))
}
