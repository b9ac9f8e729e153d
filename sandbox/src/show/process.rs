//! Programs that are run and ended cleanly.

use std::io;
use std::process::ExitStatus;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use tokio::process::Child;
use tokio::signal::unix::{self, SignalKind};
use tokio::time::timeout;

/// How long an agent may take to stop: more than its own grace of ten seconds.
const PATIENCE: Duration = Duration::from_secs(15);

/// SIGINT (Ctrl-C) and SIGTERM.
#[derive(Debug)]
pub struct Stop {
    interrupt: unix::Signal,
    terminate: unix::Signal,
}

impl Stop {
    /// Takes the signals over.
    ///
    /// # Errors
    /// The system gives them to nobody.
    pub fn new() -> io::Result<Self> {
        let signal = unix::signal;
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    /// Waits until one comes.
    pub async fn asked(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

/// Waits for a program's end; `None` where this one was asked to stop first, and the other has
/// ended on that account.
pub(super) async fn wait(child: &mut Child, stop: &mut Stop) -> io::Result<Option<ExitStatus>> {
    tokio::select! {
        status = child.wait() => return status.map(Some),
        () = stop.asked() => {}
    }
    terminate(child);
    end(child).await;
    Ok(None)
}

/// Asks a program to stop.
pub(super) fn terminate(child: &Child) {
    let pid = child.id().and_then(|id| Pid::from_raw(id.cast_signed()));
    if let Some(pid) = pid {
        // It may have ended by itself.
        let _ = kill_process(pid, Signal::TERM);
    }
}

/// Waits for one that was asked to stop, and kills it where it does not.
pub(super) async fn end(child: &mut Child) {
    if timeout(PATIENCE, child.wait()).await.is_err() {
        let _ = child.kill().await;
    }
}
