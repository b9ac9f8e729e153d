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
    let hole = std::net::TcpListener::bind("127.0.0.1:0").expect("loopback is there");
    let host = hole.local_addr().expect("it is bound").to_string();
    let url = format!("http://{host}");
    let deadline = Duration::from_millis(100);
    let silent =
        collector(root.path(), &[(EC2, &url), (GCE, &host), (AZURE, &url)]).deadline(deadline);
    measure(criterion, &runtime, "three black holes, deadline 100 ms", &silent);
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(20).measurement_time(Duration::from_secs(3));
    targets = identity
}
criterion_main!(benches);
