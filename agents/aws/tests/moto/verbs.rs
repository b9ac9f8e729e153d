//! The agent as a library: each verb by itself, against moto and the real server.

use std::process::Command;

use crate::lab::Server;

/// The guide's first example does what the guide says it does.
#[tokio::test]
async fn the_first_example_registers_collects_and_sends() {
    let (aws, server) = (Server::moto(), Server::openfinops());
    aws.seed("small");
    let home = tempfile::tempdir().unwrap();
    // Cargo builds a package's examples together with its tests, beside the binary.
    let example = std::path::Path::new(env!("CARGO_BIN_EXE_aws-agent"))
        .with_file_name("examples")
        .join("first_agent");
    assert!(
        example.exists(),
        "`cargo test --test moto` builds no examples: add --examples, or use scripts/test"
    );
    let output = Command::new(example)
        .args([&server.url, "us-west-2"])
        .env_clear()
        .env("HOME", home.path())
        .env("AWS_ENDPOINT_URL", &aws.url)
        .env("AWS_ACCESS_KEY_ID", "testing")
        .env("AWS_SECRET_ACCESS_KEY", "testing")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    // The small fleet has four instances in us-west-2: two replicas, one node, one unnamed.
    for line in [
        "registered as aws-agent-",
        "collected from 6 services in 123456789012 us-west-2",
        "total EC2 instances: 4",
        "documents delivered: 1",
        "telemetry sent: true",
    ] {
        assert!(said.contains(line), "no {line:?} in:\n{said}");
    }
    let agents = server.get("/api/v1/agents").await;
    assert_eq!(agents["agents"].as_array().unwrap().len(), 1);
    let kept = server.get("/api/v1/telemetry/recent").await;
    assert_eq!(kept["count"], 2, "one by hand, one by run_once");
}
