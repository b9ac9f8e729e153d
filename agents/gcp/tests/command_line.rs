//! The command line as a user meets it.

// Helpers outside of test functions unwrap too: a panic is how a test fails.
#![allow(clippy::unwrap_used)]

mod support;

use support::agent::{Agent, NOWHERE, Ran};
use support::fleet::{EDGE, Fleet, MAIN};
use support::google::Google;
use support::google::errors::{denied, disabled};
use support::google::rules::every;
use support::openfinops::{OpenFinOps, REGISTER};

#[test]
fn help_lists_flags_environment_and_statuses() {
    let ran = Agent::nobody().run(&["--help"]);
    assert_eq!((ran.status, ran.stderr.as_str()), (Some(0), ""));
    for word in [
        "--once",
        "--server",
        "--project",
        "--folder",
        "--organization",
        "--region",
        "--interval",
        "--config",
        "--output",
        "--data-dir",
        "check",
        "config",
        "OPENFINOPS_ENDPOINT",
        "GOOGLE_CLOUD_PROJECT",
        "GOOGLE_APPLICATION_CREDENTIALS",
        "OPENFINOPS_GCP_FOLDER",
        "OPENFINOPS_GCP_ENDPOINT",
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
    let google = Google::of(Fleet::small().shared());
    for (flag, value) in [
        ("--project", "Shop"),
        ("--project", "a"),
        ("--project", "../../organizations/1"),
        ("--project", "projects/shop-main"),
        ("--folder", "shop"),
        ("--folder", "folders/"),
        ("--organization", "example.com"),
        ("--region", "us-central1-a"),
        ("--region", "US"),
    ] {
        let ran = Agent::of(&google).run(&["--once", "--server", "none", flag, value]);
        assert_eq!(ran.status, Some(2), "{flag} {value}: {ran:?}");
        assert!(ran.stderr.contains(value) && ran.stderr.contains(flag), "{ran:?}");
    }
    assert_eq!(google.calls().len(), 0);
}

#[test]
fn every_mistake_is_told_at_once() {
    let agent = Agent::nobody()
        .variable("GOOGLE_CLOUD_PROJECT", "No Project")
        .variable("OPENFINOPS_GCP_FOLDER", "attic")
        .variable("OPENFINOPS_GCP_REGION", "mars")
        .variable("OPENFINOPS_GCP_COMPUTE", "http://compute.example")
        .variable("OPENFINOPS_GCP_SQL", "https://user:secret-of-mine@sql.example");
    let ran = agent.run(&["--once", "--server", "none"]);
    assert_eq!(ran.status, Some(2), "{ran:?}");
    for word in ["No Project", "attic", "mars", "http://compute.example", "OPENFINOPS_GCP_SQL"] {
        assert!(ran.stderr.contains(word), "no {word} in: {}", ran.stderr);
    }
    assert!(!ran.stderr.contains("secret-of-mine"), "{}", ran.stderr);
}

/// Everything that the agent needs.
const PERMISSIONS: [&str; 9] = [
    "compute.instances.list",
    "compute.disks.list",
    "compute.snapshots.list",
    "container.clusters.list",
    "cloudfunctions.functions.list",
    "run.services.list",
    "cloudsql.instances.list",
    "storage.buckets.list",
    "monitoring.timeSeries.list",
];

fn check(agent: &Agent, server: &str) -> Ran {
    agent.run(&["check", "--server", server])
}

#[test]
fn check_finds_everything_there() {
    let google = Google::of(Fleet::small().shared());
    let server = OpenFinOps::healthy();
    let ran = check(&Agent::of(&google), &server.url());
    assert_eq!((ran.status, ran.stderr.as_str()), (Some(0), ""), "{ran:?}");
    assert!(ran.stdout.contains("everything that the agent needs is there"), "{ran:?}");
    assert!(!ran.stdout.contains("MISSING"), "{ran:?}");
    assert!(ran.stdout.contains(MAIN) && ran.stdout.contains(EDGE), "{ran:?}");
    // Each permission is tried in each project.
    let calls = google.work();
    for project in [MAIN, EDGE] {
        for permission in PERMISSIONS {
            let tried = |call: &&support::google::call::Call| {
                call.is_of(project) && call.permission() == Some(permission)
            };
            assert!(calls.iter().any(|call| tried(&call)), "{permission} in {project}");
        }
    }
}

#[test]
fn check_names_each_permission_that_is_missing() {
    for missing in PERMISSIONS {
        let rule = every(move |call| call.permission() == Some(missing), denied);
        let google = Google::scripted(Fleet::small().shared(), vec![rule]);
        let ran = check(&Agent::of(&google), "none");
        assert_eq!(ran.status, Some(3), "{missing}: {ran:?}");
        assert_eq!(ran.stderr, format!("gcp-agent: missing permissions: {missing}\n"));
        for project in [MAIN, EDGE] {
            let mut lines = ran.stdout.lines();
            let line = lines.find(|line| line.contains(missing) && line.contains(project));
            assert!(line.is_some_and(|line| line.contains("MISSING")), "{project}: {ran:?}");
        }
    }
}

#[test]
fn check_names_the_command_that_enables_an_api() {
    let rule = every(|call| call.permission() == Some("run.services.list"), disabled);
    let google = Google::scripted(Fleet::small().shared(), vec![rule]);
    let ran = check(&Agent::of(&google), "none");
    assert_eq!(ran.status, Some(3), "{ran:?}");
    for project in [MAIN, EDGE] {
        let command = format!("gcloud services enable run.googleapis.com --project {project}");
        assert!(ran.stdout.contains(&command), "no {command} in:\n{}", ran.stdout);
    }
}

#[test]
fn check_says_where_there_is_no_search_no_identity_and_no_server() {
    let search = every(|call| call.ends_in(":searchAllResources"), denied);
    let google = Google::scripted(Fleet::small().shared(), vec![search]);
    let ran = check(&Agent::of(&google), "none");
    assert!(matches!(ran.status, Some(2 | 3)), "{ran:?}");
    assert!(ran.stdout.contains("folders/471100000001"), "{ran:?}");
    let google = Google::of(Fleet::small().shared());
    let ran = check(&Agent::of(&google), &format!("http://{NOWHERE}"));
    assert_eq!(ran.status, Some(4), "{ran:?}");
    let ran = check(&Agent::near(&google), "none");
    assert_eq!(ran.status, Some(2), "{ran:?}");
    assert!(ran.stdout.contains("GOOGLE_APPLICATION_CREDENTIALS"), "{ran:?}");
}

#[test]
fn a_file_is_checked_without_asking_anybody() {
    let google = Google::of(Fleet::small().shared());
    let agent = Agent::of(&google).without("OPENFINOPS_GCP_FOLDER");
    let validate = |text: &str| {
        let file = agent.file("agent.yaml", text);
        agent.run(&["--config", &file, "config", "validate"])
    };
    let ran = validate("project: [shop-main, example.com:old-shop]\nregion: us-central1\n");
    assert_eq!((ran.status, ran.stdout.as_str()), (Some(0), "the configuration is valid\n"));
    let ran = validate("project: UPPER\nfolders: [folders/x]\nendpoints:\n  run: run.example\n");
    assert_eq!(ran.status, Some(2), "{ran:?}");
    for word in ["agent.yaml", "UPPER", "folders/x", "run.example"] {
        assert!(ran.stderr.contains(word), "no {word} in: {}", ran.stderr);
    }
    assert_eq!(google.calls().len(), 0);
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
fn the_agent_registers_and_delivers_what_it_prints() {
    let google = Google::of(Fleet::small().shared());
    let server = OpenFinOps::healthy();
    let url = server.url();
    let ran = Agent::of(&google).run(&["--once", "--server", &url, "--output", "json"]);
    let mut printed = ran.assert_well().documents();
    let registered = server.requests(REGISTER);
    let body: serde_json::Value = serde_json::from_slice(&registered[0].body).unwrap();
    assert_eq!(body["agent_type"], "gcp_telemetry");
    assert_eq!(body["cloud_provider"], "gcp");
    assert!(body["region"].is_string() && body["hostname"].is_string(), "{body}");
    let mut delivered = server.documents();
    delivered.sort_by_key(|document| document["account_id"].to_string());
    printed.sort_by_key(|document| document["account_id"].to_string());
    assert_eq!(delivered.len(), 2);
    for (one, other) in delivered.iter().zip(&printed) {
        assert_eq!(one["services"], other["services"]);
    }
}
