//! Whatever Azure says of a resource or of its use: no panic, no service fails for one row, and
//! totals are the sums of what is told.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;
use serde_json::{Value, json};

use crate::support::agent::Agent;
use crate::support::azure::Azure;
use crate::support::azure::errors::json_reply;
use crate::support::azure::rules::Rule;
use crate::support::documents::{LISTS, assert_total, failed, hourly, records};
use crate::support::expectations::by_lines;
use crate::support::http::Reply;
use crate::support::tenant::{SHOP, Tenant};
use crate::{by_lists, cycle, is_batch};

/// The documents of one subscription: large ones come in parts.
fn parts<'a>(documents: &'a [Value], subscription: &str) -> Vec<&'a Value> {
    documents.iter().filter(|document| document["account_id"] == *subscription).collect()
}

#[test]
fn whatever_a_key_is_every_resource_is_there_and_no_service_fails() {
    let tenant = Tenant::mutants().shared();
    for rules in [Vec::new(), vec![by_lists()]] {
        let azure = Azure::scripted(tenant.clone(), rules);
        let agent = Agent::of(&azure).variable("OPENFINOPS_MAX_METRIC_REQUESTS", "0");
        let documents = agent.collect().assert_well().documents();
        for document in &documents {
            assert_eq!(failed(document), Vec::<&str>::new(), "{}", document["events"]);
            assert_sums(document);
        }
        for subscription in &tenant.subscriptions {
            let parts = parts(&documents, subscription.id);
            for (service, list, types) in [
                (
                    "virtual_machines",
                    "virtual_machines",
                    &["virtualMachines", "virtualMachineScaleSets/virtualMachines"][..],
                ),
                ("disks", "disks", &["disks"]),
            ] {
                let count = |part: &&Value| records(part, service, list).len();
                let found: usize = parts.iter().map(count).sum();
                let name = |own: &&str| format!("Microsoft.Compute/{own}");
                let there: usize =
                    types.iter().map(|own| tenant.count(subscription.id, &name(own))).sum();
                assert_eq!(found, there, "{list} of {}", subscription.name);
            }
            for (service, list, kind) in [
                ("aks", "clusters", "Microsoft.ContainerService/managedClusters"),
                ("storage", "storage_accounts", "Microsoft.Storage/storageAccounts"),
                ("sql", "servers", "Microsoft.Sql/servers"),
                ("sql", "elastic_pools", "Microsoft.Sql/servers/elasticPools"),
            ] {
                let found: usize = parts.iter().map(|it| records(it, service, list).len()).sum();
                assert_eq!(found, tenant.count(subscription.id, kind), "{list}");
            }
        }
    }
}

/// Totals are the sums of the records' price lines; what has no price has a reason.
fn assert_sums(document: &Value) {
    for (service, own) in document["services"].as_object().unwrap() {
        let lists = LISTS.iter().filter(|(of, ..)| of == service);
        let all: Vec<&Value> =
            lists.flat_map(|(service, list, _)| records(document, service, list)).collect();
        let sum: Decimal = all.iter().map(|record| by_lines(record)).sum();
        assert_total(own, sum, service);
        let unpriced = all.iter().filter(|record| record["hourly_cost"].is_null());
        assert_eq!(own["unpriced"], unpriced.count(), "{service}");
        for record in all {
            let reason = record["unpriced_reason"].as_str();
            assert!(record["hourly_cost"].is_number() || reason.is_some(), "{record}");
            let cost = record["hourly_cost"].as_f64().unwrap_or_default();
            assert!(cost >= 0.0, "{record}");
        }
    }
}

/// Every figure of Azure Monitor is this instead.
fn figures_are(other: Value) -> Rule {
    Box::new(move |call, healthy| {
        let Reply::Whole(answer) = is_batch(call).then(healthy)? else { return None };
        let mut body: Value = serde_json::from_slice(&answer.body).unwrap();
        for value in body["values"].as_array_mut()? {
            for metric in value["value"].as_array_mut()? {
                for series in metric["timeseries"].as_array_mut()? {
                    for point in series["data"].as_array_mut()? {
                        for aggregation in ["average", "total", "maximum"] {
                            if !point[aggregation].is_null() {
                                point[aggregation] = other.clone();
                            }
                        }
                    }
                }
            }
        }
        Some(json_reply(200, &body))
    })
}

#[test]
fn figures_that_cannot_be_true_are_no_costs() {
    for other in [json!(-1), json!(1e300), json!("many"), json!({}), json!(1e-300)] {
        let tenant = Tenant::small().shared();
        let (ran, _azure) = cycle(&tenant, vec![figures_are(other.clone())]);
        assert!(matches!(ran.status, Some(0 | 3)), "{other}: {ran:?}");
        for document in ran.documents() {
            assert!(failed(&document).iter().all(|name| *name == "monitor"), "{other}");
            let services = document["services"].as_object().unwrap();
            for (name, own) in services.iter().filter(|(name, _)| *name != "monitor") {
                let total = own["total_hourly_cost"].as_f64().unwrap();
                assert!((0.0..100.0).contains(&total), "{other}: {name} costs {total}");
            }
        }
    }
}

#[test]
fn answers_about_metrics_that_lack_something_are_no_panic() {
    for body in [
        json!({}),
        json!({ "values": null }),
        json!({ "values": [] }),
        json!({ "values": [{}] }),
        json!({ "values": [{ "resourceid": "/x", "value": [{ "name": null }] }] }),
        json!({ "values": [{ "resourceid": 7, "value": {} }] }),
    ] {
        let rule: Rule = {
            let body = body.clone();
            Box::new(move |call, _| is_batch(call).then(|| json_reply(200, &body)))
        };
        let tenant = Tenant::small().shared();
        let known = Value::from(hourly(tenant.known(SHOP, &["storage_accounts"])).to_f64());
        let (ran, _azure) = cycle(&tenant, vec![rule]);
        assert!(matches!(ran.status, Some(0 | 3)), "{body}: {ran:?}");
        for document in ran.documents() {
            // Where a batch leaves out what was asked for, that is asked for by itself.
            let account = records(&document, "storage", "storage_accounts").first();
            let cost = account.map(|account| account["hourly_cost"].clone());
            assert!(cost.is_none_or(|it| it.is_null() || it == known), "{body}: {account:?}");
        }
    }
}
