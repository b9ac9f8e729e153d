//! The documents, key by key.

use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use serde_json::value::RawValue;
use serde_json::{Value, json};
use uuid::Uuid;

use super::*;
use crate::model::{
    CollectionStats, Costs, Event, Price, Quantity, Reading, Readings, Resource, Scope,
    ServiceFailure, ServiceOutcome, ServiceSnapshot, Snapshot, Traces, Unit, adjustment,
};

static EC2: ServiceView = ServiceView {
    service: "ec2",
    lists: &[ListView {
        kind: "instance",
        list: "instances",
        fields: &[
            Field::new("instance_id", Source::Id),
            Field::usage("cpu_usage"),
            Field::new("compute_hourly_cost", Source::Components(&["compute", "license"])),
        ],
    }],
    counts: &[CountView::new("total_instances", |all| Some(all.len() as u64))],
    summary_count: Some("total_ec2_instances"),
};
static RDS: ServiceView = ServiceView {
    service: "rds",
    lists: &[],
    counts: &[CountView::new("total_databases", |all| Some(all.len() as u64))],
    summary_count: Some("total_rds_databases"),
};
static S3: ServiceView = ServiceView {
    service: "s3",
    lists: &[],
    counts: &[CountView::new("total_buckets", |all| Some(all.len() as u64))],
    summary_count: Some("total_s3_buckets"),
};

fn sender() -> Sender {
    Sender {
        agent_id: "agent-1".to_owned(),
        hostname: "host".to_owned(),
        views: vec![&EC2, &RDS, &S3],
        other_view: None,
        identity: Arc::default(),
        started: Instant::now(),
    }
}

fn price(usd: &str) -> Arc<Price> {
    Arc::new(Price {
        unit_price: usd.parse().unwrap(),
        unit: Unit::Hour,
        source: "awsp".into(),
        as_of: jiff::civil::date(2025, 11, 3),
        sku_key: "aws/ec2/m5.large/us-east-1/linux/od/hour".into(),
    })
}

fn instance(id: &str) -> Resource {
    let mut instance = Resource::new("instance", id, &"us-east-1".into());
    instance.costs.add("compute", Quantity::ONE, price("0.096"));
    instance
}

fn snapshot(instances: Vec<Resource>, rds: ServiceOutcome) -> Snapshot {
    let service = |name: &'static str, outcome| ServiceSnapshot {
        name: name.into(),
        outcome,
        collected_at: "2026-11-20T10:05:51Z".parse().unwrap(),
    };
    Snapshot {
        id: Uuid::now_v7(),
        scope: Scope {
            provider: "aws",
            account_id: "123456789012".into(),
            region: "us-east-1".into(),
        },
        collected_at: Timestamp::from_millisecond(1_795_169_151_250).unwrap(),
        services: vec![service("ec2", ServiceOutcome::of(instances)), service("rds", rds)],
        readings: Readings::default(),
        events: vec![Event::now("metrics_limited", None, "only some".to_owned())],
        stats: CollectionStats {
            api_calls: 9,
            duration: Duration::from_millis(412),
            ..CollectionStats::default()
        },
        traces: Traces::default(),
    }
}

fn parts(snapshot: &Snapshot, limit: usize) -> Vec<Value> {
    let sender = sender();
    let document = Document { sender: &sender, snapshot };
    document.parts(limit).iter().map(|part| serde_json::to_value(part).unwrap()).collect()
}

#[test]
fn a_document_has_every_key_of_the_contract() {
    let document = parts(&snapshot(vec![instance("i-1")], ServiceOutcome::Empty), 10).remove(0);
    let keys: Vec<&str> = document.as_object().unwrap().keys().map(String::as_str).collect();
    let mut expected = [
        "agent_id",
        "timestamp",
        "hostname",
        "cloud_provider",
        "account_id",
        "region",
        "uptime_seconds",
        "snapshot_id",
        "part",
        "parts",
        "services",
        "summary",
        "metrics",
        "events",
        "traces",
        "agent",
    ];
    expected.sort_unstable();
    assert_eq!(keys, expected);
    assert_eq!(document["timestamp"], json!(1_795_169_151.25));
    let summary = &document["summary"];
    assert_eq!(summary["total_hourly_cost"], json!(0.096));
    assert_eq!(summary["daily_cost_estimate"], json!(2.3)); // 2.304
    assert_eq!(summary["monthly_cost_estimate"], json!(70.08));
    assert_eq!(summary["total_ec2_instances"], 1);
    assert_eq!(summary["total_rds_databases"], 0); // it answered: there is none
    assert_eq!(document["metrics"]["services"], document["services"]);
    assert_eq!(document["metrics"]["summary"], document["summary"]);
    assert_eq!(document["metrics"]["collection"]["duration_ms"], 412);
    let record = &document["services"]["ec2"]["instances"][0];
    assert_eq!(record["cpu_usage"], Value::Null); // not measured: unknown, not zero
    assert_eq!(
        record["price"][0],
        json!({
            "component": "compute", "quantity": 1.0, "unit_price": 0.096, "unit": "hour",
            "source": "awsp", "as_of": "2025-11-03",
            "sku_key": "aws/ec2/m5.large/us-east-1/linux/od/hour",
        })
    );
}

#[test]
fn a_failed_service_is_an_error_and_never_zero() {
    let failure = ServiceFailure {
        error: "AccessDenied: no".to_owned(),
        hint: Some("grant rds:DescribeDBInstances".to_owned()),
    };
    let document =
        parts(&snapshot(vec![instance("i-1")], ServiceOutcome::Failed(failure)), 10).remove(0);
    assert_eq!(document["summary"]["failed_services"], json!(["rds"]));
    assert_eq!(document["summary"]["total_rds_databases"], Value::Null);
    let rds = &document["services"]["rds"];
    assert_eq!(rds["error"], "AccessDenied: no");
    assert_eq!(rds["hint"], "grant rds:DescribeDBInstances");
    assert!(rds.get("total_hourly_cost").is_none() && rds.get("total_databases").is_none());
    assert_eq!(document["summary"]["total_hourly_cost"], json!(0.096));
}

#[test]
fn a_service_that_answered_in_part_shows_what_it_has_and_that_it_is_not_all() {
    let failure = ServiceFailure {
        error: "Unreachable: zones/europe-west1-b did not answer".to_owned(),
        hint: None,
    };
    let mut snapshot = snapshot(Vec::new(), ServiceOutcome::Empty);
    let instances = vec![instance("i-1"), instance("i-2")];
    snapshot.services[0].outcome = ServiceOutcome::Partial(instances, failure);
    snapshot.note_failures();
    let documents = parts(&snapshot, 1);
    assert_eq!(documents.len(), 2);
    for document in &documents {
        let ec2 = &document["services"]["ec2"];
        assert_eq!(ec2["instances"].as_array().unwrap().len(), 1);
        assert_eq!(ec2["total_hourly_cost"], json!(0.096));
        assert_eq!(ec2["complete"], false);
        assert_eq!(ec2["error"], "Unreachable: zones/europe-west1-b did not answer");
        assert_eq!(document["summary"]["failed_services"], json!(["ec2"]));
        // How many there are is not known.
        assert_eq!(document["summary"]["total_ec2_instances"], Value::Null);
    }
    let event = &documents[0]["events"][0];
    assert_eq!(event["type"], "service_incomplete");
    assert_eq!(event["service"], "ec2");
}

#[test]
fn what_has_no_price_is_null_with_its_reason_and_counted() {
    let mut unknown = Resource::new("instance", "i-2", &"us-east-1".into());
    unknown.costs = Costs::unpriced("compute", "no list price for x9.large");
    let mut partly = unknown.clone();
    partly.costs.add("address", Quantity::ONE, price("0.005"));
    let document = parts(&snapshot(vec![unknown, partly], ServiceOutcome::Empty), 10).remove(0);
    let ec2 = &document["services"]["ec2"];
    let (unknown, partly) = (&ec2["instances"][0], &ec2["instances"][1]);
    assert_eq!(unknown["hourly_cost"], Value::Null);
    assert_eq!(unknown["unpriced_reason"], "compute: no list price for x9.large");
    assert_eq!(partly["hourly_cost"], json!(0.005));
    assert_eq!(partly["compute_hourly_cost"], Value::Null);
    assert_eq!(partly["unpriced_components"], json!(["compute"]));
    assert_eq!((&ec2["unpriced"], &ec2["partly_priced"]), (&json!(1), &json!(1)));
    assert_eq!(document["summary"]["unpriced_resources"], 1);
    assert_eq!(ec2["total_hourly_cost"], json!(0.005));
}

#[test]
fn parts_add_up_to_the_whole_and_say_things_once() {
    let instances = (0..7).map(|number| instance(&format!("i-{number}"))).collect();
    let documents = parts(&snapshot(instances, ServiceOutcome::Empty), 3);
    let numbers: Vec<_> = documents.iter().map(|one| (&one["part"], &one["parts"])).collect();
    assert_eq!(numbers, [(&json!(1), &json!(3)), (&json!(2), &json!(3)), (&json!(3), &json!(3))]);
    assert!(documents.iter().all(|one| one["snapshot_id"] == documents[0]["snapshot_id"]));
    let count = |one: &Value| one["summary"]["total_ec2_instances"].as_u64().unwrap();
    assert_eq!(documents.iter().map(count).collect::<Vec<_>>(), [3, 3, 1]);
    let exact = |one: &Value| -> rust_decimal::Decimal {
        one["summary"]["monthly_cost_exact"].as_str().unwrap().parse().unwrap()
    };
    let sum: rust_decimal::Decimal = documents.iter().map(exact).sum();
    assert_eq!(sum, "490.56".parse().unwrap()); // 7 × 70.08
    let events: Vec<_> =
        documents.iter().map(|one| one["events"].as_array().unwrap().len()).collect();
    assert_eq!(events, [1, 0, 0]);
    assert!(documents[1]["metrics"].get("collection").is_none());
}

#[test]
fn traces_travel_as_they_are_with_the_first_part_which_says_how_many_were_left_out() {
    let mut snapshot = snapshot(vec![instance("i-1"), instance("i-2")], ServiceOutcome::Empty);
    let event = r#"{"event_type":"function_entry","sequence":1}"#;
    snapshot.traces.events.push(RawValue::from_string(event.to_owned()).unwrap());
    snapshot.traces.left_out = 3;
    let parts = parts(&snapshot, 1);
    assert_eq!(parts[0]["traces"], json!([{ "event_type": "function_entry", "sequence": 1 }]));
    assert_eq!(parts[0]["metrics"]["collection"]["traces_left_out"], 3);
    assert_eq!(parts[1]["traces"], json!([]));
}

fn reading(collector: &'static str, outcome: Result<Value, &str>) -> Reading {
    let failure = |error: &str| ServiceFailure { error: error.to_owned(), hint: None };
    let data = |data| serde_json::from_value(data).unwrap();
    Reading {
        collector: collector.into(),
        outcome: outcome.map(data).map_err(failure),
        details: serde_json::Map::from_iter([("exit_status".to_owned(), json!(0))]),
        collected_at: Timestamp::from_millisecond(1_795_169_151_500).unwrap(),
        duration: Duration::from_millis(7),
        lines: vec!["not for documents".to_owned()],
    }
}

#[test]
fn readings_travel_as_a_service_and_as_upstream_has_them() {
    let mut snapshot = snapshot(vec![instance("i-1"), instance("i-2")], ServiceOutcome::Empty);
    snapshot.readings = Readings {
        list: vec![
            reading("system_metrics", Ok(json!({ "cpu": { "usage_percent": 3.5 }, "b": 1 }))),
            reading("broken", Err("it hangs")),
        ],
        highlights: vec![("cpu_usage", json!(3.5))],
        cycle: 4,
    };
    let parts = parts(&snapshot, 1);
    let first = &parts[0];
    let collectors = &first["services"]["collectors"];
    assert_eq!(
        collectors["collectors"]["system_metrics"],
        json!({
            "data": { "cpu": { "usage_percent": 3.5 }, "b": 1 }, "healthy": true,
            "collection_time": 1_795_169_151.5, "duration_ms": 7, "exit_status": 0,
        })
    );
    assert_eq!(
        collectors["collectors"]["broken"],
        json!({
            "error": "it hangs", "healthy": false,
            "collection_time": 1_795_169_151.5, "duration_ms": 7, "exit_status": 0,
        })
    );
    assert_eq!(
        (&collectors["total_collectors"], &collectors["healthy_collectors"]),
        (&json!(2), &json!(1))
    );
    let metrics = &first["metrics"];
    assert_eq!(metrics["collectors"], collectors["collectors"]);
    assert_eq!(metrics["services"], first["services"]);
    for key in ["timestamp", "agent_id", "hostname", "environment"] {
        assert!(metrics.get(key).is_some(), "metrics has no {key}");
    }
    let summary = &first["summary"];
    assert_eq!(summary["failed_services"], json!(["broken"]));
    assert_eq!(summary["cpu_usage"], json!(3.5));
    // One of two works, which is fewer than four fifths.
    assert_eq!(summary["health_status"], "warning");
    assert_eq!(summary["total_metrics"], 2);
    assert_eq!(first["agent_health"]["metrics_count"], 4);
    assert!(parts[1]["services"].get("collectors").is_none(), "they travel once");
    assert_eq!(parts[1]["summary"]["failed_services"], json!([]));
}

#[test]
fn what_is_paid_stands_beside_what_the_list_says() {
    let mut discounted = instance("i-1");
    discounted.costs.add(adjustment::DISCOUNT, Quantity::ONE, price("-0.012"));
    let seen = snapshot(vec![discounted, instance("i-2")], ServiceOutcome::Empty);
    let document = parts(&seen, 10).remove(0);
    // 0.084 an hour are 61.32 a month; 0.096 are 70.08.
    let service = &document["services"]["ec2"];
    let record = &service["instances"][0];
    assert_eq!((&record["hourly_cost"], &record["monthly_cost"]), (&json!(0.084), &json!(61.32)));
    assert_eq!(record["list_hourly_cost"], json!(0.096));
    assert_eq!(record["list_monthly_cost"], json!(70.08));
    assert_eq!(record["compute_hourly_cost"], json!(0.096));
    assert_eq!(record["price"][1]["component"], "discount");
    assert_eq!(record["price"][1]["unit_price"], json!(-0.012));
    assert_eq!(service["instances"][1].get("list_hourly_cost"), None);
    for totals in [service, &document["summary"]] {
        assert_eq!(totals["total_hourly_cost"], json!(0.18));
        assert_eq!(totals["monthly_cost_exact"], "131.4");
        assert_eq!(totals["total_list_hourly_cost"], json!(0.192));
        assert_eq!(totals["total_list_monthly_cost"], json!(140.16));
        assert_eq!(totals["list_monthly_cost_exact"], "140.16");
    }
    assert_eq!(document["services"]["rds"].get("total_list_hourly_cost"), None);
}

#[test]
fn a_document_without_discounts_does_not_speak_of_lists() {
    let document = parts(&snapshot(vec![instance("i-1")], ServiceOutcome::Empty), 10).remove(0);
    assert!(!document.to_string().contains("list_"));
}
