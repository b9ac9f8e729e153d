//! Prices from Google's own catalogue: `gcp-agent pricing …`, and what a cycle makes of them.

// Helpers outside of test functions unwrap too: a panic is how a test fails.
#![allow(clippy::unwrap_used)]

mod credentials;
mod failures;
mod list;
#[path = "../support/mod.rs"]
mod support;

// The AWS agent's tests have it.
#[path = "../../../aws/tests/support/page.rs"]
#[allow(dead_code)]
mod page;

use rust_decimal::Decimal;
use serde_json::{Value, json};

use list::{Catalogue, anywhere, disk, hour, memory, parameter, spot};
use page::Page;
use support::agent::{Agent, Ran};
use support::documents::{number, record};
use support::expectations::by_lines;
use support::fleet::{Fleet, MAIN, Thing};
use support::google::Google;
use support::{facts, running};

use facts::{MONTH, PD_BALANCED, decimal, times};

/// An n2-standard-4 in Iowa with a balanced disk of 20 GiB.
fn fleet() -> Fleet {
    of_machines(&["web-0001"])
}

/// Some machines of the small fleet, each with its disk.
fn of_machines(names: &[&str]) -> Fleet {
    let mut fleet = Fleet::small();
    fleet.projects = vec![MAIN];
    fleet.things.retain(|thing| names.contains(&thing.name.as_str()));
    assert_eq!(fleet.things.len(), 2 * names.len());
    fleet
}

/// The machine of a name.
fn machine<'a>(fleet: &'a mut Fleet, name: &str) -> &'a mut Thing {
    let named = |thing: &&mut Thing| thing.name == name && !thing.body["machineType"].is_null();
    fleet.things.iter_mut().find(named).unwrap()
}

/// What Google sells today, as far as these machines are made of it.
fn today() -> Vec<Value> {
    vec![
        hour("CPU", "N2 Instance Core running in Americas", "0.033"),
        memory(hour("RAM", "N2 Instance Ram running in Americas", "0.0045")),
        hour("N1Standard", "N1 Predefined Instance Core running in Americas", "0.035"),
        memory(hour("N1Standard", "N1 Predefined Instance Ram running in Americas", "0.0048")),
        spot("CPU", "N2 Instance Core running in Americas", "0.008"),
        memory(spot("RAM", "N2 Instance Ram running in Americas", "0.001")),
        hour("GPU", "Nvidia Tesla T4 GPU running in Americas", "0.36"),
        disk("Balanced PD Capacity", "0.11"),
        anywhere("VmExternalIp", "External IP Charge on a Standard VM", "0.006"),
        anywhere(
            "Google",
            "Licensing Fee for Windows Server 2019 Datacenter Edition (CPU cost)",
            "0.046",
        ),
    ]
}

/// An agent of this cloud, with this catalogue and no key for it.
fn agent(google: &Google, catalogue: &Catalogue) -> Agent {
    Agent::of(google).variable("OPENFINOPS_PRICES_URL", catalogue.url())
}

fn pricing(agent: &Agent, arguments: &[&str]) -> Ran {
    agent.run(&[&["pricing"], arguments].concat())
}

/// The document of one cycle.
fn document(agent: &Agent) -> Value {
    let documents = agent.collect().assert_well().documents();
    support::documents::of(&documents, MAIN).clone()
}

/// What the machine and its disk cost for a month of 730 hours, by the documents of one cycle.
fn costs(agent: &Agent) -> (Decimal, Decimal) {
    let document = document(agent);
    let monthly = |service| by_lines(record(&document, service, "web-0001"));
    (monthly("compute"), monthly("disks"))
}

/// The prices that the agent was built with.
fn built_in() -> (Decimal, Decimal) {
    let machine = facts::machine("us-central1", "n2-standard-4");
    ((machine * decimal(MONTH)).normalize(), times(&["20", PD_BALANCED]))
}

/// Four processors at 0.033 and 16 GiB at 0.0045 are 0.204 an hour; 20 GiB at 0.11.
fn fetched() -> (Decimal, Decimal) {
    (decimal("148.92"), decimal("2.2"))
}

#[test]
fn what_a_sync_fetched_is_what_the_next_cycle_bills_with() {
    let (google, catalogue) = (Google::of(fleet().shared()), Catalogue::of(&today()));
    let agent = agent(&google, &catalogue);
    assert_eq!(costs(&agent), built_in());
    let synced = pricing(&agent, &["sync"]).assert_well();
    assert!(synced.stdout.contains("Compute Engine"), "{}", synced.stdout);
    assert_eq!(costs(&agent), fetched());
    let shown = pricing(&agent, &["show"]).assert_well();
    assert!(shown.stdout.contains("Compute Engine"), "{}", shown.stdout);
}

#[test]
fn only_the_list_of_what_is_in_use_is_read_to_its_last_page() {
    let (google, catalogue) = (Google::of(fleet().shared()), Catalogue::of(&today()));
    let agent = agent(&google, &catalogue);
    agent.collect().assert_well();
    pricing(&agent, &["sync"]).assert_well();
    let asked = catalogue.asked();
    let tokens: Vec<Option<String>> =
        asked.iter().map(|request| parameter(request, "pageToken")).collect();
    // Ten SKUs, four a page.
    assert_eq!(tokens, [None, Some("from+/=&4".into()), Some("from+/=&8".into())]);
    for request in &asked {
        assert_eq!(request.path, "/v1/services/6F81-5844-456A/skus");
        assert_eq!(parameter(request, "currencyCode").as_deref(), Some("USD"));
    }
}

#[test]
fn a_spot_machine_and_a_graphics_processor_have_no_price_until_a_sync() {
    let mut fleet = of_machines(&["web-0001", "web-0002"]);
    machine(&mut fleet, "web-0001").body["scheduling"] = json!({
        "onHostMaintenance": "TERMINATE", "automaticRestart": false, "preemptible": true,
        "provisioningModel": "SPOT", "instanceTerminationAction": "STOP" });
    machine(&mut fleet, "web-0002").body["guestAccelerators"] = json!([{
        "acceleratorCount": 1, "acceleratorType": "https://www.googleapis.com/compute/v1/projects/\
            shop-main/zones/us-central1-c/acceleratorTypes/nvidia-tesla-t4" }]);
    let (google, catalogue) = (Google::of(fleet.shared()), Catalogue::of(&today()));
    let agent = agent(&google, &catalogue);

    let before = document(&agent);
    let (left_over, graphics) =
        (record(&before, "compute", "web-0001"), record(&before, "compute", "web-0002"));
    assert_eq!(left_over["hourly_cost"], Value::Null, "{left_over}");
    assert!(left_over["unpriced_reason"].to_string().contains("spot"), "{left_over}");
    assert_eq!(graphics["unpriced_components"], json!(["gpu"]));
    let n1 = facts::machine("us-central1", "n1-standard-1");
    assert_eq!(number(&graphics["hourly_cost"]), n1.round_dp(6).normalize());

    pricing(&agent, &["sync"]).assert_well();
    let after = document(&agent);
    for (name, hourly) in [
        // 4 × 0.008 + 16 × 0.001
        ("web-0001", "0.048"),
        // 0.035 + 3.75 × 0.0048 + 0.36
        ("web-0002", "0.413"),
    ] {
        let record = record(&after, "compute", name);
        assert_eq!(record.get("unpriced_reason"), None, "{record}");
        assert_eq!(number(&record["hourly_cost"]), decimal(hourly), "{name}");
    }
    assert_eq!(after["summary"]["unpriced_resources"], 0);
    assert_eq!(after["summary"]["partly_priced_resources"], 0);
}

#[test]
fn a_cost_is_explained_by_its_row_and_source() {
    let (google, catalogue) = (Google::of(fleet().shared()), Catalogue::of(&today()));
    let agent = agent(&google, &catalogue);
    agent.collect().assert_well();
    pricing(&agent, &["sync"]).assert_well();
    agent.collect().assert_well();
    let explained = pricing(&agent, &["explain", "instances/web-0001"]).assert_well();
    for word in ["0.204", "148.92", "Compute Engine", "effective 2026-05-04"] {
        assert!(explained.stdout.contains(word), "no {word} in {}", explained.stdout);
    }
    let key = "gcp/disk/pd-balanced/us-central1/GiB-Mo";
    let found = pricing(&agent, &["explain", key]).assert_well();
    assert!(found.stdout.contains("0.11"), "{}", found.stdout);
    let nothing = pricing(&agent, &["explain", "nobody"]);
    nothing.assert_status(2);
    assert!(nothing.stderr.contains("nobody"), "{}", nothing.stderr);
}

#[test]
fn a_difference_of_two_books_is_told_in_money_of_what_runs() {
    let (google, catalogue) = (Google::of(fleet().shared()), Catalogue::of(&today()));
    let agent = agent(&google, &catalogue);
    agent.collect().assert_well();
    pricing(&agent, &["sync"]).assert_well();
    let mut dearer = today();
    dearer[0] = hour("CPU", "N2 Instance Core running in Americas", "0.038");
    catalogue.sells(&dearer);
    pricing(&agent, &["sync"]).assert_well();
    let told = pricing(&agent, &["diff", "previous", "current"]).assert_well();
    // 730 × 4 × (0.038 − 0.033)
    for word in ["n2-standard-4", "+14.6"] {
        assert!(told.stdout.contains(word), "no {word} in {}", told.stdout);
    }
}

#[test]
fn without_an_inventory_it_must_be_said_what_is_wanted() {
    let (google, catalogue) = (Google::of(fleet().shared()), Catalogue::of(&today()));
    let agent = agent(&google, &catalogue);
    pricing(&agent, &["sync"]).assert_one_sentence(2, &["--once", "--in", "--all"]);
    assert!(catalogue.asked().is_empty());
    let named = ["sync", "--in", "us-central1", "--service", "gcp/compute,gcp/disk"];
    pricing(&agent, &named).assert_well();
    assert_eq!(costs(&agent), fetched());
}

#[test]
fn a_running_agent_fetches_prices_and_its_next_cycle_bills_with_them() {
    let (google, catalogue) = (Google::of(fleet().shared()), Catalogue::of(&today()));
    let agent = agent(&google, &catalogue).variable("OPENFINOPS_PRICES_REFRESH", "60");
    // With an inventory it is known from the start what to fetch, whenever that is.
    assert_eq!(costs(&agent), built_in());
    let running = agent.start(&["--server", "none", "--listen", "127.0.0.1:0", "--interval", "10"]);
    let page = Page::of(&running);
    running.wait_for_cycles(1);
    let seconds =
        running.wait_for("a sync", || page.metric("price_sync_last_success_timestamp_seconds"));
    assert!(seconds > decimal("1700000000"));
    // 0.204 an hour, once the next cycle has ended.
    running.wait_for("the new price", || {
        page.metric("cost_usd_per_hour{service=\"compute\"}")
            .filter(|cost| *cost == decimal("0.204"))
    });
    assert_eq!(page.metric("price_sync_failures_total"), Some(decimal("0")));
    running.terminate();
}
