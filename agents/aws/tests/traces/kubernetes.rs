//! `identify` in a pod: the guides' EKS example from a scripted Kubernetes API behind TLS.

use serde_json::{Value, json};

use crate::support::agent::Agent;
use crate::support::http::{Reply, Request, Server};
use crate::support::tls::{self, Authority};

/// Where a pod finds its service account.
const ACCOUNT: &str = "var/run/secrets/kubernetes.io/serviceaccount";

fn pod() -> Value {
    json!({
        "kind": "Pod", "apiVersion": "v1",
        "metadata": {
            "name": "myapp-7b8c9d-xyz", "namespace": "default", "uid": "abc123-def456",
            "labels": { "app": "myapp", "version": "v1.2.3", "tier": "backend" },
            "annotations": { "prometheus.io/scrape": "true", "istio.io/rev": "default" },
            "ownerReferences": [{
                "apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "myapp-7b8c9d",
                "uid": "r-1", "controller": true, "blockOwnerDeletion": true,
            }],
        },
        "spec": {
            "serviceAccountName": "myapp-sa",
            "nodeName": "ip-10-0-45-123.ec2.internal",
            "containers": [{
                "name": "myapp", "image": "myapp:latest",
                "resources": {
                    "requests": { "cpu": "500m", "memory": "512Mi" },
                    "limits": { "cpu": "1000m", "memory": "1Gi" },
                },
            }],
        },
        "status": {
            "phase": "Running", "podIP": "10.244.1.5", "hostIP": "10.0.45.123",
            "containerStatuses": [{
                "name": "myapp", "containerID": "containerd://abc123def456", "ready": true,
                "restartCount": 0, "image": "myapp:latest", "imageID": "",
            }],
        },
    })
}

fn service(name: &str, selector: &Value) -> Value {
    json!({ "metadata": { "name": name, "namespace": "default" }, "spec": { "selector": selector } })
}

/// The API of a cluster in which the pod runs.
pub(crate) fn answer(request: &Request) -> Reply {
    if request.header("authorization").is_none_or(|it| !it.starts_with("Bearer pod-token")) {
        return Reply::of(401, "application/json", "{}");
    }
    let body = match request.path.as_str() {
        "/api/v1/namespaces/default/pods/myapp-7b8c9d-xyz" => pod(),
        "/api/v1/namespaces/default" => json!({
            "kind": "Namespace", "apiVersion": "v1",
            "metadata": {
                "name": "default",
                "labels": { "environment": "production", "team": "platform" },
            },
        }),
        "/api/v1/namespaces/default/services" => json!({
            "kind": "ServiceList", "apiVersion": "v1", "metadata": {},
            "items": [
                service("myapp-internal", &json!({ "app": "myapp", "tier": "backend" })),
                service("other", &json!({ "app": "other" })),
                service("myapp", &json!({ "app": "myapp" })),
            ],
        }),
        "/apis/apps/v1/namespaces/default/replicasets/myapp-7b8c9d" => json!({
            "kind": "ReplicaSet", "apiVersion": "apps/v1",
            "metadata": {
                "name": "myapp-7b8c9d", "namespace": "default",
                "ownerReferences": [{
                    "apiVersion": "apps/v1", "kind": "Deployment", "name": "myapp", "uid": "d-1",
                    "controller": true,
                }],
            },
            "spec": { "selector": {} },
        }),
        "/api/v1/nodes/ip-10-0-45-123.ec2.internal" => json!({
            "kind": "Node", "apiVersion": "v1",
            "metadata": {
                "name": "ip-10-0-45-123.ec2.internal",
                "labels": {
                    "kubernetes.io/arch": "amd64",
                    "node.kubernetes.io/instance-type": "m5.xlarge",
                },
            },
        }),
        other => panic!("{other} was asked"),
    };
    Reply::of(200, "application/json", body.to_string())
}

/// An agent in that pod, with this token.
pub(crate) fn in_the_pod(agent: Agent, api: &Server, authority: &Authority, token: &str) -> Agent {
    let root = agent.folder().join("root");
    let account = root.join(ACCOUNT);
    std::fs::create_dir_all(&account).unwrap();
    for (name, text) in
        [("ca.crt", authority.pem()), ("token", token.into()), ("namespace", "default".into())]
    {
        std::fs::write(account.join(name), text).unwrap();
    }
    for (path, text) in [
        ("etc/hosts", "# Kubernetes-managed hosts file.\n"),
        ("proc/sys/kernel/random/boot_id", "bbe1a3f0-2c4d-4e5f-8a9b-0c1d2e3f4a5b\n"),
    ] {
        let path = root.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    let root = root.to_str().unwrap().to_owned();
    agent
        .variable("OPENFINOPS_METADATA_ROOT", root)
        .variable("KUBERNETES_SERVICE_HOST", "127.0.0.1")
        .variable("KUBERNETES_SERVICE_PORT", api.port().to_string())
        .variable("HOSTNAME", "myapp-7b8c9d-xyz")
        .variable("AWS_REGION", "us-east-1")
        .variable("K8S_CLUSTER_NAME", "prod-eks-cluster")
}

fn identify(agent: &Agent) -> (Value, String) {
    let ran = agent.run(&["identify"]);
    assert_eq!(ran.status, Some(0), "{ran:?}");
    (serde_json::from_str(&ran.stdout).unwrap(), ran.stderr)
}

#[test]
fn a_pod_on_eks_is_the_guides_example() {
    let authority = Authority::new();
    let api = tls::start(authority.signs("127.0.0.1", 2099), answer);
    let (document, stderr) = identify(&in_the_pod(Agent::new(), &api, &authority, "pod-token"));
    assert_eq!(stderr, "");
    let cloud = json!({
        "provider": "aws", "region": "us-east-1", "platform": "eks", "metadata_source": "env",
    });
    assert_eq!(document["cloud"], cloud);
    let host = json!({ "name": "ip-10-0-45-123.ec2.internal", "ip": "10.0.45.123" });
    assert_eq!(document["host"], host);
    let k8s = json!({
        "cluster.name": "prod-eks-cluster",
        "namespace.name": "default",
        "namespace_labels": { "environment": "production", "team": "platform" },
        "pod.name": "myapp-7b8c9d-xyz",
        "pod.uid": "abc123-def456",
        "pod_labels": { "app": "myapp", "version": "v1.2.3", "tier": "backend" },
        "pod_annotations": { "prometheus.io/scrape": "true", "istio.io/rev": "default" },
        "deployment_name": "myapp",
        "replicaset_name": "myapp-7b8c9d",
        "container.name": "myapp",
        "container.id": "abc123def456",
        "service_account_name": "myapp-sa",
        "cpu_request": "500m",
        "cpu_limit": "1000m",
        "memory_request": "512Mi",
        "memory_limit": "1Gi",
        "pod_phase": "Running",
        "pod_ip": "10.244.1.5",
        "host_ip": "10.0.45.123",
        "node.name": "ip-10-0-45-123.ec2.internal",
        "node_labels": {
            "kubernetes.io/arch": "amd64", "node.kubernetes.io/instance-type": "m5.xlarge",
        },
        "services": ["myapp", "myapp-internal"],
    });
    assert_eq!(document["k8s"], k8s);
}

#[test]
fn a_service_account_without_rights_leaves_what_the_environment_says_and_a_hint() {
    let authority = Authority::new();
    let forbidden = |_: &Request| {
        let status = json!({
            "kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure",
            "message": "pods is forbidden", "reason": "Forbidden", "code": 403,
        });
        Reply::of(403, "application/json", status.to_string())
    };
    let api = tls::start(authority.signs("127.0.0.1", 2099), forbidden);
    let (document, stderr) = identify(&in_the_pod(Agent::new(), &api, &authority, "pod-token"));
    assert_eq!(document["k8s"]["cluster.name"], "prod-eks-cluster");
    assert_eq!(document["k8s"]["pod.name"], "myapp-7b8c9d-xyz");
    assert_eq!(document["k8s"]["namespace.name"], "default");
    assert_eq!(document["cloud"]["platform"], "eks");
    for word in ["kubernetes", "pods", "grant"] {
        assert!(stderr.contains(word), "no {word} in: {stderr}");
    }
}
