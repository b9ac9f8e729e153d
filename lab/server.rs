//! The real OpenFinOps server, for the length of a test. `scripts/test` prepares the interpreter
//! that it runs in.

use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::Value;

/// The interpreter that has openfinops.
pub(crate) fn python() -> PathBuf {
    match std::env::var_os("OPENFINOPS_LAB_PYTHON") {
        Some(path) => PathBuf::from(path),
        None => panic!("OPENFINOPS_LAB_PYTHON is not set: run these tests with scripts/test"),
    }
}

/// The lab's script that starts servers, from whichever package this is a test of.
fn serve() -> PathBuf {
    let above = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors();
    above.map(|folder| folder.join("lab/serve.py")).find(|path| path.exists()).unwrap()
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
            .arg(serve())
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

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// What it answers to `GET path`.
    pub(crate) async fn get(&self, path: &str) -> Value {
        let answer = reqwest::get(format!("{}{path}", self.url)).await.unwrap();
        serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap()
    }

    #[allow(dead_code, reason = "not every test looks at the port")]
    pub(crate) fn address(&self) -> SocketAddr {
        self.url.trim_start_matches("http://").parse().unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
