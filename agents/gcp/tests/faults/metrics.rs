//! Cloud Monitoring denied, in part or altogether.

use serde_json::json;

use crate::support::agent::Agent;
use crate::support::documents::{self, assert_total, events, failed, record};
use crate::support::expectations::assert_all;
use crate::support::fleet::{EDGE, Fleet, MAIN};
use crate::support::google::Google;
use crate::support::google::errors::{denied, json_reply};
use crate::support::google::rules::{Rule, every};
use crate::{Call, cycle, is_metrics};

#[test]
fn costs_that_do_not_depend_on_use_are_there_without_metrics() {
    let fleet = Fleet::small().shared();
    let (ran, google) = cycle(&fleet, vec![every(is_metrics, denied)]);
    ran.assert_status(3);
    let documents = ran.documents();
    for document in &documents {
        assert_eq!(failed(document), ["monitoring"]);
        let own = &document["services"]["monitoring"];
        assert!(own["hint"].as_str().unwrap().contains("monitoring.timeSeries.list"), "{own}");
    }
    for (project, service) in
        [(MAIN, "compute"), (MAIN, "disks"), (MAIN, "snapshots"), (EDGE, "gke"), (EDGE, "compute")]
    {
        let own = &documents::of(&documents, project)["services"][service];
        assert_total(own, fleet.known(project, service), service);
        assert_eq!(own["unpriced"], 0, "{service}");
    }
    // What depends on use is not known, which is not nothing.
    let main = documents::of(&documents, MAIN);
    let bucket = record(main, "storage", "plain");
    assert!(bucket["hourly_cost"].is_null() && bucket["size_bytes"].is_null(), "{bucket}");
    assert!(bucket["unpriced_reason"].as_str().unwrap().contains("Cloud Monitoring"), "{bucket}");
    let machine = record(main, "compute", "web-0000");
    assert!(machine["cpu_utilization"].is_null() && machine["hourly_cost"].is_number());
    let edge = documents::of(&documents, EDGE);
    assert!(record(edge, "functions", "resize")["hourly_cost"].is_null());
    assert!(record(edge, "functions", "idle")["hourly_cost"].is_null());
    assert!(edge["services"]["functions"]["total_invocations"].is_null(), "{edge}");
    // Nobody is asked a hundred times what is denied.
    let asked = google.calls().iter().filter(|call| is_metrics(call)).count();
    assert!(asked <= 12, "{asked} calls that are denied");
}

#[test]
fn a_ceiling_of_none_asks_for_nothing() {
    let fleet = Fleet::small().shared();
    let google = Google::of(fleet.clone());
    let ran = Agent::of(&google).variable("OPENFINOPS_MAX_METRIC_REQUESTS", "0").collect();
    let documents = ran.documents();
    assert_eq!(google.calls().iter().filter(|call| is_metrics(call)).count(), 0);
    let main = documents::of(&documents, MAIN);
    assert_eq!(events(main, "metrics_limited").len(), 1, "{}", main["events"]);
    let own = &main["services"]["compute"];
    assert_total(own, fleet.known(MAIN, "compute"), "machines");
    let bucket = record(main, "storage", "plain");
    assert!(bucket["unpriced_reason"].as_str().unwrap().contains("ceiling"), "{bucket}");
}

#[test]
fn at_the_ceiling_what_costs_depend_on_is_asked_first() {
    let fleet = Fleet::small().shared();
    let google = Google::of(fleet.clone());
    let agent = Agent::of(&google)
        .without("OPENFINOPS_GCP_FOLDER")
        .variable("OPENFINOPS_MAX_METRIC_REQUESTS", "2");
    let documents = agent.collect_with(&["--project", EDGE]).documents();
    assert!(google.calls().iter().filter(|call| is_metrics(call)).count() <= 2);
    let own = &documents[0]["services"]["functions"];
    assert_total(own, fleet.known(EDGE, "functions"), "functions");
    let node = record(&documents[0], "compute", "gke-kitchen-pool-1-1a2b3c4d-0000");
    assert!(node["cpu_utilization"].is_null(), "{node}");
    assert_eq!(events(&documents[0], "metrics_limited").len(), 1, "{}", documents[0]["events"]);
}

#[test]
fn daily_figures_are_asked_for_once_a_day() {
    let fleet = Fleet::small().shared();
    let google = Google::of(fleet.clone());
    let agent = Agent::of(&google);
    let storage = || {
        let calls = google.calls();
        let asked = calls.iter().filter(|call| is_metrics(call));
        asked.filter(|call| call.metric().unwrap().starts_with("storage.googleapis.com/")).count()
    };
    assert_all(&fleet, &agent.collect().assert_well().documents());
    let before = storage();
    assert!(before > 0);
    assert_all(&fleet, &agent.collect().assert_well().documents());
    // But for a run at midnight, when another day begins.
    let again = storage() - before;
    assert!(again == 0 || again == before, "{again} requests more after {before}");
}

#[test]
fn a_metric_that_fails_leaves_the_others_as_they_are() {
    let fleet = Fleet::small().shared();
    let broken = |call: &Call| {
        is_metrics(call) && call.metric().is_some_and(|name| name.ends_with("execution_times"))
    };
    let (ran, _google) = cycle(&fleet, vec![every(broken, |_| json_reply(500, &json!({})))]);
    let documents = ran.documents();
    let edge = documents::of(&documents, EDGE);
    let function = record(edge, "functions", "resize");
    assert_eq!(function["invocations"], 1_000, "{function}");
    assert!(function["avg_duration_ms"].is_null(), "{function}");
    assert!(
        function["unpriced_components"].to_string().contains("memory"),
        "what was not measured has a price: {function}"
    );
    let node = record(edge, "compute", "gke-kitchen-pool-1-1a2b3c4d-0000");
    assert_eq!(node["cpu_utilization"].as_f64(), Some(25.0));
}

/// Every series of an answer is this instead.
fn series_are(other: serde_json::Value) -> Rule {
    every(is_metrics, move |_| json_reply(200, &json!({ "timeSeries": other })))
}

#[test]
fn answers_about_metrics_that_lack_something_are_no_panic_and_no_cost() {
    let labels = json!({ "labels": { "bucket_name": "plain", "storage_class": "STANDARD",
                                     "type": "live-object" } });
    let series = |value| {
        json!([{ "metric": labels, "resource": labels, "metricKind": 1, "valueType": 3, "points": [
            { "interval": { "endTime": "2026-11-20T00:00:00Z" }, "value": value }] }])
    };
    for other in [
        json!(null),
        json!([]),
        json!([{}]),
        json!([{ "metric": labels, "resource": labels, "points": [] }]),
        json!([{ "metric": labels, "resource": labels, "points": [{}] }]),
        series(json!({})),
        series(json!({ "stringValue": "much" })),
        series(json!({ "doubleValue": "NaN" })),
        series(json!({ "doubleValue": -7.5 })),
        series(json!({ "int64Value": "-9223372036854775808" })),
        series(json!({ "doubleValue": 1e300 })),
        json!("nonsense"),
    ] {
        let fleet = Fleet::small().shared();
        let (ran, _google) = cycle(&fleet, vec![series_are(other.clone())]);
        assert!(matches!(ran.status, Some(0 | 3)), "{other}: {}", ran.stderr);
        for document in ran.documents() {
            assert!(failed(&document).iter().all(|name| *name == "monitoring"), "{other}");
            let services = document["services"].as_object().unwrap();
            for (name, own) in services.iter().filter(|(name, _)| *name != "monitoring") {
                let total = own["total_hourly_cost"].as_f64().unwrap();
                assert!((0.0..10.0).contains(&total), "{other}: {name} costs {total}");
            }
        }
    }
}
