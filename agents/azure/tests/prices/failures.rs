//! What becomes of the prices that are there where Microsoft's list fails.

use serde_json::{Value, json};

use crate::list::{LICENCES, MACHINES, PriceList, STORAGE, last_page, machine};
use crate::support::azure::Azure;
use crate::support::azure::errors::json_reply;
use crate::support::foreign::Foreign;
use crate::support::http::Reply;
use crate::{SIZE, agent, built_in, costs, decimal, fetched, pricing, tenant, today};

/// A page of nothing that goes on there.
fn going_on_at(link: &str) -> Reply {
    let mut page = last_page(&[]);
    page["NextPageLink"] = link.into();
    json_reply(200, &page)
}

/// The machine's item in other words.
fn changed(change: impl Fn(&mut Value)) -> Reply {
    let mut item = machine(SIZE, "9");
    change(&mut item);
    json_reply(200, &last_page(&[item]))
}

/// Whole answers that are none, and what must be said of each.
fn broken() -> Vec<(Reply, &'static str)> {
    let refusal =
        json!({ "Error": { "Code": "BadRequest", "Message": "Invalid OData parameters" } });
    let mut euro = last_page(&[machine(SIZE, "9")]);
    euro["BillingCurrency"] = "EUR".into();
    let html = "<html><body>Service Unavailable</body></html>";
    let busy = |status| Reply::of(status, "text/plain", "too busy").with("retry-after", "0");
    vec![
        (busy(503), "too busy"),
        (busy(429), "fewer requests"),
        (Reply::of(403, "text/plain", "not from here"), "not from here"),
        (Reply::of(404, "text/plain", "gone"), "404"),
        (json_reply(400, &refusal), "Invalid OData parameters"),
        (json_reply(200, &refusal), "Invalid OData parameters"),
        (Reply::of(200, "text/html", html), "web page"),
        (Reply::of(200, "application/json", "{\"Items\":[{\"curr"), "cut off"),
        (json_reply(200, &json!({ "Count": 0 })), "Items"),
        (json_reply(200, &last_page(&[])), "no items"),
        (json_reply(200, &euro), "EUR"),
        (
            changed(|item| {
                item.as_object_mut().unwrap().remove("retailPrice");
            }),
            "retailPrice",
        ),
        (changed(|item| item["retailPrice"] = "a lot".into()), "retailPrice"),
        (changed(|item| item["unitOfMeasure"] = "1 Fortnight".into()), "no price that is used"),
    ]
}

#[test]
fn whatever_goes_wrong_the_old_book_stays_and_the_operator_is_told() {
    let (azure, list) = (Azure::of(tenant().shared()), PriceList::of(&today()));
    let agent = agent(&azure, &list);
    agent.collect().assert_well();
    pricing(&agent, &["sync"]).assert_well();
    for (reply, words) in broken() {
        list.answers(move |_| Some(reply.clone()));
        let failed = pricing(&agent, &["sync"]);
        assert_eq!(failed.status, Some(5), "{words}: {}\n{}", failed.stdout, failed.stderr);
        let said = failed.stdout + &failed.stderr;
        assert!(said.contains(words), "no {words} in {said}");
    }
    assert_eq!(costs(&agent), fetched());
    let shown = pricing(&agent, &["show"]).assert_well();
    assert!(shown.stdout.contains("Virtual Machines/westeurope"), "{}", shown.stdout);
}

#[test]
fn a_first_sync_that_fails_leaves_the_prices_that_the_agent_was_built_with() {
    let (azure, list) = (Azure::of(tenant().shared()), PriceList::of(&today()));
    let agent = agent(&azure, &list);
    agent.collect().assert_well();
    list.answers(|_| Some(Reply::of(403, "text/plain", "not from here")));
    pricing(&agent, &["sync"]).assert_status(5);
    assert_eq!(costs(&agent), built_in());
}

#[test]
fn a_list_that_links_to_another_host_or_to_itself_is_given_up() {
    let (azure, list) = (Azure::of(tenant().shared()), PriceList::of(&today()));
    let agent = agent(&azure, &list);
    agent.collect().assert_well();
    let foreign = Foreign::start();
    let elsewhere = foreign.url("/api/retail/prices?$skip=1000");
    let itself = format!("{}{}?$skip=1000", list.url(), crate::list::PATH);
    for (link, words) in [
        (elsewhere.as_str(), "another host"),
        (itself.as_str(), "read before"),
        ("to be continued", "no address"),
    ] {
        let link = link.to_owned();
        list.answers(move |_| Some(going_on_at(&link)));
        let failed = pricing(&agent, &["sync"]);
        failed.assert_status(5);
        assert!(failed.stdout.contains(words), "no {words} in {}", failed.stdout);
    }
    foreign.assert_unseen();
    assert_eq!(costs(&agent), built_in());
}

#[test]
fn a_page_that_fails_in_passing_is_asked_for_again() {
    let (azure, list) = (Azure::of(tenant().shared()), PriceList::of(&today()));
    let agent = agent(&azure, &list);
    agent.collect().assert_well();
    let failures = std::sync::atomic::AtomicUsize::new(3);
    list.answers(move |question| {
        let left = |count: usize| count.checked_sub(1);
        let order = std::sync::atomic::Ordering::Relaxed;
        let fails = question.skip > 0 && failures.fetch_update(order, order, left).is_ok();
        fails.then(|| Reply::of(429, "text/plain", "later").with("retry-after", "0"))
    });
    pricing(&agent, &["sync"]).assert_well();
    assert_eq!(costs(&agent), fetched());
}

#[test]
fn where_some_of_it_fails_the_rest_is_replaced() {
    let (azure, list) = (Azure::of(tenant().shared()), PriceList::of(&today()));
    let agent = agent(&azure, &list);
    agent.collect().assert_well();
    list.answers(|question| {
        (question.service == STORAGE).then(|| Reply::of(403, "text/plain", "no disks today"))
    });
    let partly = pricing(&agent, &["sync"]);
    partly.assert_status(3);
    assert!(partly.stdout.contains("no disks today"), "{}", partly.stdout);
    // The new price of the machine, and the built-in one of the disk.
    assert_eq!(costs(&agent), (fetched().0, built_in().1));

    // The other way round: what was fetched before stays.
    list.answers(|question| {
        let refused = question.service == MACHINES || question.service == LICENCES;
        refused.then(|| Reply::of(403, "text/plain", "no machines today"))
    });
    pricing(&agent, &["sync"]).assert_status(3);
    assert_eq!(costs(&agent), fetched());
}

#[test]
fn half_a_list_does_not_take_the_place_of_a_whole_one() {
    let (azure, list) = (Azure::of(tenant().shared()), PriceList::of(&today()));
    let agent = agent(&azure, &list);
    agent.collect().assert_well();
    pricing(&agent, &["sync"]).assert_well();
    list.lists(&[machine(SIZE, "0.5")]);
    let refused = pricing(&agent, &["sync"]);
    refused.assert_status(5);
    assert!(refused.stdout.contains("--accept-smaller"), "{}", refused.stdout);
    assert_eq!(costs(&agent), fetched());
    // The other lists are empty, which nobody accepts.
    pricing(&agent, &["sync", "--accept-smaller"]).assert_status(3);
    assert_eq!(costs(&agent), (decimal("365"), fetched().1));
}
