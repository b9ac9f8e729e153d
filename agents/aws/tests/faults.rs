//! Replies that fail, for every service: the cycle completes, what failed is named with a hint,
//! and no total holds a guess.

// Helpers outside of test functions unwrap too: a panic is how a test fails.
#![allow(clippy::unwrap_used)]

mod support;

use rust_decimal::Decimal;
use serde_json::Value;

use support::agent::{Agent, Ran};
use support::aws::{Aws, Rule};
use support::documents::{assert_total, failed, record};
use support::facts::{M5_LARGE, MONTH, times};
use support::failed::{assert_failed, assert_others, cycle};
use support::fault::{Fault, STS, TARGETS, Target, Throttling, fails};
use support::fleet::{Fleet, Instance};
use support::replies::ec2;

/// How many cases run side by side.
const SIDE_BY_SIDE: usize = 8;

/// Runs `case` for every service, several at a time.
fn for_every_service(case: impl Fn(&Target) + Sync) {
    side_by_side(&TARGETS.iter().collect::<Vec<_>>(), |target| {
        // The name of what failed stands before the panic's own message.
        eprintln!("{}", target.name);
        case(target);
    });
}

fn side_by_side<T: Sync>(cases: &[T], run: impl Fn(&T) + Sync) {
    for batch in cases.chunks(SIDE_BY_SIDE) {
        std::thread::scope(|scope| {
            for one in batch {
                scope.spawn(|| run(one));
            }
        });
    }
}

#[test]
fn nothing_fails() {
    let aws = Aws::with(Fleet::healthy());
    let ran = Agent::of(&aws).collect();
    assert_eq!(ran.status, Some(0), "{ran:?}");
    let document = ran.document();
    assert!(failed(&document).is_empty());
    assert_others(&document, "none");
    assert_eq!(ran.stderr, "");
    let collection = &document["metrics"]["collection"];
    assert_eq!((&collection["retries"], &collection["throttled"]), (&0.into(), &0.into()));
    // The only calls that the scope's figures leave out are those that find the account.
    let calls = aws.count() - aws.calls("GetCallerIdentity").len();
    assert_eq!(collection["api_calls"], calls, "{collection}");
}

#[test]
fn denied() {
    for_every_service(|target| {
        let document = cycle(target, Fault::Denied);
        assert_failed(&document, target.name);
        let hint = document["services"][target.name]["hint"].as_str().unwrap();
        assert!(hint.contains(target.action), "{hint}");
    });
}

#[test]
fn credentials_that_end_during_the_cycle() {
    for_every_service(|target| {
        let document = cycle(target, Fault::Expired);
        assert_failed(&document, target.name);
        let hint = document["services"][target.name]["hint"].as_str().unwrap();
        assert!(hint.contains("renew the credentials"), "{hint}");
    });
}

#[test]
fn no_answer() {
    for_every_service(|target| assert_failed(&cycle(target, Fault::Hang), target.name));
}

#[test]
fn an_answer_that_ends_in_the_middle() {
    for_every_service(|target| assert_failed(&cycle(target, Fault::Truncated), target.name));
}

#[test]
fn a_proxys_page() {
    for_every_service(|target| assert_failed(&cycle(target, Fault::Html), target.name));
}

#[test]
fn a_body_that_cannot_be_parsed() {
    for_every_service(|target| assert_failed(&cycle(target, Fault::Broken), target.name));
}

#[test]
fn an_answer_without_a_body() {
    for_every_service(|target| assert_failed(&cycle(target, Fault::Blank), target.name));
}

#[test]
fn a_closed_connection() {
    for_every_service(|target| assert_failed(&cycle(target, Fault::Reset), target.name));
}

#[test]
fn throttled_without_end() {
    for_every_service(|target| {
        let fault = Fault::Throttled(usize::MAX, Throttling::Spelt);
        let document = cycle(target, fault);
        assert_failed(&document, target.name);
        let hint = document["services"][target.name]["hint"].as_str().unwrap();
        assert!(hint.contains("limits the rate"), "{hint}");
    });
}

/// Three throttles, then success: everything is there, and the throttles are counted.
fn throttled(throttling: Throttling) {
    for_every_service(|target| {
        let aws = Aws::failing(target.fails(Fault::Throttled(3, throttling)));
        let ran = Agent::of(&aws).variable("OPENFINOPS_API_ATTEMPTS", "5").collect();
        assert_eq!(ran.status, Some(0), "{}: {ran:?}", target.name);
        let document = ran.document();
        assert!(failed(&document).is_empty());
        assert_others(&document, "none");
        let collection = &document["metrics"]["collection"];
        assert_eq!(collection["retries"], 3, "{}: {collection}", target.name);
        assert_eq!(collection["throttled"], 3, "{}: {collection}", target.name);
    });
}

#[test]
fn throttled_by_a_bare_429() {
    throttled(Throttling::Bare(429));
}

#[test]
fn throttled_by_a_bare_503() {
    throttled(Throttling::Bare(503));
}

#[test]
fn throttled_in_the_protocols_own_words() {
    throttled(Throttling::Spelt);
}

#[test]
fn without_cloudwatch_what_is_provisioned_keeps_its_price() {
    let cloudwatch = TARGETS.iter().find(|target| target.name == "cloudwatch").unwrap();
    let document = cycle(cloudwatch, Fault::Denied);
    let instance = record(&document, "ec2", "i-web");
    assert_eq!(instance["hourly_cost"], 0.101); // 0.096 + 0.005 for its address
    assert_eq!(instance["cpu_usage"], Value::Null);
    for (service, id) in [("lambda", "resize"), ("s3", "logs")] {
        let record = record(&document, service, id);
        assert_eq!(record["hourly_cost"], Value::Null, "{record}");
        let reason = record["unpriced_reason"].as_str().unwrap();
        assert!(reason.contains("CloudWatch did not answer"), "{reason}");
    }
    assert_eq!(record(&document, "lambda", "resize")["invocations_last_hour"], Value::Null);
    assert_eq!(document["services"]["lambda"]["total_invocations_last_hour"], Value::Null);
    assert_eq!(document["summary"]["unpriced_resources"], 2);
}

#[test]
fn everything_denied_is_nothing_collected() {
    let rules = TARGETS.iter().map(|target| target.fails(Fault::Denied)).collect();
    let aws = Aws::scripted(Fleet::healthy(), rules);
    let ran = Agent::of(&aws).collect();
    assert_eq!(ran.status, Some(5), "{ran:?}");
    assert_total(&ran.document()["summary"], Decimal::ZERO);
}

#[test]
fn sts_that_refuses_is_a_matter_of_setup() {
    for (fault, hint) in
        [(Fault::Denied, "sts:GetCallerIdentity"), (Fault::Expired, "renew the credentials")]
    {
        let aws = Aws::failing(fails("GetCallerIdentity", STS, fault));
        Agent::of(&aws).collect().assert_one_sentence(2, &[hint]);
    }
}

#[test]
fn sts_that_does_not_answer_is_nothing_collected() {
    let faults =
        [Fault::Hang, Fault::Reset, Fault::Truncated, Fault::Html, Fault::Broken, Fault::Blank];
    side_by_side(&faults, |fault| {
        let aws = Aws::failing(fails("GetCallerIdentity", STS, *fault));
        Agent::of(&aws).collect().assert_one_sentence(5, &["sts:GetCallerIdentity", "check"]);
    });
}

const ROLES: &str = "accounts:\n  - role_arn: arn:aws:iam::222222222222:role/openfinops\n";

fn with_a_role(rules: Vec<Rule>) -> Ran {
    let aws = Aws::scripted(Fleet::healthy(), rules);
    let agent = Agent::of(&aws);
    let config = agent.file("agent.yaml", ROLES);
    agent.run_within(30, &["--once", "--server", "none", "--output", "json", "--config", &config])
}

#[test]
fn a_role_that_can_be_assumed_is_a_scope_of_its_own() {
    let ran = with_a_role(Vec::new());
    assert_eq!(ran.status, Some(0), "{ran:?}");
    let mut documents = ran.documents();
    documents.sort_by_key(|document| document["account_id"].to_string());
    let accounts: Vec<_> = documents.iter().map(|document| &document["account_id"]).collect();
    assert_eq!(accounts, ["123456789012", "222222222222"]);
    documents.iter().for_each(|document| assert_others(document, "none"));
}

#[test]
fn a_role_that_cannot_be_assumed_fails_its_own_scope() {
    side_by_side(&[Fault::Denied, Fault::Hang, Fault::Html], |fault| {
        let ran = with_a_role(vec![fails("AssumeRole", STS, *fault)]);
        assert_eq!(ran.status, Some(3), "{fault:?}: {ran:?}");
        let documents = ran.documents();
        assert_eq!(documents.len(), 2, "{ran:?}");
        for document in &documents {
            if document["account_id"] == "123456789012" {
                assert_others(document, "none");
                continue;
            }
            assert_eq!(failed(document), ["ec2", "ebs", "eks", "lambda", "rds", "s3"]);
            assert_total(&document["summary"], Decimal::ZERO);
            assert_eq!(document["summary"]["total_ec2_instances"], Value::Null);
            let hint = document["services"]["ec2"]["hint"].as_str().unwrap();
            assert!(hint.contains("sts:AssumeRole"), "{hint}");
        }
    });
}

/// 2,500 instances over three pages; `broken` is the page that fails.
fn pages(broken: Option<usize>) -> Rule {
    let instances: Vec<Instance> =
        (0..2_500).map(|index| Instance::linux(format!("i-{index}"), "m5.large")).collect();
    let denied = TARGETS[0].fails(Fault::Denied);
    Box::new(move |call, healthy| {
        if call.operation != "DescribeInstances" {
            return None;
        }
        let page = call.parameter("NextToken").map_or(0, |token| match token.as_str() {
            "page 1" => 1,
            "page 2" => 2,
            other => panic!("the token {other:?} was never given"),
        });
        if broken == Some(page) {
            return denied(call, healthy);
        }
        let next = ["page 1", "page 2"].get(page).copied();
        let end = (page * 1_000 + 1_000).min(instances.len());
        Some(ec2::instances(&instances[page * 1_000..end], next))
    })
}

#[test]
fn a_list_of_three_pages_is_complete() {
    let aws = Aws::scripted(Fleet::default(), vec![pages(None)]);
    let ran = Agent::of(&aws).collect();
    assert_eq!(ran.status, Some(0), "{}", ran.stderr);
    let document = ran.document();
    assert_eq!(aws.calls("DescribeInstances").len(), 3);
    assert_eq!(document["services"]["ec2"]["total_instances"], 2_500);
    assert_total(&document["services"]["ec2"], times(&["2500", M5_LARGE, MONTH]));
}

#[test]
fn a_list_whose_second_page_fails_is_no_list() {
    let aws = Aws::scripted(Fleet::healthy(), vec![pages(Some(1))]);
    let ran = Agent::of(&aws).collect();
    assert_eq!(ran.status, Some(3), "{}", ran.stderr);
    assert_eq!(aws.calls("DescribeInstances").len(), 2);
    assert_failed(&ran.document(), "ec2");
}
