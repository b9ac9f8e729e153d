//! The way to the server: nothing is lost, nothing is sent twice as two, no secret leaks.

// Helpers outside of test functions unwrap too: a panic is how a test fails.
#![allow(clippy::unwrap_used)]

mod support;

use std::os::unix::fs::PermissionsExt as _;
use std::time::Duration;

use serde_json::Value;

use support::agent::{Agent, Ran, TOKEN};
use support::aws::Aws;
use support::fleet::Fleet;
use support::http::{Reply, closed_port};
use support::openfinops::{INGEST, OpenFinOps, REGISTER, refusal};
use support::running::wait_until;

/// An agent of the healthy fleet, and its AWS.
fn healthy() -> (Agent, Aws) {
    let aws = Aws::with(Fleet::healthy());
    (Agent::of(&aws), aws)
}

/// One cycle that sends to `server`, its documents also on standard output.
fn send(agent: &Agent, server: &str) -> Ran {
    agent.run_within(20, &["--once", "--server", server, "--output", "json"])
}

/// The key under which a document travels.
fn key(document: &Value) -> String {
    format!("{}-{:05}", document["snapshot_id"].as_str().unwrap(), 1)
}

#[test]
fn what_is_printed_is_what_is_sent() {
    let (agent, _aws) = healthy();
    let server = OpenFinOps::healthy();
    let ran = send(&agent, &server.url());
    assert_eq!((ran.status, ran.stderr.as_str()), (Some(0), ""));
    let sent = server.requests(INGEST);
    assert_eq!(sent.len(), 1);
    assert_eq!(String::from_utf8_lossy(&sent[0].body), ran.stdout.trim_end());
    assert_eq!(sent[0].header("idempotency-key"), Some(key(&ran.document()).as_str()));
    assert_eq!(sent[0].header("content-type"), Some("application/json"));
    let registered: Value = serde_json::from_slice(&server.requests(REGISTER)[0].body).unwrap();
    for key in ["agent_id", "hostname", "cloud_provider", "region", "config"] {
        assert!(!registered[key].is_null(), "no {key}: {registered}");
    }
    assert_eq!(registered["agent_id"], ran.document()["agent_id"]);
    assert!(agent.waiting().is_empty());
}

#[test]
fn standard_output_holds_documents_or_nothing() {
    let (agent, _aws) = healthy();
    let server = OpenFinOps::healthy();
    let url = server.url();
    // Logs at their loudest go elsewhere; `document` fails on any other line.
    let ran = agent.run(&["--once", "--server", &url, "--output", "json", "--debug"]);
    assert_eq!(ran.document()["cloud_provider"], "aws");
    let ran = agent.run(&["--once", "--server", &url, "--output", "none"]);
    assert_eq!((ran.status, ran.stdout.as_str(), ran.stderr.as_str()), (Some(0), "", ""));
    let ran = agent.run(&["--once", "--server", &url]);
    assert!(ran.stdout.contains("Cost by service"), "{ran:?}");
}

#[test]
fn what_was_kept_is_sent_by_the_next_run() {
    let (agent, _aws) = healthy();
    let first = send(&agent, &closed_port());
    assert_eq!(first.status, Some(4), "{first:?}");
    let second = send(&agent, &closed_port());
    assert_eq!(second.status, Some(4), "{second:?}");
    assert_eq!(agent.waiting().len(), 2);

    let server = OpenFinOps::healthy();
    let third = send(&agent, &server.url());
    assert_eq!(third.status, Some(0), "{third:?}");
    // The oldest first, byte for byte, under their own keys.
    let sent = server.requests(INGEST);
    assert_eq!(sent.len(), 3);
    for (request, ran) in sent.iter().zip([&first, &second, &third]) {
        assert_eq!(String::from_utf8_lossy(&request.body), ran.stdout.trim_end());
        assert_eq!(request.header("idempotency-key"), Some(key(&ran.document()).as_str()));
    }
    assert!(agent.waiting().is_empty());
}

#[test]
fn the_agents_id_survives_and_its_files_are_its_own() {
    let (agent, _aws) = healthy();
    let first = send(&agent, &closed_port()).document();
    let second = send(&agent, &closed_port()).document();
    assert_eq!(first["agent_id"], second["agent_id"]);
    assert_ne!(first["snapshot_id"], second["snapshot_id"]);
    let entries = agent.entries();
    assert!(entries.len() > 5, "{entries:?}");
    for path in entries {
        let mode = path.metadata().unwrap().permissions().mode() & 0o777;
        let expected = if path.is_dir() { 0o700 } else { 0o600 };
        assert_eq!(mode, expected, "{} is {mode:o}", path.display());
    }
}

#[test]
fn the_token_goes_to_the_server_and_nowhere_else() {
    let server = OpenFinOps::healthy();
    let refusing = OpenFinOps::scripted(|_, _| Some(refusal(401, "who are you?")));
    let closed = closed_port();
    for url in [server.url(), refusing.url(), closed] {
        let (agent, _aws) = healthy();
        let file = agent.file("token", &format!("{TOKEN}\n"));
        let flags = ["--once", "--server", &url, "--output", "json", "--log-level", "trace"];
        // Every run fails the test where the token is in its output.
        agent.run(&flags);
        let agent = agent.variable("OPENFINOPS_TOKEN", TOKEN);
        agent.run(&flags);
        let agent = agent.without("OPENFINOPS_TOKEN").variable("OPENFINOPS_TOKEN_FILE", file);
        agent.run(&flags);
        agent.run(&["config", "validate"]);
        for path in agent.entries().iter().filter(|path| path.is_file()) {
            let bytes = std::fs::read(path).unwrap();
            let text = String::from_utf8_lossy(&bytes);
            assert!(!text.contains(TOKEN), "{}", path.display());
        }
    }
    for path in [REGISTER, INGEST] {
        let tokens: Vec<bool> = server
            .requests(path)
            .iter()
            .map(|it| it.header("authorization") == Some(format!("Bearer {TOKEN}").as_str()))
            .collect();
        assert_eq!(tokens, [false, true, true], "{path}");
    }
}

#[test]
fn a_token_is_not_sent_in_clear_text_to_another_machine() {
    let (agent, _aws) = healthy();
    let agent = agent.variable("OPENFINOPS_TOKEN", TOKEN);
    let ran = agent.run(&["--once", "--server", "http://finops.example:8080"]);
    ran.assert_one_sentence(2, &["clear text", "use https"]);
}

#[test]
fn a_refused_document_is_put_aside_and_blocks_nothing() {
    let (agent, _aws) = healthy();
    let server =
        OpenFinOps::ingesting(|before| (before == 0).then(|| refusal(400, "agent_id is required")));
    let first = send(&agent, &server.url());
    assert_eq!(first.status, Some(4), "{first:?}");
    assert_eq!(first.stderr.lines().count(), 1, "{first:?}");
    assert!(first.stderr.contains("agent_id is required"), "{first:?}");
    assert!(first.stderr.contains("aws-agent outbox list"), "{first:?}");
    assert!(agent.waiting().is_empty());
    let [line] = agent.outbox().try_into().unwrap();
    assert!(line.contains("refused: ") && line.contains("status 400"), "{line}");
    assert!(line.contains("agent_id is required"), "{line}");
    let id = line.split_whitespace().next().unwrap();
    assert_eq!(agent.document(id), first.stdout);

    let second = send(&agent, &server.url());
    assert_eq!(second.status, Some(0), "{second:?}");
    // Once whatever was wrong is mended, it is sent again under its key.
    let retried = agent.run(&["outbox", "retry", id]);
    assert_eq!((retried.status, retried.stdout.as_str()), (Some(0), "1 to be sent again\n"));
    let third = send(&agent, &server.url());
    assert_eq!(third.status, Some(0), "{third:?}");
    let keys: Vec<String> = server
        .requests(INGEST)
        .iter()
        .map(|request| request.header("idempotency-key").unwrap().to_owned())
        .collect();
    let [first, second, third] = [first, second, third].map(|ran| key(&ran.document()));
    assert_eq!(keys, [first.clone(), second, first, third]);
    assert!(agent.outbox().is_empty());
}

#[test]
fn the_outbox_command_says_what_cannot_be_done() {
    let (agent, _aws) = healthy();
    let list = agent.run(&["outbox", "list"]);
    assert_eq!(list.stdout, "nothing waits and nothing was refused\n");
    agent.run(&["outbox", "show", "7"]).assert_one_sentence(2, &["there is no outbox in"]);
    assert!(!agent.data_dir().exists(), "looking makes nothing");
    send(&agent, &closed_port());
    agent.run(&["outbox", "show", "7"]).assert_one_sentence(2, &["no document 7", "outbox list"]);
    agent.run(&["outbox", "retry", "1"]).assert_one_sentence(2, &["document 1 was not refused"]);
    agent.run(&["outbox", "retry", "--all"]).assert_one_sentence(2, &["no document was refused"]);
    agent.run(&["outbox", "drop", "7"]).assert_one_sentence(2, &["no document 7"]);
    let usage = agent.run(&["outbox", "drop"]);
    assert_eq!(usage.status, Some(2), "{usage:?}");
    let dropped = agent.run(&["outbox", "drop", "1"]);
    assert_eq!(dropped.stdout, "document 1 is gone\n");
    assert!(agent.outbox().is_empty());
}

#[test]
fn a_server_in_passing_trouble_gets_the_same_document_again() {
    for status in [408, 425, 429, 500, 503] {
        let (agent, _aws) = healthy();
        let server =
            OpenFinOps::ingesting(move |before| (before < 2).then(|| refusal(status, "later")));
        let ran = send(&agent, &server.url());
        assert_eq!((ran.status, ran.stderr.as_str()), (Some(0), ""), "{status}");
        let keys: Vec<String> = server
            .requests(INGEST)
            .iter()
            .map(|request| request.header("idempotency-key").unwrap().to_owned())
            .collect();
        assert_eq!(keys, vec![key(&ran.document()); 3], "{status}");
    }
}

#[test]
fn a_connection_that_breaks_is_tried_again() {
    let (agent, _aws) = healthy();
    let server = OpenFinOps::scripted(|_, before| (before == 0).then_some(Reply::Reset));
    let ran = send(&agent, &server.url());
    assert_eq!((ran.status, ran.stderr.as_str()), (Some(0), ""), "{ran:?}");
    assert_eq!((server.requests(REGISTER).len(), server.requests(INGEST).len()), (2, 2));
}

#[test]
fn retry_after_is_honoured() {
    let (agent, _aws) = healthy();
    let server = OpenFinOps::ingesting(|before| {
        (before == 0).then(|| refusal(429, "slower").with("retry-after", "2"))
    });
    let ran = send(&agent, &server.url());
    assert_eq!(ran.status, Some(0), "{ran:?}");
    let sent = server.requests(INGEST);
    assert_eq!(sent.len(), 2);
    // Its own waits are a quarter of a second at most.
    let waited = sent[1].at - sent[0].at;
    assert!(waited >= Duration::from_secs(2), "{waited:?}");
}

#[test]
fn a_long_retry_after_is_left_to_the_next_run() {
    let (agent, _aws) = healthy();
    let server =
        OpenFinOps::ingesting(|_| Some(refusal(429, "slower").with("retry-after", "3600")));
    let ran = agent.run(&["--once", "--server", &server.url(), "--output", "none"]);
    ran.assert_one_sentence(4, &["429", "next run"]);
    assert_eq!(server.requests(INGEST).len(), 1);
    assert_eq!(agent.waiting().len(), 1);
}

#[test]
fn a_redirect_is_not_followed() {
    let other = OpenFinOps::healthy();
    let url = other.url();
    let server = OpenFinOps::scripted(move |path, _| {
        Some(Reply::of(307, "text/plain", "").with("location", format!("{url}{path}")))
    });
    let (agent, _aws) = healthy();
    let agent = agent.variable("OPENFINOPS_TOKEN", TOKEN);
    let ran = agent.run(&["--once", "--server", &server.url(), "--output", "none"]);
    ran.assert_one_sentence(4, &["307"]);
    assert!(!server.requests(REGISTER).is_empty());
    assert!(other.requests(REGISTER).is_empty() && other.requests(INGEST).is_empty());
    assert_eq!(agent.waiting().len(), 1);
}

/// Runs cycle after cycle until SIGTERM, which comes as soon as `ready`.
fn until_terminated(agent: &Agent, server: &str, ready: impl Fn() -> bool) -> Ran {
    // Ten seconds is the shortest interval; the first start is within a tenth of it.
    let running = agent.start(&["--server", server, "--interval", "10"]);
    wait_until("ready", ready);
    running.signal("TERM");
    let ran = running.end_within(Duration::from_secs(5));
    assert_eq!((ran.status, ran.stdout.as_str()), (Some(0), ""), "{ran:?}");
    ran
}

#[test]
fn sigterm_ends_cleanly_between_cycles() {
    let (agent, _aws) = healthy();
    let server = OpenFinOps::healthy();
    // Between cycles: the server has the document, and the agent knows that it has.
    let delivered = || !server.requests(INGEST).is_empty();
    until_terminated(&agent, &server.url(), || delivered() && agent.waiting().is_empty());
    until_terminated(&agent, &closed_port(), || agent.waiting().len() == 1);
    // What was kept is sent by whoever comes next.
    assert_eq!(send(&agent, &server.url()).status, Some(0));
    assert_eq!(server.requests(INGEST).len(), 3);
}

#[test]
fn sigterm_while_the_server_hangs_keeps_the_document() {
    let (agent, _aws) = healthy();
    let agent = agent.variable("OPENFINOPS_GRACE", "2");
    let server = OpenFinOps::ingesting(|_| Some(Reply::Hang));
    until_terminated(&agent, &server.url(), || !server.requests(INGEST).is_empty());
    assert_eq!(agent.waiting().len(), 1);
}

#[test]
fn sigterm_while_aws_hangs_keeps_what_other_scopes_gave() {
    let aws = Aws::failing(Box::new(|call, _| {
        (call.region == "eu-west-1" && call.operation == "DescribeInstances").then_some(Reply::Hang)
    }));
    let agent = Agent::of(&aws)
        .variable("OPENFINOPS_GRACE", "2")
        .variable("OPENFINOPS_API_TIMEOUT", "60")
        .variable("AWS_REGION", "eu-west-1,us-east-1");
    until_terminated(&agent, &closed_port(), || agent.waiting().len() == 1);
    let document: Value = serde_json::from_str(&agent.document(&agent.waiting()[0])).unwrap();
    assert_eq!(document["region"], "us-east-1");
}
