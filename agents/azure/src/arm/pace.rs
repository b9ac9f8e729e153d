//! Waiting before Azure has to say no: quotas, and how long a refusal asks to wait.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use azure_core::http::headers::{
    HeaderName, Headers, RETRY_AFTER, RETRY_AFTER_MS, X_MS_RETRY_AFTER_MS,
};
use azure_core::http::policies::get_retry_after;
use azure_core::time::OffsetDateTime;
use tokio::time::Instant;

use super::error::{Lost, Trouble};

/// How many requests Resource Graph still answers in the running seconds, and when it counts anew
/// (`hh:mm:ss`).
/// <https://learn.microsoft.com/azure/governance/resource-graph/concepts/guidance-for-throttled-requests>
const GRAPH_REMAINING: HeaderName = HeaderName::from_static("x-ms-user-quota-remaining");
const GRAPH_RESETS: HeaderName = HeaderName::from_static("x-ms-user-quota-resets-after");

/// How many reads are left in the bucket of the subscription or the tenant.
/// <https://learn.microsoft.com/azure/azure-resource-manager/management/request-limits-and-throttling>
const READS_REMAINING: [HeaderName; 2] = [
    HeaderName::from_static("x-ms-ratelimit-remaining-subscription-reads"),
    HeaderName::from_static("x-ms-ratelimit-remaining-tenant-reads"),
];

/// Below so many reads left, requests are spaced. The bucket holds 250.
const RESERVE: u64 = 25;

/// How long the agent waits for what.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Waits {
    /// Before a first repeat, about; each further wait is twice as long.
    pub first: Duration,
    /// The longest wait for a quota or a refusal; where Azure asks for more, the call fails.
    pub longest: Duration,
    /// Between requests whose bucket is nearly empty: it is refilled with 25 a second.
    pub spacing: Duration,
}

impl Default for Waits {
    fn default() -> Self {
        Self {
            first: Duration::from_millis(200),
            longest: Duration::from_secs(60),
            spacing: Duration::from_millis(40),
        }
    }
}

/// Whose quota a request is taken from.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Quota {
    /// Resource Graph's.
    Graph,
    /// Azure Resource Manager's for a subscription.
    Subscription(Arc<str>),
    /// Azure Resource Manager's for the tenant.
    Tenant,
    /// Another host's, which does not tell.
    Other,
}

/// What is known of quotas; shared by all tasks.
#[derive(Debug)]
pub(super) struct Pace {
    waits: Waits,
    not_before: Mutex<HashMap<Quota, Instant>>,
    scarce: Mutex<HashMap<Quota, Instant>>,
}

impl Pace {
    pub(super) fn new(waits: Waits) -> Self {
        Self { waits, not_before: Mutex::default(), scarce: Mutex::default() }
    }

    /// Waits until a request may be sent.
    ///
    /// # Errors
    /// The quota is used up for longer than the agent waits.
    pub(super) async fn before(&self, quota: &Quota) -> Result<(), Lost> {
        loop {
            let until = lock(&self.not_before).get(quota).copied();
            let Some(until) = until.filter(|until| *until > Instant::now()) else {
                break;
            };
            if until - Instant::now() > self.waits.longest {
                return Err(asked_to_wait(until - Instant::now()));
            }
            tokio::time::sleep_until(until).await;
        }
        let turn = lock(&self.scarce).get_mut(quota).map(|next| {
            let turn = (*next).max(Instant::now());
            *next = turn + self.waits.spacing;
            turn
        });
        if let Some(turn) = turn {
            tokio::time::sleep_until(turn.min(Instant::now() + self.waits.longest)).await;
        }
        Ok(())
    }

    /// Takes in what an answer says about its quota.
    pub(super) fn learn(&self, quota: &Quota, headers: &Headers) {
        if number(headers, &GRAPH_REMAINING) == Some(0)
            && let Some(wait) = graph_resets(headers)
        {
            let until = Instant::now() + wait;
            let mut not_before = lock(&self.not_before);
            let known = not_before.entry(quota.clone()).or_insert(until);
            *known = until.max(*known);
        }
        let left = READS_REMAINING.iter().filter_map(|name| number(headers, name)).min();
        if let Some(left) = left {
            let mut scarce = lock(&self.scarce);
            if left < RESERVE {
                scarce.entry(quota.clone()).or_insert_with(Instant::now);
            } else {
                scarce.remove(quota);
            }
        }
    }

    /// How long a refusal asks to wait, where it does not itself say so in a way that the SDK reads.
    ///
    /// # Errors
    /// It asks for longer than the agent waits.
    pub(super) fn after(&self, headers: &Headers) -> Result<Option<Duration>, Lost> {
        let named = get_retry_after(
            headers,
            OffsetDateTime::now_utc,
            &[X_MS_RETRY_AFTER_MS, RETRY_AFTER_MS, RETRY_AFTER],
        );
        // A time in the past is no wait.
        let named = named.map(|wait| Duration::try_from(wait).unwrap_or_default());
        let own = graph_resets(headers).filter(|_| named.is_none());
        match named.or(own) {
            Some(wait) if wait > self.waits.longest => Err(asked_to_wait(wait)),
            _ => Ok(own),
        }
    }
}

fn asked_to_wait(wait: Duration) -> Lost {
    let cause = format!("Azure is asked too often, and says to wait {} seconds", wait.as_secs());
    Lost { trouble: Trouble::Throttled, cause, remedy: THROTTLED.to_owned() }
}

/// What to do about throttling.
pub(super) const THROTTLED: &str = "Azure limits the rate: lower `concurrency` or raise `interval`";

fn graph_resets(headers: &Headers) -> Option<Duration> {
    let text = headers.get_optional_str(&GRAPH_RESETS)?.trim();
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let thousandths: String = fraction.chars().chain("000".chars()).take(3).collect();
    let mut seconds = 0_u64;
    for (part, unit) in whole.rsplit(':').zip([1, 60, 3_600]) {
        seconds = seconds.checked_add(part.parse::<u64>().ok()?.checked_mul(unit)?)?;
    }
    // Further than that nothing is waited for; a moment far away could not be named.
    let thousandths = Duration::from_millis(thousandths.parse().ok()?);
    Some(Duration::from_secs(seconds.min(86_400)) + thousandths)
}

fn number(headers: &Headers, name: &HeaderName) -> Option<u64> {
    headers.get_optional_str(name)?.trim().parse().ok()
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Each change is one step, so a poisoned lock is as good.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> Headers {
        let mut headers = Headers::new();
        for (name, value) in pairs {
            headers.insert(*name, *value);
        }
        headers
    }

    fn pace() -> Pace {
        let milliseconds = Duration::from_millis;
        let waits = Waits {
            first: milliseconds(1),
            longest: Duration::from_secs(5),
            spacing: milliseconds(3),
        };
        Pace::new(waits)
    }

    #[test]
    fn hours_minutes_and_seconds_until_the_quota_resets_are_read() {
        for (text, milliseconds) in [
            ("00:00:05", 5_000),
            ("01:02:03", 3_723_000),
            ("00:00:04.2", 4_200),
            ("7", 7_000),
            ("999999:0:0", 86_400_000),
        ] {
            let headers = headers(&[("x-ms-user-quota-resets-after", text)]);
            assert_eq!(graph_resets(&headers), Some(Duration::from_millis(milliseconds)), "{text}");
        }
        for odd in ["", "soon", "-1", "00:00:-5"] {
            let headers = headers(&[("x-ms-user-quota-resets-after", odd)]);
            assert_eq!(graph_resets(&headers), None, "{odd}");
        }
    }

    #[tokio::test]
    async fn a_used_up_quota_holds_up_its_own_requests_only() {
        let pace = pace();
        let used_up =
            [("x-ms-user-quota-remaining", "0"), ("x-ms-user-quota-resets-after", "00:01:00")];
        pace.learn(&Quota::Graph, &headers(&used_up));
        let lost = pace.before(&Quota::Graph).await.unwrap_err();
        assert_eq!(lost.trouble, Trouble::Throttled);
        assert!(pace.before(&Quota::Tenant).await.is_ok());
    }

    #[tokio::test]
    async fn requests_are_spaced_while_few_reads_are_left() {
        let pace = pace();
        let quota = Quota::Subscription("s-1".into());
        let left = |count| headers(&[("x-ms-ratelimit-remaining-subscription-reads", count)]);
        pace.learn(&quota, &left("24"));
        let begin = Instant::now();
        for _ in 0..4 {
            pace.before(&quota).await.unwrap();
        }
        // The first goes at once, and a fifth would come four spaces of 3 ms after it.
        assert!(lock(&pace.scarce)[&quota] >= begin + Duration::from_millis(12));
        pace.learn(&quota, &left("240"));
        assert!(lock(&pace.scarce).is_empty());
    }

    #[test]
    fn a_refusal_that_asks_for_too_long_is_final() {
        let pace = pace();
        assert_eq!(pace.after(&headers(&[("retry-after", "5")])), Ok(None));
        assert_eq!(pace.after(&headers(&[("retry-after", "-5")])), Ok(None));
        let own = headers(&[("x-ms-user-quota-resets-after", "00:00:02")]);
        assert_eq!(pace.after(&own), Ok(Some(Duration::from_secs(2))));
        for day in [
            ("retry-after", "86400"),
            ("x-ms-retry-after-ms", "86400000"),
            ("retry-after", "Fri, 01 Jan 2100 00:00:00 GMT"),
            ("x-ms-user-quota-resets-after", "24:00:00"),
        ] {
            let lost = pace.after(&headers(&[day])).unwrap_err();
            assert_eq!(lost.trouble, Trouble::Throttled, "{day:?}");
        }
    }
}
