//! Mistakes in what says how an agent runs and delivers.

use crate::support::agent::Agent;

/// The file with this text is wrong, and one sentence with these words says so.
fn assert_wrong(text: &str, words: &[&str]) {
    let agent = Agent::new();
    let config = agent.file("agent.yaml", text);
    agent.run(&["--config", &config]).assert_one_sentence(2, words);
}

#[test]
fn bounds_of_the_outbox() {
    assert_wrong(
        "outbox:\n  when_full: explode\n",
        &["agent.yaml:2:14", "`outbox.when_full`", "\"explode\"", "drop_oldest, block"],
    );
    assert_wrong("outbox:\n  max_bytes: 1000\n", &["`outbox.max_bytes`", "agent.yaml:2:14"]);
    assert_wrong("outbox:\n  max_age: 1\n", &["`outbox.max_age`"]);
    let agent = Agent::new().variable("OPENFINOPS_OUTBOX_WHEN_FULL", "drop");
    let words = ["environment variable OPENFINOPS_OUTBOX_WHEN_FULL", "drop_oldest, block"];
    agent.run(&["--server", "none"]).assert_one_sentence(2, &words);
    for right in ["block", "drop_oldest"] {
        let config = Agent::new();
        let file = config.file("agent.yaml", &format!("outbox:\n  when_full: {right}\n"));
        let ran = config.run(&["--config", &file, "config", "validate"]);
        assert_eq!(ran.status, Some(0), "{ran:?}");
    }
}

#[test]
fn times_that_make_no_sense() {
    for (text, key) in [
        ("interval: 9\n", "`interval`"),
        ("grace: 0\n", "`grace`"),
        ("heartbeat: 0\n", "`heartbeat`"),
        ("cycle_deadline: 0\n", "`cycle_deadline`"),
        ("send:\n  timeout: 0\n", "`send.timeout`"),
        ("send:\n  rate: 0\n", "`send.rate`"),
        ("history:\n  retention: 1h\n", "`history.retention`"),
    ] {
        assert_wrong(text, &["agent.yaml:", key]);
    }
}

#[test]
fn sinks_that_are_none() {
    let sink = |text: &str| format!("sinks:\n  - {text}\n");
    assert_wrong(&sink("file: a"), &["the name \"\""]);
    assert_wrong(&sink("{ name: server, file: a }"), &["the name \"server\""]);
    assert_wrong(&sink("{ name: a }"), &["neither a server nor a file", "one of server and file"]);
    assert_wrong(&sink("{ name: a, file: b, server: \"http://c\" }"), &["or both"]);
    assert_wrong(&sink("{ name: a, file: b, token_file: c }"), &["a file needs no token"]);
    assert_wrong(
        &sink("{ name: a, server: \"http://c\", token_file: missing }"),
        &["cannot be read"],
    );
    assert_wrong(&sink("{ name: a, file: b }\n  - { name: a, file: c }"), &["two sinks \"a\""]);
    let secret = Agent::new();
    let file = secret.file("agent.yaml", &sink("{ name: a, server: \"http://me:pass-word@c\" }"));
    let ran = secret.run(&["--config", &file]);
    ran.assert_one_sentence(2, &["user name or password"]);
    assert!(!ran.stderr.contains("pass-word"), "{ran:?}");
}
