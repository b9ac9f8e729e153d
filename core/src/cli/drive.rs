//! Runs an agent as the command line asked and tells the user how it went.

use std::fmt::Display;
use std::io::Write as _;
use std::path::Path;
use std::time::Duration;

use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

use super::progress_line::ProgressLine;
use crate::agent::Agent;
use crate::config::Output;
use crate::run::{CycleReport, ExitStatus, render};

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
    for error in &report.errors {
        complain(program, error);
    }
    let kept = report.receipt.kept;
    if kept > 0 {
        let folder = data_dir.display();
        complain(
            program,
            format_args!("{kept} documents are kept in {folder}; the next run sends them"),
        );
    }
    if report.receipt.refused > 0 {
        let refused = report.receipt.refused;
        let folder = data_dir.join("outbox/refused");
        complain(program, format_args!("{refused} refused documents are in {}", folder.display()));
    }
    if report.errors.is_empty() && report.exit_status() == ExitStatus::Nothing {
        complain(program, "nothing could be collected; `check` tells which permission is missing");
    }
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
