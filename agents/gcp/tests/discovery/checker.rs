//! `lab/discovery.py`, for the length of a test. `scripts/test` prepares the interpreter that it runs
//! in.

use std::io::{BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// The verdict on a request that fits.
pub(crate) const FITS: &str = "fits";

/// A request, and what was said of it.
#[derive(Debug)]
pub(crate) struct Seen {
    /// The method by its name in the documents.
    pub(crate) method: Option<String>,
    /// `fits`, or why not.
    pub(crate) verdict: String,
    query: Vec<(String, String)>,
}

impl Seen {
    fn of(line: &str) -> Self {
        let line: Value = serde_json::from_str(line).unwrap();
        Self {
            method: line["method"].as_str().map(str::to_owned),
            verdict: line["verdict"].as_str().unwrap().to_owned(),
            query: serde_json::from_value(line["query"].clone()).unwrap(),
        }
    }

    pub(crate) fn is(&self, method: &str) -> bool {
        self.method.as_deref() == Some(method)
    }

    /// The value of a parameter of the query.
    pub(crate) fn value(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(known, _)| known == name).map(|(_, value)| &**value)
    }
}

/// A checker that ends with the test.
pub(crate) struct Checker {
    child: Child,
    /// Held open: it says more at its end.
    said: BufReader<ChildStdout>,
    url: String,
    folder: TempDir,
}

impl Checker {
    /// A checker that gives these replies, once it answers.
    pub(crate) fn start(replies: &[(String, Value)]) -> Self {
        let folder = written(replies);
        let mut child = command(folder.path()).spawn().unwrap();
        let mut line = String::new();
        let mut said = BufReader::new(child.stdout.take().unwrap());
        said.read_line(&mut line).unwrap();
        let url = line.trim().strip_prefix("READY ");
        let url = url.unwrap_or_else(|| panic!("the checker did not start: {line:?}")).to_owned();
        Self { child, said, url, folder }
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// The status and the text of an answer.
    pub(crate) fn ask(&self, target: &str, token: Option<&str>) -> (u16, String) {
        let url = format!("{}{target}", self.url);
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(async {
            let client = reqwest::Client::builder().no_proxy().build().unwrap();
            let request = client.get(url);
            let request = match token {
                Some(token) => request.header("authorization", format!("Bearer {token}")),
                None => request,
            };
            let answer = request.send().await.unwrap();
            (answer.status().as_u16(), answer.text().await.unwrap())
        })
    }

    /// Ends it; what it saw, and the status that it ended with.
    pub(crate) fn end(mut self) -> (Vec<Seen>, Option<i32>) {
        drop(self.child.stdin.take());
        let mut summary = String::new();
        self.said.read_to_string(&mut summary).unwrap();
        let status = self.child.wait().unwrap().code();
        assert!(summary.contains(" refused"), "{summary}");
        let log = std::fs::read_to_string(self.folder.path().join("log")).unwrap();
        (log.lines().map(Seen::of).collect(), status)
    }
}

impl Drop for Checker {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What it says where it does not start with these replies.
pub(crate) fn refusal_to_start(replies: &[(String, Value)]) -> String {
    let folder = written(replies);
    let mut child = command(folder.path()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdin.take());
    let mut said = String::new();
    child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(1), "{said}");
    said
}

/// A folder with these replies.
fn written(replies: &[(String, Value)]) -> TempDir {
    let folder = TempDir::new().unwrap();
    for (name, reply) in replies {
        let path = folder.path().join(format!("{name}.json"));
        std::fs::write(path, reply.to_string()).unwrap();
    }
    folder
}

fn command(folder: &Path) -> Command {
    let mut command = Command::new(python());
    command
        .arg(script())
        .arg("--replies")
        .arg(folder)
        .arg("--log")
        .arg(folder.join("log"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    command
}

/// The interpreter that has the documents.
fn python() -> PathBuf {
    match std::env::var_os("OPENFINOPS_LAB_PYTHON") {
        Some(path) => PathBuf::from(path),
        None => panic!("OPENFINOPS_LAB_PYTHON is not set: run these tests with scripts/test"),
    }
}

fn script() -> PathBuf {
    let above = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors();
    above.map(|folder| folder.join("lab/discovery.py")).find(|path| path.exists()).unwrap()
}
