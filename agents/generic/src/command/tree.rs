//! A process's children, and theirs.

use std::io;

use procfs::process::{Process, Stat, all_processes};
use rustix::process::{
    Pid, PidfdFlags, Signal, kill_process, kill_process_group, pidfd_open, pidfd_send_signal,
};

/// More are not looked for: what starts as many is killed from the top, again and again.
const MOST: usize = 4_096;

/// Kills `leader`, all that descends from it, and the process group of its number: only `leader` can
/// have made that. Returns whom it killed, the rest of the group aside.
///
/// `leader` must be a child of this process that is not reaped.
pub(super) fn kill(leader: Pid) -> Vec<Pid> {
    // What has stopped starts nothing new and reaps nothing, so that no number changes hands
    // between here and the end.
    let _ = kill_process_group(leader, Signal::STOP);
    let _ = kill_process(leader, Signal::STOP);
    let mut found = vec![leader];
    let mut next = 0;
    while let Some(parent) = found.get(next).copied().filter(|_| found.len() < MOST) {
        found.extend(children(parent).into_iter().filter(|child| stop(*child, parent)));
        next += 1;
    }
    found.retain(|process| kill_process(*process, Signal::KILL).is_ok());
    let _ = kill_process_group(leader, Signal::KILL);
    found
}

/// Stops `child`, if it is one of `parent`'s.
fn stop(child: Pid, parent: Pid) -> bool {
    let handle = pidfd_open(child, PidfdFlags::empty());
    // Asked after the handle is there: whoever has the number by now, the handle is not another's.
    if stat(child).is_none_or(|stat| stat.ppid != parent.as_raw_pid()) {
        return false;
    }
    // One that is not ours to stop (it changed its user) may still have children that are.
    let _ = match handle {
        Ok(handle) => pidfd_send_signal(handle, Signal::STOP),
        Err(_) => kill_process(child, Signal::STOP),
    };
    true
}

/// What the kernel says of a process; `None` if it is gone.
pub(super) fn stat(process: Pid) -> Option<Stat> {
    Process::new(process.as_raw_pid()).ok()?.stat().ok()
}

/// The children of `parent`, zombies included.
pub(super) fn children(parent: Pid) -> Vec<Pid> {
    listed(parent).unwrap_or_else(|_| searched(parent))
}

/// As the kernel lists them, if it does (`CONFIG_PROC_CHILDREN`).
fn listed(parent: Pid) -> io::Result<Vec<Pid>> {
    let folder = format!("/proc/{parent}/task");
    let mut children = Vec::new();
    for thread in std::fs::read_dir(folder)? {
        let thread = thread?.path();
        let list = match std::fs::read_to_string(thread.join("children")) {
            Ok(list) => list,
            // A thread may end at any time; then its children are another's.
            Err(_) if !thread.exists() => continue,
            Err(error) => return Err(error),
        };
        let numbers = list.split_whitespace().filter_map(|number| number.parse().ok());
        children.extend(numbers.filter_map(Pid::from_raw));
    }
    Ok(children)
}

/// Among all processes.
fn searched(parent: Pid) -> Vec<Pid> {
    let Ok(processes) = all_processes() else { return Vec::new() };
    let stats = processes.filter_map(|process| process.ok()?.stat().ok());
    let mine = stats.filter(|stat| stat.ppid == parent.as_raw_pid());
    mine.filter_map(|stat| Pid::from_raw(stat.pid)).collect()
}

#[cfg(test)]
mod tests {
    use std::os::unix::process::CommandExt as _;
    use std::process::Command;

    use super::*;

    #[test]
    fn children_are_found_with_and_without_the_kernels_list() {
        let mut child = Command::new("sleep").arg("1000").process_group(0).spawn().unwrap();
        let (own, pid) = (rustix::process::getpid(), Pid::from_child(&child));
        assert!(listed(own).unwrap().contains(&pid));
        assert!(searched(own).contains(&pid));
        assert_eq!(kill(pid), [pid]);
        child.wait().unwrap();
        assert!(stat(pid).is_none());
    }

    #[test]
    fn who_is_not_a_child_is_not_stopped() {
        let own = rustix::process::getpid();
        assert!(!stop(own, own));
    }
}
