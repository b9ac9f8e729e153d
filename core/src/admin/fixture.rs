//! Views for the tests of this module.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::*;
use crate::model::CostRate;
use crate::replicas::Standing;

/// A rate of `usd` an hour.
pub(super) fn rate(usd: &str) -> CostRate {
    CostRate::from_hourly(usd.parse().unwrap())
}

/// 2026-08-07 14:03 UTC, when every view is taken.
pub(super) fn now() -> Timestamp {
    Timestamp::from_second(1_786_111_380).unwrap()
}

pub(super) fn service(name: &str, usd: &str) -> Service {
    let figures = Figures { resources: 3, rate: rate(usd), ..Figures::default() };
    Service { name: name.to_owned(), figures: Some(figures), failed_scopes: 0, failing_cycles: 0 }
}

pub(super) fn value(value: &str, usd: &str) -> GroupValue {
    GroupValue { value: value.to_owned(), resources: 1, rate: rate(usd) }
}

/// An agent without a cycle yet.
pub(super) fn fresh() -> View {
    View {
        agent: Agent {
            name: "aws-agent".to_owned(),
            version: "0.1.0".to_owned(),
            agent_id: "aws-0198".to_owned(),
            hostname: "host-1".to_owned(),
            place: None,
        },
        started_at: now() - SignedDuration::from_secs(600),
        now: now(),
        interval: Duration::from_secs(300),
        standing: Standing::Alone,
        registration: Registration::Registered { at: now() - SignedDuration::from_secs(599) },
        cycles: 0,
        cycle_failures: 0,
        last_cycle: None,
        calls: Calls::default(),
        sinks: Vec::new(),
        outbox: Outbox { max_bytes: 1_000_000, ..Outbox::default() },
        price_book: None,
        history: Vec::new(),
        functions: Vec::new(),
    }
}

/// An agent with one cycle, of which nothing is wrong.
pub(super) fn view() -> View {
    let cycle = Cycle {
        finished_at: now() - SignedDuration::from_secs(60),
        duration: Duration::from_millis(1_500),
        scopes: 2,
        services: vec![service("ec2", "2.5"), service("rds", "1.25")],
        places: Vec::new(),
        groups: Vec::new(),
        dearest: Vec::new(),
        unpriced_reasons: Vec::new(),
        events: Vec::new(),
        errors: Vec::new(),
    };
    View { cycles: 1, last_cycle: Some(cycle), ..fresh() }
}

/// A sink that has been down for two hours.
pub(super) fn sink_down() -> Sink {
    let since = now() - SignedDuration::from_secs(7_200);
    Sink {
        name: "openfinops".to_owned(),
        address: Some("https://finops.example.com".to_owned()),
        state: SinkState::Down { since, reason: "refused".to_owned(), next_try: Some(now()) },
        waiting: 1_214,
        oldest: Some(since),
        delivered: 9,
        dead_letters: 3,
        retries: 5,
    }
}
