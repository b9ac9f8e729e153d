//! What escapes its command is found. Apart from the other tests: a process that sweeps kills all
//! its children that are no commands.

// Helpers outside of test functions unwrap too: a panic is how a test fails.
#![allow(clippy::unwrap_used)]

#[path = "commands/mark.rs"]
mod mark;

use std::path::Path;
use std::time::{Duration, Instant};

use generic_agent::command::{Command, Orphans, Program, Run};
use mark::Mark;
use tokio::sync::{Mutex, MutexGuard};

/// Sweeping is the whole process's: one test at a time.
static ALONE: Mutex<()> = Mutex::const_new(());

async fn adopt() -> (MutexGuard<'static, ()>, Orphans) {
    (ALONE.lock().await, Orphans::adopt().unwrap())
}

/// A shell line that finds the path of `folder` in `$FOLDER`.
fn shell(line: &str, mark: &Mark, folder: &Path) -> Command {
    let mut command = Command::new(Program::Shell(line.to_owned()));
    command.timeout = Duration::from_secs(60);
    command.environment = mark.environment();
    command.environment.insert("FOLDER".to_owned(), folder.to_str().unwrap().into());
    command
}

fn assert_went_well(run: &Run) {
    assert_eq!((run.exit_status, &run.failure), (Some(0), &None), "{run:?}");
}

/// This process's children, the dead included.
fn children() -> String {
    let threads = std::fs::read_dir("/proc/self/task").unwrap().filter_map(Result::ok);
    let lists = threads.map(|thread| std::fs::read_to_string(thread.path().join("children")));
    lists.filter_map(Result::ok).collect()
}

/// Sweeps until nobody is left, dead or alive.
fn sweep_to_the_last(orphans: &Orphans) {
    let begun = Instant::now();
    while !children().is_empty() {
        assert!(begun.elapsed() < Duration::from_secs(10), "left: {}", children());
        orphans.sweep();
    }
}

/// Waits until `$FOLDER/ready` is there.
const WAIT: &str = "until [ -e $FOLDER/ready ]; do sleep 0.01; done";

#[tokio::test]
async fn a_daemon_is_swept() {
    let (_alone, orphans) = adopt().await;
    let (mark, folder) = (Mark::new(), tempfile::tempdir().unwrap());
    let daemon = "(setsid sh -c 'exec </dev/null >/dev/null 2>&1; sleep 1000 & \
                  : >$FOLDER/ready; sleep 1000; true' &); ";
    let run = shell(&format!("{daemon}{WAIT}"), &mark, folder.path()).run().await;
    assert_went_well(&run);
    assert_eq!(run.note, None);
    assert!(!mark.processes().is_empty());
    // The shell, and one or two of its children: it may not have come to the second.
    let killed = orphans.sweep();
    assert!((2..=3).contains(&killed), "killed {killed}");
    mark.wait_until_gone().await;
    sweep_to_the_last(&orphans);
    assert_eq!(orphans.sweep(), 0);
}

#[tokio::test]
async fn output_that_is_still_held_is_reported() {
    let (_alone, orphans) = adopt().await;
    let (mark, folder) = (Mark::new(), tempfile::tempdir().unwrap());
    let holder = "echo first; setsid sh -c ': >$FOLDER/ready; exec sleep 1000' & ";
    let run = shell(&format!("{holder}{WAIT}"), &mark, folder.path()).run().await;
    assert_went_well(&run);
    assert_eq!(run.note.as_deref(), Some("a process it started still held its output"));
    assert_eq!(run.stdout, b"first\n");
    orphans.sweep();
    mark.wait_until_gone().await;
}

#[tokio::test]
async fn a_command_that_runs_is_not_touched() {
    let (_alone, orphans) = adopt().await;
    let (mark, folder) = (Mark::new(), tempfile::tempdir().unwrap());
    // The orphan's parent is gone: it is this process's child, but in the command's group.
    let orphan = format!("sh -c '({WAIT}) & : >$FOLDER/orphan'");
    let line = format!("{orphan}; ({WAIT}; echo inner) & {WAIT}; wait; echo outer");
    let command = shell(&line, &mark, folder.path());
    let sweeps = async {
        // The command, the orphan, and another child.
        mark.wait_for(3).await;
        while !folder.path().join("orphan").exists() {
            tokio::task::yield_now().await;
        }
        assert_eq!((0..5).map(|_| orphans.sweep()).sum::<usize>(), 0);
        std::fs::write(folder.path().join("ready"), "").unwrap();
    };
    let (run, ()) = tokio::join!(command.run(), sweeps);
    assert_went_well(&run);
    assert_eq!(run.stdout, b"inner\nouter\n");
    mark.wait_until_gone().await;
}

#[tokio::test]
async fn no_dead_child_stays() {
    let (_alone, orphans) = adopt().await;
    let (mark, folder) = (Mark::new(), tempfile::tempdir().unwrap());
    let run = shell("(true &); sleep 1000 & sleep 1000 & true", &mark, folder.path()).run().await;
    assert_went_well(&run);
    mark.wait_until_gone().await;
    sweep_to_the_last(&orphans);
}
