//! Commands as they are and as they should not be: real processes, and nothing of them is left.

// Helpers outside of test functions unwrap too: a panic is how a test fails.
#![allow(clippy::unwrap_used)]

mod ends;
mod mark;
mod output;
mod surroundings;
mod troubles;

use std::time::Duration;

use generic_agent::command::{Command, Program, Run};
use mark::Mark;

/// A line for the shell that has as long as the machine needs.
fn shell(line: &str) -> Command {
    patient(Program::Shell(line.to_owned()))
}

/// A program and its arguments.
fn arguments(words: &[&str]) -> Command {
    patient(Program::Arguments(words.iter().map(|&word| word.to_owned()).collect()))
}

fn patient(program: Program) -> Command {
    Command { timeout: Duration::from_secs(60), ..Command::new(program) }
}

/// Runs `command`, and sees to it that nothing of it is left.
async fn run(mut command: Command) -> Run {
    let mark = Mark::new();
    command.environment.extend(mark.environment());
    let run = command.run().await;
    mark.wait_until_gone().await;
    run
}

/// What `run` printed, if it went well.
fn printed(run: &Run) -> &str {
    assert_eq!((&run.failure, run.exit_status, run.signal), (&None, Some(0), None), "{run:?}");
    std::str::from_utf8(&run.stdout).unwrap()
}

fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}
