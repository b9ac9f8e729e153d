//! Answers of which Google itself says that something is missing: what came is delivered, and that
//! it is not everything is said beside it.

use serde_json::{Value, json};

use crate::support::agent::Agent;
use crate::support::documents::{self, events, failed, records};
use crate::support::expectations::{assert_project, assert_services};
use crate::support::fleet::{EDGE, Fleet, Kind, MAIN};
use crate::support::google::Google;
use crate::{Call, changed, cycle, is_disks, is_instances};

/// The zone that does not answer.
const ZONE: &str = "us-central1-b";

/// The service is there in part: with the records that came, without looking like everything.
fn assert_partly(document: &Value, service: &str, place: &str) {
    let own = &document["services"][service];
    assert_eq!(own["complete"], false, "{own}");
    let told = events(document, "service_incomplete");
    let told: Vec<&&Value> = told.iter().filter(|event| event["service"] == *service).collect();
    assert_eq!(told.len(), 1, "{}", document["events"]);
    assert!(told[0]["message"].as_str().unwrap().contains(place), "{}", told[0]);
    assert!(told[0]["hint"].as_str().is_some_and(|hint| !hint.is_empty()), "{}", told[0]);
}

/// The zone has nothing on any page. It is named as one that does not answer in the list of those,
/// or where its items would be.
fn silence(body: &mut Value, in_list: bool) {
    let scope = format!("zones/{ZONE}");
    let code = if in_list { "NO_RESULTS_ON_PAGE" } else { "UNREACHABLE" };
    body["items"][&scope] = json!({ "warning": { "code": code } });
    if in_list {
        body["unreachables"] = json!([scope]);
    }
}

#[test]
fn machines_and_disks_of_the_zones_that_answer_are_delivered() {
    let fleet = Fleet::small().shared();
    for in_list in [true, false] {
        let rule = changed(
            |call: &Call| (is_instances(call) || is_disks(call)) && call.is_of(MAIN),
            move |body| silence(body, in_list),
        );
        let (ran, _google) = cycle(&fleet, vec![rule]);
        ran.assert_status(3);
        let documents = ran.documents();
        assert_project(&fleet, documents::of(&documents, EDGE), EDGE);
        let main = documents::of(&documents, MAIN);
        for (service, kind) in [("compute", Kind::Instance), ("disks", Kind::Disk)] {
            assert_partly(main, service, ZONE);
            let all = fleet.of(MAIN, kind);
            let there = all.iter().filter(|thing| !thing.place.ends_with(ZONE)).count();
            assert!(0 < there && there < all.len());
            assert_eq!(records(main, service).len(), there, "{service}");
        }
        assert_services(&fleet, main, MAIN, &["compute", "disks"]);
    }
}

#[test]
fn a_zone_that_is_silent_is_no_matter_where_another_region_is_asked_for() {
    let fleet = Fleet::small().shared();
    let rule = changed(is_instances, |body| silence(body, true));
    let google = Google::scripted(fleet.clone(), vec![rule]);
    let ran = Agent::of(&google).collect_with(&["--region", "europe-west1"]).assert_well();
    let own = fleet.in_region("europe-west1");
    for project in &fleet.projects {
        let documents = ran.documents();
        assert_services(&own, documents::of(&documents, project), project, &[]);
    }
}

#[test]
fn regions_that_do_not_answer_are_named() {
    let fleet = Fleet::small().shared();
    let of = |permission: &'static str| {
        move |call: &Call| call.permission() == Some(permission) && call.is_of(EDGE)
    };
    let missing =
        |key: &'static str, place: &'static str| move |body: &mut Value| body[key] = json!([place]);
    let region = "projects/shop-edge/locations/europe-west9";
    let warning = json!([{ "code": "REGION_UNREACHABLE", "region": "europe-west9",
                           "message": "europe-west9 is not reachable" }]);
    let rules = vec![
        changed(of("container.clusters.list"), missing("missingZones", "europe-west9")),
        changed(of("cloudfunctions.functions.list"), missing("unreachable", region)),
        changed(of("run.services.list"), missing("unreachable", "europe-west9")),
        changed(of("cloudsql.instances.list"), move |body| body["warnings"] = warning.clone()),
    ];
    let (ran, _google) = cycle(&fleet, rules);
    ran.assert_status(3);
    let documents = ran.documents();
    assert_project(&fleet, documents::of(&documents, MAIN), MAIN);
    let edge = documents::of(&documents, EDGE);
    for service in ["gke", "functions", "cloud_run", "sql"] {
        assert_partly(edge, service, "europe-west9");
    }
    // All that came is there.
    assert_services(&fleet, edge, EDGE, &[]);
    assert!(failed(edge).iter().all(|name| !["compute", "disks"].contains(name)));
}
