//! A data directory that is damaged, or none at all.

use std::path::PathBuf;

use serde_json::Value;

use crate::healthy;
use crate::support::agent::{Agent, Ran};
use crate::support::http::closed_port;
use crate::support::openfinops::OpenFinOps;
use crate::support::running::wait_until;

/// One cycle, its documents on standard output too.
fn once(agent: &Agent, server: &str, more: &[&str]) -> Ran {
    let arguments = ["--once", "--server", server, "--output", "json"];
    agent.run_within(30, &[&arguments[..], more].concat())
}

/// The event of this type in a document, which says what to do.
fn event(document: &Value, kind: &str) -> String {
    let events = document["events"].as_array().unwrap();
    let event = events.iter().find(|event| event["type"] == kind);
    let event = event.unwrap_or_else(|| panic!("no {kind}: {events:?}"));
    assert!(event["hint"].as_str().is_some_and(|hint| !hint.is_empty()), "{event}");
    event.to_string()
}

/// The files in the data directory that were set aside.
fn aside(agent: &Agent) -> Vec<PathBuf> {
    let is_aside = |path: &PathBuf| path.to_string_lossy().contains("agent.db.damaged-");
    agent.entries().into_iter().filter(is_aside).collect()
}

#[test]
fn a_damaged_file_is_set_aside_whole_and_the_agent_goes_on() {
    let (agent, _aws) = healthy();
    assert_eq!(once(&agent, &closed_port(), &[]).status, Some(4));
    let file = agent.data_dir().join("agent.db");
    let mut bytes = std::fs::read(&file).unwrap();
    // From the second page on nothing is what it was: the header still says that it is SQLite's.
    bytes[4096..].fill(0xa5);
    std::fs::write(&file, &bytes).unwrap();

    let server = OpenFinOps::healthy();
    let ran = once(&agent, &server.url(), &[]);
    assert_eq!(ran.status, Some(0), "{ran:?}");
    assert!(ran.stderr.contains("the file of the outbox was damaged"), "{ran:?}");
    let [kept] = aside(&agent).try_into().unwrap();
    assert_eq!(std::fs::read(&kept).unwrap(), bytes, "not a byte of it was touched");
    assert_eq!(kept.parent(), file.parent());
    let told = event(&server.documents()[0], "outbox_set_aside");
    assert!(told.contains(kept.to_str().unwrap()), "{told}");

    std::fs::write(&file, "this is no database").unwrap();
    let ran = once(&agent, &closed_port(), &[]);
    assert_eq!(ran.status, Some(4), "{ran:?}");
    assert_eq!(aside(&agent).len(), 2, "the first one stays");
    assert_eq!(agent.waiting().len(), 1, "the fresh file works");
}

#[test]
fn without_a_file_documents_are_delivered_from_memory_or_said_to_be_lost() {
    let (agent, _aws) = healthy();
    std::fs::create_dir_all(agent.data_dir().join("agent.db")).unwrap();
    std::fs::create_dir_all(agent.data_dir().join("lock")).unwrap();
    let server = OpenFinOps::healthy();
    let ran = once(&agent, &server.url(), &[]);
    assert_eq!(ran.status, Some(0), "{ran:?}");
    assert!(ran.stderr.contains("the outbox cannot be written"), "{ran:?}");
    let told = event(&server.documents()[0], "outbox_in_memory");
    assert!(told.contains("documents wait in memory"), "{told}");

    let ran = once(&agent, &closed_port(), &[]);
    assert_eq!(ran.status, Some(4), "{ran:?}");
    assert!(ran.stderr.contains("1 document is lost"), "{ran:?}");
    assert!(!ran.stderr.contains("the next run sends"), "{ran:?}");
    agent.run(&["outbox", "list"]).assert_one_sentence(2, &["agent.db"]);
    agent.run(&["report"]).assert_one_sentence(2, &["agent.db"]);
}

#[test]
fn where_nothing_at_all_can_be_written_it_collects_under_one_name() {
    let (agent, _aws) = healthy();
    let server = OpenFinOps::healthy();
    // Nobody can make a file there, the superuser included.
    let nowhere = ["--data-dir", "/proc"];
    let first = once(&agent, &server.url(), &nowhere);
    let second = once(&agent, &server.url(), &nowhere);
    for ran in [&first, &second] {
        assert_eq!(ran.status, Some(0), "{ran:?}");
        assert!(ran.stderr.contains("the outbox cannot be written"), "{ran:?}");
    }
    assert_eq!(first.document()["agent_id"], second.document()["agent_id"]);
    assert_eq!(server.documents().len(), 2);

    let running = agent.serve(&server.url(), &nowhere);
    wait_until("the third document", || server.documents().len() == 3);
    running.wait_for_cycles(1);
    assert_eq!(running.logged("the outbox cannot be written"), 1);
    running.terminate();
}
