//! `identify` against moto's metadata service. It has no identity document (it answers 500), so
//! what the single values say is what counts.

use std::process::{Command, Stdio};

use serde_json::Value;

use super::lab::Server;

async fn value(moto: &Server, path: &str) -> String {
    let url = format!("{}/latest/meta-data/{path}", moto.url);
    reqwest::get(url).await.unwrap().text().await.unwrap()
}

#[tokio::test]
async fn identify_says_what_the_metadata_service_says() {
    let moto = Server::moto();
    let home = tempfile::tempdir().unwrap();
    let ran = Command::new(env!("CARGO_BIN_EXE_aws-agent"))
        .arg("identify")
        .env_clear()
        .env("HOME", home.path())
        .env("OPENFINOPS_METADATA_ROOT", home.path())
        .env("AWS_EC2_METADATA_SERVICE_ENDPOINT", &moto.url)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let stderr = String::from_utf8_lossy(&ran.stderr);
    assert!(ran.status.success(), "{stderr}");
    let document: Value = serde_json::from_slice(&ran.stdout).unwrap();
    let cloud = &document["cloud"];
    assert_eq!(cloud["provider"], "aws");
    assert_eq!(cloud["platform"], "ec2");
    assert_eq!(cloud["metadata_source"], "IMDSv2");
    for (key, path) in [
        ("instance.id", "instance-id"),
        ("machine.type", "instance-type"),
        ("image.id", "ami-id"),
        ("region", "placement/region"),
        ("availability_zone", "placement/availability-zone"),
    ] {
        assert_eq!(cloud[key], value(&moto, path).await, "{key}");
    }
    let host = &document["host"];
    assert_eq!(host["name"], value(&moto, "local-hostname").await);
    assert_eq!(host["ip"], value(&moto, "local-ipv4").await);
    assert_eq!(host["public_ip"], value(&moto, "public-ipv4").await);
    assert!(stderr.contains("identity document"), "{stderr}");
}
