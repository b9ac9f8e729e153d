//! Lists, by Google's clients and by our own.

use serde_json::{Value, json};

use super::door::LIST;
use crate::endpoints::Api;
use crate::google::scripted::{Reply, Script};
use crate::google::{Google, GoogleError, Meter, Operation, Page, Trouble};
use google_cloud_compute_v1::model::SnapshotList;

const BUCKETS: Operation = Operation {
    api: Api::Storage,
    method: "storage.buckets.list",
    permission: "storage.buckets.list",
};

#[derive(Debug, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
struct Buckets {
    #[serde(default)]
    items: Vec<Value>,
    next_page_token: Option<String>,
}

impl Page for Buckets {
    fn next_page_token(&self) -> Option<&str> {
        self.next_page_token.as_deref()
    }
}

async fn machines(google: &Google, meter: &Meter) -> Result<usize, GoogleError> {
    let client = google.snapshots();
    let mut machines = 0;
    let ask = |token: String, attempts: crate::google::Attempts| {
        attempts.of(client.list().set_project("web-1").set_page_token(token)).send()
    };
    let take = |page: SnapshotList| machines += page.items.len();
    google.call(meter, LIST, "web-1").pages(ask, take).await?;
    Ok(machines)
}

async fn buckets(google: &Google, meter: &Meter) -> Result<usize, GoogleError> {
    let mut buckets = 0;
    let take = |page: Buckets| buckets += page.items.len();
    let query = [("project", "web-1"), ("projection", "noAcl")];
    google
        .call(meter, BUCKETS, "web-1")
        .rest_pages("/storage/v1/b", &query, "pageToken", take)
        .await?;
    Ok(buckets)
}

/// Three pages of one each: `two` follows the first, `three` the second.
fn three() -> Script {
    Script::new(move |_, seen| {
        let next = match seen.query("pageToken").as_str() {
            "" => "two",
            "two" => "three/?=&",
            "three/?=&" => "",
            _ => return Reply::new(400, &[], "{}"),
        };
        Reply::json(&json!({"items": [{}], "nextPageToken": next}))
    })
}

#[tokio::test]
async fn all_pages_are_taken_in() {
    let (script, meter) = (three(), Meter::default());
    assert_eq!(machines(&script.google().await, &meter).await, Ok(3));
    assert_eq!((script.seen().len(), meter.stats().api_calls), (3, 3));

    let (script, meter) = (three(), Meter::default());
    assert_eq!(buckets(&script.google().await, &meter).await, Ok(3));
    let seen = script.seen();
    assert_eq!((seen.len(), meter.stats().api_calls), (3, 3));
    assert_eq!(seen[0].url.path(), "/storage/v1/b");
    assert_eq!(
        (seen[2].query("project"), seen[2].query("projection")),
        ("web-1".into(), "noAcl".into())
    );
}

#[tokio::test]
async fn a_token_that_comes_again_is_a_failure() {
    let script = Script::new(|before, _| {
        Reply::json(&json!({"nextPageToken": if before % 2 == 0 { "a" } else { "b" }}))
    });
    let google = script.google().await;
    for failed in [
        machines(&google, &Meter::default()).await.unwrap_err(),
        buckets(&google, &Meter::default()).await.unwrap_err(),
    ] {
        assert_eq!(failed.trouble, Trouble::BadReply);
        assert!(failed.failure.error.contains("the list has no end"), "{failed:?}");
    }
}

#[test]
fn a_list_has_an_end_after_ten_thousand_pages() {
    let mut turns = crate::google::Turns::default();
    let mut pages = 0;
    let problem = loop {
        assert!(turns.next().is_some());
        pages += 1;
        if let Err(problem) = turns.follow(Some(&pages.to_string())) {
            break problem;
        }
    };
    assert_eq!((pages, problem), (10_000, "the list has no end: there are more than 10000 pages"));
}

#[tokio::test]
async fn a_page_that_fails_fails_the_list() {
    let script = Script::of(&[
        Reply::json(&json!({"items": [{}], "nextPageToken": "two"})),
        Reply::refusal(403, "forbidden", "no"),
    ]);
    let failed = buckets(&script.google().await, &Meter::default()).await.unwrap_err();
    assert_eq!(failed.trouble, Trouble::Denied);
    let hint = "grant storage.buckets.list on project web-1 (deploy/iam/gcp-agent-role.yaml)";
    assert_eq!(failed.failure.hint.as_deref(), Some(hint));
}

#[tokio::test]
async fn our_own_requests_are_tried_as_googles() {
    let good = Reply::json(&json!({"items": [{}]}));
    for reply in [
        Reply::new(429, &["retry-after: 0"], "{}"),
        Reply::refusal(403, "rateLimitExceeded", "Rate Limit Exceeded"),
        Reply::new(503, &[], ""),
        Reply::none(),
        Reply::cut("{}"),
    ] {
        let (script, meter) = (Script::of(&[reply.clone(), good.clone()]), Meter::default());
        assert_eq!(buckets(&script.google().await, &meter).await, Ok(1), "{reply:?}");
        assert_eq!((script.seen().len(), meter.stats().api_calls), (2, 2), "{reply:?}");
        let script = Script::of(&[reply]);
        assert!(buckets(&script.google().await, &Meter::default()).await.is_err());
        assert_eq!(script.seen().len(), 3);
    }
}

#[tokio::test]
async fn our_own_requests_are_refused_as_googles() {
    for (reply, trouble, part) in [
        (Reply::new(302, &["location: /other"], ""), Trouble::BadReply, "leads elsewhere"),
        (Reply::new(200, &[], "<html>log in</html>"), Trouble::BadReply, "it is HTML or XML"),
        (Reply::new(200, &[], " \n"), Trouble::BadReply, "it is empty"),
        (Reply::new(200, &[], "[]"), Trouble::BadReply, "cannot be read"),
        (Reply::new(401, &[], "{}"), Trouble::Unauthenticated, "Status401"),
        (Reply::new(429, &["retry-after: 61"], "{}"), Trouble::Throttled, "wait 61 seconds"),
    ] {
        let script = Script::of(&[reply]);
        let failed = buckets(&script.google().await, &Meter::default()).await.unwrap_err();
        assert_eq!((failed.trouble, script.seen().len()), (trouble, 1), "{failed:?}");
        assert!(failed.failure.error.contains(part), "{failed:?}");
    }
}

#[tokio::test]
async fn an_answer_that_is_too_long_is_not_read_to_its_end() {
    let script = Script::of(&[Reply::new(200, &[], &format!("{{}}{}", " ".repeat(98)))]);
    assert_eq!(buckets(&script.google().await.with_largest(100), &Meter::default()).await, Ok(0));
    let google = script.google().await.with_largest(99);
    let failed = buckets(&google, &Meter::default()).await.unwrap_err();
    assert_eq!(failed.trouble, Trouble::BadReply);
    assert!(failed.failure.error.contains("longer than 99 bytes"), "{failed:?}");
}
