//! SIGTERM and SIGINT: an end in time, and nothing lost.

use std::time::{Duration, Instant};

use serde_json::Value;

use crate::support::agent::{Agent, Ran};
use crate::support::aws::Aws;
use crate::support::http::{Reply, Server, closed_port};
use crate::support::openfinops::OpenFinOps;
use crate::support::running::{Running, wait_until};
use crate::{half_hanging, healthy};

/// The generous bound on a stop that has two seconds of grace.
const SOON: Duration = Duration::from_secs(12);

/// Asks the agent to end; it must do so in time, by itself.
fn stop(running: Running, signal: &str) -> Ran {
    running.signal(signal);
    let ran = running.end_within(SOON);
    assert_eq!((ran.status, ran.stdout.as_str()), (Some(0), ""), "{ran:?}");
    ran
}

/// A server that registers and answers nothing else.
fn hanging() -> OpenFinOps {
    OpenFinOps::ingesting(|_| Some(Reply::Hang))
}

/// The outbox has the one scope that AWS answered for, whole.
fn assert_kept(agent: &Agent) {
    let [id] = agent.waiting().try_into().unwrap();
    let document: Value = serde_json::from_str(&agent.document(&id)).unwrap();
    assert_eq!(document["region"], "us-east-1");
    assert_eq!(document["summary"]["failed_services"], serde_json::json!([]));
}

#[test]
fn both_signals_end_it_while_aws_and_the_server_hang() {
    for signal in ["TERM", "INT"] {
        let (agent, _aws) = half_hanging();
        let agent = agent.variable("OPENFINOPS_GRACE", "2");
        let server = hanging();
        let running = agent.serve(&server.url(), &[]);
        wait_until("a document is sent", || !server.documents().is_empty());
        let ran = stop(running, signal);
        assert!(ran.stderr.contains("stopping within the grace period"), "{ran:?}");
        assert_kept(&agent);
    }
}

#[test]
fn it_ends_while_a_server_does_not_even_take_the_registration() {
    let (agent, _aws) = healthy();
    let agent = agent.variable("OPENFINOPS_GRACE", "2");
    let hole = Server::start(|_| Reply::Hang);
    let running = agent.serve(&hole.url(), &[]);
    running.wait_for_cycles(1);
    stop(running, "TERM");
    assert_kept(&agent);
}

#[test]
fn it_ends_while_aws_does_not_say_who_calls() {
    let aws = Aws::failing(Box::new(|call, _| {
        (call.operation == "GetCallerIdentity").then_some(Reply::Hang)
    }));
    let agent =
        Agent::of(&aws).variable("OPENFINOPS_API_TIMEOUT", "60").variable("OPENFINOPS_GRACE", "2");
    let running = agent.serve(&closed_port(), &[]);
    wait_until("a call", || !aws.calls("GetCallerIdentity").is_empty());
    let ran = stop(running, "TERM");
    assert!(ran.stderr.contains("the cycle was cut off after 0 scopes"), "{ran:?}");
    assert!(agent.waiting().is_empty());
}

#[test]
fn it_ends_while_nobody_says_what_region_it_is_in() {
    let hole = Server::start(|_| Reply::Hang);
    let agent = Agent::new()
        .without("AWS_ACCESS_KEY_ID")
        .without("AWS_SECRET_ACCESS_KEY")
        .without("AWS_EC2_METADATA_DISABLED")
        .variable("AWS_EC2_METADATA_SERVICE_ENDPOINT", hole.url())
        .variable("OPENFINOPS_GRACE", "2");
    let running = agent.serve(&closed_port(), &[]);
    running.wait_for_log("running a cycle every interval");
    stop(running, "TERM");
}

#[test]
fn a_second_signal_ends_it_at_once() {
    let (agent, _aws) = half_hanging();
    let agent = agent.variable("OPENFINOPS_GRACE", "600");
    let server = hanging();
    let running = agent.serve(&server.url(), &[]);
    wait_until("a document is sent", || !server.documents().is_empty());
    running.signal("TERM");
    running.wait_for_log("stopping within the grace period");
    running.signal("TERM");
    let ran = running.end_within(SOON);
    assert_eq!(ran.status, Some(0), "{ran:?}");
    assert!(ran.stderr.contains("stopped at once"), "{ran:?}");
    assert_kept(&agent);
}

#[test]
fn a_stop_sends_what_it_still_can() {
    let (agent, aws) = half_hanging();
    let agent = agent.variable("OPENFINOPS_GRACE", "6");
    // The breaker is closed and the server well: what the cut cycle stored goes out.
    let server = OpenFinOps::healthy();
    let running = agent.serve(&server.url(), &[]);
    wait_until("both regions were asked", || aws.calls("DescribeInstances").len() >= 2);
    wait_until("a document came", || !server.documents().is_empty());
    let begin = Instant::now();
    let ran = stop(running, "TERM");
    assert!(ran.stderr.contains("the cycle was cut off after 1 scopes"), "{ran:?}");
    assert!(begin.elapsed() < Duration::from_secs(12), "{ran:?}");
    assert!(agent.waiting().is_empty());
}

#[test]
fn a_single_cycle_that_is_stopped_says_so_and_loses_nothing() {
    for signal in ["TERM", "INT"] {
        let (agent, _aws) = half_hanging();
        let running = agent.start(&["--once", "--server", &closed_port(), "--output", "none"]);
        wait_until("a document waits", || agent.waiting().len() == 1);
        running.signal(signal);
        let folder = agent.data_dir();
        let words = ["stopped", folder.to_str().unwrap(), "the next run sends it"];
        running.end_within(SOON).assert_one_sentence(4, &words);
        assert_kept(&agent);
    }
}

#[test]
fn a_hangup_does_not_end_a_single_cycle() {
    let (agent, _aws) = half_hanging();
    let running = agent.start(&["--once", "--server", &closed_port(), "--output", "none"]);
    wait_until("a document waits", || agent.waiting().len() == 1);
    running.signal("HUP");
    running.signal("TERM");
    running.end_within(SOON).assert_one_sentence(4, &["stopped"]);
}
