//! How long it takes to know who this is: without a cloud, on each cloud, from the cache, and where
//! nobody answers.

#![allow(missing_docs, reason = "criterion's macro makes a public function")]

use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use axum::Router;
use axum::http::{Method, StatusCode, Uri};
use criterion::{Criterion, criterion_group, criterion_main};
use finops_core::identity::{Collector, Surroundings};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

const EC2: &str = "AWS_EC2_METADATA_SERVICE_ENDPOINT";
const GCE: &str = "GCE_METADATA_HOST";
const AZURE: &str = "AZURE_METADATA_SERVICE_ENDPOINT";

/// All three clouds' answers, as short as they can be.
async fn answer(
    method: Method,
    uri: Uri,
) -> Result<([(&'static str, &'static str); 1], String), StatusCode> {
    let text = match (method.as_str(), uri.path()) {
        ("PUT", "/latest/api/token") => "token",
        ("GET", "/latest/dynamic/instance-identity/document") => {
            r#"{"accountId":"123456789012","availabilityZone":"us-east-1a","imageId":"ami-1",
                "instanceId":"i-1","instanceType":"t3.large","region":"us-east-1"}"#
        }
        ("GET", "/latest/meta-data/local-hostname") => "ip-10-0-0-4.ec2.internal",
        ("GET", "/latest/meta-data/local-ipv4") => "10.0.0.4",
        ("GET", "/computeMetadata/v1/instance/") => {
            r#"{"id":1,"name":"instance-1","zone":"projects/1/zones/us-central1-a"}"#
        }
        ("GET", "/computeMetadata/v1/project/project-id") => "my-project",
        ("GET", "/metadata/instance") => r#"{"compute":{"vmId":"1","location":"eastus"}}"#,
        _ => return Err(StatusCode::NOT_FOUND),
    };
    Ok(([("Metadata-Flavor", "Google")], text.to_owned()))
}

fn collector(root: &Path, variables: &[(&str, &str)]) -> Collector {
    let around = Surroundings::scripted([], root, "bench");
    let around = variables.iter().fold(around, |it, (name, value)| it.with(name, value));
    Collector::new(around).enabled_by_default(true)
}

fn serve(runtime: &Runtime) -> SocketAddr {
    let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).expect("loopback is there");
    let address = listener.local_addr().expect("it is bound");
    runtime.spawn(async move { axum::serve(listener, Router::new().fallback(answer)).await });
    address
}

fn measure(criterion: &mut Criterion, runtime: &Runtime, name: &str, collector: &Collector) {
    criterion.bench_function(name, |bencher| {
        bencher.iter(|| runtime.block_on(collector.collect()));
    });
}

/// All that can be asked accepts the connection and says nothing: the deadline of a second ends it.
fn every_endpoint_silent(criterion: &mut Criterion, runtime: &Runtime, root: &Path) {
    let hole = TcpListener::bind("127.0.0.1:0");
    let hole = runtime.block_on(hole).expect("loopback is there");
    let address = hole.local_addr().expect("it is bound");
    runtime.spawn(async move {
        let mut held = Vec::new();
        while let Ok((stream, _)) = hole.accept().await {
            held.push(stream);
        }
    });
    let account = root.join("var/run/secrets/kubernetes.io/serviceaccount");
    std::fs::create_dir_all(&account).expect("a folder can be made");
    let signed = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]);
    let authority = signed.expect("a certificate can be made").cert.pem();
    for (name, text) in [("ca.crt", &*authority), ("token", "token"), ("namespace", "default")] {
        std::fs::write(account.join(name), text).expect("a file can be written");
    }
    let (host, url) = (address.to_string(), format!("http://{address}"));
    let port = address.port().to_string();
    let variables = [
        (EC2, &*url),
        (GCE, &*host),
        (AZURE, &*url),
        ("ECS_CONTAINER_METADATA_URI_V4", &*url),
        ("KUBERNETES_SERVICE_HOST", "127.0.0.1"),
        ("KUBERNETES_SERVICE_PORT", &*port),
        ("POD_NAME", "pod"),
        ("NODE_NAME", "node"),
    ];
    let silent = collector(root, &variables);
    let mut group = criterion.benchmark_group("black holes");
    group.sample_size(10).measurement_time(Duration::from_secs(12));
    group.bench_function("every endpoint silent, deadline 1 s", |bencher| {
        bencher.iter(|| runtime.block_on(silent.collect()));
    });
    group.finish();
}

fn identity(criterion: &mut Criterion) {
    let runtime = Runtime::new().expect("a runtime can be made");
    let root = tempfile::tempdir().expect("a folder can be made");
    let boot = root.path().join("proc/sys/kernel/random");
    std::fs::create_dir_all(&boot).expect("a folder can be made");
    std::fs::write(boot.join("boot_id"), "boot").expect("a file can be written");
    let address = serve(&runtime);
    let (host, url) = (address.to_string(), format!("http://{address}"));
    measure(criterion, &runtime, "local", &collector(root.path(), &[]));
    for (name, variable) in [("ec2", (EC2, &url)), ("gcp", (GCE, &host)), ("azure", (AZURE, &url))]
    {
        let asked = collector(root.path(), &[(variable.0, variable.1)]);
        measure(criterion, &runtime, name, &asked.clone());
        if name == "azure" {
            let kept = asked.cache(Some(root.path().join("cache.json")));
            runtime.block_on(kept.collect());
            measure(criterion, &runtime, "cached", &kept);
        }
    }
    every_endpoint_silent(criterion, &runtime, root.path());
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(20).measurement_time(Duration::from_secs(3));
    targets = identity
}
criterion_main!(benches);
