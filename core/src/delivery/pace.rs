//! How fast a backlog goes out.

use std::time::Duration;

use tokio::time::Instant;

/// How many documents may go at once before the rate counts: a cycle's own documents are not held
/// up, a long outage's are.
const BURST: f64 = 100.0;

/// A token bucket.
#[derive(Debug)]
pub(super) struct Pace {
    /// Documents a second.
    rate: f64,
    tokens: f64,
    at: Instant,
}

impl Pace {
    pub(super) fn new(rate: u32, now: Instant) -> Self {
        Self { rate: f64::from(rate.max(1)), tokens: BURST, at: now }
    }

    /// Takes leave for one document; the answer is how long to wait before sending it.
    pub(super) fn take(&mut self, now: Instant) -> Duration {
        let gained = now.saturating_duration_since(self.at).as_secs_f64() * self.rate;
        self.tokens = (self.tokens + gained).min(BURST) - 1.0;
        self.at = now;
        if self.tokens >= 0.0 {
            Duration::ZERO
        } else {
            Duration::from_secs_f64(-self.tokens / self.rate)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_backlog_goes_out_at_the_rate_after_the_burst() {
        let start = Instant::now();
        let mut pace = Pace::new(10, start);
        let mut now = start;
        for _ in 0..1_100 {
            now += pace.take(now);
        }
        // 1,100 documents: 100 at once, then 1,000 at 10 a second.
        let took = (now - start).as_secs_f64();
        assert!((took - 100.0).abs() < 0.01, "{took}");
    }

    #[test]
    fn a_rest_allows_a_burst_again_and_no_more_than_one() {
        let start = Instant::now();
        let mut pace = Pace::new(10, start);
        let later = start + Duration::from_secs(86_400);
        let waits: Vec<_> = (0..101).map(|_| pace.take(later)).collect();
        assert!(waits[..100].iter().all(Duration::is_zero));
        assert_eq!(waits[100], Duration::from_millis(100));
    }
}
