//! Secrets are in requests to their own place, and nowhere else.

use std::path::PathBuf;

use crate::support::agent::{Agent, Ran, SECRET_KEY, TOKEN};
use crate::support::aws::Aws;
use crate::support::fleet::Fleet;
use crate::support::http::Reply;
use crate::support::openfinops::{INGEST, OpenFinOps, REGISTER, refusal};
use crate::support::page::Page;
use crate::support::replies::xml;
use crate::support::running::{Running, wait_until};

const SESSION: &str = "scripted-session-token";
const MIRROR_TOKEN: &str = "scripted-mirror-token";

/// An agent that knows every kind of secret, and the file that names its sinks.
fn entrusted(aws: &Aws, server: &OpenFinOps, mirror: &OpenFinOps) -> (Agent, String) {
    let agent = Agent::of(aws)
        .variable("AWS_SESSION_TOKEN", SESSION)
        .variable("OPENFINOPS_TOKEN", TOKEN)
        .variable("OPENFINOPS_LISTEN", "127.0.0.1:0")
        .variable("OPENFINOPS_HEARTBEAT", "1");
    let token = agent.file("mirror-token", MIRROR_TOKEN);
    let text = format!(
        "server: {}\ninterval: 10\nlog_level: trace\noutput: json\nsinks:\n  - name: mirror\n    \
         server: {}\n    token_file: {token}\n",
        server.url(),
        mirror.url()
    );
    let config = agent.file("agent.yaml", &text);
    (agent, config)
}

/// None of the secrets is in there.
fn assert_no_secret(place: &str, bytes: &[u8]) {
    for secret in [SECRET_KEY, TOKEN, SESSION, MIRROR_TOKEN] {
        let found = bytes.windows(secret.len()).any(|part| part == secret.as_bytes());
        assert!(!found, "{secret} in {place}:\n{}", String::from_utf8_lossy(bytes));
    }
}

fn assert_silent(place: &str, ran: &Ran) {
    assert_no_secret(place, ran.stdout.as_bytes());
    assert_no_secret(place, ran.stderr.as_bytes());
}

/// Looks wherever anyone can look at an agent while it runs.
fn look_around(agent: &Agent, config: &str, running: &Running) {
    let page = Page::of(running);
    for path in ["/", "/metrics", "/readyz"] {
        assert_no_secret(path, page.get(path).1.as_bytes());
    }
    for arguments in [
        &["report"][..],
        &["report", "--output", "json", "--by", "resource"],
        &["report", "--output", "csv"],
        &["outbox", "list"],
        &["outbox", "show", "1"],
        &["check"],
        &["config", "validate"],
        &["--once"],
    ] {
        assert_silent(
            &arguments.join(" "),
            &agent.run(&[arguments, &["--config", config]].concat()),
        );
    }
    let files: Vec<PathBuf> = agent.entries().into_iter().filter(|it| it.is_file()).collect();
    assert!(files.iter().any(|path| path.ends_with("agent.db")), "{files:?}");
    for path in files {
        assert_no_secret(&path.display().to_string(), &std::fs::read(&path).unwrap());
    }
}

/// A server that refuses what comes to `path` with all that it was sent, as debugging servers do.
fn echoing(path: &'static str) -> OpenFinOps {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    OpenFinOps::listen(listener, move |request, _| {
        let sent = request.header("authorization").unwrap_or_default();
        (request.path == path).then(|| refusal(400, &format!("not for {sent}, whoever that is")))
    })
}

#[test]
fn secrets_are_nowhere_to_be_seen() {
    let aws = Aws::with(Fleet::healthy());
    let server = OpenFinOps::healthy();
    let mirror = OpenFinOps::scripted(|_, _| Some(Reply::Reset));
    let (agent, config) = entrusted(&aws, &server, &mirror);
    let running = agent.start(&["--config", &config]);
    running.wait_for_cycles(1);
    wait_until("the document came", || !server.documents().is_empty());
    look_around(&agent, &config, &running);
    assert_eq!(agent.waiting().len(), 1, "the mirror's was looked at");
    assert_silent("the agent's own output", &running.terminate());
}

#[test]
fn a_server_that_repeats_a_token_does_not_make_the_agent_repeat_it() {
    let aws = Aws::with(Fleet::healthy());
    let (server, mirror) = (echoing(INGEST), echoing(REGISTER));
    let (agent, config) = entrusted(&aws, &server, &mirror);
    let running = agent.start(&["--config", &config]);
    running.wait_for_log("a document was refused for good");
    running.wait_for_log("the registration was refused");
    running.wait_for_cycles(1);
    look_around(&agent, &config, &running);
    let [letter] = agent.outbox().try_into().unwrap();
    assert!(letter.contains("not for") && letter.contains("whoever that is"), "{letter}");
    assert_silent("the agent's own output", &running.terminate());
}

#[test]
fn an_error_that_repeats_a_session_token_does_not_make_the_agent_repeat_it() {
    // AWS explains a wrong signature with the request that it saw, headers included.
    let aws = Aws::failing(Box::new(|call, _| {
        let token = call.request.header("x-amz-security-token").unwrap_or_default();
        (call.operation == "DescribeDBInstances").then(|| {
            let body = format!(
                "<ErrorResponse><Error><Type>Sender</Type><Code>SignatureDoesNotMatch</Code>\
                 <Message>The request signature does not match.\n\nThe Canonical String should \
                 have been\n'POST\n/\n\nx-amz-security-token:{token}\n'</Message></Error>\
                 </ErrorResponse>"
            );
            match xml(&body) {
                Reply::Whole(mut answer) => {
                    answer.status = 403;
                    Reply::Whole(answer)
                }
                other => other,
            }
        })
    }));
    let server = OpenFinOps::healthy();
    let (agent, config) = entrusted(&aws, &server, &OpenFinOps::healthy());
    let running = agent.start(&["--config", &config]);
    running.wait_for_cycles(1);
    wait_until("the document came", || !server.documents().is_empty());
    let error = server.documents()[0]["services"]["rds"]["error"].to_string();
    assert!(error.contains("The request signature does not match"), "{error}");
    assert_no_secret("the document", &server.requests(INGEST)[0].body);
    look_around(&agent, &config, &running);
    assert_silent("the agent's own output", &running.terminate());
}
