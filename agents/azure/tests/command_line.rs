//! The command line as a user meets it.

// Helpers outside of test functions unwrap too: a panic is how a test fails.
#![allow(clippy::unwrap_used)]

mod support;

use support::agent::{Agent, Ran};
use support::azure::Azure;
use support::azure::errors::denied;
use support::azure::lists::action;
use support::azure::rules::{Rule, every};
use support::documents::{self, record, records};
use support::http::closed_port;
use support::openfinops::{OpenFinOps, REGISTER};
use support::tenant::{LAB, SHOP, Tenant};

#[test]
fn help_lists_flags_environment_and_statuses() {
    let ran = Agent::nobody().run(&["--help"]);
    assert_eq!((ran.status, ran.stderr.as_str()), (Some(0), ""));
    for word in [
        "--once",
        "--server",
        "--subscription",
        "--resource-group",
        "--interval",
        "--config",
        "--output",
        "--data-dir",
        "check",
        "config",
        "OPENFINOPS_ENDPOINT",
        "AZURE_SUBSCRIPTION_ID",
        "AZURE_TENANT_ID",
        "AZURE_CLIENT_ID",
        "AZURE_FEDERATED_TOKEN_FILE",
        "AZURE_AUTHORITY_HOST",
        "OPENFINOPS_MAX_METRIC_REQUESTS",
    ] {
        assert!(ran.stdout.contains(word), "no {word} in:\n{}", ran.stdout);
    }
    let statuses = ran.stdout.split("Exit status").nth(1).unwrap();
    let statuses: Vec<&str> =
        statuses.lines().skip(1).filter_map(|line| line.split_whitespace().next()).collect();
    assert_eq!(statuses, ["0", "2", "3", "4", "5"]);
}

#[test]
fn an_id_that_is_none_is_refused_before_anything_is_asked() {
    let azure = Azure::of(Tenant::small().shared());
    for id in ["shop", "1c6f0c52", "1c6f0c5231d44c0e8f0d6a1b2c3d4e01", "../../tenants"] {
        let ran = Agent::of(&azure).run(&["--once", "--server", "none", "--subscription", id]);
        assert_eq!(ran.status, Some(2), "{ran:?}");
        assert!(ran.stderr.contains(id) && ran.stderr.contains("--subscription"), "{ran:?}");
    }
    assert_eq!(azure.calls().len(), 0);
}

#[test]
fn a_subscription_is_named_in_any_case() {
    let azure = Azure::of(Tenant::small().shared());
    let arguments = ["--once", "--server", "none", "--output", "json", "--subscription"];
    let id = SHOP.to_uppercase();
    let ran = Agent::of(&azure).run(&[&arguments[..], &[&id]].concat()).assert_well();
    let documents = ran.documents();
    assert_eq!(documents.len(), 1);
    assert_eq!(documents[0]["account_id"], SHOP);
}

#[test]
fn a_resource_group_narrows_what_is_collected() {
    let tenant = Tenant::small().shared();
    for rules in [Vec::new(), vec![no_graph()]] {
        let azure = Azure::scripted(tenant.clone(), rules);
        let arguments =
            ["--once", "--server", "none", "--output", "json", "--resource-group", "DATA"];
        let documents = Agent::of(&azure).run(&arguments).assert_well().documents();
        let shop = documents::of(&documents, SHOP);
        assert_eq!(records(shop, "virtual_machines", "virtual_machines").len(), 2);
        assert_eq!(records(shop, "disks", "disks").len(), 2);
        assert_eq!(record(shop, "virtual_machines", "data-0000")["power_state"], "running");
        assert_eq!(records(shop, "storage", "storage_accounts").len(), 1);
        // The lab has no group of that name, and that is no failure.
        let lab = documents::of(&documents, LAB);
        assert_eq!(lab["summary"]["resources"], 0);
        assert_eq!(documents::failed(lab), Vec::<&str>::new(), "{}", lab["events"]);
    }
}

/// Resource Graph is denied.
fn no_graph() -> Rule {
    every(
        |call| call.is_to("/providers/Microsoft.ResourceGraph/"),
        |_| denied("Microsoft.ResourceGraph/resources/read", "/"),
    )
}

/// Everything that needs `missing` is denied.
fn lacking(missing: &'static str) -> Rule {
    every(
        move |call| !call.is_to("/oauth2/") && action(call).eq_ignore_ascii_case(missing),
        move |_| denied(missing, "/subscriptions"),
    )
}

fn check(agent: &Agent, server: &str) -> Ran {
    agent.run(&["check", "--server", server])
}

#[test]
fn check_finds_everything_there() {
    let azure = Azure::of(Tenant::small().shared());
    let server = OpenFinOps::healthy();
    let ran = check(&Agent::of(&azure), &server.url());
    assert_eq!((ran.status, ran.stderr.as_str()), (Some(0), ""), "{ran:?}");
    assert!(ran.stdout.contains("everything that the agent needs is there"), "{ran:?}");
    assert!(!ran.stdout.contains("MISSING"), "{ran:?}");
    assert!(ran.stdout.contains(SHOP) && ran.stdout.contains(LAB), "{ran:?}");
}

#[test]
fn check_names_each_permission_that_is_missing() {
    for missing in [
        "Microsoft.Compute/virtualMachines/read",
        "Microsoft.Compute/virtualMachineScaleSets/read",
        "Microsoft.Compute/virtualMachineScaleSets/virtualMachines/read",
        "Microsoft.Compute/disks/read",
        "Microsoft.ContainerService/managedClusters/read",
        "Microsoft.Web/sites/read",
        "Microsoft.Web/serverfarms/read",
        "Microsoft.Sql/servers/read",
        "Microsoft.Sql/servers/databases/read",
        "Microsoft.Sql/servers/elasticPools/read",
        "Microsoft.Storage/storageAccounts/read",
        "Microsoft.Insights/metrics/read",
    ] {
        let azure = Azure::scripted(Tenant::small().shared(), vec![lacking(missing)]);
        let ran = check(&Agent::of(&azure), "none");
        assert_eq!(ran.status, Some(3), "{missing}: {ran:?}");
        assert_eq!(ran.stderr, format!("azure-agent: missing permissions: {missing}\n"));
        let line = ran.stdout.lines().find(|line| line.contains(missing)).unwrap();
        assert!(line.contains("MISSING") && line.contains(SHOP), "{line}");
    }
}

#[test]
fn check_says_where_there_is_no_identity_and_no_server() {
    let azure = Azure::of(Tenant::small().shared());
    let ran = check(&Agent::of(&azure), &closed_port());
    assert_eq!(ran.status, Some(4), "{ran:?}");
    let stranger = Agent::of(&azure).variable("AZURE_CLIENT_SECRET", "wrong");
    let ran = check(&stranger, "none");
    assert_eq!(ran.status, Some(2), "{ran:?}");
    assert!(ran.stdout.contains("credentials") && ran.stdout.contains("AADSTS7000215"), "{ran:?}");
}

#[test]
fn a_file_is_checked_without_asking_anybody_and_shows_no_secret() {
    let azure = Azure::of(Tenant::small().shared());
    let agent = Agent::of(&azure);
    let validate = |text: &str| {
        let file = agent.file("agent.yaml", text);
        agent.run(&["--config", &file, "config", "validate"])
    };
    let ran = validate(&format!("subscription: {SHOP}\nresource_group: [web, data]\n"));
    assert_eq!((ran.status, ran.stdout.as_str()), (Some(0), "the configuration is valid\n"));
    let ran = validate("subscriptions: [all]\nresource_group: web/..\ncloud: private\n");
    assert_eq!(ran.status, Some(2), "{ran:?}");
    for word in ["agent.yaml", "web/..", "resource_group", "private"] {
        assert!(ran.stderr.contains(word), "no {word} in: {}", ran.stderr);
    }
    // A secret has no place in the file.
    let ran = validate("credential:\n  client_secret: scripted-secret-in-a-file\n");
    assert_eq!(ran.status, Some(2), "{ran:?}");
    assert!(!ran.stderr.contains("scripted-secret-in-a-file"), "{}", ran.stderr);
    assert_eq!(azure.calls().len(), 0);
}

#[test]
fn the_example_configuration_is_valid() {
    let agent = Agent::nobody();
    let example = agent.run(&["config", "example"]);
    assert_eq!((example.status, example.stderr.as_str()), (Some(0), ""));
    let file = agent.file("example.yaml", &example.stdout);
    let ran = agent.run(&["--config", &file, "config", "validate"]);
    assert_eq!(ran.status, Some(0), "{ran:?}");
    assert_eq!(ran.stdout, "the configuration is valid\n");
}

#[test]
fn every_mistake_is_told_at_once() {
    let agent = Agent::nobody()
        .variable("AZURE_SUBSCRIPTION_ID", "nonsense")
        .variable("OPENFINOPS_AZURE_CLOUD", "private")
        .variable("OPENFINOPS_AZURE_ARM", "http://arm.example")
        .variable("OPENFINOPS_AZURE_METRICS", "metrics.example");
    let ran = agent.run(&["--once", "--server", "none"]);
    assert_eq!(ran.status, Some(2), "{ran:?}");
    for word in ["nonsense", "private", "http://arm.example", "metrics.example"] {
        assert!(ran.stderr.contains(word), "no {word} in: {}", ran.stderr);
    }
}

#[test]
fn the_agent_registers_and_delivers_what_it_prints() {
    let tenant = Tenant::small().shared();
    let azure = Azure::of(tenant);
    let server = OpenFinOps::healthy();
    let url = server.url();
    let ran = Agent::of(&azure).run(&["--once", "--server", &url, "--output", "json"]);
    let printed = ran.assert_well().documents();
    let registered = server.requests(REGISTER);
    let body: serde_json::Value = serde_json::from_slice(&registered[0].body).unwrap();
    assert_eq!(body["agent_type"], "azure_telemetry");
    assert_eq!(body["cloud_provider"], "azure");
    assert!(body["region"].is_string() && body["hostname"].is_string(), "{body}");
    let mut delivered = server.documents();
    delivered.sort_by_key(|document| document["account_id"].to_string());
    let mut printed = printed;
    printed.sort_by_key(|document| document["account_id"].to_string());
    assert_eq!(delivered.len(), 2);
    for (one, other) in delivered.iter().zip(&printed) {
        assert_eq!(one["services"], other["services"]);
    }
}
