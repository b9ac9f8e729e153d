//! The same without Resource Graph: by the lists of Azure Resource Manager.

use serde_json::Value;

use crate::support::agent::Agent;
use crate::support::azure::Azure;
use crate::support::azure::errors::denied;
use crate::support::azure::rules::{Rule, every};
use crate::support::documents;
use crate::support::expectations::assert_all;
use crate::support::tenant::Tenant;

/// Resource Graph is denied.
fn no_graph() -> Rule {
    every(
        |call| call.is_to("/providers/Microsoft.ResourceGraph/"),
        |_| denied("Microsoft.ResourceGraph/resources/read", "/providers/Microsoft.ResourceGraph"),
    )
}

#[test]
fn lists_lead_to_the_same_documents_as_resource_graph() {
    let tenant = Tenant::whole().shared();
    let by_graph = Azure::of(tenant.clone());
    let by_lists = Azure::scripted(tenant.clone(), vec![no_graph()]);
    let from_graph = Agent::of(&by_graph).collect().assert_well().documents();
    let from_lists = Agent::of(&by_lists).collect().assert_well().documents();
    assert_all(&tenant, &from_lists);
    for subscription in &tenant.subscriptions {
        let graph = documents::of(&from_graph, subscription.id);
        let lists = documents::of(&from_lists, subscription.id);
        for (service, list, key) in documents::LISTS {
            assert_same(
                &sorted(graph, service, list, key),
                &sorted(lists, service, list, key),
                list,
            );
        }
        for key in ["resources", "monthly_cost_exact", "total_hourly_cost", "unpriced_resources"] {
            assert_eq!(graph["summary"][key], lists["summary"][key], "{key}");
        }
        let services: Vec<&String> = graph["services"].as_object().unwrap().keys().collect();
        let others: Vec<&String> = lists["services"].as_object().unwrap().keys().collect();
        assert_eq!(services, others);
    }
}

/// Records in the order of their names; lists need not come in the same order, and Azure itself
/// writes names of groups in capitals in some of them.
fn sorted(document: &Value, service: &str, list: &str, key: &str) -> Vec<Value> {
    let mut records = documents::records(document, service, list).to_vec();
    for record in &mut records {
        if let Some(group) = record["resource_group"].as_str().map(str::to_lowercase) {
            record["resource_group"] = Value::from(group);
        }
    }
    records.sort_by_key(|record| record[key].to_string());
    records
}

fn assert_same(graph: &[Value], lists: &[Value], list: &str) {
    assert_eq!(graph.len(), lists.len(), "{list}");
    for (one, other) in graph.iter().zip(lists) {
        assert_eq!(one, other, "{list}");
    }
}
