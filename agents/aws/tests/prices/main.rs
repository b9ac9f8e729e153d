//! Prices from the vendor's own list: `aws-agent pricing …`, and what a cycle makes of them.

// Helpers outside of test functions unwrap too: a panic is how a test fails.
#![allow(clippy::unwrap_used)]

mod list;
#[path = "../support/mod.rs"]
mod support;

use rust_decimal::Decimal;
use serde_json::Value;

use list::{PriceList, gp3, instance};
use support::agent::{Agent, Ran};
use support::aws::Aws;
use support::documents::{number, record};
use support::facts::decimal;
use support::fleet::{Fleet, Instance, Volume};
use support::http::{Reply, closed_port};
use support::page::Page;

/// One m5.large with a gp3 volume of 100 GB.
fn machine() -> Aws {
    Aws::with(Fleet {
        instances: vec![Instance::linux("i-web", "m5.large")],
        volumes: vec![Volume::gp3("vol-web", 100, "i-web")],
        ..Fleet::default()
    })
}

fn today() -> PriceList {
    PriceList::of(&[instance("m5.large", "0.0990000000"), gp3("0.0770000000")])
}

fn agent(aws: &Aws, list: &PriceList) -> Agent {
    Agent::of(aws).variable("OPENFINOPS_PRICES_URL", list.url())
}

fn pricing(agent: &Agent, arguments: &[&str]) -> Ran {
    agent.run_within(60, &[&["pricing"], arguments].concat())
}

/// What the two cost for a month of 730 hours, by the documents of one cycle.
fn costs(agent: &Agent) -> (Decimal, Decimal) {
    let document = agent.collect().document();
    let monthly = |service, id| number(&record(&document, service, id)["monthly_cost"]).normalize();
    (monthly("ec2", "i-web"), monthly("ebs", "vol-web"))
}

/// 730 × 0.096 and 100 × 0.08: the prices that the agent was built with.
fn built_in() -> (Decimal, Decimal) {
    (decimal("70.08"), decimal("8"))
}

/// 730 × 0.099 and 100 × 0.077.
fn fetched() -> (Decimal, Decimal) {
    (decimal("72.27"), decimal("7.7"))
}

#[test]
fn what_a_sync_fetched_is_what_the_next_cycle_bills_with() {
    let (aws, list) = (machine(), today());
    let agent = agent(&aws, &list);
    assert_eq!(costs(&agent), built_in());
    let synced = pricing(&agent, &["sync"]);
    assert_eq!(synced.status, Some(0), "{}", synced.stderr);
    assert!(synced.stdout.contains("AmazonEC2/us-east-1"), "{}", synced.stdout);
    // The inventory has machines and volumes of one region, and so nothing else is asked for.
    let paths = list.asked();
    assert_eq!(paths.len(), 3, "{paths:?}");
    assert_eq!(costs(&agent), fetched());

    let shown = pricing(&agent, &["show"]);
    assert_eq!(shown.status, Some(0), "{}", shown.stderr);
    for word in ["AmazonEC2/us-east-1", "2026-11-18"] {
        assert!(shown.stdout.contains(word), "no {word} in {}", shown.stdout);
    }
}

#[test]
fn a_sync_of_what_has_not_changed_fetches_nothing() {
    let (aws, list) = (machine(), today());
    let agent = agent(&aws, &list);
    agent.collect();
    assert_eq!(pricing(&agent, &["sync"]).status, Some(0));
    let again = pricing(&agent, &["sync"]);
    assert_eq!(again.status, Some(0), "{}", again.stderr);
    assert!(again.stdout.contains("unchanged"), "{}", again.stdout);
    assert_eq!(costs(&agent), fetched());
}

#[test]
fn whatever_goes_wrong_the_old_book_stays_and_the_operator_is_told() {
    let (aws, list) = (machine(), today());
    let agent = agent(&aws, &list);
    agent.collect();
    assert_eq!(pricing(&agent, &["sync"]).status, Some(0));
    let html = "<html><body>Service Unavailable</body></html>";
    let headless = list::csv(&[instance("m5.large", "1")]).replace("PricePerUnit", "Price");
    for (reply, words) in [
        (Reply::of(403, "text/plain", "AccessDenied: not from here"), "not from here"),
        (Reply::of(404, "text/plain", "gone"), "404"),
        (Reply::of(200, "text/html", html), "no price list"),
        (Reply::of(200, "text/csv", headless), "PricePerUnit"),
        (Reply::of(200, "text/csv", list::csv(&[])), "rows"),
    ] {
        list.answers(reply);
        let failed = pricing(&agent, &["sync"]);
        assert_eq!(failed.status, Some(5), "{words}: {}\n{}", failed.stdout, failed.stderr);
        let said = failed.stdout + &failed.stderr;
        assert!(said.contains(words), "no {words} in {said}");
        assert!(!said.contains("panicked") && !said.contains("RUST_BACKTRACE"), "{said}");
    }
    assert_eq!(costs(&agent), fetched());
    list.lists(&[instance("m5.large", "0.1000000000"), gp3("0.0770000000")]);
    assert_eq!(pricing(&agent, &["sync"]).status, Some(0));
    assert_eq!(costs(&agent), (decimal("73"), decimal("7.7")));
}

#[test]
fn without_an_inventory_it_must_be_said_what_is_wanted() {
    let (aws, list) = (machine(), today());
    let agent = agent(&aws, &list);
    pricing(&agent, &["sync"]).assert_one_sentence(2, &["--once", "--in", "--all"]);
    assert!(list.asked().is_empty());
    let named = pricing(&agent, &["sync", "--in", "us-east-1", "--service", "aws/ebs"]);
    assert_eq!(named.status, Some(0), "{}", named.stderr);
    assert_eq!(costs(&agent), fetched());
}

#[test]
fn a_cost_is_explained_by_its_row_source_date_and_arithmetic() {
    let (aws, list) = (machine(), today());
    let agent = agent(&aws, &list);
    agent.collect();
    pricing(&agent, &["sync"]);
    agent.collect();
    let explained = pricing(&agent, &["explain", "i-web"]);
    assert_eq!(explained.status, Some(0), "{}", explained.stderr);
    for word in ["0.099", "72.27", "AmazonEC2/us-east-1", "2026-11-18"] {
        assert!(explained.stdout.contains(word), "no {word} in {}", explained.stdout);
    }
    let key = pricing(&agent, &["explain", "aws/ebs/gp3/storage/us-east-1/GB-Mo"]);
    assert!(key.stdout.contains("0.077"), "{}", key.stdout);
    let nothing = pricing(&agent, &["explain", "i-nobody"]);
    assert_eq!(nothing.status, Some(2));
    assert!(nothing.stderr.contains("i-nobody"), "{}", nothing.stderr);
}

#[test]
fn a_difference_of_two_books_is_told_in_money_of_what_runs() {
    let (aws, list) = (machine(), today());
    let agent = agent(&aws, &list);
    agent.collect();
    pricing(&agent, &["sync"]);
    list.lists(&[instance("m5.large", "0.1090000000"), gp3("0.0770000000")]);
    pricing(&agent, &["sync"]);
    let told = pricing(&agent, &["diff", "previous", "current"]);
    assert_eq!(told.status, Some(0), "{}", told.stderr);
    // 730 × (0.109 − 0.099)
    for word in ["m5.large", "+10.1 %", "+7.3"] {
        assert!(told.stdout.contains(word), "no {word} in {}", told.stdout);
    }
}

#[test]
fn a_discount_shows_beside_the_list_price() {
    let (aws, list) = (machine(), today());
    let agent = agent(&aws, &list);
    let overrides = agent.file(
        "overrides.yaml",
        "discounts:\n  - service: aws/ec2\n    percent: 10\n    label: private pricing\n",
    );
    let agent = agent.variable("OPENFINOPS_PRICES_OVERRIDES", overrides);
    let document = agent.collect().document();
    let web = record(&document, "ec2", "i-web");
    // 0.096 less a tenth, and the list price beside it.
    assert_eq!(number(&web["hourly_cost"]), decimal("0.0864"));
    assert_eq!(number(&web["list_hourly_cost"]), decimal("0.096"));
    let lines = web["price"].as_array().unwrap();
    let discount = lines.iter().find(|line| line["component"] == "discount").unwrap();
    assert_eq!(number(&discount["unit_price"]), decimal("-0.0096"));
    assert!(discount["sku_key"].as_str().unwrap().contains("private pricing"));
    let volume = record(&document, "ebs", "vol-web");
    assert_eq!(volume.get("list_hourly_cost"), None::<&Value>);
}

#[test]
fn overrides_that_cannot_be_read_are_mistakes_of_the_configuration() {
    let agent = Agent::new();
    let overrides =
        agent.file("overrides.yaml", "discounts:\n  - service: aws/ec2\n    percent: 110\n");
    let agent = agent.variable("OPENFINOPS_PRICES_OVERRIDES", overrides);
    let refused = agent.run(&["config", "validate"]);
    assert_eq!(refused.status, Some(2));
    assert!(
        refused.stderr.contains("percent") && refused.stderr.contains("110"),
        "{}",
        refused.stderr
    );
}

#[test]
fn a_running_agent_fetches_prices_and_its_next_cycle_bills_with_them() {
    let (aws, list) = (machine(), today());
    let agent = agent(&aws, &list).variable("OPENFINOPS_PRICES_REFRESH", "60");
    agent.collect();
    let running = agent.serve(&closed_port(), &["--listen", "127.0.0.1:0"]);
    let page = Page::of(&running);
    running.wait_for_cycles(1);
    let seconds =
        running.wait_for("a sync", || page.metric("price_sync_last_success_timestamp_seconds"));
    assert!(seconds > decimal("1700000000"));
    // 0.099 an hour, once the next cycle has ended.
    running.wait_for("the new price", || {
        page.metric("cost_usd_per_hour{service=\"ec2\"}").filter(|cost| *cost == decimal("0.099"))
    });
    assert_eq!(page.metric("price_sync_failures_total"), Some(decimal("0")));
    assert!(page.metric("price_book_age_seconds").is_some_and(|age| age < decimal("600")));
    running.terminate();
}
