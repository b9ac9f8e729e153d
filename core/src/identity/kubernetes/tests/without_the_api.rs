//! What there is to know when the API is not asked, or does not know the pod.

use std::time::Duration;

use serde_json::{Value, json};

use super::super::super::finding::Finding;
use super::super::super::surroundings::Surroundings;
use super::super::{detect, worth_asking};
use super::cluster::{Cluster, bound_token};
use super::objects::payments;
use super::{here, text};

const NODE: &str = "ip-10-0-45-123.ec2.internal";

#[tokio::test]
async fn outside_a_cluster_there_is_nothing_to_ask() {
    let empty = tempfile::tempdir().unwrap();
    let around = Surroundings::scripted([("POD_NAME", "x")], empty.path(), "laptop");
    assert!(!worth_asking(&around));
    assert_eq!(detect(&around, Duration::ZERO).await, Finding::NotHere);
}

#[tokio::test]
async fn the_switch_leaves_environment_and_token_and_no_complaint() {
    let cluster = Cluster::start(payments());
    cluster.account("token", &bound_token());
    let log = "9 8 0:1 /var/lib/kubelet/pods/abc123-def456-ghi789-jkl012/containers/payment-api/ab \
               /dev/termination-log rw - ext4 /dev/root rw";
    cluster.file("proc/self/mountinfo", log);
    let variables =
        [("DISABLE_K8S_API", "true"), ("K8S_CLUSTER_NAME", "prod"), ("HOST_IP", "10.0.45.123")];
    assert!(worth_asking(&cluster.around(&variables, "pod")));
    let (part, troubles) = cluster.detect(&variables).await;
    assert_eq!(troubles, []);
    assert_eq!(cluster.asked(), Vec::<String>::new());
    assert_eq!(
        Value::Object(part.k8s),
        json!({
            "cluster.name": "prod",
            "namespace.name": "payments",
            "pod.name": "payment-api-7b8c9d-xyz123",
            "pod.uid": "abc123-def456-ghi789-jkl012",
            "container.name": "payment-api",
            "service_account_name": "payment-api-sa",
            "service_account_uid": "sa-uid-123456",
            "host_ip": "10.0.45.123",
            "node.name": NODE,
        })
    );
    assert_eq!(Value::Object(part.host), json!({"name": NODE, "ip": "10.0.45.123"}));
}

#[tokio::test]
async fn the_downward_api_alone_is_enough_for_names_and_addresses() {
    let empty = tempfile::tempdir().unwrap();
    let around = Surroundings::scripted(
        [
            ("KUBERNETES_SERVICE_HOST", "10.96.0.1"),
            ("DISABLE_K8S_API", "true"),
            ("POD_NAME", "api-0"),
            ("POD_NAMESPACE", "shop"),
            ("NODE_NAME", "n-1"),
            ("POD_IP", "10.1.0.1"),
            ("HOST_IP", "10.0.0.1"),
            ("SERVICE_ACCOUNT", "api"),
            ("CONTAINER_NAME", "main"),
        ],
        empty.path(),
        "api-0",
    );
    let (part, troubles) = here(detect(&around, Duration::ZERO).await);
    assert_eq!(troubles, []);
    assert_eq!(
        Value::Object(part.k8s),
        json!({"namespace.name": "shop", "pod.name": "api-0", "container.name": "main",
            "service_account_name": "api", "pod_ip": "10.1.0.1", "host_ip": "10.0.0.1",
            "node.name": "n-1"})
    );
}

#[tokio::test]
async fn a_pod_without_a_token_is_told_how_to_get_one() {
    let cluster = Cluster::start(payments());
    let files = cluster.root.path().join("var/run/secrets/kubernetes.io/serviceaccount");
    std::fs::remove_dir_all(files).unwrap();
    let (part, troubles) = cluster.detect(&[("POD_NAME", "api-0")]).await;
    assert_eq!(text(&part, "pod.name"), Some("api-0"));
    assert_eq!(troubles.len(), 1, "{troubles:?}");
    assert!(troubles[0].what.contains("serviceaccount/token"), "{troubles:?}");
    assert!(troubles[0].hint.as_deref().unwrap().contains("automountServiceAccountToken"));
    assert_eq!(cluster.asked(), Vec::<String>::new());
}

#[tokio::test]
async fn a_hostname_is_the_pods_name_only_where_the_pod_has_its_own_network() {
    let off = [("DISABLE_K8S_API", "true")];
    for (hosts, expected) in [
        (
            "# Kubernetes-managed hosts file.\n127.0.0.1 localhost",
            Some("payment-api-7b8c9d-xyz123"),
        ),
        ("# Kubernetes-managed hosts file (host network).\n127.0.0.1 localhost", None),
        ("127.0.0.1 localhost", None),
    ] {
        let cluster = Cluster::start(payments());
        cluster.file("etc/hosts", hosts);
        let (part, _) = cluster.detect(&off).await;
        assert_eq!(text(&part, "pod.name"), expected, "{hosts}");
    }
    // One of 63 characters may be the beginning of a longer name.
    let cluster = Cluster::start(payments());
    cluster.file("etc/hosts", "# Kubernetes-managed hosts file.");
    let around = cluster.around(&off, &"a".repeat(63));
    let (part, _) = here(detect(&around, Duration::ZERO).await);
    assert_eq!(text(&part, "pod.name"), None);
}

#[tokio::test]
async fn a_pod_with_the_hosts_network_is_told_to_set_its_name() {
    let cluster = Cluster::start(payments());
    cluster.file("etc/hosts", "# Kubernetes-managed hosts file.");
    let (part, troubles) = cluster.detect(&[("HOSTNAME", NODE)]).await;
    assert_eq!(text(&part, "pod.name"), None, "the API knows better");
    assert_eq!(troubles.len(), 1, "{troubles:?}");
    let expected = format!("the Kubernetes API has no {NODE} among the pods in namespace payments");
    assert_eq!(troubles[0].what, expected);
    assert!(troubles[0].hint.as_deref().unwrap().contains("POD_NAME"));
    assert_eq!(part.k8s["namespace_labels"]["team"], "payments");
}

#[tokio::test]
async fn a_name_that_the_api_does_not_know_gives_way_to_the_tokens() {
    let cluster = Cluster::start(payments());
    cluster.account("token", &bound_token());
    let (part, troubles) = cluster.detect(&[("POD_NAME", "misspelt")]).await;
    assert_eq!(troubles.len(), 1, "{troubles:?}");
    assert_eq!(text(&part, "pod.name"), Some("payment-api-7b8c9d-xyz123"));
}

#[tokio::test]
async fn a_pod_that_took_the_name_over_is_not_this_one() {
    let mut routes = payments();
    let mut successor = super::objects::pod();
    successor["metadata"]["uid"] = "successor".into();
    routes.insert(super::objects::POD.to_owned(), super::server::Reply::Json(successor));
    let cluster = Cluster::start(routes);
    cluster.account("token", &bound_token());
    let (part, troubles) = cluster.detect(&[]).await;
    assert_eq!(troubles.len(), 1, "{troubles:?}");
    assert!(troubles[0].what.contains("another than the one the token was issued to"));
    assert_eq!(text(&part, "pod.uid"), Some("abc123-def456-ghi789-jkl012"));
    assert_eq!(part.k8s.get("pod_labels"), None);
}

#[tokio::test]
async fn of_a_pod_with_a_sidecar_the_own_container_is_told_or_left_out() {
    let mut pod = super::objects::pod();
    let containers = pod["spec"]["containers"].as_array_mut().unwrap();
    containers.push(json!({"name": "proxy", "resources": {"requests": {"cpu": "10m"}}}));
    let mut routes = payments();
    routes.insert(super::objects::POD.to_owned(), super::server::Reply::Json(pod));
    let cluster = Cluster::start(routes);
    let (part, troubles) = cluster.detect(&[]).await;
    assert_eq!(part.k8s.get("container.name").or(part.k8s.get("cpu_request")), None);
    assert_eq!(troubles.len(), 1, "{troubles:?}");
    assert!(troubles[0].what.contains("several containers"), "{troubles:?}");
    cluster.file("proc/self/cgroup", "0::/kubepods/podabc/abc123def456789ghijk");
    let (part, troubles) = cluster.detect(&[]).await;
    assert_eq!(troubles, []);
    assert_eq!(text(&part, "container.name"), Some("payment-api"));
    let (part, troubles) = cluster.detect(&[("CONTAINER_NAME", "proxy")]).await;
    assert_eq!(troubles, []);
    assert_eq!(text(&part, "cpu_request"), Some("10m"));
    assert_eq!(part.k8s.get("container.id").or(part.k8s.get("cpu_limit")), None);
}
