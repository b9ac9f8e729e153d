//! The real OpenFinOps server, for the length of a test. `scripts/test` prepares the interpreter
//! that it runs in.

use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::Value;

/// The interpreter that has openfinops.
fn python() -> PathBuf {
    match std::env::var_os("OPENFINOPS_LAB_PYTHON") {
        Some(path) => PathBuf::from(path),
        None => panic!("OPENFINOPS_LAB_PYTHON is not set: run these tests with scripts/test"),
    }
}

/// A server that ends with the test.
pub(crate) struct Server {
    child: Child,
    url: String,
}

impl Server {
    /// An empty server on a free port, once it answers.
    pub(crate) fn start() -> Self {
        let mut child = Command::new(python())
            .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("../lab/serve.py"))
            .arg("openfinops")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let url = line.trim().strip_prefix("READY ");
        let url = url.unwrap_or_else(|| panic!("the server did not start: {line:?}")).to_owned();
        Self { child, url }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.url.trim_start_matches("http://").parse().unwrap()
    }

    /// What it answers to `GET path`.
    pub(crate) async fn get(&self, path: &str) -> Value {
        let answer = reqwest::get(format!("{}{path}", self.url)).await.unwrap();
        serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap()
    }

    /// Begins to watch for `documents` documents. In a process of its own: what is read there does
    /// not count as the agent's memory.
    pub(crate) fn await_arrivals(&self, documents: u64) -> Arrivals {
        let child = Command::new(python())
            .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/outage/arrivals.py"))
            .arg(&self.url)
            .arg(documents.to_string())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        Arrivals(child)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What came to the server, being watched. It ends by itself.
pub(crate) struct Arrivals(Child);

impl Arrivals {
    /// Region and cycle of every document, in the order in which the server got them.
    pub(crate) fn read(self) -> Vec<(String, u64)> {
        let output = self.0.wait_with_output().unwrap();
        assert!(output.status.success(), "the documents did not come");
        let text = String::from_utf8(output.stdout).unwrap();
        let arrival = |line: &str| {
            let (region, cycle) = line.split_once(' ').unwrap();
            (region.to_owned(), cycle.parse().unwrap())
        };
        text.lines().map(arrival).collect()
    }
}
