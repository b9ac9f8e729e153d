//! The role that the documentation tells people to assign, against the calls that the agent makes.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::support::agent::Agent;
use crate::support::azure::Azure;
use crate::support::azure::errors::denied;
use crate::support::azure::lists::action;
use crate::support::azure::rules::every;
use crate::support::tenant::Tenant;

/// What Monitoring Reader allows, as far as it matters.
/// <https://learn.microsoft.com/azure/role-based-access-control/built-in-roles/monitor>
const METRICS: &str = "microsoft.insights/metrics/read";
/// Asking Resource Graph.
const GRAPH: &str = "microsoft.resourcegraph/resources/read";

/// The actions of the role, in lower case.
fn role() -> BTreeSet<String> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../deploy/iam/azure-agent-role.json");
    let role: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let actions =
        role["Actions"].as_array().or(role["properties"]["permissions"][0]["actions"].as_array());
    actions.unwrap().iter().map(|action| action.as_str().unwrap().to_lowercase()).collect()
}

#[test]
fn the_role_reads_and_names_each_action() {
    for action in role() {
        assert!(action.ends_with("/read") && !action.contains('*'), "{action}");
        for secret in ["listkeys", "blobs", "secrets", "config"] {
            assert!(!action.contains(secret), "{action} reads data");
        }
    }
}

#[test]
fn the_agent_calls_what_the_role_allows_and_needs_all_of_it() {
    let tenant = Tenant::small().shared();
    let graph = Azure::of(tenant.clone());
    Agent::of(&graph).collect().assert_well();
    let lists = Azure::scripted(
        tenant,
        vec![every(
            |call| call.is_to("/providers/Microsoft.ResourceGraph/"),
            |_| denied(GRAPH, "/providers/Microsoft.ResourceGraph"),
        )],
    );
    Agent::of(&lists).collect().assert_well();
    Agent::of(&lists).run(&["check", "--server", "none"]);

    let calls = graph.work().into_iter().chain(lists.work());
    let mut called: BTreeSet<String> = calls.map(|call| action(&call)).collect();
    assert!(called.remove(METRICS), "{called:?}");
    let allowed = role();
    assert!(called.contains(GRAPH), "{called:?}");
    let missing: Vec<&String> = called.difference(&allowed).collect();
    assert!(missing.is_empty(), "called and not in the role: {missing:?}");
    let unused: Vec<&String> = allowed.difference(&called).filter(|it| *it != METRICS).collect();
    assert!(unused.is_empty(), "in the role and never called: {unused:?}");
}
