//! What runs have left behind.

use std::collections::BTreeSet;
use std::io;
use std::thread::sleep;
use std::time::{Duration, Instant};

use rustix::process::{Pid, WaitOptions, getpgid, getpid, set_child_subreaper, waitpid};

use super::{live, tree};

/// How long a sweep waits for what it has killed.
const PATIENCE: Duration = Duration::from_millis(200);
/// Between two looks at what it has killed.
const PAUSE: Duration = Duration::from_millis(1);

/// Ends whatever runs have left behind: processes that left the group of their command and whose
/// parents are gone.
///
/// Only for a program whose children are all commands. Every other child that it has is killed.
#[derive(Debug)]
pub struct Orphans {
    own: Pid,
}

impl Orphans {
    /// Makes this process the one that inherits the orphans among its descendants
    /// ([`PR_SET_CHILD_SUBREAPER`]).
    ///
    /// [`PR_SET_CHILD_SUBREAPER`]: https://man7.org/linux/man-pages/man2/PR_SET_CHILD_SUBREAPER.2const.html
    ///
    /// # Errors
    /// Fails where the kernel or a sandbox does not allow it.
    pub fn adopt() -> io::Result<Self> {
        let own = getpid();
        set_child_subreaper(Some(own))?;
        Ok(Self { own })
    }

    /// Kills every child that is neither a command that runs nor in the group of one, with all that
    /// descends from it, and reaps the dead. Returns how many processes it killed.
    ///
    /// Blocks for as long as they take to die, at most 200 ms. What is not reaped in that time is
    /// left to the next sweep.
    pub fn sweep(&self) -> usize {
        let begun = Instant::now();
        let mut killed = BTreeSet::new();
        // The orphans of what is killed become children in turn, hence more than one round.
        while self.round(&mut killed) && begun.elapsed() < PATIENCE {
            sleep(PAUSE);
        }
        killed.len()
    }

    /// Whether something is about to die.
    fn round(&self, killed: &mut BTreeSet<i32>) -> bool {
        let mut live = live::lock();
        live.reap();
        let mut strangers = tree::children(self.own);
        strangers.retain(|child| !live.has(child.as_raw_pid()) && !in_a_group(*child, &live));
        strangers.retain(|child| !reap(*child));
        let dying: Vec<Pid> = strangers.into_iter().flat_map(tree::kill).collect();
        killed.extend(dying.iter().map(|process| process.as_raw_pid()));
        !dying.is_empty()
    }
}

/// Whether `child` belongs to a command that runs.
fn in_a_group(child: Pid, live: &live::Live) -> bool {
    getpgid(Some(child)).is_ok_and(|group| live.has(group.as_raw_pid()))
}

/// Whether `child` was dead, and is gone now.
fn reap(child: Pid) -> bool {
    !matches!(waitpid(Some(child), WaitOptions::NOHANG), Ok(None))
}
