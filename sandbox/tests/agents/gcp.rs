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
