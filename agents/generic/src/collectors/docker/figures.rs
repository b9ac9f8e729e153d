//! A container's figures, worked out as `docker stats` does.
//!
//! The formulas: <https://docs.docker.com/reference/api/engine/version/v1.47/#tag/Container/operation/ContainerStats>

use super::answers::{CpuStats, MemoryStats, Stats};

/// What a container uses. What its engine does not tell is `None`.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Figures {
    /// In percent of one processor.
    pub(super) cpu: Option<f64>,
    /// In bytes.
    pub(super) memory: Option<u64>,
    /// In bytes.
    pub(super) memory_limit: Option<u64>,
    /// Received and sent since the container started, in bytes.
    pub(super) network: Option<(u64, u64)>,
    /// Read and written since the container started, in bytes.
    pub(super) block: Option<(u64, u64)>,
    /// Processes and threads.
    pub(super) pids: Option<u64>,
}

/// Two clocks of the processors: what the container used, and what the machine had, in nanoseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Clock {
    used: u64,
    had: u64,
}

impl Figures {
    /// The figures in `stats`, with the processors' usage since `before`.
    pub(super) fn of(stats: &Stats, before: Option<Clock>) -> Self {
        let network = stats.networks.as_ref().map(|networks| {
            let sum = |sum: u64, bytes| sum.saturating_add(bytes);
            let received = networks.values().map(|it| it.rx_bytes).fold(0, sum);
            (received, networks.values().map(|it| it.tx_bytes).fold(0, sum))
        });
        Self {
            cpu: before.and_then(|before| usage(&stats.cpu_stats, before)),
            memory: memory(&stats.memory_stats),
            // A container that has just ended has 0.
            memory_limit: stats.memory_stats.limit.filter(|&limit| limit > 0),
            network,
            block: block(stats),
            pids: stats.pids_stats.current,
        }
    }

    /// How much of its limit the memory is, in percent.
    pub(super) fn memory_percent(&self) -> Option<f64> {
        Some(self.memory? as f64 / self.memory_limit? as f64 * 100.0)
    }
}

impl Clock {
    /// The clocks in a container's stats.
    pub(super) fn of(stats: &Stats) -> Option<Self> {
        let cpu = &stats.cpu_stats;
        Some(Self { used: cpu.cpu_usage.total_usage?, had: cpu.system_cpu_usage? })
    }
}

/// The container's share of what the machine had, times its processors. A clock that went back is
/// that of a container that was started anew.
fn usage(cpu: &CpuStats, before: Clock) -> Option<f64> {
    let used = cpu.cpu_usage.total_usage?.checked_sub(before.used)?;
    let had = cpu.system_cpu_usage?.checked_sub(before.had).filter(|&had| had > 0)?;
    let listed = || cpu.cpu_usage.percpu_usage.as_ref().map(|each| each.len() as u64);
    let processors = cpu.online_cpus.filter(|&count| count > 0).or_else(listed)?;
    Some(used as f64 / had as f64 * processors as f64 * 100.0)
}

/// What is used without the part of the page cache that can go at once: `total_inactive_file` with
/// cgroup v1, `inactive_file` with v2.
fn memory(memory: &MemoryStats) -> Option<u64> {
    let usage = memory.usage?;
    let cache = |key: &str| memory.stats.get(key).copied();
    let cache = cache("total_inactive_file").or_else(|| cache("inactive_file"));
    Some(cache.filter(|&cache| cache < usage).map_or(usage, |cache| usage - cache))
}

fn block(stats: &Stats) -> Option<(u64, u64)> {
    let entries = stats.blkio_stats.io_service_bytes_recursive.as_ref()?;
    let sum = |operation: &str| {
        let entries = entries.iter().filter(|entry| entry.op.eq_ignore_ascii_case(operation));
        entries.map(|entry| entry.value).fold(0, u64::saturating_add)
    };
    Some((sum("read"), sum("write")))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn stats(value: Value) -> Stats {
        serde_json::from_value(value).unwrap()
    }

    fn cpu(used: u64, had: u64) -> Stats {
        let usage = json!({"total_usage": used});
        stats(json!({"cpu_stats": {"cpu_usage": usage, "system_cpu_usage": had, "online_cpus": 4}}))
    }

    #[test]
    fn cpu_is_the_share_of_the_machine_times_its_processors() {
        let before = Clock::of(&cpu(100_000_000, 1_000_000_000));
        // 50 ms of the 1,000 ms that 4 processors had in 250 ms: 5 % of 4 processors, 20 % of one.
        let now = cpu(150_000_000, 2_000_000_000);
        assert_eq!(Figures::of(&now, before).cpu, Some(20.0));
        assert_eq!(Figures::of(&now, None).cpu, None, "there is nothing to compare with");
        assert_eq!(Figures::of(&now, Clock::of(&now)).cpu, None, "no time has passed");
        let idle = cpu(100_000_000, 2_000_000_000);
        assert_eq!(Figures::of(&idle, before).cpu, Some(0.0));
        let restarted = cpu(1_000, 2_000_000_000);
        assert_eq!(Figures::of(&restarted, before).cpu, None);
    }

    #[test]
    fn an_old_engine_lists_the_processors_in_place_of_their_number() {
        let before = Clock { used: 0, had: 0 };
        let usage = json!({"total_usage": 50, "percpu_usage": [20, 30]});
        let now = stats(json!({"cpu_stats": {"cpu_usage": usage, "system_cpu_usage": 1_000}}));
        // 5 % of two processors.
        assert_eq!(Figures::of(&now, Some(before)).cpu, Some(10.0));
    }

    #[test]
    fn memory_is_without_the_cache_that_can_go() {
        let used = |lines: Value| {
            let memory = json!({"usage": 1_000, "limit": 4_000, "stats": lines});
            Figures::of(&stats(json!({ "memory_stats": memory })), None)
        };
        assert_eq!(used(json!({"inactive_file": 300})).memory, Some(700));
        assert_eq!(used(json!({"inactive_file": 300})).memory_percent(), Some(17.5));
        let v1 = used(json!({"total_inactive_file": 400, "inactive_file": 300}));
        assert_eq!(v1.memory, Some(600));
        assert_eq!(used(json!({"inactive_file": 1_001})).memory, Some(1_000));
        assert_eq!(used(Value::Null).memory, Some(1_000));
    }

    #[test]
    fn networks_and_disks_are_summed() {
        let figures = Figures::of(
            &stats(json!({
                "networks": {
                    "eth0": {"rx_bytes": 10, "tx_bytes": 20},
                    "eth1": {"rx_bytes": 1, "tx_bytes": 2},
                },
                "blkio_stats": {"io_service_bytes_recursive": [
                    {"major": 8, "minor": 0, "op": "Read", "value": 5},
                    {"major": 8, "minor": 16, "op": "read", "value": 6},
                    {"major": 8, "minor": 0, "op": "Write", "value": 7},
                    {"major": 8, "minor": 0, "op": "Total", "value": 99},
                ]},
                "pids_stats": {"current": 3, "limit": 18_446_744_073_709_551_615_u64},
            })),
            None,
        );
        assert_eq!(figures.network, Some((11, 22)));
        assert_eq!(figures.block, Some((11, 7)));
        assert_eq!(figures.pids, Some(3));
    }

    #[test]
    fn what_an_engine_does_not_tell_is_not_known() {
        let blank = json!({"blkio_stats": {"io_service_bytes_recursive": null}, "pids_stats": {},
            "memory_stats": {"limit": 0}, "cpu_stats": null});
        assert_eq!(Figures::of(&stats(blank), None), Figures::default());
    }
}
