//! Runs an agent as the command line asked and tells the user how it went.

use std::fmt::Display;
use std::io::Write as _;
use std::path::Path;
use std::time::Duration;

use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

use super::progress_line::ProgressLine;
use crate::agent::{Agent, AgentError};
use crate::config::Output;
use crate::run::{CycleReport, ExitStatus, render};
use crate::server::SendError;

/// Writes to standard output. A reader that went away (`| head`) is no error.
pub fn print(text: &str) {
    let mut out = std::io::stdout().lock();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}

/// Writes one line to standard error: `aws-agent: …`.
pub fn complain(program: &str, problem: impl Display) {
    let _ = writeln!(std::io::stderr(), "{program}: {problem}");
}

/// One cycle, its table and its status.
pub async fn once<A: Agent>(
    program: &str,
    agent: &A,
    output: Output,
    progress: &ProgressLine,
    data_dir: &Path,
) -> ExitStatus {
    let report = agent.run_once().await;
    progress.clear();
    let status = report.exit_status();
    if output == Output::Table && report.scopes > 0 {
        print(&render(&report));
    }
    explain(program, &report, data_dir);
    status
}

fn explain(program: &str, report: &CycleReport, data_dir: &Path) {
    let (mut kept, mut refused) = (kept(report, data_dir), refused(report, data_dir));
    let (mut nothing, mut unreachable) = (None, false);
    for error in &report.errors {
        // What became of the documents belongs to the reason why.
        let (down, note) = match error {
            AgentError::Server(SendError::Unreachable { .. }) => (true, &mut kept),
            AgentError::Server(SendError::Refused { .. }) => (false, &mut refused),
            _ => (false, &mut nothing),
        };
        // A server that is down fails the registration and the documents: one sentence says both.
        if !(down && unreachable) {
            let note = note.take().map(|note| format!("; {note}")).unwrap_or_default();
            complain(program, format_args!("{error}{note}"));
        }
        unreachable |= down;
    }
    for note in kept.into_iter().chain(refused) {
        complain(program, note);
    }
    if report.errors.is_empty() && report.exit_status() == ExitStatus::Nothing {
        complain(program, "nothing could be collected; `check` tells which permission is missing");
    }
}

/// What is still in the outbox.
fn kept(report: &CycleReport, data_dir: &Path) -> Option<String> {
    let folder = data_dir.display();
    match report.receipt.kept {
        0 => None,
        1 => Some(format!("1 document is kept in {folder}, and the next run sends it")),
        many => Some(format!("{many} documents are kept in {folder}, and the next run sends them")),
    }
}

/// What the server refused in this run.
fn refused(report: &CycleReport, data_dir: &Path) -> Option<String> {
    let folder = data_dir.join("outbox/refused");
    let documents = match report.receipt.refused {
        0 => return None,
        1 => "1 refused document is".to_owned(),
        many => format!("{many} refused documents are"),
    };
    Some(format!("{documents} in {}", folder.display()))
}

/// Cycle after cycle until SIGTERM or SIGINT.
pub async fn continuous<A: Agent>(program: &str, agent: &A, interval: Duration) -> ExitStatus {
    let stop = CancellationToken::new();
    let (mut terminate, mut interrupt) =
        match (signal(SignalKind::terminate()), signal(SignalKind::interrupt())) {
            (Ok(terminate), Ok(interrupt)) => (terminate, interrupt),
            (Err(error), _) | (_, Err(error)) => {
                complain(program, format_args!("cannot listen for signals: {error}"));
                return ExitStatus::Usage;
            }
        };
    let stopping = stop.clone();
    let listening = async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        tracing::info!("stopping; what was collected is in the outbox");
        stopping.cancel();
    };
    tracing::info!(seconds = interval.as_secs(), "running a cycle every interval");
    tokio::join!(agent.run_continuous(interval, stop), listening);
    ExitStatus::Success
}
