//! Every request of the agent against Google's own discovery documents: `lab/discovery.py` stands in
//! the place of the APIs and says of each whether a method takes it.

// Helpers outside of test functions unwrap too: a panic is how a test fails.
#![allow(clippy::unwrap_used)]

mod agent;
mod checker;
mod replies;

use std::collections::BTreeSet;

use self::checker::{Checker, FITS, Seen};

/// What a cycle asks for, each at least once.
const METHODS: &[&str] = &[
    "cloudasset.searchAllResources",
    "cloudfunctions.projects.locations.functions.list",
    "compute.disks.aggregatedList",
    "compute.instances.aggregatedList",
    "compute.snapshots.list",
    "container.projects.locations.clusters.list",
    "monitoring.projects.timeSeries.list",
    "run.projects.locations.services.list",
    "sql.instances.list",
    "storage.buckets.list",
];

/// The metrics of all that is there.
const METRICS: &[&str] = &[
    "agent.googleapis.com/memory/percent_used",
    "cloudfunctions.googleapis.com/function/execution_count",
    "cloudfunctions.googleapis.com/function/execution_times",
    "cloudsql.googleapis.com/database/cpu/utilization",
    "cloudsql.googleapis.com/database/disk/bytes_used",
    "cloudsql.googleapis.com/database/network/connections",
    "cloudsql.googleapis.com/database/postgresql/num_backends",
    "compute.googleapis.com/instance/cpu/utilization",
    "compute.googleapis.com/instance/network/received_bytes_count",
    "compute.googleapis.com/instance/network/sent_bytes_count",
    "run.googleapis.com/request_count",
    "storage.googleapis.com/storage/v2/total_bytes",
    "storage.googleapis.com/storage/v2/total_count",
];

#[test]
fn every_request_of_a_cycle_fits_googles_documents() {
    let checker = Checker::start(&replies::all());
    let ran = agent::collect(checker.url());
    let (seen, ended) = checker.end();
    for request in &seen {
        assert_eq!(request.verdict, FITS, "{request:?}");
    }
    assert_eq!(ended, Some(0), "{seen:?}");
    let methods: BTreeSet<&str> = seen.iter().filter_map(|one| one.method.as_deref()).collect();
    assert_eq!(methods, METHODS.iter().copied().collect());
    assert_paged(&seen);
    assert_measured(&seen);
    assert_found(&ran.documents());
}

/// The second page was asked for by its token.
fn assert_paged(seen: &[Seen]) {
    let pages = seen.iter().filter(|one| one.is("compute.instances.aggregatedList"));
    let tokens: Vec<Option<&str>> = pages.map(|page| page.value("pageToken")).collect();
    assert!(tokens.contains(&Some(replies::SECOND_PAGE)), "{tokens:?}");
}

/// Each metric was asked for, with all that a query has.
fn assert_measured(seen: &[Seen]) {
    let mut metrics = BTreeSet::new();
    for query in seen.iter().filter(|one| one.is("monitoring.projects.timeSeries.list")) {
        let filter = query.value("filter").unwrap();
        metrics.insert(filter.split('"').nth(1).unwrap());
        for key in ["interval.endTime", "aggregation.alignmentPeriod"] {
            assert!(query.value(key).is_some(), "no {key}: {query:?}");
        }
    }
    assert_eq!(metrics, METRICS.iter().copied().collect());
}

/// The agent read the answers: what each service has, machines of both pages among them.
fn assert_found(documents: &[serde_json::Value]) {
    let snapshot = documents.iter().find(|one| one["services"].is_object()).unwrap();
    let services = &snapshot["services"];
    for (service, list, count) in [
        ("compute", "instances", 2),
        ("disks", "disks", 1),
        ("snapshots", "snapshots", 1),
        ("gke", "clusters", 1),
        ("functions", "functions", 1),
        ("cloud_run", "services", 1),
        ("sql", "instances", 3),
        ("storage", "buckets", 1),
    ] {
        let found = services[service][list].as_array().map(Vec::len);
        assert_eq!(found, Some(count), "{service}: {}", services[service]);
    }
}

#[test]
fn what_does_not_fit_is_refused() {
    let checker = Checker::start(&[]);
    let zones = "/compute/v1/projects/web-1/aggregated/instances";
    let series = "/v3/projects/web-1/timeSeries";
    for (target, word) in [
        (format!("{zones}?maxresults=500"), "no parameter maxresults"),
        (format!("{zones}?maxResults=many"), "no whole number"),
        (format!("{zones}?maxResults=-1"), "not from 0"),
        (format!("{zones}?includeAllScopes=yes"), "neither true nor false"),
        (format!("{zones}?filter=a&filter=b"), "not repeated"),
        (format!("{zones}?$alt=xml"), "does not document"),
        (format!("{zones}?$apiVersion=2999-01-01"), "the newest is"),
        (format!("{zones}?returnPartialSuccess=yes"), "none of true"),
        (format!("{zones}?fields=items/*/instances(id,names)"), "the answer has no names"),
        (format!("{zones}?fields=items/*/instances(id"), "not closed"),
        (format!("{series}?interval.endTime=today"), "google-datetime"),
        (format!("{series}?aggregation.perSeriesAligner=ALIGN_ALL"), "none of ALIGN_NONE"),
        ("/storage/v1/b?maxResults=10".to_owned(), "requires project"),
        ("/storage/v2/b?project=web-1".to_owned(), "no document has"),
        ("/compute/v1/projects/Web%201/aggregated/instances".to_owned(), "does not match"),
    ] {
        let (status, text) = checker.ask(&target, Some("token"));
        assert!(status == 400 && text.contains(word), "{target}: {status} {text}");
    }
    let (status, text) = checker.ask(zones, None);
    assert!(status == 400 && text.contains("no bearer token"), "{text}");
    let (seen, ended) = checker.end();
    assert_eq!(seen.iter().filter(|one| one.verdict == FITS).count(), 0);
    assert_eq!(ended, Some(1));
}

#[test]
fn what_fits_is_answered() {
    let checker = Checker::start(&replies::all());
    let zones = "/compute/v1/projects/web-1/aggregated/instances?$alt=json;enum-encoding=int";
    let (status, first) = checker.ask(zones, Some("token"));
    assert!(status == 200 && first.contains(replies::SECOND_PAGE), "{first}");
    let second = format!("{zones}&pageToken={}", replies::SECOND_PAGE);
    let (status, text) = checker.ask(&second, Some("token"));
    assert!(status == 200 && text.contains("web-2"), "{text}");
    let fields = "nextPageToken,items/*/instances(id,labels,disks(source)),items/*/warning/code";
    let (status, _) =
        checker.ask(&format!("{zones}&fields={fields}&returnPartialSuccess=true"), Some("token"));
    assert_eq!(status, 200);
    let series = "/v3/projects/web-1/timeSeries?view=0&aggregation.alignmentPeriod=300s";
    assert_eq!(checker.ask(series, Some("token")), (200, "{}".to_owned()));
    assert_eq!(checker.end().1, Some(0));
}

#[test]
fn a_reply_that_no_method_gives_is_refused_at_the_start() {
    for (method, reply, word) in [
        ("storage.buckets.list", serde_json::json!({"buckets": []}), ".buckets is not there"),
        ("storage.buckets.list", serde_json::json!({"items": {}}), ".items is no array"),
        ("storage.buckets.all", serde_json::json!({}), "no method"),
    ] {
        let said = checker::refusal_to_start(&[(method.to_owned(), reply)]);
        assert!(said.contains(word), "{said}");
    }
}
