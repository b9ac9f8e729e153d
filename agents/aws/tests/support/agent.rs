//! The real binary, run in an empty home with a bound on its time.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use tempfile::TempDir;

use super::aws::Aws;
use super::running::Running;

/// Secrets that must never show.
pub(crate) const SECRET_KEY: &str = "scripted-secret-access-key";
pub(crate) const TOKEN: &str = "scripted-bearer-token";

/// How long a run may take that has nothing to wait for.
const LIMIT: Duration = Duration::from_secs(10);

/// A command line with an environment of its own: nothing of the machine's gets through.
pub(crate) struct Agent {
    folder: TempDir,
    variables: Vec<(String, String)>,
}

impl Agent {
    /// An agent with credentials, without a network.
    pub(crate) fn new() -> Self {
        let agent = Self { folder: TempDir::new().unwrap(), variables: Vec::new() };
        agent
            .variable("AWS_ACCESS_KEY_ID", "AKIASCRIPTED")
            .variable("AWS_SECRET_ACCESS_KEY", SECRET_KEY)
            .variable("AWS_EC2_METADATA_DISABLED", "true")
            // Whatever cloud this machine is in: the tests that ask bring their own.
            .variable("OPENFINOPS_METADATA_ROOT", "/nonexistent")
            .variable("OPENFINOPS_API_TIMEOUT", "1")
            .variable("OPENFINOPS_API_ATTEMPTS", "2")
    }

    /// An agent of this AWS.
    pub(crate) fn of(aws: &Aws) -> Self {
        Self::new().variable("AWS_ENDPOINT_URL", aws.url())
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
        std::fs::write(&path, content).unwrap();
        path.to_str().unwrap().to_owned()
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Where the agent keeps its state.
    pub(crate) fn data_dir(&self) -> PathBuf {
        self.folder.path().join("home/.local/state/openfinops/aws-agent")
    }

    /// Every file below the data directory, and every folder, itself included.
    pub(crate) fn entries(&self) -> Vec<PathBuf> {
        let mut entries = vec![self.data_dir()];
        let mut next = 0;
        while let Some(path) = entries.get(next).cloned() {
            if path.is_dir() {
                entries.extend(std::fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()));
            }
            next += 1;
        }
        entries
    }

    /// What `outbox list` says: a line for each document and sink, without the header.
    pub(crate) fn outbox(&self) -> Vec<String> {
        let ran = self.run(&["outbox", "list"]);
        assert_eq!((ran.status, ran.stderr.as_str()), (Some(0), ""), "{ran:?}");
        ran.stdout
            .lines()
            .filter(|line| line.contains("waiting") || line.contains("refused:"))
            .map(str::to_owned)
            .collect()
    }

    /// The numbers of the documents that wait.
    pub(crate) fn waiting(&self) -> Vec<String> {
        let lines = self.outbox();
        let waiting = lines.iter().filter(|line| line.contains("waiting"));
        waiting.map(|line| line.split_whitespace().next().unwrap().to_owned()).collect()
    }

    /// A document of the outbox.
    pub(crate) fn document(&self, id: &str) -> String {
        let ran = self.run(&["outbox", "show", id]);
        assert_eq!((ran.status, ran.stderr.as_str()), (Some(0), ""), "{ran:?}");
        ran.stdout
    }

    /// The command, not started.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let home = self.folder.path().join("home");
        std::fs::create_dir_all(&home).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_aws-agent"));
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

    /// Starts cycle after cycle at the shortest interval; each part of `more` is an argument.
    pub(crate) fn serve(&self, server: &str, more: &[&str]) -> Running {
        self.start(&[&["--server", server, "--interval", "10"], more].concat())
    }

    /// Starts the binary.
    pub(crate) fn start(&self, arguments: &[&str]) -> Running {
        Running::watch(self.command(arguments).stdout(Stdio::piped()).spawn().unwrap())
    }

    /// Runs the binary with a standard output whose reader is gone.
    pub(crate) fn run_unread(&self, arguments: &[&str]) -> Ran {
        let mut child = self.command(arguments).stdout(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        Running::watch(child).end_within(LIMIT)
    }

    /// Runs the binary with its standard output in a file.
    pub(crate) fn run_into(&self, file: &str, arguments: &[&str]) -> Ran {
        let file = std::fs::OpenOptions::new().write(true).open(file).unwrap();
        let child = self.command(arguments).stdout(file).spawn().unwrap();
        Running::watch(child).end_within(LIMIT)
    }

    /// Runs the binary to its end, which must come within `limit` seconds.
    pub(crate) fn run_within(&self, limit: u64, arguments: &[&str]) -> Ran {
        self.start(arguments).end_within(Duration::from_secs(limit))
    }

    /// Runs the binary to its end, which must come within 10 seconds.
    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        self.start(arguments).end_within(LIMIT)
    }

    /// One cycle without a server, its documents on standard output.
    pub(crate) fn collect(&self) -> Ran {
        self.run_within(60, &["--once", "--server", "none", "--output", "json"])
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
    /// No panic, no backtrace, no secret, whatever went wrong.
    pub(super) fn assert_calm(&self) {
        for text in [&self.stdout, &self.stderr] {
            for word in ["panicked", "RUST_BACKTRACE", "stack backtrace", SECRET_KEY, TOKEN] {
                assert!(!text.contains(word), "{word:?} in:\n{text}");
            }
        }
    }

    /// Nothing on standard output, one line on standard error that has all of `words`.
    pub(crate) fn assert_one_sentence(&self, status: i32, words: &[&str]) {
        assert_eq!(self.status, Some(status), "{self:?}");
        assert_eq!(self.stdout, "", "{self:?}");
        assert_eq!(self.stderr.lines().count(), 1, "not one sentence:\n{}", self.stderr);
        assert!(self.stderr.starts_with("aws-agent: "), "{}", self.stderr);
        for word in words {
            assert!(self.stderr.contains(word), "no {word:?} in: {}", self.stderr);
        }
    }
}
