//! One agent a data directory, and the subcommands beside it.

use crate::healthy;
use crate::support::http::closed_port;
use crate::support::openfinops::OpenFinOps;
use crate::support::running::wait_until;

#[test]
fn a_second_agent_is_told_who_is_in() {
    let (agent, _aws) = healthy();
    let running = agent.serve(&closed_port(), &[]);
    running.wait_for_cycles(1);
    let process = format!("(process {})", running.id());
    let folder = agent.data_dir();
    let words = ["another agent", &process, folder.to_str().unwrap(), "--data-dir"];
    agent.run(&["--server", "none"]).assert_one_sentence(2, &words);
    agent.run(&["--once", "--server", "none"]).assert_one_sentence(2, &words);
    // A folder of its own is all that it takes.
    let other = agent.folder().join("other");
    let ran = agent.run(&["--once", "--server", "none", "--data-dir", other.to_str().unwrap()]);
    assert_eq!(ran.status, Some(0), "{ran:?}");
    running.terminate();
}

#[test]
fn the_subcommands_work_beside_a_running_agent() {
    let (agent, _aws) = healthy();
    let server = OpenFinOps::healthy();
    let running = agent.serve(&closed_port(), &[]);
    running.wait_for_cycles(1);
    for arguments in [
        &["check", "--server", &server.url()][..],
        &["config", "validate"],
        &["config", "example"],
        &["outbox", "list"],
        &["outbox", "show", "1"],
        &["report"],
    ] {
        let ran = agent.run(arguments);
        assert_eq!((ran.status, ran.stderr.as_str()), (Some(0), ""), "{arguments:?}");
    }
    assert_eq!(agent.waiting(), ["1"]);
    // What a subcommand changes, the running agent finds changed.
    let dropped = agent.run(&["outbox", "drop", "1"]);
    assert_eq!(dropped.stdout, "document 1 is gone\n");
    let ran = running.terminate();
    assert!(!ran.stderr.contains("damaged"), "{ran:?}");
    assert!(agent.waiting().is_empty());
}

#[test]
fn an_agent_that_was_killed_keeps_nobody_out_and_loses_nothing() {
    let (agent, _aws) = healthy();
    let running = agent.serve(&closed_port(), &[]);
    wait_until("a document waits", || agent.waiting().len() == 1);
    running.kill();
    let server = OpenFinOps::healthy();
    let running = agent.serve(&server.url(), &[]);
    wait_until("the document came", || !server.documents().is_empty());
    assert_eq!(agent.entries().iter().filter(|it| is_damaged(it)).count(), 0);
    running.terminate();
}

fn is_damaged(path: &std::path::Path) -> bool {
    path.to_string_lossy().contains("damaged")
}
