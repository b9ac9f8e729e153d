//! Cloud Storage as somebody else understood it: the emulator of PyPI's `gcp-storage-emulator`.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_json::json;

use super::openfinops::python;
use crate::support::agent::Agent;
use crate::support::documents::{failed, records};
use crate::support::fleet::{Fleet, MAIN};
use crate::support::google::Google;

/// The emulator, for the length of a test.
struct Emulator {
    child: Child,
    url: String,
}

impl Emulator {
    fn start() -> Self {
        let above = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors();
        let script = above.map(|folder| folder.join("lab/storage.py")).find(|path| path.exists());
        let mut child = Command::new(python())
            .arg(script.unwrap())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let url = line.trim().strip_prefix("READY ");
        let url = url.unwrap_or_else(|| panic!("the emulator did not start: {line:?}")).to_owned();
        Self { child, url }
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[tokio::test]
async fn the_buckets_of_an_emulator_are_listed() {
    let emulator = Emulator::start();
    let client = reqwest::Client::new();
    for name in ["emulated-one", "emulated-two"] {
        let request = client
            .post(format!("{}/storage/v1/b?project={MAIN}", emulator.url))
            .header("content-type", "application/json")
            .body(json!({ "name": name, "storageClass": "STANDARD" }).to_string());
        let made = request.send().await.unwrap();
        assert!(made.status().is_success(), "{name}: {}", made.status());
    }
    let google = Google::of(Fleet::small().shared());
    let agent = Agent::of(&google).variable("OPENFINOPS_GCP_STORAGE", &emulator.url);
    let agent = agent.without("OPENFINOPS_GCP_FOLDER");
    let documents = agent.collect_with(&["--project", MAIN]).assert_well().documents();
    assert_eq!(failed(&documents[0]), Vec::<&str>::new());
    let names: Vec<&str> = records(&documents[0], "storage")
        .iter()
        .map(|record| record["bucket_name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["emulated-one", "emulated-two"]);
    assert_eq!(google.calls_to("/storage/v1/b").len(), 0);
}
