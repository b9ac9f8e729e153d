//! What a failed call means to a person.

use std::time::Duration;

use google_cloud_gax::error::Error;

use finops_core::model::ServiceFailure;

use super::attempts::Limits;
use super::call::About;
use super::error::{GoogleError, Trouble};
use super::hint;
use super::no_token;
use super::quote::{chain, innermost};
use super::said::Said;
use super::wait;

/// The failure of a call.
pub(super) fn of(about: &About<'_>, error: &Error, limits: Limits) -> GoogleError {
    // The SDK wraps the last error where its tries are used up.
    let error = chain(error)
        .filter_map(|error| error.downcast_ref::<Error>())
        .find(|error| !error.is_exhausted())
        .unwrap_or(error);
    let too_long = |wait: &Duration| *wait > limits.longest_wait && wait::may_pass(error);
    if let Some(wait) = wait::asked(error).filter(too_long) {
        let text =
            format!("Google is asked too often, and says to wait {} seconds", wait.as_secs());
        return unanswered(about, Trouble::Throttled, &text, hint::THROTTLED);
    }
    match Said::within(error) {
        Some(said) => refused(about, &said, error.http_payload().map(|body| &**body)),
        None => lost(about, error, limits.timeout),
    }
}

/// A call that took longer than it may with all its tries.
pub(super) fn no_answer(about: &About<'_>, waited: Duration) -> GoogleError {
    let text = format!("no answer within {} seconds", waited.as_secs());
    unanswered(about, Trouble::TimedOut, &text, hint::SLOW)
}

/// An answer of which something is wrong, though it is Google's.
pub(super) fn odd(about: &About<'_>, problem: &str) -> GoogleError {
    unanswered(about, Trouble::BadReply, problem, "update the agent, or report it with the log")
}

/// No answer that Google meant.
fn unanswered(about: &About<'_>, trouble: Trouble, cause: &str, remedy: &str) -> GoogleError {
    let name = match trouble {
        Trouble::Denied => "Denied",
        Trouble::Disabled => "Disabled",
        Trouble::Unauthenticated => "Unauthenticated",
        Trouble::NotFound => "NotFound",
        Trouble::Throttled => "Throttled",
        Trouble::TimedOut => "TimedOut",
        Trouble::Unreachable => "Unreachable",
        Trouble::BadReply => "BadReply",
        Trouble::Refused => "Failed",
    };
    let error = format!("{name}: {}: {cause}", about.operation.method);
    GoogleError { trouble, failure: ServiceFailure { error, hint: Some(remedy.to_owned()) } }
}

/// What happened on the way.
fn lost(about: &About<'_>, error: &Error, timeout: Duration) -> GoogleError {
    let host = about.host;
    if error.is_authentication() {
        return no_headers(about, error);
    }
    let cause = innermost(error);
    if wait::is_about_certificates(error) {
        let text = format!("TLS with {host} failed: {cause}");
        return unanswered(about, Trouble::Unreachable, &text, &hint::certificates(host));
    }
    let timed_out = chain(error)
        .filter_map(|error| error.downcast_ref::<reqwest::Error>())
        .any(reqwest::Error::is_timeout);
    if error.is_connect() {
        let text = format!("no connection to {host}: {cause}");
        unanswered(about, Trouble::Unreachable, &text, &hint::reach(host))
    } else if error.is_timeout() || timed_out {
        let text = format!("{host} gave no whole answer within {} seconds", timeout.as_secs_f64());
        unanswered(about, Trouble::TimedOut, &text, hint::SLOW)
    } else if error.is_deserialization() {
        let text = format!("the answer cannot be read: {cause}");
        unanswered(about, Trouble::BadReply, &text, hint::CHECK_PROXIES)
    } else if is_cut(error) {
        let text = format!("the answer of {host} is cut short: {cause}");
        unanswered(about, Trouble::BadReply, &text, hint::CUT)
    } else if error.is_io() || error.is_transport() {
        let text = format!("the connection to {host} broke: {cause}");
        unanswered(about, Trouble::Unreachable, &text, &hint::reach(host))
    } else {
        unanswered(about, Trouble::Refused, &cause, "this may be a fault of the agent: report it")
    }
}

/// Whether the answer had begun.
fn is_cut(error: &Error) -> bool {
    let mut parts = chain(error).filter_map(|error| error.downcast_ref::<reqwest::Error>());
    parts.any(|error| error.is_body() || error.is_decode())
}

/// There was no token to send with.
fn no_headers(about: &About<'_>, error: &Error) -> GoogleError {
    let text = format!("there is no token: {}", no_token::cause(error));
    if error.is_transient_and_before_rpc() {
        let remedy = "check the network path to what gives tokens: the next cycle asks again";
        return unanswered(about, Trouble::Unreachable, &text, remedy);
    }
    unanswered(about, Trouble::Unauthenticated, &text, hint::RENEW)
}

fn refused(about: &About<'_>, said: &Said, body: Option<&[u8]>) -> GoogleError {
    let method = about.operation.method;
    let status = said.status;
    let html = body.is_some_and(|body| body.trim_ascii().first() == Some(&b'<'));
    if (300..400).contains(&status) || (html && status < 500) {
        let what = if status < 400 { "leads elsewhere" } else { "is no answer of Google's" };
        let text = format!("the answer (status {status}) {what}");
        return unanswered(about, Trouble::BadReply, &text, hint::CHECK_PROXIES);
    }
    let trouble = trouble(said);
    let code = match (said.code.is_empty(), said.reasons.first()) {
        (false, _) => said.code.clone(),
        (true, Some(reason)) => reason.clone(),
        (true, None) => format!("Status{status}"),
    };
    let message = match said.message.is_empty() {
        true => format!("{method} was answered with status {status}"),
        false => said.message.clone(),
    };
    let hint = hint::of(about, said, &code, trouble);
    let failure = ServiceFailure { error: format!("{code}: {message}"), hint: Some(hint) };
    GoogleError { trouble, failure }
}

/// What kind of trouble an answer tells of.
/// <https://cloud.google.com/apis/design/errors#handling_errors>,
/// <https://github.com/googleapis/googleapis/blob/master/google/api/error_reason.proto>
fn trouble(said: &Said) -> Trouble {
    if wait::is_rate(said) || wait::is_used_up(said) {
        return Trouble::Throttled;
    }
    if hint::is_disabled(said) {
        return Trouble::Disabled;
    }
    if hint::is_gone(said) {
        return Trouble::NotFound;
    }
    match (said.status, said.code.as_str()) {
        (401, _) | (_, "UNAUTHENTICATED") => Trouble::Unauthenticated,
        (403, _) | (_, "PERMISSION_DENIED") => Trouble::Denied,
        (404, _) | (_, "NOT_FOUND") => Trouble::NotFound,
        (503, _) => Trouble::Throttled,
        (408 | 504, _) => Trouble::TimedOut,
        _ => Trouble::Refused,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::endpoints::Api;
    use crate::google::Operation;

    #[test]
    fn the_last_error_is_told_where_the_time_for_more_tries_is_over() {
        let operation = Operation { api: Api::Compute, method: "a.b.list", permission: "a.b.list" };
        let about = About { operation, place: "web-1", host: "a", expected: |_| false };
        let limits = Limits::new(Duration::from_secs(1), 1);
        let last = Error::http(503, http::HeaderMap::new(), "{}".into());
        let told = of(&about, &Error::exhausted(last), limits);
        assert_eq!(told.trouble, Trouble::Throttled);
        assert_eq!(told.failure.error, "Status503: a.b.list was answered with status 503");
    }

    #[test]
    fn a_refusal_that_stays_is_told_also_where_it_names_a_wait() {
        let operation = Operation { api: Api::Compute, method: "a.b.list", permission: "a.b.list" };
        let about = About { operation, place: "web-1", host: "a", expected: |_| false };
        let limits = Limits::new(Duration::from_secs(1), 1);
        let mut headers = http::HeaderMap::new();
        headers.insert("retry-after", http::HeaderValue::from_static("3600"));
        let denied = Error::http(403, headers, "{}".into());
        assert_eq!(of(&about, &denied, limits).trouble, Trouble::Denied);
    }
}
