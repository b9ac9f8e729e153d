//! Every key of every JSON block of the three guides that this project writes, spelled as there:
//! what an agent in a pod on an EC2 instance writes has each of them.
//!
//! Left out are the blocks that others write (the identity document that IMDS answers, a task
//! definition) and the results of `jq`.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::cycles::denied;
use crate::events::read;
use crate::identity::{imds, on_ec2};
use crate::kubernetes::{answer, in_the_pod};
use crate::support::agent::Agent;
use crate::support::tls::{self, Authority};

/// The identity's keys: `cloud-metadata-guide.md`, and the events of `telemetry-v2-examples.md`.
const IDENTITY: &[&str] = &[
    "cloud/provider",
    "cloud/region",
    "cloud/availability_zone",
    "cloud/account.id",
    "cloud/instance.id",
    "cloud/machine.type",
    "cloud/image.id",
    "cloud/platform",
    "cloud/metadata_source",
    "host/name",
    "host/ip",
    "host/public_ip",
    "k8s/cluster.name",
    "k8s/namespace.name",
    "k8s/namespace_labels",
    "k8s/pod.name",
    "k8s/pod.uid",
    "k8s/pod_labels",
    "k8s/pod_annotations",
    "k8s/deployment_name",
    "k8s/replicaset_name",
    "k8s/container.name",
    "k8s/container.id",
    "k8s/service_account_name",
    "k8s/service_account_uid",
    "k8s/cpu_request",
    "k8s/cpu_limit",
    "k8s/memory_request",
    "k8s/memory_limit",
    "k8s/pod_phase",
    "k8s/pod_ip",
    "k8s/host_ip",
    "k8s/node.name",
    "k8s/node_labels",
    "k8s/services",
    "process/pid",
    "process/executable",
    "process/command_line",
    "resource/telemetry.sdk.name",
    "resource/telemetry.sdk.version",
    "resource/runtime.name",
    "resource/runtime.version",
    "resource/os.type",
    "resource/os.description",
    "service/name",
    "service/version",
    "environment",
];

/// The events' own keys: `telemetry-v2-examples.md` and `telemetry-v2-usage.md`.
const EVENTS: &[&str] = &[
    "schema/format",
    "schema/version",
    "timestamp",
    "timestamp_ns",
    "sequence",
    "event_type",
    "severity",
    "function_name",
    "trace_id",
    "span_id",
    "parent_span_id",
    "duration_ns",
    "message",
    "attributes/function.parameters",
    "attributes/caller.function",
    "attributes/caller.file",
    "attributes/caller.line",
    "attributes/program_name",
    "attributes/parent_correlation_id",
    "correlation_id",
    "error/type",
    "error/message",
    "error/stacktrace",
];

/// The paths of all keys, down to the second level: labels are the user's own.
fn paths(document: &Value) -> BTreeSet<String> {
    let mut paths = BTreeSet::new();
    for (key, value) in document.as_object().unwrap() {
        match value.as_object() {
            Some(object) => paths.extend(object.keys().map(|below| format!("{key}/{below}"))),
            None => {
                paths.insert(key.clone());
            }
        }
    }
    paths
}

fn assert_all(what: &str, expected: &[&str], found: &BTreeSet<String>) {
    let missing: Vec<_> = expected.iter().filter(|path| !found.contains(**path)).collect();
    assert!(missing.is_empty(), "{what} lacks {missing:?} in {found:?}");
}

/// A token whose claims name the service account; its header and signature are nobody's business.
fn token() -> String {
    use base64::Engine as _;
    let claims = r#"{ "iss": "https://oidc.eks.us-east-1.amazonaws.com/id/EXAMPLE", "exp": 4102444800,
        "kubernetes.io": { "namespace": "default",
            "serviceaccount": { "name": "myapp-sa", "uid": "sa-uid-123456" } } }"#;
    let claims = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(claims);
    format!("pod-token.{claims}.signature")
}

#[test]
fn every_key_of_the_guides_is_written_as_the_guides_spell_it() {
    let authority = Authority::new();
    let api = tls::start(authority.signs("127.0.0.1", 2099), answer);
    let imds = imds();
    let aws = denied("rds");
    let agent = in_the_pod(Agent::of(&aws), &api, &authority, &token())
        .without("AWS_EC2_METADATA_DISABLED")
        .variable("AWS_EC2_METADATA_SERVICE_ENDPOINT", imds.url())
        .variable("ENVIRONMENT", "prod");
    let file = agent.folder().join("events.jsonl");
    let agent = agent.variable("TELEMETRY_FILE", file.to_str().unwrap());
    let ran = agent.run_within(20, &["--once", "--server", "none", "--output", "json"]);
    assert_eq!(ran.status, Some(3), "{ran:?}");

    let in_a_pod: Vec<&str> =
        IDENTITY.iter().filter(|path| **path != "host/public_ip").copied().collect();
    assert_all("a snapshot's agent", &in_a_pod, &paths(&ran.document()["agent"]));
    let events: BTreeSet<String> = read(&file).iter().flat_map(paths).collect();
    assert_all("an event", &in_a_pod, &events);
    assert_all("an event", EVENTS, &events);
    let traces = ran.document()["traces"].clone();
    let traced: BTreeSet<String> = traces.as_array().unwrap().iter().flat_map(paths).collect();
    assert_all("a snapshot's event", EVENTS, &traced);

    let cache = agent.folder().join("home/.telemetry_metadata.json");
    let cache: Value = serde_json::from_slice(&std::fs::read(cache).unwrap()).unwrap();
    let kept = paths(&cache);
    let belongs = |path: &&&str| ["cloud/", "host/", "k8s/"].iter().any(|it| path.starts_with(it));
    let cached: Vec<&str> = in_a_pod.iter().filter(belongs).copied().collect();
    assert_all("the cache", &cached, &kept);
    assert_all("the cache", &["cached_at", "resource/runtime.name"], &kept);

    // The pod's address is not the instance's, so it has not the instance's public one either.
    let instance = on_ec2(Agent::new(), &imds).run(&["identify"]);
    let document: Value = serde_json::from_str(&instance.stdout).unwrap();
    assert_all("an instance", &["host/public_ip"], &paths(&document));
}
