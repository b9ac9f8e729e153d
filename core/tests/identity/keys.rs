//! Every key of every JSON block of the guides that belongs to the identity.

use finops_core::identity::Identity;

use crate::support::*;

const CLOUD: &[&str] = &[
    "provider",
    "region",
    "availability_zone",
    "account.id",
    "instance.id",
    "machine.type",
    "image.id",
    "platform",
    "metadata_source",
];
const HOST: &[&str] = &["name", "ip", "public_ip"];
const K8S: &[&str] = &[
    "cluster.name",
    "namespace.name",
    "namespace_labels",
    "pod.name",
    "pod.uid",
    "pod_labels",
    "pod_annotations",
    "deployment_name",
    "replicaset_name",
    "container.name",
    "container.id",
    "service_account_name",
    "service_account_uid",
    "cpu_request",
    "cpu_limit",
    "memory_request",
    "memory_limit",
    "pod_phase",
    "pod_ip",
    "host_ip",
    "node.name",
    "node_labels",
    "services",
];
const PROCESS: &[&str] = &["pid", "executable", "command_line"];
const RESOURCE: &[&str] = &[
    "telemetry.sdk.name",
    "telemetry.sdk.version",
    "runtime.name",
    "runtime.version",
    "os.type",
    "os.description",
];
const SERVICE: &[&str] = &["name", "version"];

async fn on_ec2() -> Identity {
    let server = ec2(body(&instance())).await;
    Machine::new().collect([("AWS_EC2_METADATA_SERVICE_ENDPOINT", &server.url())]).await.identity
}

#[tokio::test]
async fn an_instance_of_ec2_has_every_key_outside_kubernetes_and_no_other() {
    let identity = on_ec2().await;
    for (part, keys, found) in [
        ("cloud", CLOUD, &identity.cloud),
        ("host", HOST, &identity.host),
        ("process", PROCESS, &identity.process),
        ("resource", RESOURCE, &identity.resource),
        ("service", SERVICE, &identity.service),
    ] {
        let mut keys = keys.to_vec();
        keys.sort_unstable();
        let mut found: Vec<&str> = found.keys().map(String::as_str).collect();
        found.sort_unstable();
        assert_eq!(found, keys, "{part}");
    }
    assert!(!identity.environment.is_empty());
}

#[tokio::test]
async fn what_is_known_of_a_cluster_without_its_api_is_in_the_guides_keys() {
    let collected = Machine::new()
        .collect([("KUBERNETES_SERVICE_HOST", "10.96.0.1"), ("K8S_CLUSTER_NAME", "prod-cluster")])
        .await;
    for key in collected.identity.k8s.keys() {
        assert!(K8S.contains(&key.as_str()), "{key}");
    }
}
