//! azure-agent.

use std::process::Command;

use sandbox::azure::Azure;
use serde_json::Value;

use super::support::{Ran, Sandbox, program};

/// Runs the agent once with the variables that the sandbox says, but for those that are changed
/// (`Some`) or left out (`None`).
async fn run_as(sandbox: &Sandbox, changed: &[(&str, Option<&str>)]) -> Ran {
    let folder = tempfile::tempdir().expect("a folder");
    let mut command = Command::new(program("azure-agent"));
    command
        .args(["--once", "--server", "none", "--output", "json"])
        .env_clear()
        .env("OPENFINOPS_METADATA_ROOT", "/nonexistent")
        .env("OPENFINOPS_DATA_DIR", folder.path().join("data"));
    for (name, value) in variables(sandbox).await {
        command.env(name, value);
    }
    for (name, value) in changed {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    let done = command.output().expect("the agent runs");
    let documents = String::from_utf8(done.stdout).expect("UTF-8");
    let documents = documents.lines().map(|line| serde_json::from_str(line).expect("JSON"));
    Ran {
        status: done.status.code(),
        documents: documents.collect(),
        errors: String::from_utf8_lossy(&done.stderr).into_owned(),
    }
}

async fn variables(sandbox: &Sandbox) -> Vec<(String, String)> {
    let agents = sandbox.ask("GET", "/agents", "").await;
    let variables = agents["azure"]["environment"].as_object().expect("variables").iter();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    variables.map(|(name, value)| (name.clone(), text(value))).collect()
}

async fn is_true(sandbox: &Sandbox, ran: &Ran) {
    assert_eq!(ran.status, Some(0), "{}", ran.errors);
    assert_eq!(ran.sums(), sandbox.truth("azure").await);
}

/// How many requests there were of a service's operation.
async fn requests(sandbox: &Sandbox, operation: &str) -> u64 {
    let counts = sandbox.ask("GET", "/counts", "").await;
    counts["azure"][operation]["requests"].as_u64().unwrap_or_default()
}

/// Of every service something has no price, or not in full, and the rest costs something.
#[tokio::test]
async fn every_service_of_a_mixed_fleet_costs_what_is_true() {
    let flags = ["--resources", "5000", "--accounts", "3", "--regions", "6"];
    let sandbox = Sandbox::start(&flags);
    let ran = sandbox.run("azure", &[]).await;
    is_true(&sandbox, &ran).await;
    let sums = ran.sums();
    assert_eq!(ran.documents.len(), 3);
    assert_eq!(sums.values().map(|sum| sum.count).sum::<u64>(), 5_000);
    for service in ["aks", "disks", "functions", "sql", "storage", "virtual_machines"] {
        let sum = &sums[service];
        assert!(sum.unpriced > 0 && !sum.monthly.is_zero(), "{service}: {sum:?}");
    }
    for service in ["disks", "sql", "storage", "virtual_machines"] {
        assert!(sums[service].partly_priced > 0, "{service}: nothing is partly priced");
    }
}

#[tokio::test]
async fn another_seed_is_another_fleet_whose_costs_are_true_as_well() {
    let sandbox = Sandbox::start(&["--resources", "1500", "--seed", "11", "--regions", "25"]);
    let ran = sandbox.run("azure", &[]).await;
    is_true(&sandbox, &ran).await;
}

#[tokio::test]
async fn a_handful_of_resources_over_more_subscriptions_costs_what_is_true() {
    let sandbox = Sandbox::start(&["--resources", "7", "--accounts", "10"]);
    let ran = sandbox.run("azure", &[]).await;
    is_true(&sandbox, &ran).await;
}

#[tokio::test]
async fn a_fleet_of_machines_only_costs_what_is_true() {
    let flags = ["--mix", "machines", "--resources", "4000", "--accounts", "3"];
    let sandbox = Sandbox::start(&flags);
    let ran = sandbox.run("azure", &[]).await;
    is_true(&sandbox, &ran).await;
    assert_eq!(ran.sums()["virtual_machines"].count, 4_000);
}

#[tokio::test]
async fn lists_in_the_place_of_resource_graph_cost_the_same() {
    let sandbox = Sandbox::start(&["--resources", "3000"]);
    let client = Azure::without_resource_graph();
    let ran = run_as(&sandbox, &[("AZURE_CLIENT_ID", Some(client))]).await;
    is_true(&sandbox, &ran).await;
    assert!(requests(&sandbox, "resourcemanager:virtualmachines").await > 1);
}

/// More attempts than one request in four can be refused in a row.
#[tokio::test]
async fn a_cloud_that_throttles_and_errs_is_collected_whole() {
    let faults = ["--fault", "azure:throttled=20%", "--fault", "azure:errors=5%"];
    let sandbox = Sandbox::start(&[&["--resources", "600"][..], &faults].concat());
    let ran = run_as(&sandbox, &[("OPENFINOPS_API_ATTEMPTS", Some("16"))]).await;
    is_true(&sandbox, &ran).await;
    let counts = sandbox.ask("GET", "/counts", "").await;
    let batches = &counts["azure"]["monitor:getBatch"];
    assert!(batches["throttled"].as_u64() > Some(0), "{counts:#}");
}

#[tokio::test]
async fn a_bucket_of_tokens_is_waited_for() {
    let sandbox = Sandbox::start(&["--resources", "600", "--fault", "azure:throttle=10/4"]);
    let ran = sandbox.run("azure", &[]).await;
    is_true(&sandbox, &ran).await;
}

#[tokio::test]
async fn an_expired_token_ends_the_cycle_with_what_to_do() {
    let sandbox = Sandbox::start(&["--fault", "azure/resourcemanager:expired=100%"]);
    let ran = sandbox.run("azure", &[]).await;
    assert_ne!(ran.status, Some(0));
    assert!(ran.documents.is_empty());
    assert!(ran.errors.contains("ExpiredAuthenticationToken"), "{}", ran.errors);
    assert!(ran.errors.contains("renew the credentials"), "{}", ran.errors);
}

/// Without a secret the tokens come from the identity that an app has.
#[tokio::test]
async fn a_managed_identity_sees_the_same() {
    let sandbox = Sandbox::start(&["--resources", "300"]);
    let variables = variables(&sandbox).await;
    let metadata = variables.iter().find(|(name, _)| name == "AZURE_METADATA_SERVICE_ENDPOINT");
    let [(endpoint, url), (header, secret)] = Azure::identity(&metadata.expect("an address").1);
    let changed = [
        ("AZURE_CLIENT_SECRET", None),
        (endpoint, Some(url.as_str())),
        (header, Some(secret.as_str())),
    ];
    let ran = run_as(&sandbox, &changed).await;
    is_true(&sandbox, &ran).await;
    assert!(requests(&sandbox, "metadata:app-token").await > 0);
    assert_eq!(requests(&sandbox, "tokens:token").await, 0);
}
