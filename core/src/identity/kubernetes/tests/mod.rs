//! The detector against a scripted API server behind TLS.

mod cluster;
mod faults;
mod guides;
mod logs;
mod objects;
mod owners;
mod permissions;
mod server;
mod without_the_api;

use serde_json::Value;

use super::super::finding::{Finding, Part, Trouble};

/// The part and the troubles of a finding that there must be.
fn here(finding: Finding) -> (Part, Vec<Trouble>) {
    match finding {
        Finding::Here(part, troubles) => (*part, troubles),
        other => panic!("not here: {other:?}"),
    }
}

/// A text of `k8s`.
fn text<'a>(part: &'a Part, key: &str) -> Option<&'a str> {
    part.k8s.get(key).and_then(Value::as_str)
}
