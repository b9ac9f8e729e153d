//! Answers that are not whole, or not Azure's.

use serde_json::json;

use crate::support::agent::Agent;
use crate::support::azure::Azure;
use crate::support::azure::errors::json_reply;
use crate::support::azure::rules::{Rule, cut, every};
use crate::support::documents::failed;
use crate::support::expectations::assert_all;
use crate::support::http::Reply;
use crate::support::tenant::Tenant;
use crate::{cycle, is_graph};

/// Every service of every subscription failed, and none looks like zero.
fn assert_nothing_is_known(rules: Vec<Rule>) {
    let tenant = Tenant::small().shared();
    let (ran, _azure) = cycle(&tenant, rules);
    assert_eq!(ran.status, Some(5), "{ran:?}");
    let documents = ran.documents();
    assert_eq!(documents.len(), 2);
    for document in documents {
        assert_eq!(failed(&document).len(), 6, "{}", document["summary"]);
        for (name, service) in document["services"].as_object().unwrap() {
            assert!(service["total_hourly_cost"].is_null(), "{name}: {service}");
            assert!(!service["error"].as_str().unwrap().is_empty(), "{name}: {service}");
        }
    }
}

#[test]
fn a_page_of_resource_graph_that_is_cut_is_no_shorter_list() {
    assert_nothing_is_known(vec![Box::new(|call, healthy| is_graph(call).then(|| cut(healthy())))]);
}

#[test]
fn a_page_that_is_cut_once_is_asked_for_again() {
    let tenant = Tenant::small().shared();
    let before = std::sync::atomic::AtomicUsize::new(0);
    let rule: Rule = Box::new(move |call, healthy| {
        let hit = is_graph(call) && before.fetch_add(1, std::sync::atomic::Ordering::Relaxed) == 0;
        hit.then(|| cut(healthy()))
    });
    let (ran, _azure) = cycle(&tenant, vec![rule]);
    assert_all(&tenant, &ran.assert_well().documents());
}

#[test]
fn a_proxys_page_is_no_answer() {
    let page = |_: &_| Reply::of(200, "text/html", "<html><body>Sign in to continue</body></html>");
    assert_nothing_is_known(vec![every(is_graph, page)]);
}

#[test]
fn an_empty_body_is_no_answer() {
    assert_nothing_is_known(vec![every(is_graph, |_| Reply::of(200, "application/json", ""))]);
    assert_nothing_is_known(vec![every(is_graph, |_| json_reply(200, &json!({})))]);
}

#[test]
fn rows_that_were_cut_away_are_missed() {
    let rule = every(is_graph, |_| {
        json_reply(
            200,
            &json!({ "totalRecords": 7, "count": 0, "data": [],
                                 "resultTruncated": "true" }),
        )
    });
    assert_nothing_is_known(vec![rule]);
}

#[test]
fn pages_that_go_in_circles_end() {
    let rule = every(is_graph, |_| {
        json_reply(
            200,
            &json!({ "totalRecords": 7, "count": 0, "data": [],
                                 "resultTruncated": "false", "$skipToken": "again" }),
        )
    });
    assert_nothing_is_known(vec![rule]);
}

#[test]
fn a_server_that_fails_in_passing_is_asked_again() {
    let tenant = Tenant::small().shared();
    let before = std::sync::atomic::AtomicUsize::new(0);
    let rule: Rule = Box::new(move |call, _| {
        let replies = [Reply::Reset, Reply::of(503, "text/plain", "busy")];
        let number = || before.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        is_graph(call).then(number).and_then(|number| replies.get(number).cloned())
    });
    let (ran, _azure) = cycle(&tenant, vec![rule]);
    assert_all(&tenant, &ran.assert_well().documents());
}

#[test]
fn an_answer_that_never_comes_is_not_waited_for() {
    let tenant = Tenant::small().shared();
    let azure = Azure::scripted(tenant, vec![every(is_graph, |_| Reply::Hang)]);
    let agent = Agent::of(&azure)
        .variable("OPENFINOPS_API_TIMEOUT", "1")
        .variable("OPENFINOPS_API_ATTEMPTS", "2");
    let ran = agent.collect();
    assert_eq!(ran.status, Some(5), "{ran:?}");
    for document in ran.documents() {
        let hint = document["services"]["disks"]["hint"].as_str().unwrap();
        assert!(hint.contains("api.timeout"), "{hint}");
    }
}
