//! One call: how often it is tried, and how it is counted.

use std::time::Duration;

use google_cloud_compute_v1::model::SnapshotList;
use serde_json::json;

use crate::endpoints::Api;
use crate::google::scripted::{Reply, Script};
use crate::google::{Google, GoogleError, Meter, Operation, Trouble};

pub(super) const LIST: Operation = Operation {
    api: Api::Compute,
    method: "compute.snapshots.list",
    permission: "compute.snapshots.list",
};

pub(super) async fn ask(google: &Google, meter: &Meter) -> Result<SnapshotList, GoogleError> {
    let client = google.snapshots();
    google
        .call(meter, LIST, "web-1")
        .once(|attempts| attempts.of(client.list().set_project("web-1")).send())
        .await
}

/// What came of it, how many requests were counted, and whether the server saw as many.
async fn asked(replies: &[Reply]) -> (Result<SnapshotList, GoogleError>, u64) {
    let script = Script::of(replies);
    let meter = Meter::default();
    let answer = ask(&script.google().await, &meter).await;
    let stats = meter.stats();
    assert_eq!(stats.api_calls, script.seen().len() as u64);
    assert_eq!(stats.operations[LIST.method], stats.api_calls);
    assert_eq!(stats.retries + 1, stats.api_calls);
    (answer, stats.api_calls)
}

fn good() -> Reply {
    Reply::json(&json!({ "id": "projects/web-1/global/snapshots" }))
}

#[tokio::test]
async fn a_good_answer_is_asked_for_once() {
    let script = Script::of(&[good()]);
    let meter = Meter::default();
    ask(&script.google().await, &meter).await.unwrap();
    let seen = script.seen();
    assert_eq!(seen.len(), 1);
    assert_eq!(seen[0].url.path(), "/compute/v1/projects/web-1/global/snapshots");
    assert!(seen[0].head.iter().any(|line| line.starts_with("user-agent: gcp-agent/")));
}

#[tokio::test]
async fn too_many_requests_are_waited_for() {
    let busy = Reply::new(429, &["retry-after: 0"], "{}");
    let (answer, requests) = asked(&[busy.clone(), busy, good()]).await;
    assert!(answer.is_ok());
    assert_eq!(requests, 3);
}

#[tokio::test]
async fn a_wait_is_as_long_as_google_says() {
    let script = Script::of(&[Reply::new(429, &["retry-after: 1"], "{}"), good()]);
    let begin = std::time::Instant::now();
    ask(&script.google().await, &Meter::default()).await.unwrap();
    // No less: without the header it would be a millisecond.
    assert!(begin.elapsed() >= Duration::from_secs(1));
}

#[tokio::test]
async fn a_wait_that_is_too_long_fails_at_once() {
    let (answer, requests) = asked(&[Reply::new(429, &["retry-after: 3600"], "{}")]).await;
    let failed = answer.unwrap_err();
    assert_eq!((failed.trouble, requests), (Trouble::Throttled, 1));
    assert_eq!(
        failed.failure.error,
        "Throttled: compute.snapshots.list: Google is asked too often, and says to wait \
         3600 seconds"
    );
}

#[tokio::test]
async fn tries_have_an_end() {
    for reply in [
        Reply::new(429, &["retry-after: 0"], "{}"),
        Reply::refusal(403, "rateLimitExceeded", "Rate Limit Exceeded"),
        Reply::new(503, &[], ""),
    ] {
        let script = Script::of(&[reply]);
        let meter = Meter::default();
        let failed = ask(&script.google().await, &meter).await.unwrap_err();
        assert_eq!((failed.trouble, script.seen().len()), (Trouble::Throttled, 3), "{failed:?}");
        assert_eq!((meter.stats().throttled, meter.stats().api_calls), (3, 3));
    }
}

#[tokio::test]
async fn what_fails_in_passing_is_tried_again() {
    let details = json!([{"@type": "type.googleapis.com/google.rpc.ErrorInfo",
                          "reason": "RATE_LIMIT_EXCEEDED", "domain": "googleapis.com"}]);
    let error = json!({"code": 403, "status": "PERMISSION_DENIED", "details": details});
    let rate = Reply::new(403, &[], &json!({ "error": error }).to_string());
    for reply in [
        rate,
        Reply::refusal(500, "backendError", "Internal"),
        Reply::new(502, &["content-type: text/html"], "<html>oops</html>"),
        Reply::none(),
        Reply::cut("{}"),
    ] {
        let (answer, requests) = asked(&[reply.clone(), good()]).await;
        assert!(answer.is_ok(), "{reply:?}");
        assert_eq!(requests, 2, "{reply:?}");
    }
}

#[tokio::test]
async fn one_that_is_denied_does_not_spoil_the_others() {
    // The SDK's own throttler would drop repeats at random by now.
    let denied = Reply::refusal(403, "forbidden", "no");
    let script = Script::new(move |before, _| match before {
        0..50 => denied.clone(),
        50 => Reply::new(503, &[], ""),
        _ => good(),
    });
    let google = script.google().await;
    for _ in 0..50 {
        ask(&google, &Meter::default()).await.unwrap_err();
    }
    assert!(ask(&google, &Meter::default()).await.is_ok());
}

#[tokio::test]
async fn nobody_at_the_other_end_is_unreachable() {
    let failed = ask(&Google::nowhere().await, &Meter::default()).await.unwrap_err();
    assert_eq!(failed.trouble, Trouble::Unreachable);
    let begin = "Unreachable: compute.snapshots.list: no connection to \
                 compute.googleapis.com: ";
    assert!(failed.failure.error.starts_with(begin), "{failed:?}");
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let away = Reply::new(302, &["location: /elsewhere"], "");
    let (answer, requests) = asked(&[away]).await;
    let failed = answer.unwrap_err();
    assert_eq!((failed.trouble, requests), (Trouble::BadReply, 1));
    let text = "BadReply: compute.snapshots.list: the answer (status 302) leads elsewhere";
    assert_eq!(failed.failure.error, text);
}

#[tokio::test]
async fn a_server_that_never_answers_is_not_waited_for() {
    let (_held, never) = std::sync::mpsc::channel::<Reply>();
    let script = Script::new(move |_, _| never.recv().unwrap());
    let google = script.google().await.with_timeout(Duration::from_millis(20));
    let meter = Meter::default();
    let failed = ask(&google, &meter).await.unwrap_err();
    assert_eq!((failed.trouble, meter.stats().api_calls), (Trouble::TimedOut, 3));
    let text = "TimedOut: compute.snapshots.list: compute.googleapis.com gave no whole \
                answer within 0.02 seconds";
    assert_eq!(failed.failure.error, text);
}
