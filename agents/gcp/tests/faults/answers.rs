//! Answers that are not whole, not Google's, or do not come.

use std::sync::atomic::{AtomicUsize, Ordering};

use crate::support::agent::{Agent, NOWHERE};
use crate::support::documents::{self, failed};
use crate::support::expectations::{assert_all, assert_services};
use crate::support::fleet::{Fleet, MAIN};
use crate::support::google::Google;
use crate::support::google::rules::{Rule, cut, every};
use crate::support::http::Reply;
use crate::{Call, assert_failed, collection, cycle, is_disks, is_instances};

/// One service of each of Google's ways to be asked: a library's client, and plain requests.
const WAYS: [(&str, &str); 4] = [
    ("compute", "compute.instances.list"),
    ("sql", "cloudsql.instances.list"),
    ("storage", "storage.buckets.list"),
    ("cloud_run", "run.services.list"),
];

/// The answers of each way are spoiled, and just that service fails.
fn assert_spoils(make: impl Fn(&'static str) -> Rule) {
    let fleet = Fleet::small().shared();
    for (service, permission) in WAYS {
        let (ran, _google) = cycle(&fleet, vec![make(permission)]);
        ran.assert_status(3);
        for document in ran.documents() {
            assert_eq!(failed(&document), [service], "{}", document["events"]);
            assert_failed(&document, service, "");
            let project = document["account_id"].as_str().unwrap();
            assert_services(&fleet, &document, project, &[service]);
        }
    }
}

#[test]
fn an_answer_that_is_cut_is_no_shorter_list() {
    assert_spoils(|permission| {
        Box::new(move |call, healthy| {
            (call.permission() == Some(permission)).then(|| cut(healthy()))
        })
    });
}

#[test]
fn a_proxys_page_is_no_answer() {
    assert_spoils(|permission| {
        every(
            move |call| call.permission() == Some(permission),
            |_| Reply::of(200, "text/html", "<html><body>Sign in to continue</body></html>"),
        )
    });
}

#[test]
fn an_empty_body_is_no_answer() {
    assert_spoils(|permission| {
        every(
            move |call| call.permission() == Some(permission),
            |_| Reply::of(200, "application/json", ""),
        )
    });
}

#[test]
fn a_page_of_an_error_that_is_no_json_is_told_without_its_markup() {
    let fleet = Fleet::small().shared();
    let page = "<!DOCTYPE html><html lang=en><title>Error 404 (Not Found)!!1</title>";
    let (ran, _google) =
        cycle(&fleet, vec![every(is_disks, move |_| Reply::of(404, "text/html", page))]);
    ran.assert_status(3);
    for document in ran.documents() {
        let own = assert_failed(&document, "disks", "404");
        assert!(!own["error"].as_str().unwrap().contains("<html"), "{own}");
    }
}

#[test]
fn an_answer_that_is_cut_once_is_asked_for_again() {
    let fleet = Fleet::small().shared();
    let before = AtomicUsize::new(0);
    let rule: Rule = Box::new(move |call, healthy| {
        let hit = is_instances(call) && before.fetch_add(1, Ordering::Relaxed) == 0;
        hit.then(|| cut(healthy()))
    });
    let (ran, _google) = cycle(&fleet, vec![rule]);
    assert_all(&fleet, &ran.assert_well().documents());
}

#[test]
fn a_server_that_fails_in_passing_is_asked_again() {
    let fleet = Fleet::small().shared();
    for permission in ["compute.instances.list", "storage.buckets.list"] {
        let before = AtomicUsize::new(0);
        let rule: Rule = Box::new(move |call, _| {
            let replies = [Reply::Reset, Reply::of(503, "text/plain", "busy")];
            let hit = call.permission() == Some(permission) && call.is_of(MAIN);
            let number = || before.fetch_add(1, Ordering::Relaxed);
            hit.then(number).and_then(|number| replies.get(number).cloned())
        });
        let (ran, google) = cycle(&fleet, vec![rule]);
        let documents = ran.assert_well().documents();
        assert_all(&fleet, &documents);
        // Also what was lost was sent.
        assert_eq!(collection(&documents, "api_calls"), google.work().len() as u64);
        assert_eq!(collection(&documents, "retries"), 2);
    }
}

#[test]
fn an_answer_that_never_comes_is_not_waited_for() {
    let fleet = Fleet::small().shared();
    let hung = |call: &Call| is_instances(call) || call.ends_in("/storage/v1/b");
    let google = Google::scripted(fleet.clone(), vec![every(hung, |_| Reply::Hang)]);
    let agent = Agent::of(&google)
        .variable("OPENFINOPS_API_TIMEOUT", "1")
        .variable("OPENFINOPS_API_ATTEMPTS", "2");
    let ran = agent.collect();
    ran.assert_status(3);
    for document in ran.documents() {
        assert_eq!(failed(&document), ["compute", "storage"]);
        for service in ["compute", "storage"] {
            let own = assert_failed(&document, service, "");
            assert!(own["hint"].as_str().unwrap().contains("api.timeout"), "{own}");
        }
        let project = document["account_id"].as_str().unwrap();
        assert_services(&fleet, &document, project, &["compute", "storage"]);
    }
}

#[test]
fn where_nobody_answers_the_reason_is_said_and_nothing_is_zero() {
    let google = Google::of(Fleet::small().shared());
    let agent = Agent::of(&google)
        .without("OPENFINOPS_GCP_FOLDER")
        .variable("OPENFINOPS_GCP_ENDPOINT", format!("http://{NOWHERE}"))
        .variable("OPENFINOPS_API_ATTEMPTS", "2");
    let ran = agent.collect_with(&["--project", MAIN]);
    ran.assert_status(5);
    let documents = ran.documents();
    let main = documents::of(&documents, MAIN);
    for (service, _) in WAYS {
        assert_failed(main, service, "");
    }
}
