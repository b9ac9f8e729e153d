//! Prices from Microsoft's own list: `azure-agent pricing …`, and what a cycle makes of them.

// Helpers outside of test functions unwrap too: a panic is how a test fails.
#![allow(clippy::unwrap_used)]

mod failures;
mod list;
#[path = "../support/mod.rs"]
mod support;

// The AWS agent's tests have it.
#[path = "../../../aws/tests/support/page.rs"]
#[allow(dead_code)]
mod page;

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde_json::{Value, json};

use list::{LICENCES, MACHINES, PriceList, STORAGE, machine, premium, red_hat, spot, windows};
use page::Page;
use support::agent::{Agent, Ran};
use support::azure::Azure;
use support::documents::{number, record};
use support::expectations::by_lines;
use support::tenant::{SHOP, Tenant};
use support::{facts, running};

use facts::{MONTH, P4, decimal};

/// The machine's size.
const SIZE: &str = "Standard_D2s_v5";

/// One Linux machine of two processors in West Europe, with the disk that it starts from: a P4.
fn tenant() -> Tenant {
    let mut tenant = Tenant::small();
    tenant.subscriptions.retain(|subscription| subscription.id == SHOP);
    tenant.things.retain(|thing| thing.name.starts_with("web-0000"));
    assert_eq!(tenant.things.len(), 2);
    tenant
}

/// The same with an image of Red Hat's.
fn on_red_hat() -> Tenant {
    let mut tenant = tenant();
    let machine = tenant.things.iter_mut().find(|thing| thing.name == "web-0000").unwrap();
    let properties = machine.keys.get_mut("properties").unwrap();
    properties["storageProfile"]["imageReference"] = json!({
        "publisher": "RedHat", "offer": "RHEL", "sku": "9-lvm-gen2", "version": "latest" });
    tenant
}

/// What Microsoft lists today: beside what the tenant has, what must not be taken for it.
fn today() -> Vec<Value> {
    vec![
        machine("Standard_D4s_v5", "0.238"),
        windows(SIZE, "0.211"),
        spot(SIZE, "0.0238"),
        machine(SIZE, "0.119"),
        red_hat(2, "0.0288"),
        premium("P10", "22.5"),
        premium("P4", "6.1"),
        premium("P6", "11.7"),
    ]
}

/// The agent of a cloud, with this list.
fn agent(azure: &Azure, list: &PriceList) -> Agent {
    Agent::of(azure).variable("OPENFINOPS_PRICES_URL", list.url())
}

fn pricing(agent: &Agent, arguments: &[&str]) -> Ran {
    agent.run(&[&["pricing"], arguments].concat())
}

/// The document of one cycle.
fn document(agent: &Agent) -> Value {
    let documents = agent.collect().assert_well().documents();
    support::documents::of(&documents, SHOP).clone()
}

/// What the machine and its disk cost for a month of 730 hours, by the documents of one cycle.
fn costs(agent: &Agent) -> (Decimal, Decimal) {
    let document = document(agent);
    let monthly = |list, name| by_lines(record(&document, list, name));
    (monthly("virtual_machines", "web-0000"), monthly("disks", "web-0000_os"))
}

/// The prices that the agent was built with.
fn built_in() -> (Decimal, Decimal) {
    let machine = facts::machine("westeurope", SIZE, "Linux");
    ((machine * decimal(MONTH)).normalize(), decimal(P4))
}

/// 730 × 0.119, and a P4.
fn fetched() -> (Decimal, Decimal) {
    (decimal("86.87"), decimal("6.1"))
}

#[test]
fn what_a_sync_fetched_is_what_the_next_cycle_bills_with() {
    let (azure, list) = (Azure::of(tenant().shared()), PriceList::of(&today()));
    let agent = agent(&azure, &list);
    assert_eq!(costs(&agent), built_in());
    let synced = pricing(&agent, &["sync"]).assert_well();
    for table in ["Virtual Machines/westeurope", "Virtual Machines Licenses/Global"] {
        assert!(synced.stdout.contains(table), "no {table} in {}", synced.stdout);
    }
    assert_eq!(costs(&agent), fetched());
    let shown = pricing(&agent, &["show"]).assert_well();
    assert!(shown.stdout.contains("Storage/westeurope"), "{}", shown.stdout);
}

#[test]
fn only_what_is_in_use_is_asked_for_page_by_page_and_without_credentials() {
    let (azure, list) = (Azure::of(tenant().shared()), PriceList::of(&today()));
    let agent = agent(&azure, &list);
    agent.collect().assert_well();
    pricing(&agent, &["sync"]).assert_well();
    let mut asked: BTreeMap<(String, String), Vec<usize>> = BTreeMap::new();
    for question in list.asked() {
        assert_eq!(question.request.method, "GET");
        assert_eq!(question.request.header("authorization"), None);
        for secret in support::agent::SECRETS {
            assert!(!question.request.contains(secret));
        }
        let key = (question.service, question.region);
        asked.entry(key).or_default().push(question.skip);
    }
    let expected = [
        ((MACHINES, "westeurope"), vec![0, 2]),
        ((LICENCES, ""), vec![0]),
        ((STORAGE, "westeurope"), vec![0, 2]),
    ];
    let expected =
        expected.map(|((service, region), pages)| ((service.to_owned(), region.to_owned()), pages));
    assert_eq!(asked, BTreeMap::from(expected));
}

#[test]
fn a_red_hat_machine_has_no_price_of_its_licence_until_a_sync() {
    let (azure, list) = (Azure::of(on_red_hat().shared()), PriceList::of(&today()));
    let agent = agent(&azure, &list);
    let before = document(&agent);
    let web = record(&before, "virtual_machines", "web-0000");
    assert_eq!(web["unpriced_components"], json!(["license"]));
    assert!(web["unpriced_reason"].to_string().contains("Red Hat"), "{web}");
    assert_eq!(number(&web["hourly_cost"]), facts::machine("westeurope", SIZE, "Linux"));

    pricing(&agent, &["sync"]).assert_well();
    let after = document(&agent);
    let web = record(&after, "virtual_machines", "web-0000");
    assert_eq!(web.get("unpriced_reason"), None, "{web}");
    // 0.119 and 0.0288.
    assert_eq!(number(&web["hourly_cost"]), decimal("0.1478"));
    assert_eq!(after["summary"]["partly_priced_resources"], 0);
}

#[test]
fn what_microsoft_does_not_list_any_more_has_no_price() {
    let mut items = today();
    items.retain(|item| item["meterName"] != "P4 LRS Disk");
    let (azure, list) = (Azure::of(tenant().shared()), PriceList::of(&items));
    let agent = agent(&azure, &list);
    agent.collect().assert_well();
    pricing(&agent, &["sync"]).assert_well();
    let document = document(&agent);
    let disk = record(&document, "disks", "web-0000_os");
    assert_eq!(disk["monthly_cost"], Value::Null, "{disk}");
    assert!(disk["unpriced_reason"].to_string().contains("P4"), "{disk}");
    assert_eq!(document["summary"]["unpriced_resources"], 1);
}

#[test]
fn a_cost_is_explained_by_its_row_and_source() {
    let (azure, list) = (Azure::of(tenant().shared()), PriceList::of(&today()));
    let agent = agent(&azure, &list);
    agent.collect().assert_well();
    pricing(&agent, &["sync"]).assert_well();
    agent.collect().assert_well();
    let explained = pricing(&agent, &["explain", "web-0000"]).assert_well();
    for word in ["0.119", "86.87", "Virtual Machines/westeurope", "effective 2026-02-01"] {
        assert!(explained.stdout.contains(word), "no {word} in {}", explained.stdout);
    }
    for key in [
        "azure/disk/Premium SSD Managed Disks/P4 LRS Disk/westeurope/1/Month",
        "azure/disk/Premium SSD Managed Disks/P4 LRS Disk",
        "p4 lrs westeurope",
    ] {
        let found = pricing(&agent, &["explain", key]).assert_well();
        assert!(found.stdout.contains("6.1"), "{}", found.stdout);
        assert!(!found.stdout.contains("P40"), "{}", found.stdout);
    }
    let nothing = pricing(&agent, &["explain", "nobody"]);
    nothing.assert_status(2);
    assert!(nothing.stderr.contains("nobody"), "{}", nothing.stderr);
}

#[test]
fn a_difference_of_two_books_is_told_in_money_of_what_runs() {
    let (azure, list) = (Azure::of(tenant().shared()), PriceList::of(&today()));
    let agent = agent(&azure, &list);
    agent.collect().assert_well();
    pricing(&agent, &["sync"]).assert_well();
    let mut dearer = today();
    dearer.retain(|item| item["armSkuName"] != SIZE);
    dearer.push(machine(SIZE, "0.129"));
    list.lists(&dearer);
    pricing(&agent, &["sync"]).assert_well();
    let told = pricing(&agent, &["diff", "previous", "current"]).assert_well();
    // 730 × (0.129 − 0.119)
    for word in [SIZE, "+7.3"] {
        assert!(told.stdout.contains(word), "no {word} in {}", told.stdout);
    }
}

#[test]
fn without_an_inventory_it_must_be_said_what_is_wanted() {
    let (azure, list) = (Azure::of(tenant().shared()), PriceList::of(&today()));
    let agent = agent(&azure, &list);
    pricing(&agent, &["sync"]).assert_one_sentence(2, &["--once", "--in", "--all"]);
    assert!(list.asked().is_empty());
    let named = ["sync", "--in", "westeurope", "--service", "azure/vm,azure/disk"];
    pricing(&agent, &named).assert_well();
    assert_eq!(costs(&agent), fetched());
}

#[test]
fn a_running_agent_fetches_prices_and_its_next_cycle_bills_with_them() {
    let (azure, list) = (Azure::of(tenant().shared()), PriceList::of(&today()));
    let agent = agent(&azure, &list).variable("OPENFINOPS_PRICES_REFRESH", "60");
    // With an inventory it is known from the start what to fetch, whenever that is.
    assert_eq!(costs(&agent), built_in());
    let running = agent.start(&["--server", "none", "--listen", "127.0.0.1:0", "--interval", "10"]);
    let page = Page::of(&running);
    running.wait_for_cycles(1);
    let seconds =
        running.wait_for("a sync", || page.metric("price_sync_last_success_timestamp_seconds"));
    assert!(seconds > decimal("1700000000"));
    // 0.119 an hour, once the next cycle has ended.
    running.wait_for("the new price", || {
        page.metric("cost_usd_per_hour{service=\"virtual_machines\"}")
            .filter(|cost| *cost == decimal("0.119"))
    });
    assert_eq!(page.metric("price_sync_failures_total"), Some(decimal("0")));
    running.terminate();
}
