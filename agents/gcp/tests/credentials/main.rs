//! Every way to be somebody to Google, from end to end.

// Helpers outside of test functions unwrap too: a panic is how a test fails.
#![allow(clippy::unwrap_used)]

#[path = "../support/mod.rs"]
mod support;

use serde_json::{Value, json};

use support::agent::{Agent, Ran};
use support::expectations::{assert_all, assert_project};
use support::fleet::{Fleet, MAIN};
use support::google::Google;
use support::google::tokens::{ASSERTION, AUDIENCE, IMPERSONATED};
use support::http::{Reply, Server};
use support::key::{self, TOKEN};

const ONCE: [&str; 3] = ["--once", "--server", "none"];

/// One cycle, after which everything is there.
fn assert_collects(agent: &Agent, fleet: &Fleet) -> Ran {
    let ran = agent.collect().assert_well();
    assert_all(fleet, &ran.documents());
    ran
}

/// The way of every token that was used.
fn ways(google: &Google) -> Vec<String> {
    let mut ways: Vec<String> = google
        .work()
        .iter()
        .map(|call| call.token().unwrap_or_default().to_owned())
        .map(|token| token.strip_prefix(TOKEN).map_or("signed".into(), str::to_owned))
        .collect();
    ways.dedup();
    ways
}

#[test]
fn a_service_accounts_key_signs_for_itself_and_asks_nobody() {
    let fleet = Fleet::small().shared();
    let google = Google::of(fleet.clone());
    assert_collects(&Agent::of(&google), &fleet);
    assert_eq!(google.calls_to("/token").len(), 0);
    assert_eq!(ways(&google), ["signed"]);
}

#[test]
fn the_file_of_gcloud_is_found_in_the_home() {
    let fleet = Fleet::small().shared();
    let google = Google::of(fleet.clone());
    let agent = Agent::near(&google);
    let path = "home/.config/gcloud/application_default_credentials.json";
    agent.file(path, &key::file(&google.url()).to_string());
    assert_collects(&agent, &fleet);
}

#[test]
fn a_key_of_another_account_is_not_taken_and_that_is_said() {
    let google = Google::of(Fleet::small().shared());
    let agent = Agent::near(&google);
    let mut other = key::file(&google.url());
    other["client_email"] = json!("somebody@else.iam.gserviceaccount.com");
    let file = agent.file("key.json", &other.to_string());
    let ran = agent.variable("GOOGLE_APPLICATION_CREDENTIALS", file).run(&ONCE);
    ran.assert_one_sentence(2, &["UNAUTHENTICATED"]);
}

#[test]
fn a_key_file_that_is_missing_or_malformed_is_named() {
    let google = Google::of(Fleet::small().shared());
    let with = |content: &str| {
        let agent = Agent::near(&google);
        let file = agent.file("broken-key.json", content);
        agent.variable("GOOGLE_APPLICATION_CREDENTIALS", file)
    };
    let missing =
        Agent::near(&google).variable("GOOGLE_APPLICATION_CREDENTIALS", "/nonexistent/key.json");
    missing.run(&ONCE).assert_one_sentence(2, &["/nonexistent/key.json"]);

    let mut no_key = key::file(&google.url());
    no_key["private_key"] =
        json!("-----BEGIN PRIVATE KEY-----\nnonsense\n-----END PRIVATE KEY-----\n");
    let mut half = key::file(&google.url());
    half.as_object_mut().unwrap().remove("client_email");
    for content in [
        String::new(),
        "not JSON".to_owned(),
        "[]".to_owned(),
        json!({ "type": "teleportation" }).to_string(),
        json!({ "type": "service_account" }).to_string(),
        half.to_string(),
        no_key.to_string(),
    ] {
        with(&content).run(&ONCE).assert_one_sentence(2, &["broken-key.json"]);
    }
    assert_eq!(google.calls().len(), 0);
}

/// The file of an external account, whose own token is in a file.
/// <https://google.aip.dev/auth/4117>
fn external(agent: &Agent, google: &Google) -> Value {
    let token = agent.file("assertion", ASSERTION);
    json!({
        "type": "external_account", "audience": AUDIENCE,
        "subject_token_type": "urn:ietf:params:oauth:token-type:jwt",
        "token_url": format!("{}/v1/token", google.url()),
        "credential_source": { "file": token, "format": { "type": "text" } },
        "universe_domain": "googleapis.com",
    })
}

#[test]
fn workload_identity_federation_by_a_token_in_a_file() {
    let fleet = Fleet::small().shared();
    let google = Google::of(fleet.clone());
    let agent = Agent::near(&google);
    let file = agent.file("external.json", &external(&agent, &google).to_string());
    let agent = agent.variable("GOOGLE_APPLICATION_CREDENTIALS", file);
    assert_collects(&agent, &fleet);
    assert_eq!(ways(&google), ["-federated"]);
    assert!(!google.calls_to("/v1/token").is_empty());
}

#[test]
fn workload_identity_federation_into_a_service_account() {
    let fleet = Fleet::small().shared();
    let google = Google::of(fleet.clone());
    let agent = Agent::near(&google);
    let mut external = external(&agent, &google);
    external["service_account_impersonation_url"] =
        json!(format!("{}{IMPERSONATED}", google.url()));
    let file = agent.file("external.json", &external.to_string());
    let agent = agent.variable("GOOGLE_APPLICATION_CREDENTIALS", file);
    assert_collects(&agent, &fleet);
    assert_eq!(ways(&google), ["-impersonated"]);
}

#[test]
fn a_federated_token_that_is_refused_says_so() {
    let google = Google::of(Fleet::small().shared());
    let agent = Agent::near(&google);
    let external = external(&agent, &google);
    agent.file("assertion", "stolen.from.somebody");
    let file = agent.file("external.json", &external.to_string());
    let ran = agent.variable("GOOGLE_APPLICATION_CREDENTIALS", file).run(&ONCE);
    assert!(matches!(ran.status, Some(2)), "{ran:?}");
    assert_eq!(ran.stderr.lines().count(), 1, "{}", ran.stderr);
    assert!(!ran.stderr.contains("stolen.from.somebody"), "{}", ran.stderr);
    assert_eq!(google.work().len(), 0);
}

#[test]
fn a_machine_of_googles_has_an_identity_of_its_own() {
    let fleet = Fleet::small().shared();
    let google = Google::of(fleet.clone());
    let agent = Agent::near(&google).variable("GCE_METADATA_HOST", google.authority());
    assert_collects(&agent, &fleet);
    assert_eq!(ways(&google), ["-metadata"]);
    let asked = google.calls_to("/computeMetadata/");
    assert!(!asked.is_empty());
    for call in &asked {
        assert_eq!(call.request.header("metadata-flavor"), Some("Google"), "{}", call.path);
        assert_eq!(call.token(), None, "{}", call.path);
    }
}

#[test]
fn nobody_is_told_what_was_tried() {
    let google = Google::of(Fleet::small().shared());
    let ran = Agent::near(&google).run(&ONCE);
    ran.assert_one_sentence(2, &["GOOGLE_APPLICATION_CREDENTIALS", "gcloud", "metadata"]);
    assert_eq!(google.calls().len(), 0);
}

#[test]
fn a_metadata_server_that_says_nothing_is_not_waited_for() {
    let google = Google::of(Fleet::small().shared());
    let silent = Server::start(|_| Reply::Hang);
    let host = silent.url().replace("http://", "");
    let ran = Agent::near(&google).variable("GCE_METADATA_HOST", host).run(&ONCE);
    assert!(matches!(ran.status, Some(2 | 5)), "{ran:?}");
    assert_eq!(ran.stderr.lines().count(), 1, "{}", ran.stderr);
    assert!(ran.stderr.contains("metadata"), "{}", ran.stderr);
}

#[test]
fn a_machine_of_googles_collects_the_project_that_it_is_in() {
    let fleet = Fleet::small().shared();
    let google = Google::of(fleet.clone());
    let agent = Agent::near(&google)
        .without("OPENFINOPS_GCP_FOLDER")
        .variable("GCE_METADATA_HOST", google.authority());
    let documents = agent.collect().assert_well().documents();
    assert_eq!(documents.len(), 1);
    assert_project(&fleet, &documents[0], MAIN);
}

#[test]
fn a_service_accounts_key_is_of_a_project_too() {
    let fleet = Fleet::small().shared();
    let google = Google::of(fleet.clone());
    let documents = Agent::of(&google).without("OPENFINOPS_GCP_FOLDER").collect();
    let documents = documents.assert_well().documents();
    assert_eq!(documents.len(), 1);
    assert_project(&fleet, &documents[0], MAIN);
}

#[test]
fn who_is_nowhere_must_name_a_project() {
    let google = Google::of(Fleet::small().shared());
    let agent = Agent::near(&google).without("OPENFINOPS_GCP_FOLDER");
    let file = agent.file("external.json", &external(&agent, &google).to_string());
    let ran = agent.variable("GOOGLE_APPLICATION_CREDENTIALS", file).run(&ONCE);
    ran.assert_one_sentence(2, &["--project", "GOOGLE_CLOUD_PROJECT", "--folder"]);
}

/// What must be in no file and in no line.
const SECRETS: [&str; 3] = [key::SIGNED, key::PRIVATE, TOKEN];

#[test]
fn no_key_and_no_token_is_kept() {
    let google = Google::of(Fleet::small().shared());
    for agent in
        [Agent::of(&google), Agent::near(&google).variable("GCE_METADATA_HOST", google.authority())]
    {
        let traces = agent.folder().join("data/traces.jsonl");
        let agent = agent.variable("TELEMETRY_FILE", traces.to_str().unwrap());
        agent.collect().assert_well();
        assert!(traces.exists());
        for path in agent.state() {
            let bytes = std::fs::read(&path).unwrap();
            let text = String::from_utf8_lossy(&bytes);
            for secret in SECRETS {
                assert!(!text.contains(secret), "{secret} is in {}", path.display());
            }
        }
    }
}

#[test]
fn no_key_and_no_token_is_logged_however_much_is() {
    let google = Google::of(Fleet::small().shared());
    // What is said is searched for both after each run.
    let arguments = ["--once", "--server", "none", "--log-level", "trace"];
    let ran = Agent::of(&google).run(&arguments).assert_well();
    assert!(!ran.stderr.is_empty(), "nothing is logged");
}
