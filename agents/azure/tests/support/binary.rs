//! The real binary, run in an empty home with a bound on its time.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;

use super::agent::{NAME, PROGRAM, SECRETS};
use super::running::Running;

/// How long a run may take that has little to wait for.
const LIMIT: u64 = 60;

/// A command line with an environment of its own: nothing of the machine's gets through.
pub(crate) struct Agent {
    folder: TempDir,
    variables: Vec<(String, String)>,
}

impl Agent {
    /// An agent that was told nothing.
    pub(crate) fn empty() -> Self {
        let folder = TempDir::new().unwrap();
        let data = folder.path().join("data").to_str().unwrap().to_owned();
        Self { folder, variables: Vec::new() }
            .variable("OPENFINOPS_DATA_DIR", data)
            // Whatever cloud this machine is in: the tests that ask bring their own.
            .variable("OPENFINOPS_METADATA_ROOT", "/nonexistent")
            .variable("OPENFINOPS_API_TIMEOUT", "10")
            .variable("OPENFINOPS_API_ATTEMPTS", "3")
    }

    pub(crate) fn variable(mut self, name: &str, value: impl Into<String>) -> Self {
        self.variables.retain(|(known, _)| known != name);
        self.variables.push((name.to_owned(), value.into()));
        self
    }

    pub(crate) fn without(mut self, name: &str) -> Self {
        self.variables.retain(|(known, _)| known != name);
        self
    }

    /// A file in the agent's folder, written.
    pub(crate) fn file(&self, name: &str, content: &str) -> String {
        let path = self.folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, content).unwrap();
        path.to_str().unwrap().to_owned()
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Every file below the agent's folder that is not the test's own.
    pub(crate) fn state(&self) -> Vec<PathBuf> {
        let mut files = vec![self.folder.path().join("data"), self.folder.path().join("home")];
        let mut next = 0;
        while let Some(path) = files.get(next).cloned() {
            if let Ok(entries) = std::fs::read_dir(path) {
                files.extend(entries.map(|entry| entry.unwrap().path()));
            }
            next += 1;
        }
        files.retain(|path| path.is_file());
        files
    }

    /// The command, not started.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let home = self.folder.path().join("home");
        std::fs::create_dir_all(&home).unwrap();
        let mut command = Command::new(PROGRAM);
        command
            .args(arguments)
            .env_clear()
            .env("HOME", home)
            .env("RUST_BACKTRACE", "1")
            .envs(self.variables.iter().map(|(name, value)| (name, value)))
            .current_dir(self.folder.path())
            .stdin(Stdio::null())
            .stderr(Stdio::piped());
        command
    }

    /// Starts the binary.
    pub(crate) fn start(&self, arguments: &[&str]) -> Running {
        Running::watch(self.command(arguments).stdout(Stdio::piped()).spawn().unwrap())
    }

    /// Runs the binary to its end, which must come within `limit` seconds.
    pub(crate) fn run_within(&self, limit: u64, arguments: &[&str]) -> Ran {
        self.start(arguments).end_within(Duration::from_secs(limit))
    }

    /// Runs the binary to its end.
    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        self.run_within(LIMIT, arguments)
    }

    /// One cycle without a server, its documents on standard output.
    pub(crate) fn collect(&self) -> Ran {
        self.collect_with(&[])
    }

    /// The same with more arguments.
    pub(crate) fn collect_with(&self, arguments: &[&str]) -> Ran {
        let once = ["--once", "--server", "none", "--output", "json"];
        self.run_within(150, &[&once, arguments].concat())
    }
}

/// What a run left.
#[derive(Debug)]
pub(crate) struct Ran {
    /// The exit status; `None` after a signal.
    pub(crate) status: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    pub(crate) took: Duration,
}

impl Ran {
    /// No panic, no backtrace, no token, no key, whatever went wrong.
    pub(super) fn assert_calm(&self) {
        for text in [&self.stdout, &self.stderr] {
            let noise = ["panicked", "RUST_BACKTRACE", "stack backtrace", "AgentError"];
            for word in noise.iter().chain(SECRETS) {
                assert!(!text.contains(word), "{word:?} in:\n{}", shortened(text, word));
            }
        }
    }

    /// It ended well.
    pub(crate) fn assert_well(self) -> Self {
        assert_eq!(self.status, Some(0), "stderr:\n{}", self.stderr);
        self
    }

    /// It ended with that status.
    pub(crate) fn assert_status(&self, status: i32) {
        assert_eq!(self.status, Some(status), "stderr:\n{}", self.stderr);
    }

    /// Nothing on standard output, one line on standard error that has all of `words`.
    pub(crate) fn assert_one_sentence(&self, status: i32, words: &[&str]) {
        assert_eq!(self.status, Some(status), "{self:?}");
        assert_eq!(self.stdout, "", "{self:?}");
        assert_eq!(self.stderr.lines().count(), 1, "not one sentence:\n{}", self.stderr);
        assert!(self.stderr.starts_with(&format!("{NAME}: ")), "{}", self.stderr);
        for word in words {
            assert!(self.stderr.contains(word), "no {word:?} in: {}", self.stderr);
        }
    }

    /// The documents on standard output: every line is one.
    pub(crate) fn documents(&self) -> Vec<Value> {
        let parse = |line: &str| {
            serde_json::from_str(line).unwrap_or_else(|error| panic!("{error} in line {line:?}"))
        };
        self.stdout.lines().map(parse).collect()
    }
}

/// The text around a word.
fn shortened(text: &str, word: &str) -> String {
    let at = text.find(word).unwrap_or_default();
    let line = text[..at].rfind('\n').map_or(0, |end| end + 1);
    text[line..].chars().take(2_000).collect()
}
