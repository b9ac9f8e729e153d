//! When to try again, apart from how: which answers are final, and how long to wait.

use std::time::Duration;

use super::Tries;

/// How often and how long to try.
#[derive(Debug, Clone, Copy)]
pub struct RetryPolicy {
    /// Tries in all, the first included.
    pub attempts: u32,
    /// The longest first wait; doubled for each further one.
    pub base: Duration,
    /// The longest wait.
    pub cap: Duration,
}

impl RetryPolicy {
    /// For a snapshot: worth a few tries, since the outbox keeps it anyway.
    pub const INGEST: Self =
        Self { attempts: 4, base: Duration::from_millis(250), cap: Duration::from_secs(5) };
    /// For a registration: an unreachable server must be told to the user within seconds.
    pub const REGISTER: Self =
        Self { attempts: 3, base: Duration::from_millis(250), cap: Duration::from_secs(1) };

    /// This policy with as many tries as `tries` allows.
    #[must_use]
    pub fn limited(self, tries: Tries) -> Self {
        match tries {
            Tries::Several => self,
            Tries::One => Self { attempts: 1, ..self },
        }
    }

    /// The wait before try number `next` (from 2): anything between nothing and the bound ('full
    /// jitter'), so that a fleet of agents does not come back all at once.
    #[must_use]
    pub fn wait(&self, next: u32) -> Duration {
        let doublings = next.saturating_sub(2).min(16);
        let bound = self.base.saturating_mul(1 << doublings).min(self.cap);
        bound.mul_f64(fastrand::f64())
    }
}

/// Whether an HTTP status is final for the document that got it.
///
/// 408, 425 and 429 ask for another try; every other 4xx says that this document will never be
/// taken; anything else (5xx, a redirect) may pass.
#[must_use]
pub(super) fn is_final(status: u16) -> bool {
    (400..500).contains(&status) && !matches!(status, 408 | 425 | 429)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statuses_are_classified_as_the_server_means_them() {
        for status in [400, 401, 403, 404, 409, 413, 422] {
            assert!(is_final(status), "{status}");
        }
        for status in [302, 408, 425, 429, 500, 502, 503, 504] {
            assert!(!is_final(status), "{status}");
        }
    }

    #[test]
    fn waits_are_jittered_and_capped() {
        let policy = RetryPolicy {
            attempts: 9,
            base: Duration::from_millis(100),
            cap: Duration::from_secs(1),
        };
        for _ in 0..200 {
            assert!(policy.wait(2) <= Duration::from_millis(100));
            assert!(policy.wait(4) <= Duration::from_millis(400));
            assert!(policy.wait(30) <= Duration::from_secs(1));
        }
        let waits: std::collections::BTreeSet<_> = (0..20).map(|_| policy.wait(9)).collect();
        assert!(waits.len() > 10, "not jittered: {waits:?}");
    }
}
