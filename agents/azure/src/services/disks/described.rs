//! The properties of a disk, as far as they matter here.
//!
//! <https://learn.microsoft.com/rest/api/compute/disks/list>

use serde::Deserialize;

use crate::inventory::Row;

/// A disk.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Described {
    /// Size in GiB, which Azure calls GB.
    #[serde(rename = "diskSizeGB")]
    pub(super) size_gb: Option<i64>,
    /// The performance tier: `P30`.
    pub(super) tier: Option<String>,
    /// I/O operations a second.
    #[serde(rename = "diskIOPSReadWrite")]
    pub(super) iops: Option<i64>,
    /// MB a second.
    #[serde(rename = "diskMBpsReadWrite")]
    pub(super) throughput: Option<i64>,
    /// I/O operations a second of those that only read a shared disk.
    #[serde(rename = "diskIOPSReadOnly")]
    pub(super) read_only_iops: Option<i64>,
    /// MB a second of those that only read a shared disk.
    #[serde(rename = "diskMBpsReadOnly")]
    pub(super) read_only_throughput: Option<i64>,
    /// By how many machines it may be attached; more than one is a shared disk.
    pub(super) max_shares: Option<i64>,
    share_info: Option<Vec<Share>>,
    /// Whether it bursts on demand.
    #[serde(rename = "burstingEnabled")]
    pub(super) bursting: Option<bool>,
    /// `Attached`, `Unattached`, `Reserved`, …
    #[serde(rename = "diskState")]
    pub(super) state: Option<String>,
    pub(super) time_created: Option<String>,
    security_profile: Option<Security>,
}

/// One machine that has a shared disk attached.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Share {
    vm_uri: Option<String>,
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Security {
    security_type: Option<String>,
}

impl Described {
    /// Whether several machines may have it attached.
    pub(super) fn is_shared(&self) -> bool {
        self.max_shares.is_some_and(|shares| shares > 1)
    }

    /// The machines that have it attached, by identifiers in lower case, the row's first.
    pub(super) fn machines(&self, row: &Row) -> Vec<String> {
        let sharing = self.share_info.iter().flatten().filter_map(|share| share.vm_uri.as_deref());
        let mut machines: Vec<String> = Vec::new();
        for id in row.managed_by.as_deref().into_iter().chain(sharing).map(str::to_lowercase) {
            if !id.is_empty() && !machines.contains(&id) {
                machines.push(id);
            }
        }
        machines
    }

    /// How many machines have a shared disk attached, where Azure says.
    pub(super) fn mounts(&self) -> Option<u64> {
        let listed = self.share_info.as_ref().map(|list| list.len() as u64);
        let state = self.state.as_deref().unwrap_or_default();
        listed.or_else(|| state.eq_ignore_ascii_case("unattached").then_some(0))
    }

    /// Whether it is encrypted for a confidential machine: not only the machine's state.
    /// <https://learn.microsoft.com/rest/api/compute/disks/list#disksecuritytypes>
    pub(super) fn is_confidential(&self) -> bool {
        let security = self.security_profile.as_ref().and_then(|it| it.security_type.as_deref());
        security
            .is_some_and(|kind| kind.to_lowercase().starts_with("confidentialvm_diskencryptedwith"))
    }
}
