//! The properties of machines and scale sets, as far as they matter here.
//!
//! <https://learn.microsoft.com/rest/api/compute/virtual-machines/list-all>,
//! <https://learn.microsoft.com/rest/api/compute/virtual-machine-scale-sets/list-all>

use serde::Deserialize;

/// A machine; also the profile by which a scale set makes its instances.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Machine {
    pub(super) hardware_profile: Option<Hardware>,
    pub(super) storage_profile: Option<Storage>,
    os_profile: Option<OsProfile>,
    /// `Windows_Server`, `RHEL_BYOS`, `None`, …
    pub(super) license_type: Option<String>,
    /// `Regular`, `Spot`, `Low`; nothing is `Regular`.
    pub(super) priority: Option<String>,
    host: Option<Reference>,
    pub(super) host_group: Option<Reference>,
    /// The set of a machine that belongs to a flexible one.
    pub(super) virtual_machine_scale_set: Option<Reference>,
    pub(super) additional_capabilities: Option<Capabilities>,
    pub(super) provisioning_state: Option<String>,
    pub(super) time_created: Option<String>,
    instance_view: Option<InstanceView>,
    extended: Option<Extended>,
}

/// A scale set.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ScaleSet {
    /// `Uniform`, `Flexible`; nothing is `Uniform`.
    pub(super) orchestration_mode: Option<String>,
    pub(super) virtual_machine_profile: Option<Machine>,
    pub(super) host_group: Option<Reference>,
    pub(super) additional_capabilities: Option<Capabilities>,
}

/// Another resource.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
pub(super) struct Reference {
    pub(super) id: Option<String>,
}

/// What a machine runs on.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Hardware {
    pub(super) vm_size: Option<String>,
}

/// Image and disks.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Storage {
    pub(super) image_reference: Option<ImageReference>,
    os_disk: Option<OsDisk>,
    data_disks: Option<Vec<DataDisk>>,
}

/// The image that a machine was made from.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
pub(super) struct ImageReference {
    pub(super) publisher: Option<String>,
    pub(super) offer: Option<String>,
    pub(super) sku: Option<String>,
}

/// The disk of the operating system.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct OsDisk {
    os_type: Option<String>,
    #[serde(rename = "diskSizeGB")]
    pub(super) size_gb: Option<i64>,
    pub(super) vhd: Option<Vhd>,
    pub(super) managed_disk: Option<ManagedDisk>,
    diff_disk_settings: Option<DiffDisk>,
}

/// Another disk.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct DataDisk {
    pub(super) name: Option<String>,
    pub(super) lun: Option<i64>,
    #[serde(rename = "diskSizeGB")]
    pub(super) size_gb: Option<i64>,
    pub(super) vhd: Option<Vhd>,
    pub(super) managed_disk: Option<ManagedDisk>,
}

/// A page blob in a storage account: an unmanaged disk.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
pub(super) struct Vhd {}

/// A managed disk. Of a machine that is deallocated Azure may leave out the type.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ManagedDisk {
    pub(super) id: Option<String>,
    pub(super) storage_account_type: Option<String>,
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
struct DiffDisk {
    option: Option<String>,
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
struct OsProfile {
    windows_configuration: Option<Configuration>,
    linux_configuration: Option<Configuration>,
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
struct Configuration {}

/// What a machine can do beside others of its size.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
pub(super) struct Capabilities {
    #[serde(rename = "ultraSSDEnabled")]
    ultra_disks: Option<bool>,
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
struct InstanceView {
    statuses: Option<Vec<Status>>,
}

/// What Resource Graph adds.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Extended {
    instance_view: Option<ExtendedView>,
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ExtendedView {
    power_state: Option<Status>,
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
struct Status {
    code: Option<String>,
}

impl Machine {
    /// The word after `PowerState/`, in lower case: from Resource Graph's addition or from the
    /// statuses of Azure Resource Manager.
    pub(super) fn power_state(&self) -> Option<String> {
        let extended = self.extended.iter().filter_map(|it| it.instance_view.as_ref());
        let of_graph = extended.filter_map(|view| view.power_state.as_ref());
        let views = self.instance_view.iter().filter_map(|view| view.statuses.as_ref());
        of_graph.chain(views.flatten()).find_map(|status| {
            let code = status.code.as_deref()?.to_lowercase();
            code.strip_prefix("powerstate/").map(str::to_owned).filter(|word| !word.is_empty())
        })
    }

    /// `Windows` or `Linux`, as Azure writes it.
    pub(super) fn system(&self) -> Option<&str> {
        let disk = self.os_disk().and_then(|disk| disk.os_type.as_deref());
        disk.or_else(|| {
            let profile = self.os_profile.as_ref()?;
            let windows = profile.windows_configuration.as_ref().map(|_| "Windows");
            windows.or_else(|| profile.linux_configuration.as_ref().map(|_| "Linux"))
        })
    }

    /// The disk of the operating system.
    pub(super) fn os_disk(&self) -> Option<&OsDisk> {
        self.storage_profile.as_ref()?.os_disk.as_ref()
    }

    /// The other disks.
    pub(super) fn data_disks(&self) -> impl Iterator<Item = &DataDisk> {
        self.storage_profile.iter().filter_map(|storage| storage.data_disks.as_ref()).flatten()
    }

    /// Whether a disk is a page blob in a storage account.
    pub(super) fn has_unmanaged_disks(&self) -> bool {
        self.os_disk().is_some_and(|disk| disk.vhd.is_some())
            || self.data_disks().any(|disk| disk.vhd.is_some())
    }

    /// Whether it runs on a host that is paid for as a whole.
    pub(super) fn is_on_dedicated_host(&self) -> bool {
        let hosts = [&self.host, &self.host_group];
        hosts.into_iter().flatten().any(|host| host.id.as_deref().is_some_and(|id| !id.is_empty()))
    }

    /// Whether ultra disks can be attached.
    pub(super) fn can_have_ultra_disks(&self) -> bool {
        self.additional_capabilities.as_ref().and_then(|it| it.ultra_disks) == Some(true)
    }

    /// What an instance does not say of itself, its set says.
    pub(super) fn completed_by(mut self, set: &ScaleSet) -> Self {
        let profile = set.virtual_machine_profile.clone().unwrap_or_default();
        self.hardware_profile = self.hardware_profile.or(profile.hardware_profile);
        self.os_profile = self.os_profile.or(profile.os_profile);
        self.license_type = self.license_type.or(profile.license_type);
        self.priority = self.priority.or(profile.priority);
        self.host_group = self.host_group.or_else(|| set.host_group.clone());
        self.additional_capabilities = self
            .additional_capabilities
            .or_else(|| set.additional_capabilities.clone())
            .or(profile.additional_capabilities);
        let storage = self.storage_profile.get_or_insert_default();
        let of_set = profile.storage_profile.unwrap_or_default();
        storage.image_reference = storage.image_reference.take().or(of_set.image_reference);
        storage.data_disks = storage.data_disks.take().or(of_set.data_disks);
        storage.os_disk = match (storage.os_disk.take(), of_set.os_disk) {
            (Some(own), Some(of_set)) => Some(own.completed_by(of_set)),
            (own, of_set) => own.or(of_set),
        };
        self
    }
}

impl OsDisk {
    /// Whether it is on the host's own disk, which costs nothing.
    /// <https://learn.microsoft.com/azure/virtual-machines/ephemeral-os-disks>
    pub(super) fn is_ephemeral(&self) -> bool {
        let settings = self.diff_disk_settings.as_ref().and_then(|it| it.option.as_deref());
        settings.is_some_and(|option| option.eq_ignore_ascii_case("local"))
    }

    fn completed_by(self, other: Self) -> Self {
        Self {
            os_type: self.os_type.or(other.os_type),
            size_gb: self.size_gb.or(other.size_gb),
            vhd: self.vhd,
            managed_disk: self.managed_disk.or(other.managed_disk),
            diff_disk_settings: self.diff_disk_settings.or(other.diff_disk_settings),
        }
    }
}
