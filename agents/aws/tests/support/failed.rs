//! What a document looks like in which one service failed.

use rust_decimal::Decimal;
use serde_json::Value;

use super::agent::Agent;
use super::aws::{Aws, Rule};
use super::documents::{assert_total, failed};
use super::facts;
use super::fault::{Fault, Target};

/// One cycle in which the service's call fails for good.
pub(crate) fn cycle(target: &Target, fault: Fault) -> Value {
    cycle_with(target.fails(fault), 3)
}

/// One cycle of the healthy fleet under a rule, and its end status.
pub(crate) fn cycle_with(rule: Rule, status: i32) -> Value {
    let aws = Aws::failing(rule);
    let ran = Agent::of(&aws).collect();
    assert_eq!(ran.status, Some(status), "{ran:?}");
    ran.document()
}

/// The service failed with an error and a hint, in every place where that is to be seen, and the
/// others have their exact totals.
pub(crate) fn assert_failed(document: &Value, name: &str) {
    assert_eq!(failed(document), [name], "{document}");
    let service = &document["services"][name];
    let error = service["error"].as_str().unwrap();
    let hint = service["hint"].as_str().unwrap_or_else(|| panic!("no hint: {service}"));
    assert!(!error.is_empty() && !hint.is_empty(), "{service}");
    assert!(service.get("total_hourly_cost").is_none(), "a total of what failed: {service}");
    let event = |event: &&Value| event["type"] == "service_failed" && event["service"] == name;
    let events = document["events"].as_array().unwrap();
    let event = events.iter().find(event).unwrap_or_else(|| panic!("no event: {events:?}"));
    assert_eq!((&event["error"], &event["hint"]), (&service["error"], &service["hint"]));
    assert_eq!(document["metrics"]["services"], document["services"]);
    assert_eq!(document["metrics"]["summary"], document["summary"]);
    assert_others(document, name);
}

/// Every service but `failed` has its exact total, and the summary is their sum.
pub(crate) fn assert_others(document: &Value, failed: &str) {
    let mut sum = Decimal::ZERO;
    for (name, healthy) in facts::healthy() {
        if name == failed {
            continue;
        }
        // Lambda and S3 cost what CloudWatch counts: without it they are not known.
        let known = failed != "cloudwatch" || !["lambda", "s3"].contains(&name);
        let monthly = if known { healthy } else { Decimal::ZERO };
        assert_total(&document["services"][name], monthly);
        assert_eq!(document["services"][name]["unpriced"], u8::from(!known), "{name}");
        sum += monthly;
    }
    assert_total(&document["summary"], sum);
    let counts = [
        ("ec2", "total_ec2_instances", 2),
        ("ebs", "total_ebs_volumes", 2),
        ("eks", "total_eks_clusters", 1),
        ("lambda", "total_lambda_functions", 1),
        ("rds", "total_rds_databases", 1),
        ("s3", "total_s3_buckets", 1),
    ];
    for (name, key, count) in counts {
        let expected = if name == failed { Value::Null } else { count.into() };
        assert_eq!(document["summary"][key], expected, "{key}");
    }
}
