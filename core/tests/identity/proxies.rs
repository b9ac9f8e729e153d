//! A proxy would answer with another machine's metadata.

use std::process::Command;

use crate::support::*;

/// Where the child process of the test below finds the metadata server.
const SERVER: &str = "IDENTITY_TEST_SERVER";

#[tokio::test]
async fn proxies_of_the_environment_are_not_used() {
    let (server, proxy) = (ec2(body(&instance())).await, Server::start([]).await);
    let (url, through) = (server.url(), proxy.url());
    let run = move || {
        Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "proxies::in_a_child_with_proxies", "--nocapture"])
            .env(SERVER, url)
            .envs(["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"].map(|it| (it, &through)))
            .env_remove("NO_PROXY")
            .env_remove("no_proxy")
            .status()
    };
    let status = tokio::task::spawn_blocking(run).await.unwrap().unwrap();
    assert!(status.success());
    assert!(proxy.requests().is_empty());
    assert_eq!(server.requests().len(), 5);
}

/// Only does anything as a child of the test above: a variable set here would be set for all
/// tests.
#[tokio::test]
async fn in_a_child_with_proxies() {
    let Ok(url) = std::env::var(SERVER) else { return };
    let collected = Machine::new().collect([("AWS_EC2_METADATA_SERVICE_ENDPOINT", &url)]).await;
    assert_eq!(collected.identity.cloud, fields(instance_cloud()));
}
