//! The cache: who may believe it, who writes it, and what is known anew all the same.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use finops_core::identity::Collected;
use serde_json::Value;

use crate::support::*;

const EC2: &str = "AWS_EC2_METADATA_SERVICE_ENDPOINT";

async fn start<const N: usize>(machine: &Machine, variables: [(&str, &str); N]) -> Collected {
    machine.collector(variables).collect().await
}

#[tokio::test]
async fn the_second_start_asks_nobody() {
    let (machine, server) = (Machine::new(), ec2(body(&instance())).await);
    let url = server.url();
    let first = start(&machine, [(EC2, &url)]).await;
    let asked = server.requests().len();
    let second = start(&machine, [(EC2, &url)]).await;
    assert!(!first.cached && second.cached);
    assert_eq!(server.requests().len(), asked);
    assert_eq!(second.identity, first.identity);
}

#[tokio::test]
async fn the_file_has_the_guides_keys_and_is_this_users_alone() {
    let (machine, server) = (Machine::new(), ec2(body(&instance())).await);
    start(&machine, [(EC2, &server.url())]).await;
    let path = machine.home().join(".telemetry_metadata.json");
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    let page: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    for part in ["cloud", "host", "k8s", "resource"] {
        assert!(page[part].is_object(), "{part}");
    }
    let cached_at = page["cached_at"].as_str().unwrap();
    assert_eq!(cached_at.len(), "2025-10-30T15:04:00.123Z".len(), "{cached_at}");
    assert!(cached_at.parse::<jiff::Timestamp>().is_ok() && cached_at.ends_with('Z'));
    assert!(page.get("process").is_none() && page.get("service").is_none());
}

#[tokio::test]
async fn a_cache_of_another_boot_host_or_override_is_not_believed() {
    let (machine, server) = (Machine::new(), ec2(body(&instance())).await);
    let url = server.url();
    start(&machine, [(EC2, &url)]).await;
    assert!(start(&machine, [(EC2, &url)]).await.cached);
    // Another override.
    let other = ec2(body(&instance())).await;
    assert!(!start(&machine, [(EC2, &other.url())]).await.cached);
    assert!(!start(&machine, [(EC2, &url)]).await.cached);
    // Another pod.
    assert!(!start(&machine, [(EC2, &url), ("POD_NAME", "b")]).await.cached);
    assert!(!start(&machine, [(EC2, &url)]).await.cached);
    // Another boot.
    machine.write("/proc/sys/kernel/random/boot_id", "another-boot");
    assert!(!start(&machine, [(EC2, &url)]).await.cached);
    assert!(start(&machine, [(EC2, &url)]).await.cached);
}

#[tokio::test]
async fn a_broken_cache_is_made_anew() {
    let (machine, server) = (Machine::new(), ec2(body(&instance())).await);
    let url = server.url();
    machine.write("/.telemetry_metadata.json", "{\"cloud\": {\"provider\": \"aws\"");
    assert!(!start(&machine, [(EC2, &url)]).await.cached);
    assert!(start(&machine, [(EC2, &url)]).await.cached);
}

#[tokio::test]
async fn what_is_missing_a_piece_is_not_kept() {
    for document in [Reply::Text(500, String::new()), text("{}")] {
        let (machine, server) = (Machine::new(), ec2(document).await);
        let url = server.url();
        start(&machine, [(EC2, &url)]).await;
        assert!(!start(&machine, [(EC2, &url)]).await.cached);
    }
    let laptop = Machine::new();
    start(&laptop, []).await;
    assert!(!start(&laptop, []).await.cached, "asking a laptop is as quick");
}

#[tokio::test]
async fn the_cache_can_be_switched_off() {
    let (machine, server) = (Machine::new(), ec2(body(&instance())).await);
    let url = server.url();
    let off = ("DISABLE_METADATA_CACHE", "true");
    start(&machine, [(EC2, &url), off]).await;
    assert!(!machine.home().join(".telemetry_metadata.json").exists());
    start(&machine, [(EC2, &url)]).await;
    assert!(!start(&machine, [(EC2, &url), off]).await.cached);
}

#[tokio::test]
async fn a_names_change_is_seen_in_spite_of_the_cache() {
    let (machine, server) = (Machine::new(), ec2(body(&instance())).await);
    let url = server.url();
    start(&machine, [(EC2, &url), ("SERVICE_NAME", "one"), ("ENVIRONMENT", "dev")]).await;
    let second =
        start(&machine, [(EC2, &url), ("SERVICE_NAME", "two"), ("ENVIRONMENT", "prod")]).await;
    assert!(second.cached);
    assert_eq!(second.identity.service_name(), "two");
    assert_eq!(second.identity.environment, "prod");
}

#[tokio::test]
async fn a_home_that_cannot_be_written_is_no_error() {
    let (machine, server) = (Machine::new(), ec2(body(&instance())).await);
    for cache in ["/nowhere/at/all.json", "/proc/cache.json"] {
        let collector = machine.collector([(EC2, &server.url())]).cache(Some(cache.into()));
        let collected = collector.collect().await;
        assert_eq!(collected.identity.provider(), "aws");
        assert!(!collected.cached && trouble(&collected, "ec2").is_empty());
    }
}
