//! Azure Monitor denied, in part or altogether.

use crate::support::agent::Agent;
use crate::support::azure::Azure;
use crate::support::azure::errors::denied;
use crate::support::azure::rules::every;
use crate::support::documents::{self, assert_total, events, failed, record};
use crate::support::expectations::assert_all;
use crate::support::tenant::{LAB, SHOP, Tenant};
use crate::{cycle, is_batch, is_single};

const ACTION: &str = "Microsoft.Insights/metrics/read";

#[test]
fn where_batches_are_denied_resources_are_asked_one_by_one() {
    let tenant = Tenant::small().shared();
    let rule = every(is_batch, |_| denied(ACTION, "/subscriptions"));
    let (ran, azure) = cycle(&tenant, vec![rule]);
    let documents = ran.assert_well().documents();
    assert_all(&tenant, &documents);
    for document in &documents {
        assert_eq!(events(document, "metrics_one_by_one").len(), 1, "{}", document["events"]);
    }
    assert!(azure.calls().iter().filter(|call| is_single(call)).count() > 10);
}

#[test]
fn where_batches_are_not_there_resources_are_asked_one_by_one() {
    let tenant = Tenant::small().shared();
    let azure = Azure::of(tenant.clone());
    let closed =
        crate::support::http::closed_port().replace("http://127.0.0.1", "https://localhost");
    let agent = Agent::of(&azure).variable("OPENFINOPS_AZURE_METRICS", closed);
    assert_all(&tenant, &agent.collect().assert_well().documents());
}

#[test]
fn costs_that_do_not_depend_on_use_are_there_without_metrics() {
    let tenant = Tenant::small().shared();
    let rule =
        every(|call| is_batch(call) || is_single(call), |_| denied(ACTION, "/subscriptions"));
    let (ran, azure) = cycle(&tenant, vec![rule]);
    assert_eq!(ran.status, Some(3), "{ran:?}");
    let documents = ran.documents();
    for document in &documents {
        assert_eq!(failed(document), ["monitor"]);
        let monitor = &document["services"]["monitor"];
        assert!(monitor["hint"].as_str().unwrap().contains("Monitoring Reader"), "{monitor}");
    }
    for (subscription, service, list) in [
        (SHOP, "virtual_machines", "virtual_machines"),
        (SHOP, "disks", "disks"),
        (LAB, "virtual_machines", "virtual_machines"),
        (LAB, "aks", "clusters"),
    ] {
        let document = documents::of(&documents, subscription);
        let known = tenant.known(subscription, &[list]);
        assert_total(&document["services"][service], known, service);
        assert_eq!(document["services"][service]["unpriced"], 0, "{service}");
    }
    // What depends on use is not known, which is not nothing.
    let shop = documents::of(&documents, SHOP);
    let account = record(shop, "storage_accounts", "wecool");
    assert!(account["hourly_cost"].is_null() && account["used_bytes"].is_null(), "{account}");
    assert!(account["unpriced_reason"].as_str().unwrap().contains("Azure Monitor"), "{account}");
    let machine = record(shop, "virtual_machines", "web-0000");
    assert!(machine["cpu_utilization"].is_null() && machine["hourly_cost"].is_number());
    let lab = documents::of(&documents, LAB);
    assert!(record(lab, "function_apps", "resize")["hourly_cost"].is_null());
    assert!(lab["services"]["functions"]["total_invocations"].is_null(), "{lab}");
    // Nobody is asked a thousand times what is denied.
    let single = azure.calls().iter().filter(|call| is_single(call)).count();
    assert!(single < 40, "{single} calls that are denied");
}

#[test]
fn a_ceiling_of_none_asks_for_nothing() {
    let tenant = Tenant::small().shared();
    let azure = Azure::of(tenant.clone());
    let ran = Agent::of(&azure).variable("OPENFINOPS_MAX_METRIC_REQUESTS", "0").collect();
    let documents = ran.documents();
    assert_eq!(azure.calls().iter().filter(|call| is_batch(call) || is_single(call)).count(), 0);
    let shop = documents::of(&documents, SHOP);
    assert_eq!(events(shop, "metrics_limited").len(), 1, "{}", shop["events"]);
    assert_total(
        &shop["services"]["virtual_machines"],
        tenant.known(SHOP, &["virtual_machines"]),
        "machines",
    );
    let account = record(shop, "storage_accounts", "wecool");
    assert!(account["unpriced_reason"].as_str().unwrap().contains("ceiling"), "{account}");
}

#[test]
fn at_the_ceiling_machines_are_left_out_before_what_costs_depend_on() {
    let tenant = Tenant::whole().shared();
    let azure = Azure::of(tenant.clone());
    // Enough for all costs of all subscriptions, and not for all machines of the first.
    let agent = Agent::of(&azure)
        .variable("OPENFINOPS_MAX_METRIC_REQUESTS", "30")
        .variable("OPENFINOPS_CONCURRENCY", "1");
    let ran = agent.collect();
    let documents = ran.documents();
    assert!(azure.calls().iter().filter(|call| is_batch(call)).count() <= 30);
    for (subscription, service, lists) in [
        (SHOP, "storage", &["storage_accounts"][..]),
        (LAB, "storage", &["storage_accounts"]),
        (LAB, "functions", &["function_apps", "plans"]),
        (LAB, "sql", &["databases", "elastic_pools", "servers"]),
    ] {
        let document = documents::of(&documents, subscription);
        assert_total(&document["services"][service], tenant.known(subscription, lists), service);
    }
    let shop = documents::of(&documents, SHOP);
    let machines = documents::records(shop, "virtual_machines", "virtual_machines");
    assert!(
        machines.iter().any(|it| it["power_state"] == "running" && it["cpu_utilization"].is_null())
    );
    assert_eq!(events(shop, "metrics_limited").len(), 1, "{}", shop["events"]);
}

#[test]
fn daily_figures_are_asked_for_once_a_day() {
    let tenant = Tenant::small().shared();
    let azure = Azure::of(tenant.clone());
    let agent = Agent::of(&azure);
    assert_all(&tenant, &agent.collect().assert_well().documents());
    let storage = |azure: &Azure| {
        let calls = azure.calls();
        let asked = calls.iter().filter(|call| is_batch(call));
        let names =
            asked.filter_map(|call| call.parameter("metricnamespace").map(str::to_lowercase));
        names.filter(|name| name.contains("microsoft.storage/")).count()
    };
    let before = storage(&azure);
    assert!(before > 0);
    assert_all(&tenant, &agent.collect().assert_well().documents());
    // But for a run at midnight, when another day begins.
    let again = storage(&azure) - before;
    assert!(again == 0 || again == before, "{again} requests more after {before}");
}
