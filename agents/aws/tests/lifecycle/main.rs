//! The life of an agent that runs for months: what systemd, an operator, a dead server and a bad
//! disk do to it. The real binary, against scripted servers.

// Helpers outside of test functions unwrap too: a panic is how a test fails.
#![allow(clippy::unwrap_used)]

#[path = "../support/mod.rs"]
mod support;

mod admin;
mod alone;
mod damage;
mod deadline;
mod logs;
mod outage;
mod registration;
mod reload;
mod report;
mod secrets;
mod settings;
mod sinks;
mod stopping;
mod systemd;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use support::agent::Agent;
use support::aws::{Aws, Rule};
use support::fleet::Fleet;
use support::http::Reply;

/// An agent of the healthy fleet, and its AWS.
fn healthy() -> (Agent, Aws) {
    let aws = Aws::with(Fleet::healthy());
    (Agent::of(&aws), aws)
}

/// An agent of two regions that has patience, and an AWS that does not answer in `eu-west-1`.
fn half_hanging() -> (Agent, Aws) {
    let aws = Aws::failing(Box::new(|call, _| {
        (call.region == "eu-west-1" && call.operation == "DescribeInstances").then_some(Reply::Hang)
    }));
    let agent = Agent::of(&aws)
        .variable("OPENFINOPS_API_TIMEOUT", "60")
        .variable("AWS_REGION", "eu-west-1,us-east-1");
    (agent, aws)
}

/// A rule by which `operation` is answered once the gate is open, and the gate.
fn gated(operation: &'static str) -> (Rule, Arc<AtomicBool>) {
    let gate = Arc::new(AtomicBool::new(false));
    let open = Arc::clone(&gate);
    let rule: Rule = Box::new(move |call, _| {
        let deadline = Instant::now() + Duration::from_secs(30);
        while call.operation == operation
            && !open.load(Ordering::Relaxed)
            && Instant::now() < deadline
        {
            std::thread::sleep(Duration::from_millis(5));
        }
        None
    });
    (rule, gate)
}
