//! What comes twice counts once, and what was half read counts not at all.

use serde_json::{Value, json};

use crate::support::agent::Agent;
use crate::support::azure::Azure;
use crate::support::azure::call::Call;
use crate::support::azure::errors::{denied, json_reply, refusal};
use crate::support::azure::rules::{Rule, cut, every};
use crate::support::documents::{self, failed, record, records};
use crate::support::expectations::{assert_all, assert_subscription};
use crate::support::http::{Answer, Reply};
use crate::support::tenant::{ATTIC, LAB, SHOP, Tenant};
use crate::{by_lists, cycle, is_graph};

/// The body of an answer, changed.
fn changed(reply: Reply, change: impl FnOnce(&mut Value)) -> Reply {
    let Reply::Whole(Answer { status, body, .. }) = reply else { return reply };
    let mut body = serde_json::from_slice(&body).unwrap();
    change(&mut body);
    json_reply(status, &body)
}

/// Whether a call asks Resource Graph for a further page, which begins with that row.
fn is_page(call: &Call, from: usize) -> bool {
    is_graph(call) && call.body()["options"]["$skipToken"] == format!("after-{from}")
}

#[test]
fn a_row_that_is_on_two_pages_counts_once() {
    // Something was made while pages were read: the last row moves on to the next page.
    let tenant = Tenant::whole().shared();
    let last = std::sync::Mutex::new(None::<Value>);
    let rule: Rule = Box::new(move |call, healthy| {
        is_graph(call).then(|| {
            changed(healthy(), |body| {
                let rows = body["data"].as_array_mut().unwrap();
                let next = rows.last().cloned();
                let mut last = last.lock().unwrap();
                if !call.body()["options"]["$skipToken"].is_null() {
                    rows.insert(0, last.clone().unwrap());
                }
                *last = next;
            })
        })
    });
    let (ran, _azure) = cycle(&tenant, vec![rule]);
    assert_all(&tenant, &ran.assert_well().documents());
}

#[test]
fn a_row_that_a_list_has_twice_counts_once() {
    let tenant = Tenant::small().shared();
    let rule: Rule = Box::new(|call, healthy| {
        call.ends_in("/providers/Microsoft.Compute/disks").then(|| {
            changed(healthy(), |body| {
                let rows = body["value"].as_array_mut().unwrap();
                let again: Vec<Value> = rows.iter().take(1).cloned().collect();
                rows.extend(again);
            })
        })
    });
    let (ran, _azure) = cycle(&tenant, vec![by_lists(), rule]);
    assert_all(&tenant, &ran.assert_well().documents());
}

#[test]
fn a_group_that_is_named_twice_counts_once() {
    let tenant = Tenant::small().shared();
    for rules in [Vec::new(), vec![by_lists()]] {
        let azure = Azure::scripted(tenant.clone(), rules);
        let agent = Agent::of(&azure).variable("OPENFINOPS_AZURE_RESOURCE_GROUP", "data,DATA");
        let documents = agent.collect().assert_well().documents();
        let shop = documents::of(&documents, SHOP);
        assert_eq!(records(shop, "virtual_machines", "virtual_machines").len(), 2);
        assert_eq!(records(shop, "disks", "disks").len(), 2);
    }
}

#[test]
fn a_subscription_that_is_named_twice_counts_once() {
    let tenant = Tenant::small().shared();
    let azure = Azure::of(tenant.clone());
    let twice = format!("{SHOP},{}", SHOP.to_uppercase());
    let documents =
        Agent::of(&azure).variable("AZURE_SUBSCRIPTION_ID", twice).collect().documents();
    assert_eq!(documents.len(), 1);
    assert_subscription(&tenant, &documents[0], SHOP);
}

#[test]
fn where_resource_graph_ends_in_the_middle_lists_begin_anew() {
    let tenant = Tenant::whole().shared();
    let rule = every(
        |call| is_page(call, 2_000),
        |_| denied("Microsoft.ResourceGraph/resources/read", "/"),
    );
    let (ran, _azure) = cycle(&tenant, vec![rule]);
    assert_all(&tenant, &ran.assert_well().documents());
}

#[test]
fn a_subscription_of_which_a_page_is_missing_fails_and_those_before_it_do_not() {
    let tenant = Tenant::whole().shared();
    // A page ends between the first subscription's rows and the end of the second's: pages may be
    // shorter than was asked for.
    let rule: Rule = Box::new(|call, healthy| {
        if is_page(call, 3_500) {
            return Some(cut(healthy()));
        }
        is_page(call, 3_000).then(|| {
            changed(healthy(), |body| {
                body["data"].as_array_mut().unwrap().truncate(500);
                body["count"] = json!(500);
                body["$skipToken"] = json!("after-3500");
            })
        })
    });
    let rows = |subscription: &str| {
        let things = tenant.things.iter().filter(|thing| thing.subscription == subscription);
        things.filter(|thing| !thing.type_name.contains("Sets/")).count()
    };
    assert!((3_001..3_500).contains(&rows(SHOP)) && rows(SHOP) + rows(LAB) > 3_500);
    let (ran, _azure) = cycle(&tenant, vec![rule]);
    assert_eq!(ran.status, Some(3), "{}", ran.stderr);
    let documents = ran.documents();
    assert_subscription(&tenant, documents::of(&documents, SHOP), SHOP);
    for subscription in [LAB, ATTIC] {
        let document = documents::of(&documents, subscription);
        assert_eq!(failed(document).len(), 6, "{}", document["summary"]);
        assert_eq!(document["summary"]["resources"], 0, "{}", document["summary"]);
    }
}

#[test]
fn a_machine_that_is_deleted_while_it_is_asked_for_is_left_out() {
    let tenant = Tenant::small().shared();
    let gone = every(
        |call| call.ends_in("/virtualMachines/data-0000"),
        |_| refusal(404, "ResourceNotFound", "The resource was not found."),
    );
    let azure = Azure::scripted(tenant, vec![by_lists(), gone]);
    let agent = Agent::of(&azure).variable("OPENFINOPS_AZURE_RESOURCE_GROUP", "data");
    let documents = agent.collect().assert_well().documents();
    let shop = documents::of(&documents, SHOP);
    assert_eq!(records(shop, "virtual_machines", "virtual_machines").len(), 1);
}

#[test]
fn nodes_that_are_not_known_leave_their_management_without_a_price() {
    let tenant = Tenant::whole().shared();
    let rule = every(
        |call| call.is_to("/virtualMachineScaleSets/") && call.ends_in("/virtualMachines"),
        |_| denied("Microsoft.Compute/virtualMachineScaleSets/virtualMachines/read", "/"),
    );
    let (ran, _azure) = cycle(&tenant, vec![by_lists(), rule]);
    assert_eq!(ran.status, Some(3), "{}", ran.stderr);
    let documents = ran.documents();
    let lab = documents::of(&documents, LAB);
    assert_eq!(failed(lab), ["virtual_machines"]);
    let cluster = record(lab, "clusters", "automatic");
    assert_eq!(cluster["unpriced_components"], json!(["node_management"]), "{cluster}");
    assert!(cluster["nodes_hourly_cost"].is_null(), "{cluster}");
}
