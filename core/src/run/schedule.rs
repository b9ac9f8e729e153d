//! The only loop.

use std::time::Duration;

use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at};

/// The share of the interval over which first starts spread, so that a fleet that was deployed at
/// once does not ask the clouds at once.
const START_SPREAD: f64 = 0.1;

/// When cycles start: at once or a little later, then every interval. A cycle that outlasts the
/// interval delays the next; none is caught up.
#[derive(Debug)]
pub struct Schedule {
    ticks: Interval,
}

impl Schedule {
    /// A schedule with a start every `every`, the first at once or, where `jittered`, a little
    /// later.
    #[must_use]
    pub fn new(every: Duration, jittered: bool) -> Self {
        let share = if jittered { START_SPREAD * fastrand::f64() } else { 0.0 };
        let spread = every.mul_f64(share).min(Duration::from_secs(30));
        let mut ticks = interval_at(Instant::now() + spread, every);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Self { ticks }
    }

    /// Waits for the next start; `false` where `stop` came first.
    pub async fn next(&mut self, stop: impl Future<Output = ()>) -> bool {
        tokio::select! {
            biased;
            () = stop => false,
            _ = self.ticks.tick() => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::{pending, ready};

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_slow_cycle_delays_the_next_and_none_is_caught_up() {
        let mut schedule = Schedule::new(Duration::from_secs(300), true);
        let begin = Instant::now();
        let mut starts = Vec::new();
        for _ in 0..4 {
            assert!(schedule.next(pending()).await);
            starts.push(begin.elapsed().as_secs());
            tokio::time::sleep(Duration::from_secs(400)).await; // longer than the interval
        }
        // The first start is jittered by at most 30 s; each further one follows the cycle before.
        assert!(starts[0] <= 30, "{starts:?}");
        assert!(
            starts.windows(2).all(|pair| (400..=402).contains(&(pair[1] - pair[0]))),
            "{starts:?}"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn a_stop_ends_the_wait() {
        let mut schedule = Schedule::new(Duration::from_secs(300), false);
        assert!(!schedule.next(ready(())).await);
        // The same where a start is due as well.
        assert!(schedule.next(pending()).await);
        tokio::time::advance(Duration::from_secs(301)).await;
        assert!(!schedule.next(ready(())).await);
    }
}
