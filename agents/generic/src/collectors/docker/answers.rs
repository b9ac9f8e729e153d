//! The Docker Engine's answers, as far as they are read. What an engine leaves out, or a container
//! does not have, is `None`.
//!
//! <https://docs.docker.com/reference/api/engine/version/v1.47/#tag/Container>

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer};

/// A container of `GET /containers/json`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Container {
    pub(super) id: String,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) names: Vec<String>,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) image: String,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) command: String,
    /// In seconds since 1970.
    pub(super) created: Option<i64>,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) state: String,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) status: String,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) ports: Vec<Port>,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) labels: BTreeMap<String, String>,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) mounts: Vec<Mount>,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) network_settings: NetworkSettings,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Port {
    #[serde(rename = "IP")]
    pub(super) address: Option<String>,
    pub(super) private_port: u16,
    pub(super) public_port: Option<u16>,
    #[serde(rename = "Type", default)]
    pub(super) protocol: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Mount {
    #[serde(default)]
    pub(super) name: String,
    #[serde(default)]
    pub(super) source: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct NetworkSettings {
    #[serde(default, deserialize_with = "or_default")]
    pub(super) networks: BTreeMap<String, serde::de::IgnoredAny>,
}

/// The answer to `GET /containers/{id}/stats`.
#[derive(Debug, Deserialize)]
pub(super) struct Stats {
    #[serde(default, deserialize_with = "or_default")]
    pub(super) cpu_stats: CpuStats,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) memory_stats: MemoryStats,
    /// There are none for a container in the host's network, or in another's.
    pub(super) networks: Option<BTreeMap<String, NetworkStats>>,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) blkio_stats: BlockStats,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) pids_stats: PidsStats,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct CpuStats {
    #[serde(default, deserialize_with = "or_default")]
    pub(super) cpu_usage: CpuUsage,
    /// Nanoseconds of all the host's processors.
    pub(super) system_cpu_usage: Option<u64>,
    pub(super) online_cpus: Option<u64>,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct CpuUsage {
    /// Nanoseconds.
    pub(super) total_usage: Option<u64>,
    /// Of each processor; only with cgroup v1.
    pub(super) percpu_usage: Option<Vec<u64>>,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct MemoryStats {
    /// Bytes.
    pub(super) usage: Option<u64>,
    /// Bytes: the machine's memory if the container has no limit.
    pub(super) limit: Option<u64>,
    /// The lines of cgroup's `memory.stat`.
    #[serde(default, deserialize_with = "or_default")]
    pub(super) stats: BTreeMap<String, u64>,
}

#[derive(Debug, Deserialize)]
pub(super) struct NetworkStats {
    #[serde(default)]
    pub(super) rx_bytes: u64,
    #[serde(default)]
    pub(super) tx_bytes: u64,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct BlockStats {
    pub(super) io_service_bytes_recursive: Option<Vec<BlockEntry>>,
}

#[derive(Debug, Deserialize)]
pub(super) struct BlockEntry {
    /// `read`, `write`; `Read`, `Write`, `Total` and others with cgroup v1.
    #[serde(default)]
    pub(super) op: String,
    #[serde(default)]
    pub(super) value: u64,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct PidsStats {
    pub(super) current: Option<u64>,
}

/// Go writes an empty list as `null`.
fn or_default<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(
    value: D,
) -> Result<T, D::Error> {
    Option::<T>::deserialize(value).map(Option::unwrap_or_default)
}
