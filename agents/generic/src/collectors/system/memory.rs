//! Memory and swap, from `/proc/meminfo`.
//!
//! <https://docs.kernel.org/filesystems/proc.html#meminfo>

use std::path::Path;

use procfs::{FromRead as _, Meminfo};
use serde_json::{Value, json};

use crate::collectors::CollectError;
use crate::collectors::figures::{amount, percent, share};

/// Memory in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Memory {
    /// All that the kernel manages.
    pub(super) total: u64,
    /// What programs could take without swapping; kernels before 3.14 do not say.
    available: Option<u64>,
    swap_total: u64,
    swap_free: u64,
}

impl Memory {
    /// Reads the `meminfo` below `proc`.
    ///
    /// # Errors
    /// It cannot be read, or is not what the kernel documents.
    pub(super) fn read(proc: &Path) -> Result<Self, CollectError> {
        let info = Meminfo::from_file(proc.join("meminfo")).map_err(|error| {
            CollectError::new(format!("the memory's figures cannot be read: {error}"))
                .hint("see that /proc is mounted and readable where the agent runs")
        })?;
        Ok(Self {
            total: info.mem_total,
            available: info.mem_available,
            swap_total: info.swap_total,
            swap_free: info.swap_free,
        })
    }

    fn used(&self) -> Option<u64> {
        Some(self.total.saturating_sub(self.available?))
    }

    fn swap_used(&self) -> u64 {
        self.swap_total.saturating_sub(self.swap_free)
    }

    /// As documents carry it. Without swap, none of it is used: 0 %.
    pub(super) fn data(&self) -> Value {
        json!({
            "total_bytes": self.total,
            "available_bytes": self.available,
            "used_bytes": self.used(),
            "usage_percent": self.used().and_then(|used| percent(used, self.total)),
            "swap_total": self.swap_total,
            "swap_used": self.swap_used(),
            "swap_percent": percent(self.swap_used(), self.swap_total).unwrap_or(0.0),
        })
    }

    /// For a person.
    pub(super) fn line(&self) -> String {
        let proportion = |used, total| {
            let percent = percent(used, total).unwrap_or(0.0);
            format!("{} ({percent:.1} %)", share(used, total))
        };
        let memory = match self.used() {
            Some(used) => proportion(used, self.total),
            None => format!("of {}", amount(self.total)),
        };
        let swap = match self.swap_total {
            0 => "none".to_owned(),
            total => proportion(self.swap_used(), total),
        };
        format!("memory {memory}, swap {swap}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GIB: u64 = 1 << 30;

    #[test]
    fn what_is_used_is_what_is_not_available() {
        let memory =
            Memory { total: 16 * GIB, available: Some(12 * GIB), swap_total: 0, swap_free: 0 };
        let data = memory.data();
        assert_eq!(data["used_bytes"], 4 * GIB);
        assert_eq!(data["usage_percent"], 25.0);
        assert_eq!(data["swap_percent"], 0.0);
        assert_eq!(memory.line(), "memory 4.0 of 16.0 GiB (25.0 %), swap none");
    }

    #[test]
    fn swap_is_used_where_it_is_not_free() {
        let memory = Memory {
            total: GIB,
            available: Some(GIB / 2),
            swap_total: 2 * GIB,
            swap_free: GIB / 2,
        };
        assert_eq!(memory.data()["swap_used"], 3 * GIB / 2);
        assert_eq!(memory.data()["swap_percent"], 75.0);
        assert_eq!(memory.line(), "memory 0.5 of 1.0 GiB (50.0 %), swap 1.5 of 2.0 GiB (75.0 %)");
    }

    #[test]
    fn an_old_kernel_does_not_say_what_is_available() {
        let memory = Memory { total: GIB, available: None, swap_total: 0, swap_free: 0 };
        for key in ["available_bytes", "used_bytes", "usage_percent"] {
            assert_eq!(memory.data()[key], Value::Null, "{key}");
        }
        assert_eq!(memory.line(), "memory of 1.0 GiB, swap none");
    }
}
