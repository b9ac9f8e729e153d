//! What becomes of the prices that are there where Google's catalogue fails.

use serde_json::{Value, json};

use crate::list::Catalogue;
use crate::support::google::Google;
use crate::support::google::errors::{json_reply, throttled, unauthenticated};
use crate::support::http::Reply;
use crate::{agent, built_in, costs, fetched, fleet, pricing, today};

/// The list without what contains a text.
fn without(text: &str) -> Reply {
    let mut skus = today();
    skus.retain(|sku| !sku["description"].as_str().unwrap().contains(text));
    json_reply(200, &json!({ "skus": skus }))
}

/// The list in other words.
fn changed(change: impl Fn(&mut Value)) -> Reply {
    let mut skus = today();
    skus.iter_mut().for_each(change);
    json_reply(200, &json!({ "skus": skus }))
}

/// Answers that are no list, and what must be said of each.
fn broken() -> Vec<(Reply, &'static str)> {
    let refusal = json!({ "error": { "code": 403, "status": "PERMISSION_DENIED",
                                     "message": "The caller does not have permission" } });
    let html = "<html><title>Error 502 (Server Error)!!1</title></html>";
    let busy = Reply::of(503, "text/plain", "too busy").with("retry-after", "0");
    let itself = json!({ "skus": today(), "nextPageToken": "again" });
    vec![
        (busy, "too busy"),
        (throttled(0), "Quota exceeded"),
        (unauthenticated(), "invalid authentication credentials"),
        (Reply::of(404, "text/plain", "gone"), "404"),
        (json_reply(200, &refusal), "does not have permission"),
        (Reply::of(200, "text/html", html), "no page of the Cloud Billing Catalog"),
        (Reply::of(200, "application/json", "{\"skus\":[{\"na"), "cut off"),
        (json_reply(200, &json!({})), "no SKU"),
        (json_reply(200, &itself), "read before"),
        (without("PD Capacity"), "gcp/disk"),
        (changed(|sku| sku["description"] = "Something new".into()), "gcp/compute"),
        (changed(|sku| sku["pricingInfo"] = json!([])), "gcp/compute"),
    ]
}

#[test]
fn whatever_goes_wrong_the_old_book_stays_and_the_operator_is_told() {
    let (google, catalogue) = (Google::of(fleet().shared()), Catalogue::of(&today()));
    let agent = agent(&google, &catalogue);
    agent.collect().assert_well();
    pricing(&agent, &["sync"]).assert_well();
    for (reply, words) in broken() {
        catalogue.answers(reply);
        let failed = pricing(&agent, &["sync"]);
        assert_eq!(failed.status, Some(5), "{words}: {}\n{}", failed.stdout, failed.stderr);
        let said = failed.stdout + &failed.stderr;
        assert!(said.contains(words), "no {words} in {said}");
    }
    assert_eq!(costs(&agent), fetched());
    let shown = pricing(&agent, &["show"]).assert_well();
    assert!(shown.stdout.contains("Compute Engine"), "{}", shown.stdout);
}

#[test]
fn a_first_sync_that_fails_leaves_the_prices_that_the_agent_was_built_with() {
    let (google, catalogue) = (Google::of(fleet().shared()), Catalogue::of(&today()));
    let agent = agent(&google, &catalogue);
    agent.collect().assert_well();
    catalogue.answers(Reply::of(404, "text/plain", "gone"));
    pricing(&agent, &["sync"]).assert_status(5);
    assert_eq!(costs(&agent), built_in());
}
