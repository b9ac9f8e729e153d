//! A token bucket, as the vendors throttle.

use tokio::time::Instant;

/// Holds up to `burst` tokens and gets `rate` new ones a second; a request takes one.
/// <https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html>
#[derive(Debug)]
pub(super) struct Bucket {
    rate: f64,
    burst: f64,
    tokens: f64,
    at: Instant,
}

impl Bucket {
    /// A full bucket.
    pub(super) fn full(rate: f64, burst: f64, at: Instant) -> Self {
        Self { rate, burst, tokens: burst, at }
    }

    /// Takes a token, where there is one.
    pub(super) fn take(&mut self, now: Instant) -> bool {
        let since = now.duration_since(self.at).as_secs_f64();
        self.tokens = (self.tokens + since * self.rate).min(self.burst);
        self.at = now;
        let enough = self.tokens >= 1.0;
        if enough {
            self.tokens -= 1.0;
        }
        enough
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_burst_and_then_the_rate() {
        let start = Instant::now();
        let mut bucket = Bucket::full(2.0, 3.0, start);
        let taken = |bucket: &mut Bucket, at: Instant| (0..9).filter(|_| bucket.take(at)).count();
        assert_eq!(taken(&mut bucket, start), 3);
        assert_eq!(taken(&mut bucket, start + Duration::from_secs(1)), 2);
        // No more than the burst is ever kept.
        assert_eq!(taken(&mut bucket, start + Duration::from_secs(60)), 3);
    }
}
