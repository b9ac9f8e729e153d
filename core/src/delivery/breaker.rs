//! When to leave a sink alone: the decision, apart from clocks and requests.

use std::time::Duration;

use jiff::Timestamp;
use tokio::time::Instant;

/// The first wait after a failure; doubled for each further one until an interval is reached.
const FIRST_WAIT: Duration = Duration::from_secs(5);
/// The longest wait that a sink can ask for.
const LONGEST_ASKED: Duration = Duration::from_secs(3600);

/// Closed while a sink works; open from its first failure on, until a probe gets through.
#[derive(Debug, Default)]
pub(super) struct Breaker {
    open: Option<Open>,
}

/// A sink that does not work.
#[derive(Debug, Clone)]
pub(super) struct Open {
    /// Since when, by the wall's clock, for people.
    pub(super) since: Timestamp,
    /// What went wrong at the last try.
    pub(super) reason: String,
    /// When it is tried again.
    pub(super) next_try: Instant,
    /// The sink itself asked to be left alone until then.
    pub(super) asked: bool,
    failures: u32,
}

impl Breaker {
    /// The sink failed. It is tried again after a jittered wait that grows up to about `interval`,
    /// and not before the time that it asked for: a dead sink costs one try an interval.
    pub(super) fn failed(
        &mut self,
        reason: String,
        interval: Duration,
        asked: Option<Duration>,
        now: Instant,
    ) {
        let before = self.open.take();
        let failures = before.as_ref().map_or(1, |open| open.failures.saturating_add(1));
        let wait = wait(failures, interval, fastrand::f64());
        // Jitter goes on top of what was asked for: a fleet must not come back in one second.
        let wait = asked.map_or(wait, |asked| asked.min(LONGEST_ASKED) + wait.min(FIRST_WAIT));
        let since = before.map_or_else(Timestamp::now, |open| open.since);
        let asked = asked.is_some();
        self.open = Some(Open { since, reason, next_try: now + wait, asked, failures });
    }

    /// The sink works; the answer is whether it had not before.
    pub(super) fn succeeded(&mut self) -> bool {
        self.open.take().is_some()
    }

    /// The trouble, where there is some.
    pub(super) fn open(&self) -> Option<&Open> {
        self.open.as_ref()
    }
}

/// The wait after failure number `failures` (from 1), for a `chance` between 0 and 1: full jitter
/// while waits grow, then around one interval.
fn wait(failures: u32, interval: Duration, chance: f64) -> Duration {
    let grown = FIRST_WAIT.saturating_mul(1 << (failures - 1).min(16));
    if grown < interval { grown.mul_f64(chance) } else { interval.mul_f64(0.75 + chance / 2.0) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const INTERVAL: Duration = Duration::from_secs(300);

    #[test]
    fn waits_grow_with_full_jitter_and_then_keep_to_the_interval() {
        assert_eq!(wait(1, INTERVAL, 0.0), Duration::ZERO);
        assert_eq!(wait(1, INTERVAL, 1.0), Duration::from_secs(5));
        assert_eq!(wait(6, INTERVAL, 1.0), Duration::from_secs(160));
        for failures in [7, 30, u32::MAX] {
            assert_eq!(wait(failures, INTERVAL, 0.0), Duration::from_secs(225));
            assert_eq!(wait(failures, INTERVAL, 1.0), Duration::from_secs(375));
        }
    }

    #[test]
    fn what_the_sink_asks_for_is_the_least() {
        let now = Instant::now();
        for (asked, at_least, at_most) in [(120, 120, 125), (86_400, 3600, 3605)] {
            let mut breaker = Breaker::default();
            let asked = Some(Duration::from_secs(asked));
            breaker.failed("slower".to_owned(), INTERVAL, asked, now);
            let wait = breaker.open().unwrap().next_try - now;
            assert!((at_least..=at_most).contains(&wait.as_secs()), "{wait:?}");
        }
    }

    #[test]
    fn it_remembers_since_when_and_closes_once() {
        let mut breaker = Breaker::default();
        assert!(!breaker.succeeded());
        breaker.failed("first".to_owned(), INTERVAL, None, Instant::now());
        let since = breaker.open().unwrap().since;
        breaker.failed("second".to_owned(), INTERVAL, None, Instant::now());
        let open = breaker.open().unwrap();
        assert_eq!((open.since, open.reason.as_str()), (since, "second"));
        assert!(breaker.succeeded());
        assert!(!breaker.succeeded());
    }
}
