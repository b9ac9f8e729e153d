//! Processors: how busy they were between two readings of `/proc/stat`.
//!
//! <https://docs.kernel.org/filesystems/proc.html#miscellaneous-kernel-statistics-in-proc-stat>

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::Instant;

use procfs::{CpuTime, FromBufReadSI, KernelStats};

use crate::collectors::CollectError;
use crate::collectors::figures::tenths;

/// What `/proc/stat` said at one moment.
#[derive(Debug, Clone)]
pub(super) struct Reading {
    /// When it was read.
    pub(super) at: Instant,
    /// When the machine started, in seconds since 1970.
    pub(super) boot_time: u64,
    all: Times,
    /// Online processors by their number. Numbers have gaps where processors are offline.
    cores: BTreeMap<u32, Times>,
}

/// Ticks since the machine started, by what the processor did. The time of guests is part of
/// `user` and `nice`, and so is not here.
#[derive(Debug, Clone, Copy, Default)]
struct Times {
    busy: [u64; 6],
    idle: [u64; 2],
}

impl Reading {
    /// Reads `/proc/stat` below `proc`.
    ///
    /// # Errors
    /// It cannot be read, or is not what the kernel documents.
    pub(super) fn take(proc: &Path) -> Result<Self, CollectError> {
        let path = proc.join("stat");
        let unreadable = |error: String| {
            CollectError::new(format!("the processors' times cannot be read: {error}"))
                .hint("see that /proc is mounted and readable where the agent runs")
        };
        let text = fs::read_to_string(&path)
            .map_err(|error| unreadable(format!("{}: {error}", path.display())))?;
        Self::of(&text).map_err(|error| unreadable(format!("{}: {error}", path.display())))
    }

    fn of(text: &str) -> Result<Self, procfs::ProcError> {
        let at = Instant::now();
        let stats = KernelStats::from_buf_read(text.as_bytes(), procfs::current_system_info())?;
        // The library keeps the processors' order, not their numbers.
        let numbers = text.lines().filter_map(|line| {
            // The line of all processors has a space here.
            line.strip_prefix("cpu")?.split(' ').next()?.parse().ok()
        });
        let cores = numbers.zip(stats.cpu_time.iter().map(Times::of)).collect();
        Ok(Self { at, boot_time: stats.btime, all: Times::of(&stats.total), cores })
    }

    /// How many processors are online.
    pub(super) fn count(&self) -> u64 {
        self.cores.len() as u64
    }

    /// The numbers of the processors that are online.
    pub(super) fn numbers(&self) -> impl Iterator<Item = u32> {
        self.cores.keys().copied()
    }

    /// How busy all processors were since `before`, in percent of all of them.
    pub(super) fn usage_since(&self, before: &Self) -> Option<f64> {
        self.all.usage_since(&before.all)
    }

    /// The same for the processor of a number; `None` if it was offline at one of the readings.
    pub(super) fn core_usage_since(&self, before: &Self, number: u32) -> Option<f64> {
        self.cores.get(&number)?.usage_since(before.cores.get(&number)?)
    }
}

impl Times {
    fn of(times: &CpuTime) -> Self {
        let known = Option::unwrap_or_default;
        Self {
            busy: [
                times.user,
                times.nice,
                times.system,
                known(times.irq),
                known(times.softirq),
                known(times.steal),
            ],
            idle: [times.idle, known(times.iowait)],
        }
    }

    /// In percent with one decimal. Each figure may fall a little (the kernel says so of `iowait`):
    /// that is no time then.
    fn usage_since(&self, before: &Self) -> Option<f64> {
        let passed = |now: &[u64], before: &[u64]| -> u64 {
            now.iter().zip(before).map(|(now, before)| now.saturating_sub(*before)).sum()
        };
        let busy = passed(&self.busy, &before.busy);
        let all = busy + passed(&self.idle, &before.idle);
        (all > 0).then(|| tenths(busy as f64 / all as f64 * 100.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reading(cpus: &str) -> Reading {
        let rest = "intr 1\nctxt 2\nbtime 1700000000\nprocesses 3\nprocs_running 1\n";
        Reading::of(&format!("{cpus}{rest}")).unwrap()
    }

    #[test]
    fn usage_is_what_was_neither_idle_nor_waiting() {
        //                        user nice system idle iowait irq softirq steal guest guest_nice
        let before = reading("cpu  100 0 50 800 50 0 0 0 0 0\ncpu0 100 0 50 800 50 0 0 0 0 0\n");
        let after = reading("cpu  130 5 60 930 70 1 2 2 30 5\ncpu0 130 5 60 930 70 1 2 2 30 5\n");
        // Busy 30+5+10+1+2+2 = 50, idle 130+20 = 150: 25 %. Guests are in user and nice already.
        assert_eq!(after.usage_since(&before), Some(25.0));
        assert_eq!(after.core_usage_since(&before, 0), Some(25.0));
        assert_eq!(after.boot_time, 1_700_000_000);
    }

    #[test]
    fn without_time_between_there_is_no_usage() {
        let reading = reading("cpu  1 0 1 1 0 0 0 0 0 0\ncpu0 1 0 1 1 0 0 0 0 0 0\n");
        assert_eq!(reading.usage_since(&reading), None);
    }

    #[test]
    fn a_waiting_time_that_falls_is_no_time() {
        let before = reading("cpu  0 0 0 100 90 0 0 0 0 0\ncpu0 0 0 0 100 90 0 0 0 0 0\n");
        let after = reading("cpu  10 0 0 130 80 0 0 0 0 0\ncpu0 10 0 0 130 80 0 0 0 0 0\n");
        assert_eq!(after.usage_since(&before), Some(25.0));
    }

    #[test]
    fn processors_keep_their_numbers_when_others_are_offline() {
        let before = reading("cpu  0 0 0 0 0 0 0 0 0 0\ncpu0 0 0 0 0 0 0 0 0 0 0\n");
        let after = reading(
            "cpu  10 0 0 30 0 0 0 0 0 0\ncpu0 5 0 0 15 0 0 0 0 0 0\ncpu3 5 0 0 15 0 0 0 0 0 0\n",
        );
        assert_eq!(after.count(), 2);
        assert_eq!(after.numbers().collect::<Vec<_>>(), [0, 3]);
        assert_eq!(after.core_usage_since(&before, 0), Some(25.0));
        assert_eq!(after.core_usage_since(&before, 3), None, "it has just come online");
    }

    #[test]
    fn an_old_kernels_four_figures_are_enough() {
        let before = reading("cpu  0 0 0 0\ncpu0 0 0 0 0\n");
        let after = reading("cpu  1 1 1 1\ncpu0 1 1 1 1\n");
        assert_eq!(after.usage_since(&before), Some(75.0));
    }

    #[test]
    fn a_file_that_is_something_else_is_an_error() {
        assert!(Reading::of("").is_err());
        assert!(Reading::of("cpu  a b c d\n").is_err());
    }
}
