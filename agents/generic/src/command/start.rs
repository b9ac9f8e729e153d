//! Starts a command, or says why it cannot be.

use std::fs::{self, File, Metadata};
use std::io::{self, BufRead as _, BufReader, Read as _};
use std::os::unix::fs::MetadataExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::Stdio;
use std::sync::OnceLock;

use rustix::fs::{Access, access};
use rustix::io::Errno;

use super::leader::{Leader, Pipes};
use super::{Command, CommandError, Program, User, environment, program};

/// The shell of [`Program::Shell`].
const SHELL: &str = "/bin/sh";
/// As much of a script's first line as the kernel reads.
const FIRST_LINE: u64 = 256;

/// Starts `command`.
pub(super) fn start(command: &Command) -> Result<(Leader, Pipes), CommandError> {
    let (name, arguments) = words(command)?;
    // Looked up here: std has the fast way of starting a process only for a program with a path.
    let directory = command.working_directory();
    let file = program::resolve(name, environment::search_path(command), directory)?;
    let mut process = std::process::Command::new(&file);
    process.arg0(name).args(arguments).current_dir(directory).process_group(0);
    process.stdin(nothing()).stdout(Stdio::piped()).stderr(Stdio::piped());
    environment::set(&mut process, command);
    if let Some(user) = &command.user {
        // As root, std also gives up the supplementary groups when it changes the user.
        process.gid(user.gid).uid(user.uid);
    }
    Leader::start(&mut process).map_err(|error| explain(&error, command, name, &file))
}

/// Standard input without anything in it. The file is opened once, and a copy of it given each time.
fn nothing() -> Stdio {
    static NOTHING: OnceLock<Option<File>> = OnceLock::new();
    let file = NOTHING.get_or_init(|| File::open("/dev/null").ok());
    let copy = file.as_ref().and_then(|file| file.try_clone().ok());
    copy.map_or_else(Stdio::null, Stdio::from)
}

/// The program of `command`, and its arguments.
fn words(command: &Command) -> Result<(&str, Vec<&str>), CommandError> {
    match &command.program {
        Program::Shell(line) => Ok((SHELL, vec!["-c", line])),
        Program::Arguments(words) => {
            let (program, arguments) = words.split_first().ok_or(CommandError::Empty)?;
            if program.is_empty() {
                return Err(CommandError::Empty);
            }
            Ok((program, arguments.iter().map(String::as_str).collect()))
        }
    }
}

/// What `error` is about: the system has one number for a program, its interpreter and the
/// directory.
fn explain(error: &io::Error, command: &Command, name: &str, file: &Path) -> CommandError {
    let (program, user) = (name.to_owned(), command.user.as_ref());
    let directory = command.working_directory();
    if let Some(reason) = unusable(directory, user) {
        return CommandError::Directory { directory: directory.to_owned(), reason };
    }
    match (Errno::from_io_error(error), user) {
        (Some(Errno::PERM), Some(user)) => CommandError::User { user: user.name.clone() },
        (Some(Errno::NOENT | Errno::NOTDIR), _) if file.metadata().is_err() => {
            CommandError::NotFound { program, searched: None }
        }
        (Some(Errno::NOENT), _) => {
            CommandError::Interpreter { program, interpreter: runs_by(file) }
        }
        (Some(Errno::ACCESS), _) => {
            CommandError::NotExecutable { program, reason: forbidden(file, user) }
        }
        (Some(Errno::NOEXEC), _) => CommandError::NotExecutable {
            program,
            reason: "it is neither a program for this machine nor a script that begins with #!"
                .to_owned(),
        },
        _ => CommandError::CannotStart { program, reason: error.to_string() },
    }
}

/// Why `directory` cannot be worked in; `None` if it can.
fn unusable(directory: &Path, user: Option<&User>) -> Option<String> {
    if let Some(reason) = closed_to(directory, user) {
        return Some(reason);
    }
    match directory.metadata() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            Some("it does not exist".to_owned())
        }
        Err(error) => Some(error.to_string()),
        Ok(folder) if !folder.is_dir() => Some("it is not a folder".to_owned()),
        Ok(folder) if !may_execute(directory, &folder, user) => Some(not_entered(directory, user)),
        Ok(_) => None,
    }
}

/// Why `file` may not be executed.
fn forbidden(file: &Path, user: Option<&User>) -> String {
    if let Some(reason) = closed_to(file, user) {
        return reason;
    }
    match file.metadata() {
        Ok(found) if found.is_dir() => "it is a folder".to_owned(),
        Ok(found) if found.mode() & 0o111 == 0 => "it has no permission to execute".to_owned(),
        Ok(found) if !may_execute(file, &found, user) => match user {
            Some(user) => format!("{} has no permission to execute it", user.name),
            None => "this process's user has no permission to execute it".to_owned(),
        },
        Ok(_) => {
            "its file system, its interpreter or a security policy does not allow it".to_owned()
        }
        Err(error) => error.to_string(),
    }
}

/// Which folder on the way to `path` does not let `user` pass.
fn closed_to(path: &Path, user: Option<&User>) -> Option<String> {
    let mut folders: Vec<&Path> = path.ancestors().skip(1).collect();
    folders.reverse();
    let closed = folders.into_iter().find(|folder| {
        fs::metadata(folder).is_ok_and(|it| it.is_dir() && !may_execute(folder, &it, user))
    });
    closed.map(|folder| not_entered(folder, user))
}

fn not_entered(folder: &Path, user: Option<&User>) -> String {
    let user = user.map_or("this process's user", |user| &user.name);
    format!("{user} may not enter {}", folder.display())
}

/// Whether `user` may execute a file, or enter a folder.
fn may_execute(path: &Path, found: &Metadata, user: Option<&User>) -> bool {
    let Some(user) = user else { return access(path, Access::EXEC_OK).is_ok() };
    // As far as its mode says: nobody can be asked what another user may do.
    let shift = match (found.uid() == user.uid, found.gid() == user.gid) {
        (true, _) => 6,
        (_, true) => 3,
        _ => 0,
    };
    (user.uid == 0 && found.is_dir()) || found.mode() >> shift & 1 == 1
}

/// What executes `file`: the interpreter of a script, the loader of a binary.
fn runs_by(file: &Path) -> String {
    let first_line = File::open(file).and_then(|file| {
        let mut line = Vec::new();
        BufReader::new(file.take(FIRST_LINE)).read_until(b'\n', &mut line).map(|_| line)
    });
    let line = first_line.unwrap_or_default();
    let line = String::from_utf8_lossy(&line);
    let interpreter = line.strip_prefix("#!").and_then(|line| line.split_whitespace().next());
    interpreter.map_or_else(|| "(its dynamic loader)".to_owned(), str::to_owned)
}
