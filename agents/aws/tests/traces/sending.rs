//! The trace context that a server gets, and where a document's trace goes on after a restart.

use crate::events::{named, read, spans};
use crate::support::agent::Agent;
use crate::support::aws::Aws;
use crate::support::fleet::Fleet;
use crate::support::http::{Reply, closed_port};
use crate::support::openfinops::{INGEST, OpenFinOps, REGISTER};

fn traced(aws: &Aws) -> (Agent, std::path::PathBuf) {
    let agent = Agent::of(aws);
    let file = agent.folder().join("events.jsonl");
    let agent = agent.variable("TELEMETRY_FILE", file.to_str().unwrap());
    (agent, file)
}

#[test]
fn the_server_gets_the_trace_context_of_the_span_that_sends() {
    let aws = Aws::with(Fleet::healthy());
    let server = OpenFinOps::healthy();
    let (agent, file) = traced(&aws);
    let ran = agent.run_within(20, &["--once", "--server", &server.url()]);
    assert_eq!(ran.status, Some(0), "{ran:?}");
    let spans = spans(&read(&file));
    for (path, name) in [(INGEST, "send"), (REGISTER, "register")] {
        let requests = server.requests(path);
        let sending = named(&spans, name);
        assert_eq!((requests.len(), sending.len()), (1, 1), "{name}");
        let context = format!("00-{}-{}-01", sending[0].trace, sending[0].id);
        assert_eq!(requests[0].header("traceparent"), Some(context.as_str()), "{name}");
    }
    let key = server.requests(INGEST)[0].header("idempotency-key").unwrap().to_owned();
    assert_eq!(named(&spans, "send")[0].attribute("document.id"), key.as_str());
}

#[test]
fn a_refused_document_fails_the_span_that_sent_it() {
    let aws = Aws::with(Fleet::healthy());
    let server = OpenFinOps::ingesting(|_| Some(Reply::of(400, "text/plain", "no")));
    let (agent, file) = traced(&aws);
    agent.run_within(20, &["--once", "--server", &server.url()]);
    let spans = spans(&read(&file));
    let error = &named(&spans, "send")[0].exit["error"];
    assert_eq!(error["type"], "Refused");
    assert!(error["message"].as_str().unwrap().contains("400"), "{error}");
}

#[test]
fn a_document_that_waits_for_another_run_is_sent_in_the_trace_that_collected_it() {
    let aws = Aws::with(Fleet::healthy());
    let (agent, file) = traced(&aws);
    let ran = agent.run_within(20, &["--once", "--server", &closed_port()]);
    assert_eq!(ran.status, Some(4), "{ran:?}");
    let first = spans(&read(&file));
    let collected = named(&first, "cycle")[0].clone();
    std::fs::remove_file(&file).unwrap();

    let server = OpenFinOps::healthy();
    let ran = agent.run_within(20, &["--once", "--server", &server.url()]);
    assert_eq!(ran.status, Some(0), "{ran:?}");
    let second = spans(&read(&file));
    let sent: Vec<&str> = named(&second, "send").iter().map(|span| span.trace.as_str()).collect();
    let now = named(&second, "cycle")[0];
    assert_eq!(sent.len(), 2);
    assert!(sent.contains(&collected.trace.as_str()) && sent.contains(&now.trace.as_str()));
    let old = named(&second, "send").into_iter().find(|it| it.trace == collected.trace).unwrap();
    assert_eq!(old.parent.as_deref(), Some(collected.id.as_str()));
}
