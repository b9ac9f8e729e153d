//! What a process does, in psutil's words.

use procfs::process::ProcState;

/// The word for the letter of `/proc/<pid>/stat`
/// (<https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html>).
pub(super) fn word(letter: char) -> Option<&'static str> {
    Some(match ProcState::from_char(letter)? {
        ProcState::Running => "running",
        ProcState::Sleeping => "sleeping",
        ProcState::Waiting => "disk-sleep",
        ProcState::Stopped => "stopped",
        ProcState::Tracing => "tracing-stop",
        ProcState::Zombie => "zombie",
        ProcState::Dead => "dead",
        ProcState::Wakekill => "wake-kill",
        ProcState::Waking => "waking",
        ProcState::Parked => "parked",
        ProcState::Idle => "idle",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_letter_has_psutils_word() {
        for (letter, expected) in [
            ('R', "running"),
            ('S', "sleeping"),
            ('D', "disk-sleep"),
            ('T', "stopped"),
            ('t', "tracing-stop"),
            ('Z', "zombie"),
            ('X', "dead"),
            ('x', "dead"),
            ('K', "wake-kill"),
            ('W', "waking"),
            ('P', "parked"),
            ('I', "idle"),
        ] {
            assert_eq!(word(letter), Some(expected), "{letter}");
        }
        assert_eq!(word('?'), None);
    }
}
