//! The guides' examples, key for key.

use serde_json::{Value, json};

use super::super::super::collector::Collector;
use super::super::super::finding::Trouble;
use super::cluster::{Cluster, PATIENCE, Routes, bound_token};
use super::objects::{self, payments, service, service_list};
use super::server::Reply;

/// The cluster of the guide to EKS.
fn default_namespace() -> Routes {
    let mut pod = objects::pod();
    pod["metadata"]["name"] = "myapp-7b8c9d-xyz".into();
    pod["metadata"]["namespace"] = "default".into();
    pod["metadata"]["uid"] = "abc123-def456".into();
    pod["metadata"]["labels"] = json!({"app": "myapp", "version": "v1.2.3", "tier": "backend"});
    pod["metadata"]["annotations"] =
        json!({"prometheus.io/scrape": "true", "istio.io/rev": "default"});
    pod["metadata"]["ownerReferences"][0]["name"] = "myapp-7b8c9d".into();
    pod["spec"]["serviceAccountName"] = "myapp-sa".into();
    pod["spec"]["containers"][0]["name"] = "myapp".into();
    pod["spec"]["containers"][0]["resources"] = json!({
        "limits": {"cpu": "1000m", "memory": "1Gi"}, "requests": {"cpu": "500m", "memory": "512Mi"}
    });
    pod["status"]["podIP"] = "10.244.1.5".into();
    pod["status"]["containerStatuses"][0]["name"] = "myapp".into();
    pod["status"]["containerStatuses"][0]["containerID"] = "containerd://abc123def456".into();
    let mut namespace = objects::namespace();
    namespace["metadata"]["name"] = "default".into();
    namespace["metadata"]["labels"] = json!({"environment": "production", "team": "platform"});
    let mut node = objects::node();
    node["metadata"]["labels"] =
        json!({"kubernetes.io/arch": "amd64", "node.kubernetes.io/instance-type": "m5.xlarge"});
    let mut replica_set = objects::replica_set();
    replica_set["metadata"]["name"] = "myapp-7b8c9d".into();
    replica_set["metadata"]["ownerReferences"][0]["name"] = "myapp".into();
    let services = [
        service("myapp-internal", &json!({"app": "myapp"})),
        service("myapp", &json!({"app": "myapp", "tier": "backend"})),
        service("other", &json!({"app": "other"})),
    ];
    [
        ("/api/v1/namespaces/default/pods/myapp-7b8c9d-xyz", pod),
        ("/api/v1/namespaces/default", namespace),
        ("/api/v1/namespaces/default/services", service_list(&services, "")),
        (objects::NODE, node),
        ("/apis/apps/v1/namespaces/default/replicasets/myapp-7b8c9d", replica_set),
    ]
    .map(|(path, object)| (path.to_owned(), Reply::Json(object)))
    .into()
}

#[tokio::test]
async fn the_guide_to_eks_comes_out_key_for_key() {
    let cluster = Cluster::start(default_namespace());
    cluster.account("namespace", "default");
    let variables = [("K8S_CLUSTER_NAME", "prod-eks-cluster"), ("HOSTNAME", "myapp-7b8c9d-xyz")];
    let (part, troubles) = cluster.detect(&variables).await;
    assert_eq!(troubles, []);
    assert_eq!(
        Value::Object(part.k8s),
        json!({
            "cluster.name": "prod-eks-cluster",
            "namespace.name": "default",
            "namespace_labels": {"environment": "production", "team": "platform"},
            "pod.name": "myapp-7b8c9d-xyz",
            "pod.uid": "abc123-def456",
            "pod_labels": {"app": "myapp", "version": "v1.2.3", "tier": "backend"},
            "pod_annotations": {"prometheus.io/scrape": "true", "istio.io/rev": "default"},
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
                "kubernetes.io/arch": "amd64",
                "node.kubernetes.io/instance-type": "m5.xlarge",
            },
            "services": ["myapp", "myapp-internal"],
        })
    );
    assert_eq!(
        Value::Object(part.host),
        json!({"name": "ip-10-0-45-123.ec2.internal", "ip": "10.0.45.123"})
    );
    assert!(part.cloud.is_empty() && part.service.is_empty());
}

/// What the sixth example has under `k8s`.
fn sixth_example() -> Value {
    json!({
        "cluster.name": "prod-eks-cluster",
        "namespace.name": "payments",
        "namespace_labels": {
            "environment": "production", "team": "payments", "cost-center": "engineering",
        },
        "pod.name": "payment-api-7b8c9d-xyz123",
        "pod.uid": "abc123-def456-ghi789-jkl012",
        "pod_labels": {
            "app": "payment-api", "version": "v2.1.0", "tier": "backend",
            "component": "api-server",
        },
        "pod_annotations": {
            "prometheus.io/scrape": "true", "prometheus.io/port": "9090",
            "istio.io/rev": "default", "linkerd.io/inject": "enabled",
            "kubernetes.io/config.hash": "a1b2c3d4",
        },
        "deployment_name": "payment-api",
        "replicaset_name": "payment-api-7b8c9d",
        "container.name": "payment-api",
        "container.id": "abc123def456789ghijk",
        "service_account_name": "payment-api-sa",
        "service_account_uid": "sa-uid-123456",
        "cpu_request": "500m",
        "cpu_limit": "2000m",
        "memory_request": "1Gi",
        "memory_limit": "4Gi",
        "pod_phase": "Running",
        "pod_ip": "10.244.5.67",
        "host_ip": "10.0.45.123",
        "node.name": "ip-10-0-45-123.ec2.internal",
        "node_labels": {
            "kubernetes.io/arch": "amd64", "kubernetes.io/os": "linux",
            "node.kubernetes.io/instance-type": "m5.xlarge",
            "topology.kubernetes.io/zone": "us-west-2a",
        },
        "services": ["payment-api", "payment-api-internal", "payment-metrics"],
    })
}

#[tokio::test]
async fn the_sixth_example_comes_out_key_for_key() {
    let cluster = Cluster::start(payments());
    cluster.account("token", &bound_token());
    let (part, troubles) = cluster.detect(&[("K8S_CLUSTER_NAME", "prod-eks-cluster")]).await;
    assert_eq!(troubles, []);
    assert_eq!(Value::Object(part.k8s), sixth_example());
    assert!(part.cloud.is_empty());
    let tokens = cluster.server.seen().into_iter().map(|seen| seen.token);
    assert!(tokens.into_iter().all(|token| token == bound_token()));
    assert_eq!(cluster.asked().len(), 5, "nothing is asked twice: {:?}", cluster.asked());
}

#[tokio::test]
async fn the_sixth_example_comes_out_of_the_collector_with_its_cloud_and_its_host() {
    let cluster = Cluster::start(payments());
    cluster.account("token", &bound_token());
    let around = cluster.around(&[("K8S_CLUSTER_NAME", "prod-eks-cluster")], "pod");
    let collector = Collector::new(around).enabled_by_default(true).cache(None).deadline(PATIENCE);
    let collected = collector.collect().await;
    let troubles = collected.reports.iter().flat_map(|report| &report.troubles);
    assert_eq!(troubles.collect::<Vec<_>>(), Vec::<&Trouble>::new());
    let identity = collected.identity;
    assert_eq!(Value::Object(identity.k8s), sixth_example());
    assert_eq!(
        Value::Object(identity.cloud),
        json!({"provider": "aws", "region": "us-west-2", "platform": "eks",
            "metadata_source": "env"})
    );
    assert_eq!(
        Value::Object(identity.host),
        json!({"name": "ip-10-0-45-123.ec2.internal", "ip": "10.0.45.123"})
    );
}

#[tokio::test]
async fn with_cloud_metadata_off_the_api_is_not_asked() {
    let cluster = Cluster::start(payments());
    cluster.account("token", &bound_token());
    let collected = Collector::new(cluster.around(&[], "pod")).cache(None).collect().await;
    assert_eq!(cluster.asked(), Vec::<String>::new());
    assert_eq!(collected.identity.k8s["pod.name"], "payment-api-7b8c9d-xyz123");
}

#[tokio::test]
async fn a_namespaces_annotations_and_a_nodes_provider_are_told_where_there_are_any() {
    let mut routes = payments();
    let mut namespace = objects::namespace();
    namespace["metadata"]["annotations"] = json!({"owner": "payments@example.com"});
    routes.insert(objects::NAMESPACE.to_owned(), Reply::Json(namespace));
    let mut node = objects::node();
    node["spec"]["providerID"] = "aws:///us-west-2a/i-0b123456789abcdef".into();
    routes.insert(objects::NODE.to_owned(), Reply::Json(node));
    let (part, troubles) = Cluster::start(routes).detect(&[]).await;
    assert_eq!(troubles, []);
    assert_eq!(part.k8s["namespace_annotations"], json!({"owner": "payments@example.com"}));
    assert_eq!(
        Value::Object(part.cloud),
        json!({"provider": "aws", "availability_zone": "us-west-2a",
            "instance.id": "i-0b123456789abcdef", "machine.type": "m5.xlarge",
            "metadata_source": "kubernetes"})
    );
}

#[tokio::test]
async fn secrets_in_labels_and_annotations_are_redacted() {
    let mut routes = payments();
    let secrets = json!({"db-password": "hunter2", "note": "key AKIAIOSFODNN7EXAMPLE",
        "kubectl.kubernetes.io/last-applied-configuration": "{\"hunter2\":1}"});
    for (path, mut object) in [
        (objects::POD, objects::pod()),
        (objects::NAMESPACE, objects::namespace()),
        (objects::NODE, objects::node()),
    ] {
        object["metadata"]["annotations"] = secrets.clone();
        object["metadata"]["labels"]["api-token"] = "hunter2".into();
        routes.insert(path.to_owned(), Reply::Json(object));
    }
    let (part, troubles) = Cluster::start(routes).detect(&[]).await;
    assert_eq!(troubles, []);
    for labels in ["pod_labels", "namespace_labels", "node_labels"] {
        assert_eq!(part.k8s[labels]["api-token"], "[redacted]");
    }
    for annotations in ["pod_annotations", "namespace_annotations"] {
        assert_eq!(part.k8s[annotations]["db-password"], "[redacted]");
    }
    let text = Value::Object(part.k8s).to_string();
    assert!(!text.contains("hunter2") && !text.contains("AKIAIOSFODNN7EXAMPLE"), "{text}");
}

#[tokio::test]
async fn services_are_read_page_by_page() {
    let routes = payments();
    let cluster = Cluster::scripted(move |seen| {
        let selector = json!({"app": "payment-api"});
        if !seen.target.starts_with(objects::SERVICES) {
            return super::cluster::answer(&routes, seen);
        }
        assert!(seen.target.contains("limit=500"), "{}", seen.target);
        // A token may hold whatever it likes; it comes back as it went out.
        Reply::Json(match seen.target.rsplit_once("continue=").map(|(_, token)| token) {
            None => service_list(&[service("c", &selector)], "se/cond+=&"),
            Some("se%2Fcond%2B%3D%26") => service_list(&[service("a", &selector)], "third"),
            Some("third") => service_list(&[service("b", &selector)], ""),
            Some(other) => panic!("a token that was never given: {other}"),
        })
    });
    let (part, troubles) = cluster.detect(&[]).await;
    assert_eq!(troubles, []);
    assert_eq!(part.k8s["services"], json!(["a", "b", "c"]));
}
