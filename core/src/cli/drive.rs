//! Runs an agent once and tells the user how it went.

use std::fmt::Display;
use std::io::Write as _;
use std::path::Path;

use super::progress_line::ProgressLine;
use super::signals::{Request, Signals};
use crate::agent::{Agent, AgentError};
use crate::config::Output;
use crate::run::{CycleReport, ExitStatus, render};
use crate::sinks::SendError;

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
    let Some(report) = run(program, agent).await else {
        progress.clear();
        let folder = data_dir.display();
        complain(
            program,
            format_args!("stopped; what was stored is in {folder}, and the next run sends it"),
        );
        return ExitStatus::Kept;
    };
    progress.clear();
    let status = report.exit_status();
    if output == Output::Table && report.scopes + report.elsewhere > 0 {
        print(&render(&report));
    }
    explain(program, &report, agent.delivery().outbox().trouble(), data_dir);
    status
}

/// One cycle; `None` where a signal ended it.
async fn run<A: Agent>(program: &str, agent: &A) -> Option<CycleReport> {
    let mut signals = match Signals::listen() {
        Ok(signals) => signals,
        Err(error) => {
            complain(program, format_args!("cannot listen for signals: {error}"));
            return Some(agent.run_once().await);
        }
    };
    let mut cycle = std::pin::pin!(agent.run_once());
    loop {
        tokio::select! {
            report = &mut cycle => return Some(report),
            request = signals.next() => match request {
                Request::Stop => return None,
                // One cycle has nothing to reload.
                Request::Reload => {}
            },
        }
    }
}

fn explain(program: &str, report: &CycleReport, trouble: Option<String>, data_dir: &Path) {
    let (mut kept, mut refused) = match trouble {
        Some(trouble) => (lost(report, &trouble), None),
        None => (kept(report, data_dir), refused(program, report)),
    };
    let (mut nothing, mut unreachable) = (None, false);
    for error in &report.errors {
        // What became of the documents belongs to the reason why.
        let (down, note) = match error {
            AgentError::Server(SendError::Unreachable { .. }) => (true, &mut kept),
            AgentError::Server(SendError::Refused { .. }) => (false, &mut refused),
            AgentError::Output(_) => (false, &mut kept),
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

/// What waits in memory only is gone when the process is.
fn lost(report: &CycleReport, trouble: &str) -> Option<String> {
    let documents = match report.receipt.kept {
        0 => return None,
        1 => "1 document is lost: it".to_owned(),
        many => format!("{many} documents are lost: they"),
    };
    Some(format!("{documents} could not be delivered, and not be kept either ({trouble})"))
}

/// What a sink refused in this run.
fn refused(program: &str, report: &CycleReport) -> Option<String> {
    let documents = match report.receipt.refused {
        0 => return None,
        1 => "1 refused document is kept".to_owned(),
        many => format!("{many} refused documents are kept"),
    };
    Some(format!("{documents}: see `{program} outbox list`"))
}
