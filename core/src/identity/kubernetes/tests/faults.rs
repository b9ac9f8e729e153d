//! An API server that is not there, is not the right one, or does not answer as one.

use std::net::TcpListener;
use std::process::Command;
use std::time::Duration;

use serde_json::json;

use super::super::detect;
use super::cluster::{Cluster, answer, around, bound_token};
use super::objects::{self, POD, SERVICES, payments, service, service_list};
use super::server::{Reply, Server, authority};
use super::{here, text};

/// Short enough for a test, and long enough to say something else first.
const SHORT: Duration = Duration::from_millis(200);

/// What is told when the pod is answered so; everything else is as it should be.
async fn trouble_of(reply: Reply) -> String {
    let mut routes = payments();
    routes.insert(POD.to_owned(), reply);
    let cluster = Cluster::start(routes);
    cluster.account("token", &bound_token());
    let (part, troubles) = cluster.detect(&[]).await;
    assert_eq!(text(&part, "pod.name"), Some("payment-api-7b8c9d-xyz123"), "the token says so");
    assert_eq!(text(&part, "pod_phase"), None);
    assert!(part.k8s.contains_key("namespace_labels") && part.k8s.contains_key("node_labels"));
    assert_eq!(troubles.len(), 1, "{troubles:?}");
    troubles[0].what.clone()
}

#[tokio::test]
async fn an_answer_that_is_none_is_told_and_the_rest_comes() {
    let mut another = objects::pod();
    another["metadata"]["name"] = "another".into();
    let cases = [
        (Reply::Cut(objects::pod()), "the answer is cut short (pods)"),
        (Reply::Text(200, "<html>Sign in</html>"), "the answer is not JSON (pods)"),
        (Reply::Text(200, r#"{"kind":"Pod","#), "the answer is cut short (pods)"),
        (Reply::Text(200, ""), "the answer is cut short (pods)"),
        (Reply::Text(200, "{}"), "the answer is not the object that was asked for (pods)"),
        (
            Reply::Json(json!({"kind": "Status", "apiVersion": "v1", "code": 200})),
            "the answer is not the object that was asked for (pods)",
        ),
        (Reply::Json(another), "the answer is not the object that was asked for (pods)"),
        (Reply::Large(10 << 20), "the answer is larger than 1048576 bytes (pods)"),
        (Reply::Text(503, "{}"), "it answers with status 503 (pods)"),
        (Reply::Text(429, "{}"), "it answers with status 429 (pods)"),
        (Reply::Text(204, ""), "it answers with status 204 (pods)"),
    ];
    for (reply, ending) in cases {
        let what = trouble_of(reply).await;
        assert!(what.ends_with(ending), "{what}");
        assert!(what.starts_with("the Kubernetes API at https://127.0.0.1:"), "{what}");
    }
}

#[tokio::test]
async fn a_connection_that_ends_is_told() {
    let what = trouble_of(Reply::Reset).await;
    assert!(what.ends_with("the connection ends before there is an answer (pods)"), "{what}");
}

#[tokio::test]
async fn a_redirect_is_told_and_not_followed() {
    let elsewhere = Cluster::start(payments());
    let target = format!("https://{}{POD}", elsewhere.server.address);
    let what = trouble_of(Reply::Redirect(format!("{target}?token=secret"))).await;
    assert!(what.ends_with(&format!("it redirects to {target}, which is not followed (pods)")));
    assert_eq!(elsewhere.asked(), Vec::<String>::new());
}

#[tokio::test]
async fn a_certificate_of_somebody_else_is_no_api_server() {
    let cluster = Cluster::start(payments());
    cluster.account("token", &bound_token());
    cluster.account("ca.crt", &authority().pem());
    let (part, troubles) = cluster.detect(&[]).await;
    assert_eq!(troubles.len(), 1, "{troubles:?}");
    assert!(troubles[0].what.contains("certificate"), "{troubles:?}");
    assert!(troubles[0].hint.as_deref().unwrap().contains("ca.crt"), "{troubles:?}");
    assert_eq!(cluster.asked(), Vec::<String>::new(), "the token stays here");
    assert_eq!(text(&part, "node.name"), Some("ip-10-0-45-123.ec2.internal"));
}

#[tokio::test]
async fn a_certificate_for_another_name_is_no_api_server() {
    let routes = payments();
    let server = Server::start("10.96.0.1", move |seen| answer(&routes, seen));
    let (_, troubles) = Cluster::of(server).detect(&[]).await;
    assert_eq!(troubles.len(), 1, "{troubles:?}");
    assert!(troubles[0].what.contains("certificate"), "{troubles:?}");
}

#[tokio::test]
async fn an_authority_that_is_none_is_told() {
    for text in ["no certificate", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"] {
        let cluster = Cluster::start(payments());
        cluster.account("ca.crt", text);
        let (_, troubles) = cluster.detect(&[]).await;
        assert_eq!(troubles.len(), 1, "{troubles:?}");
        assert!(troubles[0].what.contains("cannot be called"), "{troubles:?}");
    }
}

#[tokio::test]
async fn a_pod_that_is_silent_costs_only_what_it_alone_knows() {
    let mut routes = payments();
    routes.insert(POD.to_owned(), Reply::Silent);
    let cluster = Cluster::start(routes);
    cluster.account("token", &bound_token());
    // The others answer over loopback; three seconds are for a machine that is busy.
    let (part, troubles) = cluster.detect_within(Duration::from_secs(3), &[]).await;
    assert_eq!(troubles.len(), 1, "{troubles:?}");
    assert!(troubles[0].what.ends_with("no answer within 3000 ms (pods)"), "{troubles:?}");
    assert_eq!(text(&part, "pod.uid"), Some("abc123-def456-ghi789-jkl012"));
    assert_eq!(part.k8s["namespace_labels"]["team"], "payments");
    assert_eq!(part.k8s["node_labels"]["kubernetes.io/arch"], "amd64");
}

#[tokio::test]
async fn a_server_that_accepts_and_says_nothing_is_told_once() {
    let hole = TcpListener::bind("127.0.0.1:0").unwrap();
    let cluster = Cluster::start(payments());
    cluster.account("token", &bound_token());
    let port = hole.local_addr().unwrap().port().to_string();
    let around = around(cluster.root.path(), &port, &[("POD_IP", "10.244.5.67")], "pod");
    let (part, troubles) = here(detect(&around, SHORT).await);
    assert_eq!(troubles.len(), 1, "{troubles:?}");
    let what = &troubles[0].what;
    assert!(
        what.ends_with("no answer within 200 ms (pods, namespaces, services, nodes)"),
        "{what}"
    );
    assert_eq!(text(&part, "pod_ip"), Some("10.244.5.67"));
    assert_eq!(text(&part, "service_account_uid"), Some("sa-uid-123456"));
}

#[tokio::test]
async fn a_port_where_nobody_listens_is_told_once() {
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let cluster = Cluster::start(payments());
    let around = around(cluster.root.path(), &closed.to_string(), &[], "pod");
    let (_, troubles) = here(detect(&around, Duration::from_secs(30)).await);
    assert_eq!(troubles.len(), 1, "{troubles:?}");
    assert!(troubles[0].what.contains("refused"), "{troubles:?}");
}

#[tokio::test]
async fn an_address_that_is_none_is_told() {
    let cluster = Cluster::start(payments());
    let around = around(cluster.root.path(), "not a port", &[], "pod");
    let (_, troubles) = here(detect(&around, SHORT).await);
    assert_eq!(troubles.len(), 1, "{troubles:?}");
    assert!(troubles[0].what.contains("cannot be called"), "{troubles:?}");
}

#[tokio::test]
async fn a_list_that_never_ends_is_given_up() {
    let routes = payments();
    let cluster = Cluster::scripted(move |seen| {
        if !seen.target.starts_with(SERVICES) {
            return answer(&routes, seen);
        }
        let page = [service("payment-api", &json!({"app": "payment-api"}))];
        Reply::Json(service_list(&page, "more"))
    });
    let (part, troubles) = cluster.detect(&[]).await;
    assert_eq!(troubles.len(), 1, "{troubles:?}");
    assert!(troubles[0].what.ends_with("goes on after 20 pages (services)"), "{troubles:?}");
    assert_eq!(part.k8s.get("services"), None, "some of the services are not the services");
    assert_eq!(cluster.asked().iter().filter(|path| *path == SERVICES).count(), 20);
}

#[tokio::test]
async fn a_name_that_is_a_path_is_never_asked_for() {
    let cluster = Cluster::start(payments());
    let (part, troubles) = cluster.detect(&[("POD_NAME", "../secrets/all")]).await;
    assert!(troubles[0].what.contains("cannot be a name"), "{troubles:?}");
    assert!(!cluster.asked().iter().any(|path| path.contains("secrets")));
    assert!(part.k8s.contains_key("namespace_labels"));
}

/// Runs another of these tests in a process that has proxies in its environment. It is also the only
/// test of that process, so no provider of cryptography is installed before the detector's client.
#[test]
fn a_proxy_in_the_environment_is_not_used() {
    let proxy = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", proxy.local_addr().unwrap());
    let test = "identity::kubernetes::tests::guides::the_sixth_example_comes_out_key_for_key";
    let names =
        ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"];
    let ran = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", test])
        .envs(names.map(|name| (name, &url)))
        .env_remove("NO_PROXY")
        .env_remove("no_proxy")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&ran.stdout);
    assert!(ran.status.success() && said.contains("1 passed"), "{said}");
    proxy.set_nonblocking(true).unwrap();
    assert_eq!(proxy.accept().unwrap_err().kind(), std::io::ErrorKind::WouldBlock);
}
