//! How busy processes were between two collections.

use std::collections::HashMap;
use std::time::Instant;

use crate::collectors::figures::tenths;

/// A process's clock at one moment.
#[derive(Debug, Clone, Copy)]
pub(super) struct Clock {
    /// When it was read.
    pub(super) at: Instant,
    /// When the process started, in ticks since the machine did. Tells it from a later process of
    /// the same number.
    pub(super) started: u64,
    /// How long it has run on processors, in ticks.
    pub(super) ticks: u64,
}

/// The clocks of one collection, by the process's number.
#[derive(Debug, Default)]
pub(super) struct Clocks(HashMap<i32, Clock>);

impl Clocks {
    /// Adds a process's clock.
    pub(super) fn add(&mut self, pid: i32, clock: Clock) {
        self.0.insert(pid, clock);
    }

    /// How busy a process was since these clocks were read, in percent of one processor; `None` if
    /// it was not there then.
    pub(super) fn usage(&self, pid: i32, now: &Clock, ticks_per_second: u64) -> Option<f64> {
        let before = self.0.get(&pid).filter(|before| before.started == now.started)?;
        let seconds = now.at.checked_duration_since(before.at)?.as_secs_f64();
        let busy = now.ticks.checked_sub(before.ticks)? as f64 / ticks_per_second as f64;
        (seconds > 0.0).then(|| tenths(busy / seconds * 100.0))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn usage_is_of_one_processor_over_the_time_since_the_last_reading() {
        let start = Instant::now();
        let clock = |seconds, started, ticks| Clock {
            at: start + Duration::from_secs(seconds),
            started,
            ticks,
        };
        let mut clocks = Clocks::default();
        clocks.add(7, clock(0, 100, 500));
        // 1,500 ticks of 10 ms are 15 s, in 10 s: one and a half processors.
        assert_eq!(clocks.usage(7, &clock(10, 100, 2_000), 100), Some(150.0));
        assert_eq!(clocks.usage(7, &clock(10, 100, 500), 100), Some(0.0));
        assert_eq!(clocks.usage(8, &clock(10, 100, 2_000), 100), None, "it is new");
        assert_eq!(clocks.usage(7, &clock(10, 900, 2_000), 100), None, "another took its number");
        assert_eq!(clocks.usage(7, &clock(0, 100, 600), 100), None, "no time has passed");
    }
}
