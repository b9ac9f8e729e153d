//! Agents that share their work: the real binary, several at once, against a scripted AWS and a
//! scripted Lease API.

// Helpers outside of test functions unwrap too: a panic is how a test fails.
#![allow(clippy::unwrap_used)]

#[path = "../../../../core/tests/replicas/lease_api.rs"]
#[allow(dead_code, reason = "each test file uses a part")]
mod lease_api;
#[path = "../support/mod.rs"]
mod support;

mod elected;
mod parts;
mod usage;

use lease_api::LeaseApi;
use support::agent::Agent;
use support::aws::Aws;

/// The Lease of every test.
const LEASE: &str = "aws-agent";

/// Four regions.
const REGIONS: [&str; 4] = ["eu-west-1", "us-east-1", "eu-central-1", "us-west-2"];

/// An agent of this AWS in a pod of that name; its access key is the pod's name as well.
fn in_a_pod(name: &str, aws: &Aws, api: &LeaseApi) -> Agent {
    let agent = Agent::of(aws);
    let root = agent.folder().join("root");
    api.mount(&root, name);
    agent
        .variable("OPENFINOPS_METADATA_ROOT", root.to_str().unwrap())
        .variable("KUBERNETES_SERVICE_HOST", "127.0.0.1")
        .variable("KUBERNETES_SERVICE_PORT", api.address.port().to_string())
        .variable("POD_NAME", name)
        .variable("AWS_ACCESS_KEY_ID", key(name))
        .variable("AWS_REGION", REGIONS.join(","))
        .variable("OPENFINOPS_LEASE", LEASE)
        // The shortest that it takes.
        .variable("OPENFINOPS_LEASE_DURATION", "5")
}

/// The access key of a pod.
fn key(name: &str) -> String {
    format!("AKIA{}", name.to_uppercase())
}
