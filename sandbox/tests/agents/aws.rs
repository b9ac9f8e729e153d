//! aws-agent.

use std::collections::BTreeSet;

use super::support::{Ran, Sandbox};

#[tokio::test]
async fn machines_of_every_account_and_region_cost_what_is_true() {
    let flags = ["--mix", "machines", "--resources", "4000", "--accounts", "3", "--regions", "5"];
    let sandbox = Sandbox::start(&flags);
    let ran = sandbox.run("aws", &[]).await;
    assert_eq!(ran.status, Some(0), "{}", ran.errors);
    assert_eq!(ran.documents.len(), 15);
    assert_eq!(ran.sums(), sandbox.truth("aws").await);
}

/// Twenty-five regions, so that prices are missing in some and tiers are reached in others.
#[tokio::test]
async fn every_service_of_a_mixed_fleet_costs_what_is_true() {
    let sandbox = Sandbox::start(&["--resources", "6000", "--accounts", "2", "--regions", "25"]);
    let ran = sandbox.run("aws", &[]).await;
    assert_eq!(ran.status, Some(0), "{}", ran.errors);
    let sums = ran.sums();
    assert_eq!(sums, sandbox.truth("aws").await);
    assert_eq!(sums.values().map(|sum| sum.count).sum::<u64>(), 6_000);
    for service in ["ebs", "ec2", "eks", "lambda", "rds", "s3"] {
        assert!(sums[service].partly_priced > 0, "{service}: nothing is partly priced");
    }
    for service in ["ec2", "rds", "s3"] {
        assert!(sums[service].unpriced > 0, "{service}: nothing is unpriced");
    }
}

/// In one region of one account functions and buckets fill every price tier.
#[tokio::test]
async fn prices_fall_with_the_sum_of_an_account_and_region() {
    let sandbox = Sandbox::start(&["--resources", "15000", "--accounts", "1", "--regions", "1"]);
    let ran = sandbox.run("aws", &[]).await;
    assert_eq!(ran.status, Some(0), "{}", ran.errors);
    assert_eq!(ran.sums(), sandbox.truth("aws").await);
    let keys = price_keys(&ran);
    for key in ["standard/storage/over-500TB", "Lambda Duration Tier3"] {
        assert!(keys.iter().any(|known| known.contains(key)), "{key} is not reached: {keys:?}");
    }
}

/// The prices that records were priced with.
fn price_keys(ran: &Ran) -> BTreeSet<&str> {
    let services = ran.documents.iter().filter_map(|document| document["services"].as_object());
    let lists = services.flatten().filter_map(|(_, service)| service.as_object());
    let records = lists.flat_map(|it| it.values()).filter_map(|it| it.as_array()).flatten();
    let lines = records.filter_map(|record| record["price"].as_array()).flatten();
    lines.filter_map(|line| line["sku_key"].as_str()).collect()
}
