//! The process that a command is: started, watched, ended and reaped.

use std::io;
use std::os::fd::OwnedFd;
use std::process::{Child, ChildStderr, ChildStdout, ExitStatus};
use std::thread::sleep;
use std::time::Duration;

use rustix::process::{
    Pid, PidfdFlags, Signal, WaitId, WaitIdOptions, kill_process_group, pidfd_open, waitid,
};
use tokio::io::Interest;
use tokio::io::unix::AsyncFd;

use super::{live, tree};

/// Between two looks where the kernel cannot say when a process ends: at first, and at most.
const FIRST_PAUSE: Duration = Duration::from_millis(1);
const LONGEST_PAUSE: Duration = Duration::from_millis(50);
/// How long a dropped run waits for its leader's end: it holds up everything else on its thread.
const DROP_PATIENCE: Duration = Duration::from_millis(20);
const DROP_PAUSE: Duration = Duration::from_micros(100);

/// A command's process, at the head of a group of its own. Dropped, it is ended with all it has
/// started.
pub(super) struct Leader {
    /// `None` once it is reaped, or left to be reaped later.
    child: Option<Child>,
    pid: Pid,
    /// Readable when it has ended; `None` where there is no such thing.
    watch: Option<AsyncFd<OwnedFd>>,
}

/// The ends of a command's pipes.
pub(super) type Pipes = (Option<ChildStdout>, Option<ChildStderr>);

impl Leader {
    /// Starts `process`, which must lead a group of its own. Blocks until it executes.
    pub(super) fn start(process: &mut std::process::Command) -> io::Result<(Self, Pipes)> {
        let mut live = live::lock();
        live.reap();
        let mut child = process.spawn()?;
        let pid = Pid::from_child(&child);
        live.insert(pid);
        drop(live);
        let pipes = (child.stdout.take(), child.stderr.take());
        Ok((Self { child: Some(child), pid, watch: watch(pid) }, pipes))
    }

    /// Waits until it has ended. It is a zombie then.
    pub(super) async fn ended(&self) {
        if let Some(watch) = &self.watch
            && watch.readable().await.is_ok()
        {
            return;
        }
        let mut pause = FIRST_PAUSE;
        while !self.has_ended() {
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    /// Whether it has ended, without reaping it.
    fn has_ended(&self) -> bool {
        let options = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
        !matches!(waitid(WaitId::Pid(self.pid), options), Ok(None))
    }

    /// Kills what is left of its group. Only for a leader that has ended and is not reaped.
    pub(super) fn end_group(&self) {
        // That nobody is left, or nobody whom this process may kill, is no failure.
        let _ = kill_process_group(self.pid, Signal::KILL);
    }

    /// Kills it, its group, and all that descends from it. Only for a leader that is not reaped.
    pub(super) fn end_all(&self) {
        tree::kill(self.pid);
    }

    /// Reaps it; `None` if it has not ended, or if someone else has reaped it.
    pub(super) fn reap(&mut self) -> Option<ExitStatus> {
        let mut live = live::lock();
        let status = match self.child.as_mut()?.try_wait() {
            Ok(None) => return None,
            Ok(status) => status,
            // Its number is free: nothing may be done to it any more.
            Err(_) => None,
        };
        live.remove(self.pid);
        self.child = None;
        status
    }
}

impl Drop for Leader {
    fn drop(&mut self) {
        if self.child.is_none() {
            return;
        }
        self.end_all();
        let mut waited = Duration::ZERO;
        while self.reap().is_none() && self.child.is_some() && waited < DROP_PATIENCE {
            sleep(DROP_PAUSE);
            waited += DROP_PAUSE;
        }
        if let Some(child) = self.child.take() {
            live::lock().leave(child);
        }
    }
}

/// Something that says when `child` ends; `None` before Linux 5.3, in some sandboxes, and where
/// too many files are open.
#[allow(
    deprecated,
    reason = "what replaces it is unsafe, and an `OwnedFd` keeps what that demands"
)]
fn watch(child: Pid) -> Option<AsyncFd<OwnedFd>> {
    let handle = pidfd_open(child, PidfdFlags::empty()).ok()?;
    AsyncFd::with_interest(handle, Interest::READABLE).ok()
}

#[cfg(test)]
mod tests {
    use std::os::unix::process::CommandExt as _;

    use super::*;

    fn start(script: &str) -> Leader {
        let mut process = std::process::Command::new("/bin/sh");
        Leader::start(process.args(["-c", script]).process_group(0)).unwrap().0
    }

    #[tokio::test]
    async fn an_end_is_seen_with_and_without_the_kernels_help() {
        for with_help in [true, false] {
            let mut leader = start("exit 7");
            if !with_help {
                leader.watch = None;
            }
            leader.ended().await;
            assert_eq!(leader.reap().unwrap().code(), Some(7));
            assert!(!live::lock().has(leader.pid.as_raw_pid()));
        }
    }

    #[tokio::test]
    async fn one_that_is_dropped_is_dead_and_reaped() {
        let leader = start("exec sleep 1000");
        let pid = leader.pid;
        assert!(live::lock().has(pid.as_raw_pid()));
        drop(leader);
        assert!(tree::stat(pid).is_none());
        assert!(!live::lock().has(pid.as_raw_pid()));
    }

    #[tokio::test]
    async fn one_that_was_left_is_reaped_later() {
        let mut leader = start("exit 0");
        let pid = leader.pid;
        leader.ended().await;
        let child = leader.child.take().unwrap();
        live::lock().leave(child);
        // Another test's start may have reaped it by now.
        live::lock().reap();
        assert!(tree::stat(pid).is_none());
    }

    #[tokio::test]
    async fn one_that_someone_else_has_reaped_is_forgotten() {
        let mut leader = start("exit 0");
        let pid = leader.pid;
        leader.ended().await;
        rustix::process::waitpid(Some(pid), rustix::process::WaitOptions::NOHANG).unwrap();
        assert_eq!(leader.reap(), None);
        assert!(leader.child.is_none() && !live::lock().has(pid.as_raw_pid()));
    }
}
