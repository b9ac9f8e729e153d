//! Intervals of the clock, which all replicas count alike: the first began with 1970.

use std::fmt;
use std::str::FromStr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::moment::Moment;

/// From one moment to another, which does not belong to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Interval {
    /// Its first moment.
    pub(crate) begin: Timestamp,
    /// The first moment after it.
    pub(crate) end: Timestamp,
}

impl fmt::Display for Interval {
    /// As ISO 8601 writes it: `2026-11-22T03:00:00Z/2026-11-22T03:05:00Z`.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}/{}", self.begin, self.end)
    }
}

impl FromStr for Interval {
    type Err = jiff::Error;

    fn from_str(text: &str) -> Result<Self, jiff::Error> {
        let (begin, end) = text.split_once('/').unwrap_or((text, ""));
        Ok(Self { begin: begin.parse()?, end: end.parse()? })
    }
}

/// The intervals of one length, by a clock that all replicas share: the API server's once it has
/// answered, until then this machine's.
#[derive(Debug)]
pub(crate) struct Intervals {
    length: Duration,
    told: Mutex<Option<(Timestamp, Moment)>>,
}

impl Intervals {
    pub(crate) fn new(length: Duration) -> Self {
        // One of nothing would never end.
        Self { length: length.max(Duration::from_millis(1)), told: Mutex::new(None) }
    }

    /// The API server's clock says `time`.
    pub(crate) fn told(&self, time: Option<Timestamp>) {
        if let Some(time) = time {
            *self.lock() = Some((time, Moment::now()));
        }
    }

    /// The interval that it is.
    pub(crate) fn current(&self) -> Interval {
        let length = i64::try_from(self.length.as_millis()).unwrap_or(i64::MAX);
        let begin = self.now().as_millisecond().div_euclid(length).saturating_mul(length);
        let time = |millis| Timestamp::from_millisecond(millis).unwrap_or(Timestamp::MAX);
        Interval { begin: time(begin), end: time(begin.saturating_add(length)) }
    }

    /// Whether it is `interval`, or will be within one more: the clock is told in whole seconds.
    pub(crate) fn is_about(&self, interval: Interval) -> bool {
        let now = self.current();
        interval.begin <= now.end && interval.end > now.begin
    }

    /// `time`, which was the end of an interval; where the clock was set back since, the end of the one
    /// that it is.
    pub(crate) fn within_reach(&self, time: Timestamp) -> Timestamp {
        let now = self.current();
        // The clock is told in whole seconds, so that it may seem to have been set back a little.
        let farthest = now.end.checked_add(now.end.duration_since(now.begin));
        if farthest.is_ok_and(|farthest| time > farthest) { now.end } else { time }
    }

    /// How long it is until `time`; nothing where it is past.
    pub(crate) fn until(&self, time: Timestamp) -> Duration {
        Duration::try_from(time.duration_since(self.now())).unwrap_or_default()
    }

    /// Waits until `time`, also where the clock is told anew or set meanwhile.
    pub(crate) async fn wait(&self, mut time: Timestamp) {
        loop {
            time = self.within_reach(time);
            let left = self.until(time);
            if left.is_zero() {
                return;
            }
            tokio::time::sleep(left.max(Duration::from_millis(1))).await;
        }
    }

    fn now(&self) -> Timestamp {
        let told = *self.lock();
        let reckoned = told.and_then(|(time, at)| {
            let since = SignedDuration::try_from(at.elapsed()).ok()?;
            time.checked_add(since).ok()
        });
        reckoned.unwrap_or_else(Timestamp::now)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<(Timestamp, Moment)>> {
        // One value that is replaced whole.
        self.told.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_are_counted_by_the_servers_clock() {
        let intervals = Intervals::new(Duration::from_secs(300));
        intervals.told(Some("2001-02-03T04:06:00Z".parse().unwrap()));
        let text = "2001-02-03T04:05:00Z/2001-02-03T04:10:00Z";
        let current = intervals.current();
        assert_eq!(current.to_string(), text);
        assert_eq!(text.parse::<Interval>().unwrap(), current);
        assert_eq!(intervals.until(current.begin), Duration::ZERO);
        let left = intervals.until(current.end);
        assert!(left <= Duration::from_secs(240) && left > Duration::from_secs(200), "{left:?}");
        intervals.told(None);
        assert_eq!(intervals.current(), current);
    }

    #[test]
    fn what_is_no_interval_is_refused() {
        for text in ["", "5", "2001-02-03T04:05:00Z", "2001-02-03T04:05:00Z/soon"] {
            assert!(text.parse::<Interval>().is_err(), "{text}");
        }
    }
}
