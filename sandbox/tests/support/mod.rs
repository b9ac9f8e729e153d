//! A sandbox and the real agents before it: the programs as cargo built them, and nothing of their code.

// Each test file is a crate of its own and uses a part of this.
#![allow(dead_code)]

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use rust_decimal::Decimal;
use serde_json::Value;

/// The program under test.
const SANDBOX: &str = env!("CARGO_BIN_EXE_sandbox");

/// A sandbox that serves; it ends when it is dropped.
pub(crate) struct Sandbox {
    child: Child,
    url: String,
}

impl Sandbox {
    /// Starts one with these flags.
    pub(crate) fn start(flags: &[&str]) -> Self {
        let mut child = Command::new(SANDBOX)
            .arg("--serve")
            .args(flags)
            .stdout(Stdio::piped())
            .spawn()
            .expect("the sandbox starts");
        let mut url = String::new();
        BufReader::new(child.stdout.take().expect("it is piped"))
            .read_line(&mut url)
            .expect("it says where it is");
        assert!(url.starts_with("http://"), "the sandbox said {url:?}");
        Self { child, url: url.trim().to_owned() }
    }

    /// Where its own port is.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Asks the sandbox's own port.
    pub(crate) async fn ask(&self, method: &str, path: &str, body: &str) -> Value {
        let method = method.parse().expect("a method");
        let asked = reqwest::Client::new().request(method, format!("{}{path}", self.url));
        let answer = asked.body(body.to_owned()).send().await.expect("the sandbox answers");
        serde_json::from_str(&answer.text().await.expect("text")).expect("JSON")
    }

    /// What the fleet of a cloud costs.
    pub(crate) async fn truth(&self, cloud: &str) -> BTreeMap<String, Sum> {
        let truth = self.ask("GET", &format!("/truth/{cloud}"), "").await;
        let services = truth["services"].as_object().expect("services");
        services.iter().map(|(name, sum)| (name.clone(), Sum::of_truth(sum))).collect()
    }

    /// Runs an agent once over the whole fleet of its cloud, with nothing but what the sandbox says.
    pub(crate) async fn run(&self, cloud: &str, flags: &[&str]) -> Ran {
        let agents = self.ask("GET", "/agents", "").await;
        let (about, folder) = (&agents[cloud], tempfile::tempdir().expect("a folder"));
        let config = folder.path().join("agent.yaml");
        // JSON is YAML.
        std::fs::write(&config, about["settings"].to_string()).expect("written");
        let environment = about["environment"].as_object().expect("variables");
        let done = Command::new(program(&format!("{cloud}-agent")))
            .args(["--once", "--server", "none", "--output", "json", "--config"])
            .arg(&config)
            .args(flags)
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("OPENFINOPS_METADATA_ROOT", "/nonexistent")
            .env("OPENFINOPS_DATA_DIR", folder.path().join("data"))
            .envs(
                environment.iter().map(|(name, value)| (name, value.as_str().unwrap_or_default())),
            )
            .output()
            .expect("the agent runs");
        let documents = String::from_utf8(done.stdout).expect("UTF-8");
        Ran {
            status: done.status.code(),
            documents: documents
                .lines()
                .map(|line| serde_json::from_str(line).expect("JSON"))
                .collect(),
            errors: String::from_utf8_lossy(&done.stderr).into_owned(),
        }
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// An agent's program, which a build of the whole workspace puts beside the sandbox.
pub(crate) fn program(name: &str) -> PathBuf {
    let program = Path::new(SANDBOX).with_file_name(name);
    assert!(program.exists(), "{} is missing: build the whole workspace", program.display());
    program
}

/// What a run gave.
pub(crate) struct Ran {
    pub(crate) status: Option<i32>,
    pub(crate) documents: Vec<Value>,
    pub(crate) errors: String,
}

/// What a service costs: in a truth, or added up over documents.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Sum {
    pub(crate) count: u64,
    pub(crate) monthly: Decimal,
    pub(crate) unpriced: u64,
    pub(crate) partly_priced: u64,
}

impl Sum {
    fn of_truth(sum: &Value) -> Self {
        let number = |key: &str| sum[key].as_u64().expect(key);
        Self {
            count: number("count"),
            monthly: exact(&sum["monthly"]),
            unpriced: number("unpriced"),
            partly_priced: number("partly_priced"),
        }
    }
}

fn exact(value: &Value) -> Decimal {
    value.as_str().expect("an exact figure is a text").parse().expect("a decimal")
}

impl Ran {
    /// The documents added up by service, to the last digit.
    pub(crate) fn sums(&self) -> BTreeMap<String, Sum> {
        let mut sums: BTreeMap<String, Sum> = BTreeMap::new();
        let services =
            self.documents.iter().filter_map(|document| document["services"].as_object());
        for (name, service) in services.flatten() {
            assert!(service.get("error").is_none(), "{name} failed: {service:#}");
            if name == "collectors" {
                // What generic-agent measures, which costs nothing.
                continue;
            }
            let lists = service.as_object().into_iter().flat_map(|it| it.values());
            let records: usize = lists.filter_map(Value::as_array).map(Vec::len).sum();
            let sum = sums.entry(name.clone()).or_default();
            sum.count += records as u64;
            sum.monthly += exact(&service["monthly_cost_exact"]);
            sum.unpriced += service["unpriced"].as_u64().expect("unpriced");
            sum.partly_priced += service["partly_priced"].as_u64().expect("partly_priced");
        }
        sums
    }

    /// Why something has no price, each reason once.
    pub(crate) fn reasons(&self) -> std::collections::BTreeSet<String> {
        let services =
            self.documents.iter().filter_map(|document| document["services"].as_object());
        let lists = services.flatten().filter_map(|(_, service)| service.as_object());
        let records = lists.flat_map(|it| it.values()).filter_map(Value::as_array).flatten();
        records.filter_map(|it| it["unpriced_reason"].as_str().map(str::to_owned)).collect()
    }
}
