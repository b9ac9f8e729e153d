//! How often and how long a request is tried: one set of rules for Google's clients and our own.

use std::sync::atomic::{AtomicU16, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use google_cloud_gax::backoff_policy::BackoffPolicy;
use google_cloud_gax::error::Error;
use google_cloud_gax::exponential_backoff::{ExponentialBackoff, ExponentialBackoffBuilder};
use google_cloud_gax::options::RequestOptionsBuilder;
use google_cloud_gax::retry_policy::RetryPolicy;
use google_cloud_gax::retry_result::RetryResult;
use google_cloud_gax::retry_state::RetryState;
use google_cloud_gax::retry_throttler::RetryThrottler;
use tokio::time::Instant;

use super::{Meter, wait};

/// Who asks.
pub(super) const USER_AGENT: &str = concat!("gcp-agent/", env!("CARGO_PKG_VERSION"));

/// The bounds of a call.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    /// How long one try may take.
    pub timeout: Duration,
    /// How often a request is tried, with the first time.
    pub attempts: u32,
    /// The wait before a first repeat is at most this long; each further one twice that. Google's
    /// documents advise exponential waits from a second on.
    /// <https://cloud.google.com/storage/docs/retry-strategy#exponential-backoff>
    pub first_wait: Duration,
    /// The longest wait; where Google asks for more, the call fails.
    pub longest_wait: Duration,
}

impl Limits {
    /// Those of a configuration.
    pub(super) fn new(timeout: Duration, attempts: u32) -> Self {
        let first_wait = Duration::from_secs(1);
        Self { timeout, attempts, first_wait, longest_wait: Duration::from_secs(60) }
    }

    /// How long a request may take with all its tries: two that never end, and a long wait. A
    /// service that does not answer at all must not hold up the cycle.
    pub(super) fn whole(&self) -> Duration {
        self.timeout * 2 + self.longest_wait
    }
}

/// How often and how long a request is tried, and who counts that. It goes with the request through
/// the SDK.
#[derive(Debug, Clone)]
pub(crate) struct Attempts {
    pub(super) tries: Arc<Tries>,
}

impl Attempts {
    /// The request with its limits. All that the agent asks are reads, also where they are POSTs.
    pub(crate) fn of<B: RequestOptionsBuilder>(self, builder: B) -> B {
        let retries: Arc<dyn RetryPolicy> = Arc::<Tries>::clone(&self.tries);
        let waits: Arc<dyn BackoffPolicy> = Arc::<Tries>::clone(&self.tries);
        builder
            .with_idempotency(true)
            .with_user_agent(USER_AGENT)
            .with_attempt_timeout(self.tries.limits.timeout)
            .with_retry_policy(retries)
            .with_backoff_policy(waits)
            .with_retry_throttler(Unthrottled)
    }
}

/// The tries of one request.
#[derive(Debug)]
pub(super) struct Tries {
    pub(super) limits: Limits,
    meter: Meter,
    method: &'static str,
    /// How many requests were sent.
    sent: AtomicU32,
    /// The status of the last answer; 0 where there was none.
    status: AtomicU16,
    /// How long the last answer asked to wait.
    asked: Mutex<Option<Duration>>,
    backoff: ExponentialBackoff,
}

impl Tries {
    pub(super) fn new(limits: Limits, meter: &Meter, method: &'static str) -> Self {
        let backoff = ExponentialBackoffBuilder::new()
            .with_initial_delay(limits.first_wait)
            // Tries that come ever further apart would leave what is refilled every second unused.
            .with_maximum_delay(limits.longest_wait / 6)
            .clamp();
        Self {
            limits,
            meter: meter.clone(),
            method,
            sent: AtomicU32::new(0),
            status: AtomicU16::new(0),
            asked: Mutex::default(),
            backoff,
        }
    }

    /// Notes a good answer.
    pub(super) fn answered(&self) {
        self.count();
        self.status.store(200, Ordering::Relaxed);
    }

    /// How many requests were sent.
    pub(super) fn sent(&self) -> u32 {
        self.sent.load(Ordering::Relaxed)
    }

    /// The status of the last answer, where there was one.
    pub(super) fn status(&self) -> Option<u16> {
        Some(self.status.load(Ordering::Relaxed)).filter(|status| *status > 0)
    }

    /// Notes a failed try, and says whether another one may help.
    fn failed(&self, error: &Error) -> bool {
        // Without a token nothing was sent.
        if !error.is_authentication() {
            self.count();
        }
        self.status.store(error.http_status_code().unwrap_or(0), Ordering::Relaxed);
        if wait::is_too_busy(error) {
            self.meter.throttled();
        }
        let asked = wait::asked(error);
        *self.asked.lock().unwrap_or_else(PoisonError::into_inner) = asked;
        wait::may_pass(error) && asked.is_none_or(|asked| asked <= self.limits.longest_wait)
    }

    fn count(&self) {
        let first = self.sent.fetch_add(1, Ordering::Relaxed) == 0;
        self.meter.attempt(self.method, first);
    }
}

impl RetryPolicy for Tries {
    fn on_error(&self, state: &RetryState, error: Error) -> RetryResult {
        if !self.failed(&error) {
            RetryResult::Permanent(error)
        } else if state.attempt_count >= self.limits.attempts
            || self.remaining_time(state).is_some_and(|left| left.is_zero())
        {
            RetryResult::Exhausted(error)
        } else {
            RetryResult::Continue(error)
        }
    }

    fn remaining_time(&self, state: &RetryState) -> Option<Duration> {
        let passed = Instant::now().into_std().saturating_duration_since(state.start);
        Some(self.limits.whole().saturating_sub(passed))
    }
}

impl BackoffPolicy for Tries {
    fn on_failure(&self, state: &RetryState) -> Duration {
        let asked = *self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        asked.unwrap_or_else(|| self.backoff.on_failure(state))
    }
}

/// The SDK's own throttler drops repeats by chance where many requests of a client failed. What is
/// shared by all projects would then let one that is denied spoil the others; the limits above and
/// the waits are enough.
#[derive(Debug)]
struct Unthrottled;

impl RetryThrottler for Unthrottled {
    fn throttle_retry_attempt(&self) -> bool {
        false
    }

    fn on_retry_failure(&mut self, _flow: &RetryResult) {}

    fn on_success(&mut self) {}
}
