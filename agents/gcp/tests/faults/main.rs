//! What goes wrong with Google Cloud: the cycle completes, what failed is named with a hint, no total
//! holds a guess, and no token goes where it has no business.

// Helpers outside of test functions unwrap too: a panic is how a test fails.
#![allow(clippy::unwrap_used)]

#[path = "../support/mod.rs"]
mod support;

mod access;
mod answers;
mod metrics;
mod nonsense;
mod pages;
mod partly;
mod projects;
mod throttling;

use std::sync::Arc;

use serde_json::Value;

use support::agent::{Agent, Ran};
use support::documents;
use support::fleet::Fleet;
use support::google::Google;
use support::google::call::Call;
use support::google::errors::json_reply;
use support::google::rules::Rule;
use support::http::Reply;

/// One cycle over `fleet` with these rules.
fn cycle(fleet: &Arc<Fleet>, rules: Vec<Rule>) -> (Ran, Google) {
    let google = Google::scripted(Arc::clone(fleet), rules);
    (Agent::of(&google).collect(), google)
}

/// Whether a call lists machines, or disks.
fn is_instances(call: &Call) -> bool {
    call.ends_in("/aggregated/instances")
}

fn is_disks(call: &Call) -> bool {
    call.ends_in("/aggregated/disks")
}

/// Whether a call asks for metrics.
fn is_metrics(call: &Call) -> bool {
    call.ends_in("/timeSeries")
}

/// Calls that match get the usual answer with its document changed.
fn changed(
    matches: impl Fn(&Call) -> bool + Send + Sync + 'static,
    change: impl Fn(&mut Value) + Send + Sync + 'static,
) -> Rule {
    Box::new(move |call, healthy| {
        let Reply::Whole(answer) = matches(call).then(healthy)? else { return None };
        let mut body: Value = serde_json::from_slice(&answer.body).unwrap();
        change(&mut body);
        Some(json_reply(answer.status, &body))
    })
}

/// A figure about collecting, over all documents.
fn collection(documents: &[Value], key: &str) -> u64 {
    documents.iter().map(|it| it["metrics"]["collection"][key].as_u64().unwrap()).sum()
}

/// A service of a project failed, with `word` in its reason, and does not look like zero.
fn assert_failed<'a>(document: &'a Value, service: &str, word: &str) -> &'a Value {
    assert!(documents::failed(document).contains(&service), "{}", document["summary"]);
    let own = &document["services"][service];
    assert!(own["error"].as_str().unwrap().contains(word), "no {word}: {own}");
    assert!(own["hint"].as_str().is_some_and(|hint| hint.len() > 10), "no hint: {own}");
    assert!(own["total_hourly_cost"].is_null(), "{own}");
    let events = documents::events(document, "service_failed");
    assert!(events.iter().any(|event| event["service"] == *service), "{}", document["events"]);
    own
}
