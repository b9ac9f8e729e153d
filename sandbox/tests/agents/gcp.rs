//! gcp-agent.

use super::support::{Ran, Sandbox};

/// A fleet of every kind over two projects and three regions.
const MIXED: &[&str] = &["--resources", "3000"];

async fn costs_what_is_true(flags: &[&str]) -> Ran {
    let sandbox = Sandbox::start(flags);
    let ran = sandbox.run("gcp", &[]).await;
    assert_eq!(ran.status, Some(0), "{}", ran.errors);
    assert_eq!(ran.sums(), sandbox.truth("gcp").await);
    ran
}

#[tokio::test]
async fn every_service_of_every_project_costs_what_is_true() {
    let ran = costs_what_is_true(MIXED).await;
    assert_eq!(ran.documents.len(), 2);
}

#[tokio::test]
async fn another_seed_is_another_fleet_whose_costs_are_true_as_well() {
    costs_what_is_true(&["--resources", "1500", "--seed", "11", "--accounts", "3"]).await;
}

#[tokio::test]
async fn machines_of_every_region_cost_what_is_true() {
    let flags = ["--mix", "machines", "--resources", "4000", "--accounts", "3", "--regions", "25"];
    let ran = costs_what_is_true(&flags).await;
    assert_eq!(ran.documents.len(), 3);
}

/// A list that is refused again and again would fail; a bucket refills in less time than the agent
/// waits, so that none is.
#[tokio::test]
async fn a_cloud_that_is_too_busy_and_errs_is_collected_whole() {
    let faults = ["--fault", "gcp:throttle=10/4", "--fault", "gcp:errors=5%"];
    let flags: Vec<&str> = MIXED.iter().chain(&faults).copied().collect();
    let sandbox = Sandbox::start(&flags);
    let ran = sandbox.run("gcp", &[]).await;
    assert_eq!(ran.status, Some(0), "{}", ran.errors);
    assert_eq!(ran.sums(), sandbox.truth("gcp").await);
    let counts = sandbox.ask("GET", "/counts", "").await;
    let monitoring = &counts["gcp"]["monitoring:timeSeries.list"];
    assert!(monitoring["throttled"].as_u64() > Some(0), "{counts:#}");
}

#[tokio::test]
async fn an_expired_token_ends_the_cycle_with_what_to_do() {
    let sandbox = Sandbox::start(&["--fault", "gcp/asset:expired=100%"]);
    let ran = sandbox.run("gcp", &[]).await;
    assert_ne!(ran.status, Some(0));
    assert!(ran.documents.is_empty());
    assert!(ran.errors.contains("UNAUTHENTICATED"), "{}", ran.errors);
    assert!(ran.errors.contains("renew the credentials"), "{}", ran.errors);
}

/// Asks an API with a token, or the metadata server for one.
async fn get(url: &str, headers: &[(&str, &str)]) -> (u16, serde_json::Value) {
    let asked = reqwest::Client::new().get(url);
    let asked = headers.iter().fold(asked, |asked, (name, value)| asked.header(*name, *value));
    let answer = asked.send().await.expect("the sandbox answers");
    let status = answer.status().as_u16();
    let text = answer.text().await.expect("text");
    (status, serde_json::from_str(&text).unwrap_or_default())
}

#[tokio::test]
async fn the_metadata_server_gives_tokens_that_are_taken_and_others_are_not() {
    let sandbox = Sandbox::start(&[]);
    let agents = sandbox.ask("GET", "/agents", "").await;
    let url = agents["gcp"]["environment"]["OPENFINOPS_GCP_ENDPOINT"].as_str().expect("a URL");
    let token = format!("{url}/computeMetadata/v1/instance/service-accounts/default/token");
    assert_eq!(get(&token, &[]).await.0, 403);
    let (_, given) = get(&token, &[("metadata-flavor", "Google")]).await;
    let given = format!("Bearer {}", given["access_token"].as_str().expect("a token"));
    let buckets = format!("{url}/storage/v1/b?project=sandbox-0000");
    let (status, listed) = get(&buckets, &[("authorization", &given)]).await;
    assert_eq!((status, &listed["kind"]), (200, &"storage#buckets".into()));
    for other in ["Bearer ya29.other", "Bearer a.b.c", "Basic 1234"] {
        let (status, refusal) = get(&buckets, &[("authorization", other)]).await;
        assert_eq!((status, &refusal["error"]["status"]), (401, &"UNAUTHENTICATED".into()));
    }
}
