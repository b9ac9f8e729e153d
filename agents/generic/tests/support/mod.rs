//! The real binary, run in an empty home with a bound on its time.

#![allow(dead_code, reason = "not every test file uses all of it")]

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

/// How long a run may take before the test fails.
const LIMIT: Duration = Duration::from_secs(60);

/// A command line with an environment of its own: nothing of the machine's gets through.
pub(crate) struct Agent {
    folder: TempDir,
    variables: Vec<(String, String)>,
}

/// What a run came to.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) status: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Agent {
    pub(crate) fn new() -> Self {
        let agent = Self { folder: TempDir::new().unwrap(), variables: Vec::new() };
        // Whatever cloud this machine is in: nobody asks it here.
        agent.variable("OPENFINOPS_METADATA_ROOT", "/nonexistent")
    }

    pub(crate) fn variable(mut self, name: &str, value: impl Into<String>) -> Self {
        self.variables.push((name.to_owned(), value.into()));
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

    pub(crate) fn data_dir(&self) -> PathBuf {
        self.folder.path().join("home/.local/state/openfinops/generic-agent")
    }

    /// The command, not started.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let home = self.folder.path().join("home");
        std::fs::create_dir_all(&home).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_generic-agent"));
        command
            .args(arguments)
            .env_clear()
            .env("HOME", home)
            .env("PATH", "/usr/local/bin:/usr/bin:/bin")
            .envs(self.variables.iter().map(|(name, value)| (name, value)))
            .current_dir(self.folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// Runs the binary to its end.
    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        finish(self.command(arguments).spawn().unwrap())
    }

    /// One cycle with the configuration `yaml`, sent nowhere; its document, and how it ended.
    pub(crate) fn once(&self, yaml: &str) -> (Value, Ran) {
        let file = self.file("agent.yaml", yaml);
        let arguments = ["--once", "--server", "none", "--output", "json", "--config", &file];
        let ran = self.run(&arguments);
        let document = serde_json::from_str(ran.stdout.lines().next().unwrap_or_default());
        (document.unwrap_or_else(|error| panic!("{error}: {ran:?}")), ran)
    }
}

/// Waits for the end of a process and reads what it wrote.
pub(crate) fn finish(mut child: Child) -> Ran {
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    let stdout = std::thread::spawn(move || read(stdout));
    let stderr = std::thread::spawn(move || read(stderr));
    let begin = Instant::now();
    let status = loop {
        match child.try_wait().unwrap() {
            Some(status) => break status,
            None if begin.elapsed() > LIMIT => {
                let _ = child.kill();
                panic!("the agent did not end within {LIMIT:?}");
            }
            None => std::thread::sleep(Duration::from_millis(5)),
        }
    };
    let (stdout, stderr) = (stdout.join().unwrap(), stderr.join().unwrap());
    Ran { status: status.code(), stdout, stderr }
}

fn read(stream: Option<impl std::io::Read>) -> String {
    let mut text = String::new();
    stream.unwrap().read_to_string(&mut text).unwrap();
    text
}

/// Waits until `done` answers, or fails.
pub(crate) fn until<T>(what: &str, mut done: impl FnMut() -> Option<T>) -> T {
    let begin = Instant::now();
    loop {
        if let Some(answer) = done() {
            return answer;
        }
        assert!(begin.elapsed() < LIMIT, "{what} did not happen within {LIMIT:?}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// The keys of an object, in alphabetical order.
pub(crate) fn keys(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}
