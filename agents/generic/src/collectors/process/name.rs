//! What a process is called, as psutil has it.

/// The kernel keeps this many letters of a name:
/// <https://man7.org/linux/man-pages/man5/proc_pid_comm.5.html>
const KEPT: usize = 15;

/// The name of a process: the kernel's (`comm`); if that may be cut, what its command line begins
/// with, if that continues it. `command` is asked for the command line only then.
pub(super) fn name(comm: &str, command: impl FnOnce() -> Option<Vec<String>>) -> String {
    if comm.len() < KEPT {
        return comm.to_owned();
    }
    let whole = command().and_then(|words| {
        let program = match words.as_slice() {
            // A program that writes its own title leaves one text with blanks.
            [title] => title.split(' ').next()?,
            [program, ..] => program,
            [] => return None,
        };
        let base = program.rsplit('/').next()?;
        base.starts_with(comm).then(|| base.to_owned())
    });
    whole.unwrap_or_else(|| comm.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(comm: &str, command: &[&str]) -> String {
        name(comm, || Some(command.iter().map(|&word| word.to_owned()).collect()))
    }

    #[test]
    fn a_short_name_is_whole() {
        assert_eq!(name("nginx", || panic!("nobody needs the command line")), "nginx");
        assert_eq!(named("fourteen-lette", &["fourteen-letters-and-more"]), "fourteen-lette");
    }

    #[test]
    fn a_cut_name_is_continued_by_the_command_line() {
        let command = ["/usr/lib/systemd/systemd-networkd", "--now"];
        assert_eq!(named("systemd-network", &command), "systemd-networkd");
        assert_eq!(named("gnome-session-b", &["gnome-session-binary --x"]), "gnome-session-binary");
    }

    #[test]
    fn a_command_line_that_says_something_else_is_not_taken() {
        assert_eq!(named("fifteen-letters", &["/bin/sh", "fifteen-letters-x"]), "fifteen-letters");
        assert_eq!(named("kworker/u16:0-ev", &[]), "kworker/u16:0-ev");
        assert_eq!(name("fifteen-letters", || None), "fifteen-letters");
    }
}
