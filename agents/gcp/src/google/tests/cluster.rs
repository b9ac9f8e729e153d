//! A cluster's own API, behind TLS.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

use rcgen::{CertificateParams, CertifiedIssuer, KeyPair};
use rustls::pki_types::PrivateKeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use serde_json::{Value, json};

use crate::google::{ClusterAddress, Google, GoogleError, Meter, Trouble};

struct Cluster {
    address: ClusterAddress,
    heads: Arc<Mutex<Vec<Vec<String>>>>,
}

impl Cluster {
    /// A cluster that answers with these, by the order of requests; the last comes again and again.
    fn start(replies: Vec<(u16, Value)>) -> Self {
        let mut params = CertificateParams::default();
        params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        let authority = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        let tls = tls(&authority);
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let endpoint = listener.local_addr().unwrap().to_string();
        let heads: Arc<Mutex<Vec<Vec<String>>>> = Arc::default();
        let noted = Arc::clone(&heads);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let connection = ServerConnection::new(Arc::clone(&tls)).unwrap();
                let mut reader = BufReader::new(StreamOwned::new(connection, stream));
                let mut head = Vec::new();
                loop {
                    let mut line = String::new();
                    // A client that does not trust the certificate goes away before it asks.
                    if !reader.read_line(&mut line).is_ok_and(|read| read > 2) {
                        break;
                    }
                    head.push(line.trim_end().to_owned());
                }
                if head.is_empty() {
                    continue;
                }
                let mut noted = noted.lock().unwrap();
                let (status, body) = &replies[noted.len().min(replies.len() - 1)];
                noted.push(head);
                let (body, stream) = (body.to_string(), reader.get_mut());
                let length = body.len();
                let answer = format!(
                    "HTTP/1.1 {status} s\r\nlocation: /x\r\nconnection: close\r\n\
                     content-length: {length}\r\n\r\n{body}"
                );
                stream.write_all(answer.as_bytes()).ok();
                stream.conn.send_close_notify();
                stream.flush().ok();
            }
        });
        let certificate = Some(authority.pem().into_bytes());
        Self { address: ClusterAddress { endpoint, certificate }, heads }
    }

    async fn pods(&self, meter: &Meter) -> Result<usize, GoogleError> {
        pods(&self.address, meter).await
    }

    fn lines(&self) -> Vec<String> {
        self.heads.lock().unwrap().iter().map(|head| head[0].clone()).collect()
    }
}

/// The provider is named, so that none is installed for the process.
fn tls(authority: &CertifiedIssuer<'static, KeyPair>) -> Arc<ServerConfig> {
    let key = KeyPair::generate().unwrap();
    let params = CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap();
    let certificate = params.signed_by(&key, authority).unwrap().der().clone();
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .unwrap();
    Arc::new(config)
}

async fn pods(cluster: &ClusterAddress, meter: &Meter) -> Result<usize, GoogleError> {
    let mut pods = 0;
    let take = |page: Value| {
        pods += page["items"].as_array().map_or(0, Vec::len);
        page["metadata"]["continue"].as_str().map(str::to_owned)
    };
    let query = [("limit", "500")];
    let google = Google::nowhere().await;
    google.cluster_pages(meter, cluster, "/api/v1/pods", &query, take).await?;
    Ok(pods)
}

#[tokio::test]
async fn pods_come_in_pages() {
    let first = json!({"items": [{}, {}], "metadata": {"continue": "t/2"}});
    let cluster = Cluster::start(vec![(200, first), (200, json!({"items": [{}]}))]);
    let meter = Meter::default();
    assert_eq!(cluster.pods(&meter).await, Ok(3));
    let lines = [
        "GET /api/v1/pods?limit=500 HTTP/1.1",
        "GET /api/v1/pods?limit=500&continue=t%2F2 HTTP/1.1",
    ];
    assert_eq!(cluster.lines(), lines);
    assert_eq!(meter.stats().operations["container.pods.list"], 2);
}

#[tokio::test]
async fn a_clusters_refusal_is_told_as_kubernetes_says_it() {
    let message = "pods is forbidden: User \"a\" cannot list resource \"pods\"";
    let body = json!({"kind": "Status", "status": "Failure", "message": message,
                      "reason": "Forbidden", "code": 403});
    let failed = Cluster::start(vec![(403, body)]).pods(&Meter::default()).await.unwrap_err();
    assert_eq!(failed.trouble, Trouble::Denied);
    assert_eq!(failed.failure.error, format!("Forbidden: {message}"));
    let hint = "grant container.pods.list on the project of the cluster \
                (deploy/iam/gcp-agent-role.yaml)";
    assert_eq!(failed.failure.hint.as_deref(), Some(hint));
}

#[tokio::test]
async fn a_list_of_pods_without_end_is_a_failure() {
    let again = json!({"items": [{}], "metadata": {"continue": "again"}});
    let failed = Cluster::start(vec![(200, again)]).pods(&Meter::default()).await.unwrap_err();
    assert!(failed.failure.error.contains("the list has no end"), "{failed:?}");
}

#[tokio::test]
async fn a_cluster_that_leads_elsewhere_is_not_followed() {
    let cluster = Cluster::start(vec![(302, json!({}))]);
    let failed = cluster.pods(&Meter::default()).await.unwrap_err();
    assert_eq!((failed.trouble, cluster.lines().len()), (Trouble::BadReply, 1));
}

#[tokio::test]
async fn another_authoritys_certificate_is_not_trusted() {
    let (cluster, stranger) = (Cluster::start(vec![(200, json!({}))]), Cluster::start(Vec::new()));
    let certificate = stranger.address.certificate;
    let cheated = ClusterAddress { certificate, ..cluster.address.clone() };
    let failed = pods(&cheated, &Meter::default()).await.unwrap_err();
    assert_eq!(failed.trouble, Trouble::Unreachable, "{failed:?}");
    assert!(failed.failure.error.contains("TLS with 127.0.0.1"), "{failed:?}");
    assert!(cluster.lines().is_empty());
}

#[tokio::test]
async fn a_certificate_that_is_none_is_a_failure() {
    let address =
        ClusterAddress { endpoint: "127.0.0.1:9".into(), certificate: Some(b"none".to_vec()) };
    let failed = pods(&address, &Meter::default()).await.unwrap_err();
    assert_eq!(failed.trouble, Trouble::BadReply);
    assert!(failed.failure.error.contains("cannot be read"), "{failed:?}");
}
