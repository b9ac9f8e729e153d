//! Several sinks: each with its own queue, trouble and token.

use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use serde_json::Value;

use crate::healthy;
use crate::support::agent::{Agent, TOKEN};
use crate::support::http::closed_port;
use crate::support::openfinops::{INGEST, OpenFinOps, REGISTER};
use crate::support::running::wait_until;

const MIRROR_TOKEN: &str = "scripted-mirror-token";

/// Writes the configuration of a server, a file and a second server; the answer is its path.
fn configured(agent: &Agent, server: &str, mirror: &str) -> String {
    let archive = agent.folder().join("archive.jsonl");
    let token = agent.file("mirror-token", MIRROR_TOKEN);
    let text = format!(
        "server: {server}\ninterval: 10\nsinks:\n  - name: archive\n    file: {}\n  - name: mirror\n    \
         server: {mirror}\n    token_file: {token}\n",
        archive.display()
    );
    agent.file("agent.yaml", &text)
}

fn lines(archive: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(archive).unwrap_or_default();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Every request to `server` carries `token` and no other.
fn assert_token(server: &OpenFinOps, token: &str, other: &str) {
    let bearer = format!("Bearer {token}");
    for request in [REGISTER, INGEST].iter().flat_map(|path| server.requests(path)) {
        assert_eq!(request.header("authorization"), Some(bearer.as_str()));
        assert!(!request.contains(other), "the token of another sink: {request:?}");
    }
}

#[test]
fn a_dead_sink_holds_up_no_other_and_gets_everything_when_it_is_back() {
    let (agent, _aws) = healthy();
    let agent = agent.variable("OPENFINOPS_TOKEN", TOKEN);
    // An address of its own, so that nobody takes the port while nothing listens on it.
    let place = TcpListener::bind("127.0.0.2:0").unwrap().local_addr().unwrap();
    let config = configured(&agent, &closed_port(), &format!("http://{place}"));
    let ran = agent.run_within(30, &["--once", "--config", &config, "--output", "none"]);
    assert_eq!(ran.status, Some(4), "{ran:?}");
    let waiting = agent.outbox();
    for sink in [" server ", " mirror "] {
        let of_sink = waiting.iter().filter(|line| line.contains(sink)).count();
        assert_eq!(of_sink, 1, "{sink} in {waiting:?}");
    }
    let archive = agent.folder().join("archive.jsonl");
    assert_eq!(lines(&archive).len(), 1, "the file got its document at once");

    let server = OpenFinOps::healthy();
    let config = configured(&agent, &server.url(), &format!("http://{place}"));
    let running = agent.start(&["--config", &config]);
    wait_until("the server has both", || server.documents().len() == 2);
    wait_until("the file has both", || lines(&archive).len() == 2);
    let waits_for_mirror = |line: &String| line.contains(" mirror ") && line.contains("waiting");
    wait_until("only the mirror's wait", || {
        let waiting = agent.outbox();
        waiting.len() == 2 && waiting.iter().all(waits_for_mirror)
    });

    let mirror = OpenFinOps::listen(TcpListener::bind(place).unwrap(), |_, _| None);
    wait_until("nothing waits", || agent.outbox().is_empty());
    running.terminate();
    assert_eq!(mirror.documents(), server.documents());
    assert_eq!(mirror.documents(), lines(&archive));
    let mode = archive.metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!(mode, 0o600, "{mode:o}");
    assert_token(&server, TOKEN, MIRROR_TOKEN);
    assert_token(&mirror, MIRROR_TOKEN, TOKEN);
}

#[test]
fn a_file_that_cannot_be_written_is_told_and_holds_up_no_other() {
    let (agent, _aws) = healthy();
    let server = OpenFinOps::healthy();
    let text = format!(
        "server: {}\nsinks:\n  - name: archive\n    file: {}/missing/file\n",
        server.url(),
        agent.folder().display()
    );
    let config = agent.file("agent.yaml", &text);
    let ran = agent.run_within(30, &["--once", "--config", &config, "--output", "none"]);
    ran.assert_one_sentence(4, &["missing/file", "check where they go", "1 document is kept"]);
    assert_eq!(server.documents().len(), 1);
    assert!(agent.outbox().iter().all(|line| line.contains(" archive ")));
}
