//! aws-agent.

use super::support::Sandbox;

#[tokio::test]
async fn machines_of_every_account_and_region_cost_what_is_true() {
    let flags = ["--mix", "machines", "--resources", "4000", "--accounts", "3", "--regions", "5"];
    let sandbox = Sandbox::start(&flags);
    let ran = sandbox.run("aws", &[]).await;
    assert_eq!(ran.status, Some(0), "{}", ran.errors);
    assert_eq!(ran.documents.len(), 15);
    assert_eq!(ran.sums(), sandbox.truth("aws").await);
}
