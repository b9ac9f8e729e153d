//! One cycle is one trace: cycle → scope → service → API call, and what is sent.

use std::collections::BTreeSet;

use crate::events::{assert_nested, assert_valid, named, path, read, spans};
use crate::support::agent::Agent;
use crate::support::aws::Aws;
use crate::support::fault::{Fault, TARGETS};
use crate::support::fleet::Fleet;
use crate::support::openfinops::OpenFinOps;

const CALLER: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

/// An agent that writes its events to a file of its folder.
fn traced(aws: &Aws) -> Agent {
    let agent = Agent::of(aws);
    let file = agent.folder().join("events.jsonl").to_str().unwrap().to_owned();
    agent.variable("TELEMETRY_FILE", file)
}

/// An AWS that lets the agent see everything but one service.
pub(crate) fn denied(service: &str) -> Aws {
    let target = TARGETS.iter().find(|target| target.name == service).unwrap();
    Aws::failing(target.fails(Fault::Denied))
}

fn once(agent: &Agent, server: &str) -> Vec<serde_json::Value> {
    let ran = agent.run_within(20, &["--once", "--server", server]);
    assert!(matches!(ran.status, Some(0 | 3 | 4)), "{ran:?}");
    read(&agent.folder().join("events.jsonl"))
}

#[test]
fn a_cycle_is_one_trace_of_valid_events_that_nest() {
    let aws = Aws::with(Fleet::healthy());
    let server = OpenFinOps::healthy();
    let events = once(&traced(&aws), &server.url());
    assert_valid(&events);
    let spans = spans(&events);
    assert_eq!(events.len(), spans.len() * 2, "an entry and an exit each");
    assert_nested(&spans);
    let traces: BTreeSet<&str> = spans.values().map(|span| span.trace.as_str()).collect();
    assert_eq!(traces.len(), 1, "{traces:?}");
    // Numbered in the order in which they stand.
    let numbers: Vec<u64> = events.iter().map(|it| it["sequence"].as_u64().unwrap()).collect();
    assert_eq!(numbers, (1..=events.len() as u64).collect::<Vec<_>>());

    let cycles = named(&spans, "cycle");
    assert_eq!(cycles.len(), 1);
    assert_eq!(cycles[0].parent, None);
    let scope = named(&spans, "scope");
    assert_eq!(scope.len(), 1);
    assert_eq!(path(&spans, scope[0]), ["scope", "cycle"]);
    assert_eq!(scope[0].attribute("cloud.region"), "us-east-1");
    assert_eq!(scope[0].attribute("cloud.account.id"), "123456789012");
    for name in ["ec2", "ebs", "eks", "lambda", "rds", "s3", "cloudwatch"] {
        let of_service = named(&spans, "service");
        let service = of_service.iter().find(|it| it.attribute("service.name") == name).unwrap();
        assert_eq!(path(&spans, service), ["service", "scope", "cycle"], "{name}");
    }
    let call = |method: &str| {
        let calls = named(&spans, "api_call");
        let call = calls.into_iter().find(|call| call.attribute("rpc.method") == method);
        call.unwrap_or_else(|| panic!("no {method}"))
    };
    for method in ["DescribeInstances", "DescribeVolumes", "DescribeDBInstances", "ListFunctions"] {
        let call = call(method);
        assert_eq!(path(&spans, call), ["api_call", "service", "scope", "cycle"], "{method}");
        assert!(events.iter().any(|event| {
            event["event_type"] == "function_entry" && event["attributes"]["rpc.method"] == method
        }));
        assert_eq!(call.attribute("http.response.status_code"), 200);
        assert_eq!(call.attribute("rpc.attempts"), 1);
    }
    assert_eq!(path(&spans, call("GetCallerIdentity")), ["api_call", "cycle"]);
    assert_eq!(path(&spans, named(&spans, "send")[0]), ["send", "cycle"]);
    assert_eq!(path(&spans, named(&spans, "register")[0]), ["register", "cycle"]);
}

#[test]
fn every_call_to_aws_is_a_span() {
    let aws = Aws::with(Fleet::healthy());
    let spans = spans(&once(&traced(&aws), "none"));
    let attempts: u64 = named(&spans, "api_call")
        .iter()
        .map(|call| call.attribute("rpc.attempts").as_u64().unwrap())
        .sum();
    assert_eq!(attempts, aws.count() as u64);
}

#[test]
fn a_failure_fails_its_call_and_its_service_and_nothing_else() {
    let aws = denied("rds");
    let events = once(&traced(&aws), "none");
    assert_valid(&events);
    let spans = spans(&events);
    let failed: Vec<_> = spans.values().filter(|span| !span.exit["error"].is_null()).collect();
    let mut names: Vec<&str> = failed.iter().map(|span| span.name.as_str()).collect();
    names.sort_unstable();
    assert_eq!(names, ["api_call", "service"]);
    for span in failed {
        assert_eq!(span.exit["severity"], "ERROR");
        if span.name == "service" {
            assert_eq!(span.attribute("service.name"), "rds");
            assert_eq!(span.exit["error"]["type"], "ServiceFailed");
            let message = span.exit["error"]["message"].as_str().unwrap();
            assert!(message.starts_with("AccessDenied"), "{message}");
        } else {
            assert_eq!(span.attribute("rpc.method"), "DescribeDBInstances");
            assert_eq!(span.exit["error"]["type"], "ServiceError");
        }
    }
}

#[test]
fn a_cycle_that_is_sampled_out_leaves_no_event_unless_something_fails() {
    let aws = Aws::with(Fleet::healthy());
    let agent = traced(&aws).variable("TELEMETRY_SAMPLE_RATIO", "0");
    assert_eq!(once(&agent, "none"), Vec::<serde_json::Value>::new());

    let aws = denied("rds");
    let agent = traced(&aws).variable("TELEMETRY_SAMPLE_RATIO", "0");
    let events = once(&agent, "none");
    assert_valid(&events);
    let spans = spans(&events);
    let cycle = named(&spans, "cycle")[0];
    assert_eq!(cycle.exit["severity"], "ERROR");
    assert!(!cycle.exit["error"]["message"].as_str().unwrap().is_empty(), "{cycle:?}");
}

#[test]
fn a_callers_trace_goes_on_and_a_broken_one_does_not() {
    let aws = Aws::with(Fleet::healthy());
    let spans_of = |traceparent: &str| {
        spans(&once(&traced(&aws).variable("TRACEPARENT", traceparent), "none"))
    };
    let within = spans_of(CALLER);
    for span in within.values() {
        assert_eq!(span.trace, "4bf92f3577b34da6a3ce929d0e0e4736");
    }
    assert_eq!(named(&within, "cycle")[0].parent.as_deref(), Some("00f067aa0ba902b7"));
    let alone = spans_of("00-nonsense-00f067aa0ba902b7-01");
    assert_eq!(named(&alone, "cycle")[0].parent, None);
}

#[test]
fn a_snapshot_carries_what_collecting_it_did_with_every_parent() {
    let aws = Aws::with(Fleet::healthy());
    let document = Agent::of(&aws).collect().document();
    let events = document["traces"].as_array().unwrap();
    assert_valid(events);
    let known: BTreeSet<&str> = events
        .iter()
        .filter(|event| event["event_type"] == "function_entry")
        .map(|event| event["span_id"].as_str().unwrap())
        .collect();
    for event in events {
        let parent = event["parent_span_id"].as_str();
        assert!(parent.is_none_or(|parent| known.contains(parent)), "no parent of {event}");
    }
    let names: BTreeSet<&str> =
        events.iter().map(|event| event["function_name"].as_str().unwrap()).collect();
    assert_eq!(names, BTreeSet::from(["api_call", "cycle", "scope", "service"]));

    let few = Agent::of(&aws).variable("OPENFINOPS_TELEMETRY_SNAPSHOT_EVENTS", "5");
    let document = few.collect().document();
    assert_eq!(document["traces"].as_array().unwrap().len(), 5);
    let left_out = document["metrics"]["collection"]["traces_left_out"].as_u64().unwrap();
    assert_eq!(left_out + 5, events.len() as u64);

    let none = Agent::of(&aws).variable("OPENFINOPS_TELEMETRY_SNAPSHOT_EVENTS", "0");
    assert_eq!(none.collect().document()["traces"], serde_json::json!([]));
}
