//! Servers that others wrote, for the length of a test: moto in AWS's place and the real OpenFinOps
//! server, each on a free loopback port. `scripts/test` prepares the interpreter they run in.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;

/// The project's root.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The interpreter that has moto and openfinops.
fn python() -> PathBuf {
    match std::env::var_os("OPENFINOPS_LAB_PYTHON") {
        Some(path) => PathBuf::from(path),
        None => panic!("OPENFINOPS_LAB_PYTHON is not set: run these tests with scripts/test"),
    }
}

/// A server that ends with the test.
pub(crate) struct Server {
    child: Child,
    pub(crate) url: String,
    log: PathBuf,
    _folder: tempfile::TempDir,
}

impl Server {
    /// moto, empty.
    pub(crate) fn moto() -> Self {
        Self::start("moto")
    }

    /// The OpenFinOps server, empty.
    pub(crate) fn openfinops() -> Self {
        Self::start("openfinops")
    }

    fn start(which: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("access.log");
        let mut child = Command::new(python())
            .arg(root().join("lab/serve.py"))
            .arg(which)
            .arg("--log")
            .arg(&log)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let url = line.trim().strip_prefix("READY ").unwrap_or_else(|| {
            panic!("{which} did not start: {line:?}");
        });
        Self { url: url.to_owned(), child, log, _folder: folder }
    }

    /// Fills moto with a fleet and tells what it made.
    pub(crate) fn seed(&self, size: &str) -> Value {
        let manifest = self.log.with_file_name("manifest.json");
        let done = Command::new(python())
            .arg(root().join("lab/fleet.py"))
            .args(["--endpoint", &self.url, "--size", size, "--manifest"])
            .arg(&manifest)
            .output()
            .unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        serde_json::from_slice(&std::fs::read(manifest).unwrap()).unwrap()
    }

    /// The requests that the server has answered, as its access log has them.
    pub(crate) fn requests(&self) -> Vec<Value> {
        let text = std::fs::read_to_string(&self.log).unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// What the server answers to `GET path`.
    pub(crate) async fn get(&self, path: &str) -> Value {
        let answer = reqwest::get(format!("{}{path}", self.url)).await.unwrap();
        serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Runs the real binary against `aws`, with an environment that holds nothing else.
pub(crate) fn agent(aws: &Server, data_dir: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_aws-agent"))
        .args(arguments)
        .arg("--data-dir")
        .arg(data_dir)
        .env_clear()
        .env("HOME", data_dir)
        .env("AWS_ENDPOINT_URL", &aws.url)
        .env("AWS_ACCESS_KEY_ID", "testing")
        .env("AWS_SECRET_ACCESS_KEY", "testing")
        .env("AWS_EC2_METADATA_DISABLED", "true")
        // moto takes seconds for a full page of a large fleet.
        .env("OPENFINOPS_API_TIMEOUT", "120")
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

/// The documents that the agent printed, one a line.
pub(crate) fn documents(output: &Output) -> Vec<Value> {
    let text = std::str::from_utf8(&output.stdout).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}
