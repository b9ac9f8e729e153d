//! Too many requests.

use std::sync::atomic::Ordering;
use std::time::Duration;

use crate::support::agent::Agent;
use crate::support::azure::Azure;
use crate::support::azure::errors::{refusal, throttled};
use crate::support::azure::rules::{Rule, closed_for, every, first, with_header};
use crate::support::documents::failed;
use crate::support::expectations::assert_all;
use crate::support::tenant::Tenant;
use crate::{collection, cycle, is_batch, is_graph};

#[test]
fn who_says_come_again_in_a_second_is_asked_again_after_a_second_and_not_before() {
    let tenant = Tenant::small().shared();
    let (rule, refused) =
        closed_for(Duration::from_secs(1), is_graph, |_| throttled(1), || throttled(1));
    let (ran, _azure) = cycle(&tenant, vec![rule]);
    assert_all(&tenant, &ran.assert_well().documents());
    assert_eq!(refused.load(Ordering::Relaxed), 0, "asked before the second was over");
}

#[test]
fn throttled_requests_for_metrics_are_repeated_and_counted() {
    let tenant = Tenant::small().shared();
    let (ran, _azure) = cycle(&tenant, vec![first(2, is_batch, |_| throttled(1))]);
    let documents = ran.assert_well().documents();
    assert_all(&tenant, &documents);
    assert_eq!(collection(&documents, "throttled"), 2);
    assert_eq!(collection(&documents, "retries"), 2);
}

#[test]
fn resource_graph_is_not_asked_again_before_its_quota_is_back() {
    let tenant = Tenant::whole().shared();
    let empty = |reply| {
        let reply = with_header(reply, "x-ms-user-quota-remaining", "0");
        with_header(reply, "x-ms-user-quota-resets-after", "00:00:01")
    };
    let (rule, refused) = closed_for(Duration::from_secs(1), is_graph, empty, || {
        refusal(429, "RateLimiting", "Please provide below info when asking for support.")
    });
    let azure = Azure::scripted(tenant.clone(), vec![rule]);
    // Metrics have no part in this.
    let agent = Agent::of(&azure).variable("OPENFINOPS_MAX_METRIC_REQUESTS", "0");
    let documents = agent.collect().documents();
    assert_eq!(documents.len(), tenant.subscriptions.len());
    assert!(documents.iter().all(|document| failed(document).is_empty()));
    assert_eq!(refused.load(Ordering::Relaxed), 0, "asked although nothing was left");
}

#[test]
fn a_quota_that_is_over_is_waited_for_also_where_nothing_says_come_again() {
    let tenant = Tenant::small().shared();
    let over = |_: &_| {
        let reply = refusal(429, "RateLimiting", "Client application has been throttled.");
        reply
            .with("x-ms-user-quota-remaining", "0")
            .with("x-ms-user-quota-resets-after", "00:00:01")
    };
    let (ran, _azure) = cycle(&tenant, vec![first(1, is_graph, over)]);
    assert_all(&tenant, &ran.assert_well().documents());
}

#[test]
fn throttling_without_end_fails_and_says_so_and_a_day_is_not_waited_for() {
    for rule in [every(is_graph, |_| throttled(0)), every(is_graph, |_| throttled(86_400))] {
        let tenant = Tenant::small().shared();
        let (ran, _azure) = cycle(&tenant, vec![rule as Rule]);
        assert_eq!(ran.status, Some(5), "{ran:?}");
        for document in ran.documents() {
            assert_eq!(failed(&document).len(), 6, "{document}");
            let hint = document["services"]["disks"]["hint"].as_str().unwrap();
            assert!(hint.contains("interval") || hint.contains("concurrency"), "{hint}");
            assert!(document["services"]["disks"]["total_hourly_cost"].is_null(), "{document}");
        }
    }
}
