//! Lists that have no end, or an odd one.

use serde_json::{Value, json};

use crate::support::documents::{self, failed, records};
use crate::support::expectations::{assert_all, assert_services};
use crate::support::fleet::{EDGE, Fleet, MAIN};
use crate::support::google::errors::{denied, json_reply};
use crate::support::google::rules::Rule;
use crate::{Call, assert_failed, changed, cycle, is_disks};

/// Every list leads on to the token `next`.
fn goes_on(permission: &'static str, next: Value) -> Rule {
    let matches = move |call: &Call| call.permission() == Some(permission) && call.is_of(MAIN);
    changed(matches, move |body| match permission {
        "run.services.list" => body["metadata"]["continue"] = next.clone(),
        _ => body["nextPageToken"] = next.clone(),
    })
}

#[test]
fn a_list_without_an_end_is_a_failure_and_not_a_shorter_list() {
    let fleet = Fleet::small().shared();
    for (service, permission) in [
        ("disks", "compute.disks.list"),
        ("functions", "cloudfunctions.functions.list"),
        ("storage", "storage.buckets.list"),
        ("cloud_run", "run.services.list"),
    ] {
        // The second page leads to itself: whatever is asked for, this comes.
        let again: Rule = Box::new(move |call, healthy| {
            if call.permission() != Some(permission) || !call.is_of(MAIN) {
                return None;
            }
            if call.parameter("pageToken").or(call.parameter("continue")).is_none() {
                return goes_on(permission, json!("again"))(call, healthy);
            }
            let body = json!({ "nextPageToken": "again", "metadata": { "continue": "again" } });
            Some(json_reply(200, &body))
        });
        let (ran, google) = cycle(&fleet, vec![again]);
        ran.assert_status(3);
        let documents = ran.documents();
        let main = documents::of(&documents, MAIN);
        assert_eq!(failed(main), [service]);
        assert_failed(main, service, "end");
        assert_services(&fleet, main, MAIN, &[service]);
        let asked = google.work();
        let asked = asked.iter().filter(|call| call.permission() == Some(permission));
        assert!(asked.count() < 10);
    }
}

#[test]
fn a_token_that_is_null_or_empty_ends_a_list() {
    let fleet = Fleet::small().shared();
    for next in [json!(null), json!("")] {
        let rules = ["compute.disks.list", "storage.buckets.list", "run.services.list"]
            .map(|permission| goes_on(permission, next.clone()));
        let (ran, _google) = cycle(&fleet, rules.into_iter().collect());
        assert_all(&fleet, &ran.assert_well().documents());
    }
}

#[test]
fn pages_of_one_are_put_together() {
    let fleet = Fleet::small().shared();
    // Each call is answered with one item, as if that were the most.
    let rule: Rule = Box::new(|call, _| {
        let disks = is_disks(call) && call.is_of(MAIN);
        if !disks {
            return None;
        }
        let number: usize = call
            .parameter("pageToken")
            .map_or(0, |token| token.trim_start_matches("page-").parse().unwrap());
        let fleet = Fleet::small();
        let all = fleet.of(MAIN, crate::support::fleet::Kind::Disk);
        let thing = all[number];
        let mut items =
            json!({ "zones/us-east1-b": { "warning": { "code": "NO_RESULTS_ON_PAGE" } } });
        items[&thing.place] = json!({ "disks": [thing.body] });
        let mut body = json!({ "items": items });
        if number + 1 < all.len() {
            body["nextPageToken"] = json!(format!("page-{}", number + 1));
        }
        Some(json_reply(200, &body))
    });
    let (ran, _google) = cycle(&fleet, vec![rule]);
    assert_all(&fleet, &ran.assert_well().documents());
}

#[test]
fn a_later_page_that_is_refused_is_no_shorter_list() {
    let fleet = Fleet::small().shared();
    for (service, permission) in
        [("disks", "compute.disks.list"), ("functions", "cloudfunctions.functions.list")]
    {
        let project = if service == "disks" { MAIN } else { EDGE };
        let rule: Rule = Box::new(move |call, healthy| {
            if call.permission() != Some(permission) || !call.is_of(project) {
                return None;
            }
            if call.parameter("pageToken").is_some_and(|token| token == "more") {
                return Some(denied(call));
            }
            changed(|_| true, |body| body["nextPageToken"] = json!("more"))(call, healthy)
        });
        let (ran, _google) = cycle(&fleet, vec![rule]);
        ran.assert_status(3);
        let documents = ran.documents();
        let document = documents::of(&documents, project);
        assert_eq!(failed(document), [service]);
        assert_failed(document, service, permission);
        assert_eq!(records(document, service), &[] as &[Value]);
        assert_services(&fleet, document, project, &[service]);
    }
}

#[test]
fn whole_numbers_are_read_as_texts_and_as_numbers() {
    // Google writes 64-bit numbers as texts; emulators and older proxies do not always.
    let fleet = Fleet::small().shared();
    let rule = changed(is_disks, |body| {
        for scope in body["items"].as_object_mut().unwrap().values_mut() {
            for disk in scope["disks"].as_array_mut().into_iter().flatten() {
                disk["sizeGb"] = json!(disk["sizeGb"].as_str().unwrap().parse::<u64>().unwrap());
            }
        }
    });
    let (ran, _google) = cycle(&fleet, vec![rule]);
    assert_all(&fleet, &ran.assert_well().documents());
}

#[test]
fn an_answer_without_a_list_is_an_empty_one() {
    let fleet = Fleet::small().shared();
    let empty: Rule = Box::new(|call, _| {
        let hit = call.permission().is_some() && call.project().is_some();
        hit.then(|| json_reply(200, &json!({})))
    });
    let (ran, _google) = cycle(&fleet, vec![empty]);
    for document in ran.assert_well().documents() {
        assert!(failed(&document).is_empty());
        assert_eq!(document["summary"]["resources"], 0);
        assert_eq!(records(&document, "compute"), &[] as &[Value]);
        assert_eq!(document["services"]["compute"]["total_instances"], 0);
    }
}
