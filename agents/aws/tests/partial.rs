//! What fails behind a service's first call: half a truth is never shown as the whole.

// Helpers outside of test functions unwrap too: a panic is how a test fails.
#![allow(clippy::unwrap_used)]

mod support;

use rust_decimal::Decimal;
use serde_json::{Value, json};

use support::agent::Agent;
use support::aws::{Aws, Call, Rule};
use support::cbor;
use support::documents::{assert_total, failed, record};
use support::facts;
use support::failed::{assert_failed, assert_others, cycle_with};
use support::fault::{CLOUDWATCH, EKS, Fault, RDS, Spelling, TAGGING, fails};
use support::fleet::{Fleet, Instance};
use support::http::Reply;
use support::priced::{assert_priced, assert_unpriced, document_of, month_of};
use support::replies::ec2;

/// The calls that complete a service's list, and the permissions that they need.
const SECOND: [(&str, &str, &str, Spelling); 4] = [
    ("rds", "DescribeDBClusters", "rds:DescribeDBClusters", RDS),
    ("eks", "DescribeCluster", "eks:DescribeCluster", EKS),
    ("eks", "ListNodegroups", "eks:ListNodegroups", EKS),
    ("eks", "DescribeNodegroup", "eks:DescribeNodegroup", EKS),
];

#[test]
fn a_list_that_cannot_be_completed_is_no_list() {
    for (service, operation, action, spelling) in SECOND {
        let document = cycle_with(fails(operation, spelling, Fault::Denied), 3);
        assert_failed(&document, service);
        assert_eq!(document["services"][service]["hint"], format!("grant {action}"));
        for fault in [Fault::Broken, Fault::Blank, Fault::Truncated] {
            assert_failed(&cycle_with(fails(operation, spelling, fault), 3), service);
        }
    }
}

#[test]
fn a_cluster_deleted_since_it_was_listed_is_left_out() {
    let fleet = Fleet { clusters: vec![("shop", "1.34")], ..Fleet::default() };
    let listed = |call: &Call, _: &dyn Fn() -> Reply| {
        let both = json!({ "clusters": ["gone", "shop"] }).to_string();
        (call.operation == "ListClusters").then(|| Reply::of(200, "application/json", both))
    };
    let ran = Agent::of(&Aws::scripted(fleet, vec![Box::new(listed)])).collect();
    assert_eq!(ran.status, Some(0), "{ran:?}");
    assert_total(&ran.document()["services"]["eks"], facts::control_plane("1.34").0);
}

#[test]
fn tags_that_cannot_be_read_cost_nothing_but_tags() {
    let document = cycle_with(fails("GetResources", TAGGING, Fault::Denied), 0);
    assert_others(&document, "none");
    let events = document["events"].as_array().unwrap();
    let services: Vec<&Value> = events
        .iter()
        .filter(|event| event["type"] == "tags_failed" && event["hint"] == "grant tag:GetResources")
        .map(|event| &event["service"])
        .collect();
    assert_eq!(services.len(), 2, "{events:?}");
}

#[test]
fn without_a_list_of_metrics_buckets_have_no_size_and_no_price() {
    let document = cycle_with(fails("ListMetrics", CLOUDWATCH, Fault::Denied), 0);
    let bucket = record(&document, "s3", "logs");
    assert_unpriced(bucket, "CloudWatch did not answer");
    assert_eq!(bucket["size_bytes"], Value::Null);
    assert_total(&document["services"]["s3"], Decimal::ZERO);
    let events = document["events"].as_array().unwrap();
    let hinted = |kind: &str| {
        let event = events.iter().find(|event| event["type"] == kind);
        event.is_some_and(|event| event["hint"] == "grant cloudwatch:ListMetrics")
    };
    assert!(hinted("bucket_sizes_failed") && hinted("memory_metrics_failed"), "{events:?}");
}

/// Changes CloudWatch's answers.
fn metrics(change: impl Fn(&mut Vec<Value>) + Send + Sync + 'static) -> Rule {
    Box::new(move |call, healthy| {
        let Reply::Whole(mut answer) = healthy() else { return None };
        if call.operation != "GetMetricData" {
            return None;
        }
        let mut data = cbor::decode(&answer.body).unwrap();
        change(data["MetricDataResults"].as_array_mut().unwrap());
        answer.body = cbor::encode(&data);
        Some(Reply::Whole(answer))
    })
}

/// Lambda's figures, and with them its cost, are not known; CloudWatch is named with the reason.
fn assert_lambda_unknown(document: &Value, reason: &str) {
    assert_eq!(failed(document), ["cloudwatch"], "{document}");
    let cloudwatch = &document["services"]["cloudwatch"];
    assert!(cloudwatch["error"].as_str().unwrap().contains(reason), "{cloudwatch}");
    let function = record(document, "lambda", "resize");
    assert_unpriced(function, "CloudWatch did not answer");
    assert_eq!(function["invocations_last_hour"], Value::Null, "{function}");
    assert_total(&document["services"]["lambda"], Decimal::ZERO);
}

#[test]
fn a_metric_that_cloudwatch_could_not_give_is_not_zero() {
    for status in ["InternalError", "Forbidden"] {
        let document = cycle_with(
            metrics(move |results| {
                for result in results {
                    result["StatusCode"] = status.into();
                    result["Values"] = json!([]);
                }
            }),
            3,
        );
        assert_lambda_unknown(&document, status);
    }
}

#[test]
fn a_metric_that_is_missing_from_the_answer_is_not_zero() {
    assert_lambda_unknown(&cycle_with(metrics(Vec::clear), 3), "no answer");
}

#[test]
fn a_sum_of_which_a_part_is_missing_is_no_sum() {
    let partial = metrics(|results| {
        results.iter_mut().for_each(|result| result["StatusCode"] = "PartialData".into());
    });
    assert_lambda_unknown(&cycle_with(partial, 3), "PartialData");
}

#[test]
fn a_list_that_repeats_itself_ends() {
    let endless: Rule = Box::new(|call, _| {
        let page = [Instance::linux("i-again", "m5.large")];
        (call.operation == "DescribeInstances")
            .then(|| ec2::instances(&page, Some("the same token")))
    });
    assert_failed(&cycle_with(endless, 3), "ec2");
}

#[test]
fn a_state_that_is_not_known_is_not_free() {
    let instances = vec![
        Instance { state: "hovering", ..Instance::linux("i-odd", "m5.large") },
        Instance { state: "pending", ..Instance::linux("i-new", "m5.large") },
        Instance::linux("i-plain", "m5.large"),
    ];
    let document = document_of(Fleet { instances, ..Fleet::default() });
    assert_unpriced(record(&document, "ec2", "i-odd"), "state hovering");
    assert_priced(record(&document, "ec2", "i-new"), Decimal::ZERO);
    assert_total(&document["summary"], month_of(facts::M5_LARGE));
}
