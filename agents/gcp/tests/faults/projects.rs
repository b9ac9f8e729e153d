//! The search for projects, and where the APIs are.

use serde_json::json;

use crate::support::agent::Agent;
use crate::support::expectations::assert_all;
use crate::support::fleet::Fleet;
use crate::support::google::Google;
use crate::support::google::call::Call;
use crate::support::google::errors::{denied, json_reply, throttled};
use crate::support::google::rules::{Rule, every, first};
use crate::support::http::Reply;
use crate::{changed, cycle};

const ONCE: [&str; 3] = ["--once", "--server", "none"];

fn is_search(call: &Call) -> bool {
    call.ends_in(":searchAllResources")
}

#[test]
fn a_search_that_is_denied_is_no_empty_fleet() {
    let google = Google::scripted(Fleet::small().shared(), vec![every(is_search, denied)]);
    let ran = Agent::of(&google).run(&ONCE);
    ran.assert_one_sentence(2, &["folders/471100000001", "cloudasset.assets.searchAllResources"]);
}

#[test]
fn a_search_that_has_no_end_or_no_answer_collects_nothing() {
    let replies: [fn(&Call) -> Reply; 3] = [
        |_| json_reply(200, &json!({ "results": [], "nextPageToken": "again" })),
        |_| Reply::of(200, "text/html", "<html>Sign in</html>"),
        |_| throttled(86_400),
    ];
    for reply in replies {
        let google = Google::scripted(Fleet::small().shared(), vec![every(is_search, reply)]);
        let ran = Agent::of(&google).run(&ONCE);
        assert!(matches!(ran.status, Some(2 | 5)), "{ran:?}");
        assert!(ran.stdout.is_empty() && ran.stderr.contains("folders/471100000001"), "{ran:?}");
        assert!(google.work().iter().all(is_search));
    }
}

#[test]
fn a_search_that_is_throttled_once_is_repeated() {
    let fleet = Fleet::small().shared();
    let (ran, _google) = cycle(&fleet, vec![first(1, is_search, |_| throttled(0))]);
    assert_all(&fleet, &ran.assert_well().documents());
}

#[test]
fn projects_come_in_pages_and_a_project_that_is_being_deleted_is_none() {
    let fleet = Fleet::small().shared();
    let rule: Rule = Box::new(|call, healthy| {
        if !is_search(call) || call.parameter("pageToken").is_some_and(|token| token == "more") {
            return None;
        }
        let more = changed(is_search, |body| {
            body["results"] = json!([{
                "name": "//cloudresourcemanager.googleapis.com/projects/shop-leaving",
                "assetType": "cloudresourcemanager.googleapis.com/Project",
                "state": "DELETE_REQUESTED",
                "additionalAttributes": { "projectId": "shop-leaving" } }]);
            body["nextPageToken"] = json!("more");
        });
        more(call, healthy)
    });
    // The second page is the usual answer, whatever its token.
    let second: Rule = Box::new(|call, _| {
        let more = is_search(call) && call.parameter("pageToken") == Some("more");
        more.then(|| {
            let one = |id: &&str| {
                json!({ "name": format!("//cloudresourcemanager.googleapis.com/projects/{id}"),
                        "state": "ACTIVE", "additionalAttributes": { "projectId": id } })
            };
            let found: Vec<_> = Fleet::small().projects.iter().map(one).collect();
            json_reply(200, &json!({ "results": found }))
        })
    });
    let (ran, google) = cycle(&fleet, vec![second, rule]);
    assert_all(&fleet, &ran.assert_well().documents());
    assert_eq!(google.calls_to("shop-leaving").len(), 0);
}

#[test]
fn tokens_go_to_no_other_machine_in_clear_text() {
    let google = Google::of(Fleet::small().shared());
    for address in ["http://compute.example", "http://10.0.0.7:8080", "http://[2001:db8::1]"] {
        let ran = Agent::of(&google).variable("OPENFINOPS_GCP_ENDPOINT", address).run(&ONCE);
        assert_eq!(ran.status, Some(2), "{ran:?}");
        for word in ["OPENFINOPS_GCP_ENDPOINT", address, "https"] {
            assert!(ran.stderr.contains(word), "no {word} in: {}", ran.stderr);
        }
    }
    assert_eq!(google.calls().len(), 0);
}
