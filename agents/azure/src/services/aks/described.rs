//! The properties of a cluster, as far as they matter here.
//!
//! <https://learn.microsoft.com/rest/api/aks/managed-clusters/list>

use serde::Deserialize;

use crate::inventory::Row;

/// A cluster.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Described {
    pub(super) provisioning_state: Option<String>,
    power_state: Option<PowerState>,
    /// The version that was asked for: `1.31`.
    pub(super) kubernetes_version: Option<String>,
    /// The version that runs: `1.31.7`.
    pub(super) current_kubernetes_version: Option<String>,
    agent_pool_profiles: Option<Vec<Pool>>,
    /// Where the nodes are.
    pub(super) node_resource_group: Option<String>,
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
struct PowerState {
    code: Option<String>,
}

/// A pool of nodes.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Pool {
    pub(super) name: Option<String>,
    pub(super) count: Option<i64>,
    pub(super) vm_size: Option<String>,
    pub(super) os_type: Option<String>,
    /// `System`, `User`, …
    pub(super) mode: Option<String>,
    pub(super) enable_auto_scaling: Option<bool>,
    pub(super) min_count: Option<i64>,
    pub(super) max_count: Option<i64>,
    scale_set_priority: Option<String>,
}

impl Described {
    /// `Running`, `Stopped`.
    pub(super) fn power_state(&self) -> Option<&str> {
        self.power_state.as_ref()?.code.as_deref()
    }

    /// Whether it was stopped.
    pub(super) fn is_stopped(&self) -> bool {
        self.power_state().is_some_and(|state| state.eq_ignore_ascii_case("stopped"))
    }

    /// The pools of nodes.
    pub(super) fn pools(&self) -> impl Iterator<Item = &Pool> {
        self.agent_pool_profiles.iter().flatten()
    }
}

impl Pool {
    /// Whether its nodes are spot machines.
    pub(super) fn is_spot(&self) -> bool {
        self.scale_set_priority.as_deref().is_some_and(|it| it.eq_ignore_ascii_case("spot"))
    }

    /// Whether its nodes are in a subscription of Microsoft's.
    /// <https://learn.microsoft.com/azure/aks/intro-aks-automatic>
    pub(super) fn is_hosted(&self) -> bool {
        self.mode.as_deref().is_some_and(|mode| mode.eq_ignore_ascii_case("managedsystem"))
    }
}

/// The name (`Base`, `Automatic`) and the tier (`Free`, `Standard`, `Premium`) of a cluster's sku.
pub(super) fn sku(row: &Row) -> (Option<&str>, Option<&str>) {
    let sku = row.sku.as_ref();
    (sku.and_then(|sku| sku.name.as_deref()), sku.and_then(|sku| sku.tier.as_deref()))
}
