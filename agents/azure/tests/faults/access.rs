//! What the identity may not see, or not see any more.

use serde_json::Value;

use crate::support::agent::Agent;
use crate::support::azure::Azure;
use crate::support::azure::errors::{denied, expired};
use crate::support::azure::rules::{Rule, every, first};
use crate::support::documents::{self, events, failed};
use crate::support::expectations::{assert_all, assert_subscription};
use crate::support::tenant::{Access, LAB, SHOP, Tenant};
use crate::{by_lists, cycle, is_graph};

/// The lab failed as a whole, with `word` in its reason, and the shop is as it should be.
fn assert_only_the_lab_failed(tenant: &Tenant, documents: &[Value], word: &str) {
    assert_eq!(documents.len(), 2);
    assert_subscription(tenant, documents::of(documents, SHOP), SHOP);
    let lab = documents::of(documents, LAB);
    assert_eq!(failed(lab).len(), 6, "{}", lab["summary"]);
    assert!(lab["events"].to_string().contains(word), "{}", lab["events"]);
    assert!(lab["events"].to_string().contains(LAB), "{}", lab["events"]);
    for (_, service) in lab["services"].as_object().unwrap() {
        assert!(service["error"].as_str().unwrap().contains(word), "{service}");
        assert!(service["total_hourly_cost"].is_null(), "{service}");
    }
    assert!(lab["summary"]["total_virtual_machines"].is_null(), "{}", lab["summary"]);
}

#[test]
fn a_denied_subscription_fails_and_the_others_are_delivered() {
    let tenant = Tenant::small().with_access(LAB, Access::Nothing).shared();
    for rules in [Vec::new(), vec![by_lists()]] {
        let (ran, _azure) = cycle(&tenant, rules);
        assert_eq!(ran.status, Some(3), "{ran:?}");
        assert_only_the_lab_failed(&tenant, &ran.documents(), "AuthorizationFailed");
    }
}

#[test]
fn a_subscription_that_is_gone_when_it_is_read_is_no_empty_one() {
    let tenant = Tenant::small().with_access(LAB, Access::Gone).shared();
    for rules in [Vec::new(), vec![by_lists()]] {
        let (ran, _azure) = cycle(&tenant, rules);
        assert_eq!(ran.status, Some(3), "{ran:?}");
        assert_only_the_lab_failed(&tenant, &ran.documents(), "SubscriptionNotFound");
    }
}

#[test]
fn a_subscription_that_is_gone_is_no_empty_one_where_groups_are_named_either() {
    let tenant = Tenant::small().with_access(LAB, Access::Gone).shared();
    for rules in [Vec::new(), vec![by_lists()]] {
        let azure = Azure::scripted(tenant.clone(), rules);
        let agent = Agent::of(&azure).variable("OPENFINOPS_AZURE_RESOURCE_GROUP", "web,platform");
        let documents = agent.collect().documents();
        let lab = documents::of(&documents, LAB);
        assert_eq!(failed(lab).len(), 6, "{}", lab["summary"]);
    }
}

#[test]
fn a_named_subscription_that_is_not_seen_fails_for_itself() {
    let tenant = Tenant::small().shared();
    let azure = Azure::of(tenant.clone());
    let nowhere = "4f9b3f85-6407-4f3b-9c3a-9d4e5f6a7b04";
    let agent = Agent::of(&azure).variable("AZURE_SUBSCRIPTION_ID", format!("{SHOP},{nowhere}"));
    let ran = agent.collect();
    assert_eq!(ran.status, Some(3), "{ran:?}");
    let documents = ran.documents();
    assert_subscription(&tenant, documents::of(&documents, SHOP), SHOP);
    let other = documents::of(&documents, nowhere);
    assert_eq!(failed(other).len(), 6, "{other}");
    assert!(events(other, "subscription_failed")[0].to_string().contains(nowhere), "{other}");
}

#[test]
fn a_type_that_is_denied_fails_its_service_only() {
    let tenant = Tenant::small().shared();
    let rule = every(
        |call| call.ends_in("/providers/Microsoft.Compute/disks"),
        |_| denied("Microsoft.Compute/disks/read", "/subscriptions"),
    );
    let (ran, _azure) = cycle(&tenant, vec![by_lists(), rule]);
    assert_eq!(ran.status, Some(3), "{ran:?}");
    for document in ran.documents() {
        assert_eq!(failed(&document), ["disks"]);
        let disks = &document["services"]["disks"];
        assert!(disks["error"].as_str().unwrap().contains("AuthorizationFailed"), "{disks}");
        assert!(
            disks["hint"].as_str().unwrap().contains("Microsoft.Compute/disks/read"),
            "{disks}"
        );
        assert!(disks["total_hourly_cost"].is_null(), "{disks}");
        assert!(document["services"]["virtual_machines"]["total_hourly_cost"].is_number());
    }
}

#[test]
fn a_token_that_is_over_is_renewed_once() {
    let tenant = Tenant::small().shared();
    let (ran, azure) = cycle(&tenant, vec![first(1, is_graph, |_| expired())]);
    assert_all(&tenant, &ran.assert_well().documents());
    // One for each audience, and the renewed one.
    assert!(azure.authority().given() <= 4, "{} tokens", azure.authority().given());
    assert!(azure.authority().given() >= 3, "{} tokens", azure.authority().given());
}

#[test]
fn tokens_that_are_never_taken_are_not_asked_for_without_end() {
    let tenant = Tenant::small().shared();
    let always: Rule = every(|call| !call.is_to("/oauth2/"), |_| expired());
    let (ran, azure) = cycle(&tenant, vec![always]);
    assert_eq!(ran.status, Some(2), "{ran:?}");
    assert_eq!(ran.documents(), Vec::<Value>::new());
    assert!(ran.stderr.contains("ExpiredAuthenticationToken"), "{}", ran.stderr);
    assert!(azure.authority().given() < 6, "{} tokens", azure.authority().given());
}

#[test]
fn an_empty_subscription_is_empty_and_no_failure() {
    let mut tenant = Tenant::small();
    tenant.things.retain(|thing| thing.subscription == SHOP);
    let tenant = tenant.shared();
    for rules in [Vec::new(), vec![by_lists()]] {
        let (ran, _azure) = cycle(&tenant, rules);
        let documents = ran.assert_well().documents();
        assert_subscription(&tenant, documents::of(&documents, SHOP), SHOP);
        let lab = documents::of(&documents, LAB);
        assert_eq!(failed(lab), Vec::<&str>::new(), "{}", lab["events"]);
        assert_eq!(lab["summary"]["resources"], 0);
        assert_eq!(lab["summary"]["total_virtual_machines"], 0);
    }
}

#[test]
fn an_identity_that_sees_no_subscription_is_told_what_it_takes() {
    let mut tenant = Tenant::small();
    tenant.subscriptions.clear();
    let azure = Azure::of(tenant.shared());
    let ran = Agent::of(&azure).run(&["--once", "--server", "none"]);
    ran.assert_one_sentence(2, &["no subscription", "azure-agent-role.json", "Monitoring Reader"]);
}
