//! Roles that allow less, and tokens that are refused.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Once};

use super::cluster::{Cluster, answer, bound_token, write};
use super::objects::{NAMESPACE, NODE, POD, SERVICES, payments};
use super::server::Reply;
use super::text;

/// What the API server says to whom it denies something.
const DENIED: Reply = Reply::Text(
    403,
    r#"{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"Forbidden","code":403}"#,
);

#[tokio::test]
async fn what_one_role_lacks_is_left_out_and_told_and_the_rest_comes() {
    let cases: [(&str, &[&str], &str, &str); 3] = [
        (
            NAMESPACE,
            &["namespace_labels"],
            "the Kubernetes API denies get on namespaces",
            r#"{apiGroups: [""], resources: ["namespaces"], verbs: ["get"]}"#,
        ),
        (
            SERVICES,
            &["services"],
            "the Kubernetes API denies list on services in namespace payments",
            r#"{apiGroups: [""], resources: ["services"], verbs: ["list"]}"#,
        ),
        (
            NODE,
            &["node_labels"],
            "the Kubernetes API denies get on nodes",
            r#"{apiGroups: [""], resources: ["nodes"], verbs: ["get"]}"#,
        ),
    ];
    let (whole, _) = Cluster::start(payments()).detect(&[]).await;
    for (path, missing, what, rule) in cases {
        let mut routes = payments();
        routes.insert(path.to_owned(), DENIED);
        let (part, troubles) = Cluster::start(routes).detect(&[]).await;
        let mut expected = whole.k8s.clone();
        expected.retain(|key, _| !missing.contains(&key.as_str()));
        assert_eq!(part.k8s, expected, "{path}");
        assert_eq!(troubles.len(), 1, "{troubles:?}");
        assert_eq!(troubles[0].what, what);
        let hint = troubles[0].hint.as_deref().unwrap();
        assert!(hint.contains(rule) && hint.contains("docs/identity-kubernetes.md"), "{hint}");
        let role = if what.ends_with("payments") {
            "a Role in namespace payments"
        } else {
            "a ClusterRole"
        };
        assert!(hint.contains(role), "{hint}");
    }
}

#[tokio::test]
async fn without_the_pod_the_token_says_what_it_is() {
    let mut routes = payments();
    routes.insert(POD.to_owned(), DENIED);
    let cluster = Cluster::start(routes);
    cluster.account("token", &bound_token());
    let (part, troubles) = cluster.detect(&[]).await;
    assert_eq!(troubles.len(), 1);
    assert_eq!(troubles[0].what, "the Kubernetes API denies get on pods in namespace payments");
    assert_eq!(text(&part, "pod.name"), Some("payment-api-7b8c9d-xyz123"));
    assert_eq!(text(&part, "pod.uid"), Some("abc123-def456-ghi789-jkl012"));
    assert_eq!(text(&part, "service_account_name"), Some("payment-api-sa"));
    assert_eq!(text(&part, "service_account_uid"), Some("sa-uid-123456"));
    assert_eq!(text(&part, "node.name"), Some("ip-10-0-45-123.ec2.internal"));
    assert_eq!(part.k8s["node_labels"]["kubernetes.io/os"], "linux");
    assert_eq!(part.k8s["namespace_labels"]["team"], "payments");
    assert_eq!(part.host["name"], "ip-10-0-45-123.ec2.internal");
    // Whose they are takes the pod's labels.
    assert_eq!(part.k8s.get("services"), None);
}

#[tokio::test]
async fn a_role_that_allows_nothing_leaves_what_environment_and_token_say() {
    let cluster = Cluster::scripted(|_| DENIED);
    cluster.account("token", &bound_token());
    let variables =
        [("POD_IP", "10.244.5.67"), ("HOST_IP", "10.0.45.123"), ("CONTAINER_NAME", "payment-api")];
    let (part, troubles) = cluster.detect(&variables).await;
    assert_eq!(troubles.len(), 4, "pods, namespaces, services, nodes: {troubles:?}");
    assert_eq!(text(&part, "pod_ip"), Some("10.244.5.67"));
    assert_eq!(text(&part, "container.name"), Some("payment-api"));
    assert_eq!(part.host["ip"], "10.0.45.123");
}

#[tokio::test]
async fn a_node_in_the_environment_is_asked_for_without_waiting_but_the_pods_is_believed() {
    let mut routes = payments();
    let mut other = super::objects::node();
    other["metadata"]["name"] = "other".into();
    other["metadata"]["labels"] = serde_json::json!({"which": "other"});
    routes.insert("/api/v1/nodes/other".to_owned(), Reply::Json(other));
    let (part, troubles) = Cluster::start(routes).detect(&[("NODE_NAME", "other")]).await;
    assert_eq!(troubles, []);
    assert_eq!(text(&part, "node.name"), Some("ip-10-0-45-123.ec2.internal"));
    assert_eq!(part.k8s["node_labels"]["kubernetes.io/os"], "linux");
}

#[tokio::test]
async fn a_token_that_was_renewed_meanwhile_is_read_anew() {
    let root = tempfile::tempdir().unwrap();
    let path = root.path().to_owned();
    let (routes, renewal) = (payments(), Once::new());
    let mut cluster = Cluster::scripted(move |seen| {
        if seen.token == "renewed" {
            return answer(&routes, seen);
        }
        renewal.call_once(|| {
            // As the kubelet does it: there is no moment without a whole token.
            write(&path, "aside", "renewed\n");
            let token = "var/run/secrets/kubernetes.io/serviceaccount/token";
            std::fs::rename(path.join("aside"), path.join(token)).unwrap();
        });
        Reply::Text(401, r#"{"kind":"Status","code":401}"#)
    });
    let authority = cluster.server.authority.clone();
    cluster.root = root;
    cluster.account("ca.crt", &authority);
    cluster.account("namespace", "payments");
    cluster.account("token", "expired");
    let (part, troubles) = cluster.detect(&[]).await;
    assert_eq!(troubles, []);
    assert_eq!(text(&part, "deployment_name"), Some("payment-api"));
    assert!(part.k8s.contains_key("services") && part.k8s.contains_key("namespace_labels"));
}

#[tokio::test]
async fn a_token_that_stays_refused_is_tried_twice_and_told_once() {
    let count = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&count);
    let cluster = Cluster::scripted(move |_| {
        counted.fetch_add(1, Ordering::Relaxed);
        Reply::Text(401, r#"{"kind":"Status","code":401}"#)
    });
    cluster.account("token", &bound_token());
    let (part, troubles) = cluster.detect(&[]).await;
    assert_eq!(count.load(Ordering::Relaxed), 8, "four calls, twice each");
    assert_eq!(troubles.len(), 1, "{troubles:?}");
    let what = &troubles[0].what;
    assert!(what.contains("refuses the service account's token"), "{what}");
    assert!(what.ends_with("(pods, namespaces, services, nodes)"), "{what}");
    assert!(troubles[0].hint.as_deref().unwrap().contains("expired"));
    assert_eq!(text(&part, "pod.name"), Some("payment-api-7b8c9d-xyz123"));
}
