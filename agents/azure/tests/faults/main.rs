//! What goes wrong with Azure: the cycle completes, what failed is named with a hint, no total
//! holds a guess, and no token goes where it has no business.

// Helpers outside of test functions unwrap too: a panic is how a test fails.
#![allow(clippy::unwrap_used)]

#[path = "../support/mod.rs"]
mod support;

mod access;
mod authority;
mod links;
mod metrics;
mod nonsense;
mod pages;
mod throttling;
mod twice;

use std::sync::Arc;

use serde_json::Value;

use support::agent::{Agent, Ran};
use support::azure::Azure;
use support::azure::call::Call;
use support::azure::errors::denied;
use support::azure::rules::{Rule, every};
use support::tenant::Tenant;

/// One cycle over `tenant` with these rules.
fn cycle(tenant: &Arc<Tenant>, rules: Vec<Rule>) -> (Ran, Azure) {
    let azure = Azure::scripted(Arc::clone(tenant), rules);
    (Agent::of(&azure).collect(), azure)
}

/// Whether a call is a query of Resource Graph.
fn is_graph(call: &Call) -> bool {
    call.is_to("/providers/Microsoft.ResourceGraph/resources")
}

/// Whether a call is to the metrics batch API.
fn is_batch(call: &Call) -> bool {
    call.ends_in("/metrics:getBatch")
}

/// Whether a call asks for the metrics of one resource.
fn is_single(call: &Call) -> bool {
    call.is_to("/providers/Microsoft.Insights/metrics")
}

/// Resource Graph is denied: lists are read instead.
fn by_lists() -> Rule {
    every(is_graph, |_| denied("Microsoft.ResourceGraph/resources/read", "/"))
}

/// A figure about collecting, over all documents.
fn collection(documents: &[Value], key: &str) -> u64 {
    documents.iter().map(|it| it["metrics"]["collection"][key].as_u64().unwrap()).sum()
}
