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
    let mut lines: Vec<String> = report.errors.iter().map(ToString::to_string).collect();
    // What became of the documents belongs to the reason why.
    let mut note = |count: usize, what: &str, folder: &Path, then: &str| {
        let documents =
            if count == 1 { "1 document is" } else { &format!("{count} documents are") };
        let text = format!("{documents} {what} {}{then}", folder.display());
        match lines.last_mut() {
            _ if count == 0 => {}
            Some(line) => line.extend(["; ", &text]),
            None => lines.push(text),
        }
    };
    note(report.receipt.kept, "kept in", data_dir, " for the next run");
    note(report.receipt.refused, "put aside in", &data_dir.join("outbox/refused"), "");
    for line in lines {
        complain(program, line);
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
