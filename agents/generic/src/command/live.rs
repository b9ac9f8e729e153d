//! The commands that run now, so that nobody takes them for leftovers.

use std::collections::BTreeSet;
use std::process::Child;
use std::sync::{Mutex, MutexGuard, PoisonError};

use rustix::process::Pid;

/// This process's commands.
///
/// Starting a leader, reaping it and sweeping hold the lock: a child that is neither here nor
/// unreaped is a stranger, and a number that is here cannot have gone to another process.
pub(super) struct Live {
    leaders: BTreeSet<i32>,
    unreaped: Vec<Child>,
}

static LIVE: Mutex<Live> = Mutex::new(Live { leaders: BTreeSet::new(), unreaped: Vec::new() });

/// The commands that run now, for as long as the guard lives.
pub(super) fn lock() -> MutexGuard<'static, Live> {
    // Every change is one step: a panic elsewhere leaves nothing half done.
    LIVE.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Live {
    /// Notes a leader that has just been started.
    pub(super) fn insert(&mut self, leader: Pid) {
        self.leaders.insert(leader.as_raw_pid());
    }

    /// Forgets a leader that has just been reaped.
    pub(super) fn remove(&mut self, leader: Pid) {
        self.leaders.remove(&leader.as_raw_pid());
    }

    /// Takes over a leader that was killed, but is not dead yet.
    pub(super) fn leave(&mut self, leader: Child) {
        self.unreaped.push(leader);
    }

    /// Reaps what has died since it was left.
    pub(super) fn reap(&mut self) {
        let leaders = &mut self.leaders;
        self.unreaped.retain_mut(|child| match child.try_wait() {
            Ok(None) => true,
            Ok(Some(_)) | Err(_) => {
                leaders.remove(&Pid::from_child(child).as_raw_pid());
                false
            }
        });
    }

    /// Whether `pid` leads a command (and with it a process group of that number).
    pub(super) fn has(&self, pid: i32) -> bool {
        self.leaders.contains(&pid)
    }
}
