//! A scripted metadata server, and the surroundings of a process that meets it.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use finops_core::identity::{Collected, Collector, Fields, Outcome, Report, Surroundings};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// What EC2's service is asked first.
pub(crate) const TOKEN: &str = "PUT /latest/api/token";
pub(crate) const DOCUMENT: &str = "GET /latest/dynamic/instance-identity/document";

/// What the server answers to one request.
#[derive(Debug, Clone)]
pub(crate) enum Reply {
    /// A status and a text.
    Text(u16, String),
    /// The same, with one header.
    With(&'static str, String, String),
    /// Half of a longer text, then the end of the connection.
    Cut(String),
    /// A redirect to there.
    Redirect(String),
    /// As many bytes of `x`.
    Flood(usize),
    /// Nothing, ever.
    Silence,
}

/// A request as it came.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    /// `GET /path?query`.
    pub(crate) line: String,
    /// Headers by their lower-case names.
    pub(crate) headers: HashMap<String, String>,
}

/// A server that answers by script, and 404 to anything else.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    requests: Arc<Mutex<Vec<Request>>>,
}

impl Server {
    pub(crate) async fn start<const N: usize>(script: [(&str, Reply); N]) -> Self {
        let script: HashMap<String, Reply> =
            script.into_iter().map(|(line, reply)| (line.to_owned(), reply)).collect();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (script, requests) = (Arc::new(script), Arc::new(Mutex::new(Vec::new())));
        let seen = Arc::clone(&requests);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(answer(stream, Arc::clone(&script), Arc::clone(&seen)));
            }
        });
        Self { address, requests }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(crate) fn requests(&self) -> Vec<Request> {
        self.requests.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

async fn answer(
    mut stream: TcpStream,
    script: Arc<HashMap<String, Reply>>,
    seen: Arc<Mutex<Vec<Request>>>,
) -> std::io::Result<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await?);
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let line = head.lines().next().unwrap_or_default().trim_end_matches(" HTTP/1.1").to_owned();
    let headers = head.lines().skip(1).filter_map(|it| it.split_once(": "));
    let headers = headers.map(|(name, value)| (name.to_lowercase(), value.to_owned())).collect();
    let reply = script.get(&line).cloned().unwrap_or(Reply::Text(404, "not found".to_owned()));
    seen.lock().unwrap_or_else(PoisonError::into_inner).push(Request { line, headers });
    let (status, header, body, promised) = match reply {
        Reply::Text(status, body) => (status, String::new(), body.clone(), body.len()),
        Reply::With(name, value, body) => {
            (200, format!("{name}: {value}\r\n"), body.clone(), body.len())
        }
        Reply::Cut(body) => (200, String::new(), body.clone(), 2 * body.len()),
        Reply::Redirect(target) => (302, format!("Location: {target}\r\n"), String::new(), 0),
        Reply::Flood(bytes) => (200, String::new(), "x".repeat(bytes), bytes),
        Reply::Silence => return std::future::pending().await,
    };
    let head = format!(
        "HTTP/1.1 {status} x\r\n{header}content-length: {promised}\r\nconnection: close\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(body.as_bytes()).await?;
    stream.shutdown().await
}

/// `value` as text.
pub(crate) fn text(value: &str) -> Reply {
    Reply::Text(200, value.to_owned())
}

/// `value` as JSON.
pub(crate) fn body(value: &Value) -> Reply {
    Reply::Text(200, value.to_string())
}

/// `value` as Google's server sends it.
pub(crate) fn google(value: &str) -> Reply {
    Reply::With("Metadata-Flavor", "Google".to_owned(), value.to_string())
}

/// A machine with files of its own, empty at first.
pub(crate) struct Machine {
    pub(crate) root: TempDir,
}

impl Machine {
    /// One that says which boot this is, as every Linux does.
    pub(crate) fn new() -> Self {
        let machine = Self { root: tempfile::tempdir().unwrap() };
        machine.write("/proc/sys/kernel/random/boot_id", "6f1c2d3e-boot");
        machine
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.root.path().join(&path[1..]);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    /// A token of a service account that `issuer` issued.
    pub(crate) fn token_of(&self, issuer: &str) {
        use base64::Engine as _;
        let payload = json!({ "iss": issuer }).to_string();
        let payload = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(payload);
        let file = "/var/run/secrets/kubernetes.io/serviceaccount/token";
        self.write(file, &format!("e30.{payload}.c2ln"));
    }

    /// The surroundings of a process on it.
    pub(crate) fn around<const N: usize>(&self, variables: [(&str, &str); N]) -> Surroundings {
        Surroundings::scripted(variables, self.root.path(), "dev-laptop")
            .with("HOME", &self.home().to_string_lossy())
    }

    pub(crate) fn home(&self) -> &Path {
        self.root.path()
    }

    /// A collector with cloud metadata on, and time enough on a busy machine.
    pub(crate) fn collector<const N: usize>(&self, variables: [(&str, &str); N]) -> Collector {
        let collector = Collector::new(self.around(variables)).enabled_by_default(true);
        collector.deadline(Duration::from_secs(30))
    }

    /// What it collects with nothing in the cache.
    pub(crate) async fn collect<const N: usize>(&self, variables: [(&str, &str); N]) -> Collected {
        self.collector(variables).cache(None).collect().await
    }
}

pub(crate) fn report<'a>(collected: &'a Collected, detector: &str) -> &'a Report {
    let found = collected.reports.iter().find(|report| report.detector == detector);
    found.unwrap_or_else(|| panic!("{detector} was not asked: {:?}", collected.reports))
}

/// The troubles of `detector`, a line each, with their hints.
pub(crate) fn trouble(collected: &Collected, detector: &str) -> String {
    let report = report(collected, detector);
    let lines = report
        .troubles
        .iter()
        .map(|it| format!("{} ({})", it.what, it.hint.as_deref().unwrap_or("nothing to do")));
    lines.collect::<Vec<_>>().join("\n")
}

pub(crate) fn outcome(collected: &Collected, detector: &str) -> Outcome {
    report(collected, detector).outcome
}

pub(crate) fn fields(value: Value) -> Fields {
    serde_json::from_value(value).unwrap()
}

/// The guides' identity document of an instance.
pub(crate) fn instance() -> Value {
    json!({
        "accountId": "123456789012",
        "architecture": "x86_64",
        "availabilityZone": "us-east-1a",
        "imageId": "ami-0ff8a91507f77f867",
        "instanceId": "i-0b123456789abcdef",
        "instanceType": "t3.large",
        "region": "us-east-1",
    })
}

/// What the guides say of that instance.
pub(crate) fn instance_cloud() -> Value {
    json!({
        "provider": "aws",
        "region": "us-east-1",
        "availability_zone": "us-east-1a",
        "account.id": "123456789012",
        "instance.id": "i-0b123456789abcdef",
        "machine.type": "t3.large",
        "image.id": "ami-0ff8a91507f77f867",
        "platform": "ec2",
        "metadata_source": "IMDSv2",
    })
}

/// EC2's service with the guides' values, and `document` in the document's place.
pub(crate) async fn ec2(document: Reply) -> Server {
    Server::start([
        (TOKEN, text("AQAEAToken==")),
        (DOCUMENT, document),
        ("GET /latest/meta-data/local-hostname", text("ip-172-31-23-45.ec2.internal")),
        ("GET /latest/meta-data/local-ipv4", text("172.31.23.45")),
        ("GET /latest/meta-data/public-ipv4", text("54.91.123.45")),
        ("GET /latest/meta-data/instance-id", text("i-0b123456789abcdef")),
        ("GET /latest/meta-data/instance-type", text("t3.large")),
        ("GET /latest/meta-data/placement/region", text("us-east-1")),
        ("GET /latest/meta-data/placement/availability-zone", text("us-east-1a")),
        ("GET /latest/meta-data/ami-id", text("ami-0ff8a91507f77f867")),
        ("GET /latest/meta-data/mac", text("02:29:96:8f:6a:2d")),
        (
            "GET /latest/meta-data/network/interfaces/macs/02:29:96:8f:6a:2d/owner-id",
            text("123456789012"),
        ),
    ])
    .await
}

/// Google's server with the guides' values.
pub(crate) async fn gce() -> Server {
    let instance = r#"{
        "id": 1234567890123456789,
        "name": "instance-1",
        "hostname": "instance-1.us-central1-a.c.my-project-12345.internal",
        "zone": "projects/123/zones/us-central1-a",
        "machineType": "projects/123/machineTypes/n1-standard-4",
        "attributes": { "ssh-keys": "me:ssh-rsa AAAA", "startup-script": "export TOKEN=x" },
        "networkInterfaces": [{ "ip": "10.128.0.2", "accessConfigs": [] }]
    }"#;
    Server::start([
        ("GET /computeMetadata/v1/instance/?recursive=true", google(instance)),
        ("GET /computeMetadata/v1/project/project-id", google("my-project-12345")),
    ])
    .await
}

/// The guides' machine of Azure, as the service describes it.
pub(crate) fn azure_machine() -> Value {
    json!({
        "compute": {
            "location": "eastus",
            "name": "vm-myapp-01",
            "tagsList": [{ "name": "SERVICE_NAME", "value": "myapp" }],
            "vmId": "12345678-1234-1234-1234-123456789012",
            "vmSize": "Standard_D4s_v3",
            "zone": "",
        },
        "network": { "interface": [{
            "ipv4": {
                "ipAddress": [{ "privateIpAddress": "10.0.0.4", "publicIpAddress": "" }],
                "subnet": [{ "address": "10.0.0.0", "prefix": "24" }],
            },
            "macAddress": "0011AAFFBB22",
        }] },
    })
}

/// Azure's service with `machine`.
pub(crate) async fn azure(machine: Reply) -> Server {
    Server::start([("GET /metadata/instance?api-version=2021-02-01", machine)]).await
}
