//! What the environment switches and names.

use std::process::Command;

use finops_core::identity::{Collector, Fields, REDACTED};
use serde_json::{Value, json};

use crate::support::*;

#[tokio::test]
async fn a_library_collects_no_cloud_metadata_unless_it_is_told_to() {
    let server = ec2(body(&instance())).await;
    let machine = Machine::new();
    let around = || machine.around([("AWS_EC2_METADATA_SERVICE_ENDPOINT", &server.url())]);
    let off = Collector::new(around()).collect().await;
    assert_eq!(off.identity.provider(), "local");
    assert!(server.requests().is_empty());
    let on = Collector::new(around().with("ENABLE_CLOUD_METADATA", "true")).collect().await;
    assert_eq!(on.identity.provider(), "aws");
}

#[tokio::test]
async fn switched_off_the_environment_still_speaks_and_nobody_is_asked() {
    let server = Server::start([]).await;
    let task = format!("{}/v4/x", server.url());
    let variables = [
        ("ENABLE_CLOUD_METADATA", "false"),
        ("ECS_CONTAINER_METADATA_URI_V4", task.as_str()),
        ("AWS_REGION", "us-east-1"),
    ];
    let machine = Machine::new();
    let collected = machine.collector(variables).collect().await;
    assert_eq!(collected.identity.cloud["platform"], "ecs");
    assert!(server.requests().is_empty());
    assert!(!machine.home().join(".telemetry_metadata.json").exists());
}

#[tokio::test]
async fn names_come_from_the_environment_then_the_platform_then_the_program() {
    async fn service<const N: usize>(variables: [(&str, &str); N]) -> Fields {
        let collector = Machine::new().collector(variables).service("aws-agent", "0.1.0");
        collector.cache(None).collect().await.identity.service
    }
    let lambda = ("AWS_LAMBDA_FUNCTION_NAME", "nightly");
    let given = ("SERVICE_NAME", "billing");
    let named = |name: &str| fields(json!({ "name": name, "version": "0.1.0" }));
    assert_eq!(service([]).await, named("aws-agent"));
    assert_eq!(service([lambda]).await, named("nightly"));
    assert_eq!(service([lambda, given]).await, named("billing"));
    let version = service([given, ("SERVICE_VERSION", "2")]).await;
    assert_eq!(version, fields(json!({ "name": "billing", "version": "2" })));
}

#[tokio::test]
async fn the_environments_name_is_configured_given_or_unknown() {
    let machine = Machine::new();
    let plain = machine.collector([]).collect().await;
    assert_eq!(plain.identity.environment, "unknown");
    let given = || machine.collector([("ENVIRONMENT", "staging")]);
    assert_eq!(given().collect().await.identity.environment, "staging");
    let configured = given().environment(Some("prod".to_owned())).collect().await;
    assert_eq!(configured.identity.environment, "prod");
}

#[tokio::test]
async fn a_document_has_its_parts_and_no_empty_pod() {
    let collected = Machine::new().collect([]).await;
    let document = serde_json::to_value(&collected.identity).unwrap();
    let mut parts: Vec<&str> = document.as_object().unwrap().keys().map(String::as_str).collect();
    parts.sort_unstable();
    assert_eq!(parts, ["cloud", "environment", "host", "process", "resource", "service"]);
    assert_eq!(document["process"]["pid"], Value::from(std::process::id()));
}

#[test]
fn a_password_on_the_command_line_does_not_leave_the_process() {
    let output = Command::new(std::env::current_exe().unwrap())
        // For the test's own runner all of these are names of tests.
        .args([
            "--exact",
            "--nocapture",
            "switches::in_a_child_with_a_password",
            "PASSWORD=hunter2",
        ])
        .env(CHILD, "true")
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

const CHILD: &str = "IDENTITY_TEST_CHILD";

/// Only does anything as a child of the test above.
#[tokio::test]
async fn in_a_child_with_a_password() {
    if std::env::var_os(CHILD).is_none() {
        return;
    }
    let collected = Machine::new().collect([]).await;
    let line = collected.identity.process["command_line"].as_str().unwrap();
    assert!(line.ends_with(&format!(" PASSWORD={REDACTED}")), "{line}");
}
