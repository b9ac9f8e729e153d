//! Runs one command and leaves nothing of it behind.
//!
//! A command leads a process group of its own. However its run ends (it exits, it takes too long,
//! it says too much, nobody wants the answer any more), the whole group is killed before the
//! leader is reaped: as long as it is a zombie, its number cannot name another group. What leaves
//! the group is found by its parents while they live, and by [`Orphans`] after that.

mod environment;
mod error;
mod leader;
mod live;
mod message;
mod orphans;
mod output;
mod program;
mod run;
mod start;
mod tree;
mod user;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use secrecy::SecretString;

pub use error::CommandError;
pub use orphans::Orphans;
pub use run::Run;
pub use user::User;

/// A command as configured. It never goes through a shell unless it is [`Program::Shell`].
#[derive(Debug, Clone)]
pub struct Command {
    /// What runs.
    pub program: Program,
    /// How long it may take, from its start to its exit.
    pub timeout: Duration,
    /// How many bytes of standard output it may print; more ends the run.
    pub max_output: usize,
    /// Where it runs; `/` if nothing else is said.
    pub directory: Option<PathBuf>,
    /// Variables on top of the minimal ones: `PATH` (the usual system folders), `LANG` and `LC_ALL`
    /// (`C.UTF-8`), and `HOME`. Nothing else of this process's environment reaches the command.
    pub environment: BTreeMap<String, SecretString>,
    /// Whom it runs as, without supplementary groups; needs root. This process's user if `None`.
    pub user: Option<User>,
}

/// What a command runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Program {
    /// A program and its arguments. A name without a slash is looked up in `PATH`; a relative path
    /// begins at the command's directory.
    Arguments(Vec<String>),
    /// A line for `/bin/sh -c`.
    Shell(String),
}

impl Command {
    /// The command with a timeout of 10 seconds and 1 MiB of output.
    #[must_use]
    pub fn new(program: Program) -> Self {
        Self {
            program,
            timeout: Duration::from_secs(10),
            max_output: 1 << 20,
            directory: None,
            environment: BTreeMap::new(),
            user: None,
        }
    }

    /// Runs it once. Must be called within a tokio runtime that has I/O and time.
    ///
    /// A run whose future is dropped is ended there and then, with a bounded wait.
    pub async fn run(&self) -> Run {
        run::run(self).await
    }

    /// Where it runs.
    fn working_directory(&self) -> &Path {
        self.directory.as_deref().unwrap_or(Path::new("/"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_the_environment_are_not_shown() {
        let mut command = Command::new(Program::Shell("true".to_owned()));
        command.environment.insert("TOKEN".to_owned(), "hunter2-hunter2".into());
        let shown = format!("{command:?}");
        assert!(shown.contains("TOKEN") && !shown.contains("hunter2"), "{shown}");
    }
}
