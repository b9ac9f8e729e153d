//! Whatever Google says of a resource: no panic, no other service fails, and totals are the sums of
//! what is told.

use rust_decimal::Decimal;
use serde_json::Value;

use crate::support::agent::Agent;
use crate::support::documents::{LISTS, assert_total, failed, number, records};
use crate::support::expectations::by_lines;
use crate::support::fleet::{Fleet, Kind};
use crate::support::google::Google;

#[test]
fn whatever_a_key_is_a_record_is_there_or_its_service_says_why_not() {
    let fleet = Fleet::mutants().shared();
    let google = Google::of(fleet.clone());
    let agent = Agent::of(&google)
        .variable("OPENFINOPS_MAX_METRIC_REQUESTS", "0")
        .variable("OPENFINOPS_API_ATTEMPTS", "1");
    let ran = agent.collect();
    assert!(matches!(ran.status, Some(0 | 3)), "{}", ran.stderr);
    let documents = ran.documents();
    assert_eq!(documents.len(), fleet.projects.len());
    let mut unread = 0;
    for document in &documents {
        let project = document["account_id"].as_str().unwrap();
        for (service, kind) in [
            ("compute", Kind::Instance),
            ("disks", Kind::Disk),
            ("snapshots", Kind::Snapshot),
            ("gke", Kind::Cluster),
            ("functions", Kind::Function),
            ("cloud_run", Kind::Service),
            ("sql", Kind::Database),
            ("storage", Kind::Bucket),
        ] {
            let own = &document["services"][service];
            if failed(document).contains(&service) {
                unread += 1;
                assert!(own["total_hourly_cost"].is_null(), "{own}");
                assert!(!own["error"].as_str().unwrap().is_empty(), "{own}");
                // What the agent reads itself it reads one by one.
                assert!(!["storage", "cloud_run"].contains(&service), "{own}");
                continue;
            }
            let found = records(document, service);
            let there = fleet.of(project, kind);
            // A name that is none, or a service that says it is a function's, is no record.
            assert!(found.len() <= there.len(), "{own}");
            assert_sums(own, service, found);
        }
    }
    // A key of another type than documented is what Google's library cannot read; far more is read.
    let all = documents.len() * LISTS.len();
    assert!(unread * 2 < all, "{unread} of {all} lists were not read");
}

/// Totals are the sums of the records' price lines; what has no price has a reason.
fn assert_sums(own: &Value, service: &str, all: &[Value]) {
    let sum: Decimal = all.iter().map(by_lines).sum();
    assert_total(own, sum, service);
    let unpriced = all.iter().filter(|record| record["hourly_cost"].is_null());
    assert_eq!(own["unpriced"], unpriced.count(), "{service}");
    for record in all {
        let reason = record["unpriced_reason"].as_str();
        assert!(record["hourly_cost"].is_number() || reason.is_some(), "{record}");
        if record["hourly_cost"].is_number() {
            assert!(number(&record["hourly_cost"]) >= Decimal::ZERO, "{record}");
        }
    }
}
