//! Links that lead elsewhere, or nowhere.

use serde_json::json;

use crate::support::azure::errors::json_reply;
use crate::support::azure::rules::{Rule, every};
use crate::support::documents::failed;
use crate::support::foreign::Foreign;
use crate::support::http::Reply;
use crate::support::tenant::Tenant;
use crate::{by_lists, cycle, is_graph};

/// Lists of disks lead on to `link`.
fn disks_lead_to(link: String) -> Rule {
    every(
        |call| call.ends_in("/providers/Microsoft.Compute/disks"),
        move |_| json_reply(200, &json!({ "value": [], "nextLink": link })),
    )
}

#[test]
fn no_link_leads_to_another_host() {
    let foreign = Foreign::start();
    let port = foreign.url("");
    let port = port.rsplit(':').next().unwrap();
    for link in [
        foreign.url("/subscriptions/next"),
        format!("http://localhost:{port}/next"),
        format!("https://127.0.0.1:{port}/next"),
        format!("//localhost:{port}/next"),
    ] {
        let tenant = Tenant::small().shared();
        let (ran, _azure) = cycle(&tenant, vec![by_lists(), disks_lead_to(link.clone())]);
        assert_eq!(ran.status, Some(3), "{link}: {ran:?}");
        for document in ran.documents() {
            assert_eq!(failed(&document), ["disks"], "{link}");
            assert!(document["services"]["disks"]["total_hourly_cost"].is_null(), "{link}");
        }
        foreign.assert_unseen();
    }
}

#[test]
fn no_link_of_the_subscriptions_leads_to_another_host() {
    let foreign = Foreign::start();
    let link = foreign.url("/subscriptions?api-version=2022-12-01&%24skiptoken=1");
    let rule = every(
        |call| call.path == "/subscriptions",
        move |_| json_reply(200, &json!({ "value": [], "nextLink": link })),
    );
    let (ran, _azure) = cycle(&Tenant::small().shared(), vec![rule]);
    assert!(matches!(ran.status, Some(2 | 5)), "{ran:?}");
    assert!(ran.stdout.is_empty() && !ran.stderr.is_empty(), "{ran:?}");
    foreign.assert_unseen();
}

#[test]
fn no_redirection_is_followed() {
    let foreign = Foreign::start();
    let to = foreign.url("/providers/Microsoft.ResourceGraph/resources");
    let rule =
        every(is_graph, move |_| Reply::of(307, "text/plain", "").with("location", to.clone()));
    let (ran, _azure) = cycle(&Tenant::small().shared(), vec![rule]);
    assert_eq!(ran.status, Some(5), "{ran:?}");
    for document in ran.documents() {
        assert_eq!(failed(&document).len(), 6);
    }
    foreign.assert_unseen();
}

#[test]
fn a_list_without_an_end_is_a_failure_and_not_a_shorter_list() {
    // A page that leads to itself.
    let rule = every(
        |call| call.ends_in("/providers/Microsoft.Compute/disks"),
        |call| {
            let host = call.request.header("host").unwrap();
            let link = format!("https://{host}{}?{}", call.request.path, call.request.query);
            json_reply(200, &json!({ "value": [], "nextLink": link }))
        },
    );
    let (ran, azure) = cycle(&Tenant::small().shared(), vec![by_lists(), rule]);
    assert_eq!(ran.status, Some(3), "{ran:?}");
    for document in ran.documents() {
        assert_eq!(failed(&document), ["disks"]);
    }
    assert!(azure.calls_to("/providers/Microsoft.Compute/disks").len() < 10);
}

#[test]
fn a_link_that_is_null_or_empty_ends_a_list() {
    for link in [json!(null), json!("")] {
        let rule = every(
            |call| call.ends_in("/providers/Microsoft.Compute/disks"),
            move |_| json_reply(200, &json!({ "value": [], "nextLink": link })),
        );
        let (ran, _azure) = cycle(&Tenant::small().shared(), vec![by_lists(), rule]);
        for document in ran.assert_well().documents() {
            assert!(failed(&document).is_empty());
            assert_eq!(document["services"]["disks"]["total_disks"], 0);
        }
    }
}
