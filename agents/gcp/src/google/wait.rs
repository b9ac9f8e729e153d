//! Which failures pass, and how long an answer asks to wait.

use std::time::Duration;

use google_cloud_gax::error::Error;
use google_cloud_gax::error::rpc::StatusDetails;
use jiff::Timestamp;

use super::quote::chain;
use super::said::Said;

/// Reasons by which Google's APIs say that too much is asked at once, also with status 403.
/// <https://cloud.google.com/compute/docs/api/best-practices#handle_errors>,
/// <https://github.com/googleapis/googleapis/blob/master/google/api/error_reason.proto>
const RATE: &[&str] = &["rateLimitExceeded", "userRateLimitExceeded", "RATE_LIMIT_EXCEEDED"];

/// Reasons by which they say that it is enough for today.
const USED_UP: &[&str] =
    &["dailyLimitExceeded", "dailyLimitExceededUnreg", "quotaExceeded", "RESOURCE_QUOTA_EXCEEDED"];

/// Whether too many requests were sent, and waiting helps.
pub(super) fn is_rate(said: &Said) -> bool {
    let message = said.message.to_ascii_lowercase();
    // With other details than a reason, the SDK leaves the reason of the older form out.
    let words = ["rate limit exceeded", "per minute"].iter().any(|words| message.contains(words));
    let too_many = said.status == 429 || said.code == "RESOURCE_EXHAUSTED" || said.gives(RATE);
    (too_many || (said.status == 403 && words)) && !is_used_up(said)
}

/// Whether a quota is used up that seconds do not fill: one of a day.
pub(super) fn is_used_up(said: &Said) -> bool {
    let daily = said.quota.as_deref().is_some_and(|quota| quota.contains("PerDay"));
    said.gives(USED_UP) || daily || said.message.to_ascii_lowercase().contains("per day")
}

/// Whether an answer says 'too many requests', or 'too busy'.
pub(super) fn is_too_busy(error: &Error) -> bool {
    Said::within(error).is_some_and(|said| said.status == 503 || is_rate(&said))
}

/// Whether another try may help: after lost connections, what took too long, failures of Google's
/// servers, and too many requests. All requests are reads, so that none can do harm twice.
/// <https://cloud.google.com/storage/docs/retry-strategy#retryable>
pub(super) fn may_pass(error: &Error) -> bool {
    if let Some(said) = Said::within(error) {
        return matches!(said.status, 408 | 500 | 502..=504) || is_rate(&said);
    }
    if error.is_authentication() {
        return error.is_transient_and_before_rpc();
    }
    let lost = error.is_connect() || error.is_timeout() || error.is_io();
    lost && !is_about_certificates(error)
}

/// Whether TLS failed for what the other end showed: that stays so.
pub(super) fn is_about_certificates(error: &Error) -> bool {
    chain(error).any(|error| {
        let text = error.to_string().to_ascii_lowercase();
        text.contains("certificate") || text.contains("unknownissuer")
    })
}

/// How long an answer asks to wait: `Retry-After` in seconds or as a date, or Google's own detail.
/// <https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3>,
/// <https://github.com/googleapis/googleapis/blob/master/google/rpc/error_details.proto>
pub(super) fn asked(error: &Error) -> Option<Duration> {
    let header = error.http_headers().and_then(|headers| headers.get(http::header::RETRY_AFTER));
    let header = header.and_then(|value| after(value.to_str().ok()?.trim(), Timestamp::now()));
    let details = error.status().map(|status| status.details.as_slice()).unwrap_or_default();
    header.or_else(|| {
        details.iter().find_map(|detail| match detail {
            StatusDetails::RetryInfo(info) => Duration::try_from(info.retry_delay?).ok(),
            _ => None,
        })
    })
}

/// A time in the past is no wait.
fn after(text: &str, now: Timestamp) -> Option<Duration> {
    if let Ok(seconds) = text.parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    let until = jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(text).ok()?;
    Some(Duration::try_from(until.duration_since(now)).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, body: &str) -> Error {
        Error::http(status, http::HeaderMap::new(), body.to_owned().into())
    }

    #[test]
    fn a_wait_is_named_in_seconds_or_as_a_date() {
        let now = "2026-11-20T10:00:00Z".parse().unwrap();
        let seconds = |text| after(text, now).map(|wait| wait.as_secs());
        assert_eq!(seconds("7"), Some(7));
        assert_eq!(seconds("Fri, 20 Nov 2026 10:00:30 GMT"), Some(30));
        assert_eq!(seconds("Fri, 20 Nov 2026 09:00:00 GMT"), Some(0));
        assert_eq!(seconds("Sat, 21 Nov 2026 10:00:00 GMT"), Some(86_400));
        for odd in ["", "soon", "-5", "1.5"] {
            assert_eq!(seconds(odd), None, "{odd}");
        }
    }

    #[test]
    fn rates_pass_and_the_quota_of_a_day_does_not() {
        let error = |status: u16, reason: &str, message: &str| {
            answer(
                status,
                &format!(
                    r#"{{"error": {{"code": {status}, "message": "{message}",
                        "errors": [{{"reason": "{reason}"}}]}}}}"#
                ),
            )
        };
        for (status, reason, message, passes) in [
            (403, "rateLimitExceeded", "Rate Limit Exceeded", true),
            (403, "userRateLimitExceeded", "User Rate Limit Exceeded", true),
            (403, "RATE_LIMIT_EXCEEDED", "", true),
            (403, "forbidden", "no", false),
            (
                403,
                "",
                "Quota exceeded for quota metric 'Queries' and limit 'Queries per minute'",
                true,
            ),
            (403, "dailyLimitExceeded", "Daily Limit Exceeded", false),
            (429, "rateLimitExceeded", "limit 'Queries per day' of service", false),
            (429, "", "", true),
            (408, "", "", true),
            (404, "notFound", "", false),
            (500, "backendError", "", true),
            (501, "", "", false),
            (502, "", "", true),
            (503, "", "", true),
            (504, "", "", true),
        ] {
            let error = error(status, reason, message);
            assert_eq!(may_pass(&error), passes, "{status} {reason} {message}");
        }
    }

    #[test]
    fn what_cannot_be_read_does_not_pass() {
        assert!(!may_pass(&Error::deser("no JSON")));
        assert!(!may_pass(&Error::connect("invalid peer certificate: UnknownIssuer")));
        assert!(may_pass(&Error::connect("connection refused")));
        assert!(may_pass(&Error::io("connection reset")));
        assert!(may_pass(&Error::timeout("too slow")));
    }
}
