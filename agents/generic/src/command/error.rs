//! Why a command could not be run to its end.

use std::path::PathBuf;
use std::time::Duration;

/// Why a run has no answer. An exit status other than zero is an answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CommandError {
    /// Nothing is to be run.
    #[error("the command is empty")]
    Empty,
    /// There is no such program.
    #[error("{program} was not found")]
    NotFound {
        /// The program as configured.
        program: String,
        /// The folders that were searched, as in `PATH`, if it was named without one.
        searched: Option<String>,
    },
    /// The program is there, but what should execute it is not.
    #[error("{program} cannot be run: its interpreter {interpreter} was not found")]
    Interpreter {
        /// The program as configured.
        program: String,
        /// What the first line of a script names, or the loader of a binary.
        interpreter: String,
    },
    /// It is there, but may not be executed.
    #[error("{program} cannot be executed: {reason}")]
    NotExecutable {
        /// The program as configured.
        program: String,
        /// What stands in the way.
        reason: String,
    },
    /// The folder it should run in.
    #[error("the directory {} cannot be used: {reason}", directory.display())]
    Directory {
        /// The folder.
        directory: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// Only root may run commands as someone else.
    #[error("this process may not run commands as {user}")]
    User {
        /// The name of the user.
        user: String,
    },
    /// The system would not start it, for another reason.
    #[error("{program} cannot be started: {reason}")]
    CannotStart {
        /// The program as configured.
        program: String,
        /// What the system said.
        reason: String,
    },
    /// It was ended because it took too long.
    #[error("it was ended after {after:?}, its timeout")]
    TimedOut {
        /// The timeout.
        after: Duration,
    },
    /// It was ended because it printed too much.
    #[error("it was ended because it printed more than {limit} bytes")]
    TooMuchOutput {
        /// How much it may print, in bytes.
        limit: usize,
    },
    /// What it printed could not be read.
    #[error("its output cannot be read: {reason}")]
    Read {
        /// What the system said.
        reason: String,
    },
    /// It ended, but nobody can say how.
    #[error("its exit status was lost: something else in this process waits for its children")]
    Lost,
}

impl CommandError {
    /// What to do about it, where that is known.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Empty => "name a program".to_owned(),
            Self::NotFound { searched: Some(path), .. } => {
                format!("install it, or write its full path; searched were {path}")
            }
            Self::NotFound { searched: None, .. } => "check the path, or install it".to_owned(),
            Self::Interpreter { interpreter, .. } => {
                format!("install {interpreter}, or correct the script's first line")
            }
            Self::NotExecutable { .. } => {
                "give a program that the command's user may execute (chmod +x)".to_owned()
            }
            Self::Directory { .. } => {
                "name a folder that exists and that the command's user may enter".to_owned()
            }
            Self::User { .. } => {
                "run the agent as root, or leave out the user of the command".to_owned()
            }
            Self::TimedOut { .. } => "make it faster, or allow it more time".to_owned(),
            Self::TooMuchOutput { .. } => "make it print less, or allow it more output".to_owned(),
            Self::Lost => "start the agent without SIGCHLD being ignored".to_owned(),
            Self::CannotStart { .. } | Self::Read { .. } => return None,
        })
    }
}
