//! What the identity may not see, or not see any more.

use crate::support::documents::{self, failed};
use crate::support::expectations::{assert_project, assert_services};
use crate::support::fleet::{EDGE, Fleet, MAIN};
use crate::support::google::errors::{denied, disabled, gone, unauthenticated};
use crate::support::google::rules::{Rule, every, first};
use crate::support::{expectations, foreign};
use crate::{assert_failed, cycle, is_disks, is_instances};

/// Every API that is asked about projects.
const SERVICES: [(&str, &str); 8] = [
    ("compute", "compute.instances.list"),
    ("disks", "compute.disks.list"),
    ("snapshots", "compute.snapshots.list"),
    ("gke", "container.clusters.list"),
    ("functions", "cloudfunctions.functions.list"),
    ("cloud_run", "run.services.list"),
    ("sql", "cloudsql.instances.list"),
    ("storage", "storage.buckets.list"),
];

#[test]
fn an_api_that_is_not_enabled_fails_its_service_and_the_hint_enables_it() {
    let fleet = Fleet::small().shared();
    for (service, permission, host) in [
        ("sql", "cloudsql.instances.list", "sqladmin.googleapis.com"),
        ("cloud_run", "run.services.list", "run.googleapis.com"),
        ("gke", "container.clusters.list", "container.googleapis.com"),
    ] {
        let rule =
            every(move |call| call.permission() == Some(permission) && call.is_of(MAIN), disabled);
        let (ran, google) = cycle(&fleet, vec![rule]);
        ran.assert_status(3);
        let documents = ran.documents();
        assert_project(&fleet, documents::of(&documents, EDGE), EDGE);
        let main = documents::of(&documents, MAIN);
        assert_eq!(failed(main), [service]);
        let own = assert_failed(main, service, "has not been used");
        let command = format!("gcloud services enable {host} --project {MAIN}");
        assert!(own["hint"].as_str().unwrap().contains(&command), "{own}");
        assert_services(&fleet, main, MAIN, &[service]);
        // It does not help to ask again.
        let asked = google.work();
        let asked = asked.iter().filter(|call| call.permission() == Some(permission));
        assert_eq!(asked.filter(|call| call.is_of(MAIN)).count(), 1);
    }
}

#[test]
fn a_permission_that_is_missing_fails_its_service_and_is_named() {
    let fleet = Fleet::small().shared();
    for (service, permission) in SERVICES {
        let rule = every(move |call| call.permission() == Some(permission), denied);
        let (ran, _google) = cycle(&fleet, vec![rule]);
        ran.assert_status(3);
        let documents = ran.documents();
        for project in &fleet.projects {
            let document = documents::of(&documents, project);
            assert_eq!(failed(document), [service]);
            let own = assert_failed(document, service, permission);
            let hint = own["hint"].as_str().unwrap();
            assert!(hint.contains(permission) && hint.contains(project), "{hint}");
            assert_services(&fleet, document, project, &[service]);
        }
    }
}

/// All of a project goes wrong.
fn project_is(project: &'static str, reply: fn(&crate::Call) -> crate::Reply) -> Rule {
    every(move |call| call.is_of(project), reply)
}

#[test]
fn a_project_that_is_gone_when_it_is_read_is_no_empty_one() {
    let fleet = Fleet::small().shared();
    let (ran, _google) = cycle(&fleet, vec![project_is(EDGE, gone)]);
    ran.assert_status(3);
    let documents = ran.documents();
    assert_project(&fleet, documents::of(&documents, MAIN), MAIN);
    let edge = documents::of(&documents, EDGE);
    for (service, _) in SERVICES {
        assert_failed(edge, service, "project");
    }
    assert!(edge["summary"]["total_functions"].is_null(), "{}", edge["summary"]);
}

#[test]
fn a_denied_project_fails_and_the_others_are_delivered() {
    let fleet = Fleet::small().shared();
    let (ran, _google) = cycle(&fleet, vec![project_is(EDGE, denied)]);
    ran.assert_status(3);
    let documents = ran.documents();
    assert_project(&fleet, documents::of(&documents, MAIN), MAIN);
    for (service, permission) in SERVICES {
        assert_failed(documents::of(&documents, EDGE), service, permission);
    }
}

#[test]
fn where_everything_is_denied_nothing_looks_like_zero() {
    let fleet = Fleet::small().shared();
    let everything = every(|call| call.project().is_some(), denied);
    let (ran, _google) = cycle(&fleet, vec![everything]);
    ran.assert_status(5);
    for document in ran.documents() {
        for (service, _) in SERVICES {
            assert_failed(&document, service, "permission");
        }
    }
}

#[test]
fn a_token_that_is_not_taken_is_said_to_be_the_reason() {
    let fleet = Fleet::small().shared();
    let (ran, _google) = cycle(&fleet, vec![every(is_instances, |_| unauthenticated())]);
    ran.assert_status(3);
    for document in ran.documents() {
        assert_failed(&document, "compute", "UNAUTHENTICATED");
    }
}

#[test]
fn no_redirection_is_followed() {
    let foreign = foreign::Foreign::start();
    let fleet = Fleet::small().shared();
    for scheme in ["http", "https"] {
        let to = foreign.url("/compute/v1/projects/shop-main/aggregated/disks");
        let to = to.replacen("https", scheme, 1);
        let elsewhere = move |_: &crate::Call| {
            crate::Reply::of(307, "text/plain", "").with("location", to.clone())
        };
        let storage = elsewhere.clone();
        let rules =
            vec![every(is_disks, elsewhere), every(|call| call.ends_in("/storage/v1/b"), storage)];
        let (ran, _google) = cycle(&fleet, rules);
        ran.assert_status(3);
        for document in ran.documents() {
            assert_eq!(failed(&document), ["disks", "storage"]);
        }
        foreign.assert_unseen();
    }
}

#[test]
fn a_refusal_in_passing_leaves_no_trace() {
    let fleet = Fleet::small().shared();
    let busy =
        |_: &crate::Call| crate::support::google::errors::old(503, "backendError", "Backend Error");
    let (ran, _google) = cycle(&fleet, vec![first(2, is_instances, busy)]);
    expectations::assert_all(&fleet, &ran.assert_well().documents());
}
