//! Lists: whole, or a failure.

use serde_json::{Value, json};

use super::{DISKS, PATH};
use crate::arm::scripted::{Reply, Script};
use crate::arm::{Meter, Trouble};

const NEXT: &str = "https://management.azure.com/subscriptions/s-1/next?$skiptoken=2";

#[tokio::test]
async fn the_pages_of_a_list_are_read_to_its_end() {
    let script = Script::new(|before, _| {
        Reply::json(&match before {
            0 => json!({"value": [1, 2], "nextLink": NEXT}),
            1 => json!({"value": [], "nextLink": format!("{NEXT}2")}),
            _ => json!({"value": [3], "nextLink": null}),
        })
    });
    let meter = Meter::default();
    let list: Vec<u8> = script.azure().list(&meter, DISKS, PATH, &[("$top", "2")]).await.unwrap();
    assert_eq!(list, [1, 2, 3]);
    let seen = script.seen();
    assert_eq!(
        seen[0].url,
        "https://management.azure.com/subscriptions/S-1/providers/Microsoft.Compute/disks\
         ?%24top=2&api-version=2024-03-02"
    );
    assert_eq!(seen[1].url, NEXT);
    assert!(seen.iter().all(|seen| seen.token == "1 https://management.azure.com/.default"));
    assert_eq!((meter.stats().api_calls, meter.stats().retries), (3, 0));
    assert_eq!(meter.stats().operations[DISKS.permission], 3);
}

#[tokio::test]
async fn an_empty_link_ends_a_list_and_so_does_none() {
    for page in [json!({"value": [1], "nextLink": ""}), json!({"value": [1]})] {
        let script = Script::new(move |_, _| Reply::json(&page));
        let list: Vec<u8> = script.azure().list(&Meter::default(), DISKS, PATH, &[]).await.unwrap();
        assert_eq!((list, script.seen().len()), (vec![1], 1));
    }
}

#[tokio::test]
async fn a_link_to_another_place_is_a_failure_and_nothing_is_sent_there() {
    for link in [
        "https://management.azure.com.example.org/next",
        "http://management.azure.com/next",
        "https://management.azure.com:444/next",
        "https://you@management.azure.com/next",
        "/next",
        "file:///etc/passwd",
    ] {
        let script = Script::new(move |_, _| Reply::json(&json!({"value": [1], "nextLink": link})));
        let listed = script.azure().list::<u8>(&Meter::default(), DISKS, PATH, &[]).await;
        let error = listed.unwrap_err();
        assert_eq!((error.trouble, script.seen().len()), (Trouble::BadReply, 1), "{link}");
    }
}

#[tokio::test]
async fn a_chain_that_repeats_itself_is_a_failure() {
    let script = Script::new(|before, _| {
        Reply::json(&json!({"value": [1], "nextLink": format!("{NEXT}{}", before % 3)}))
    });
    let listed = script.azure().list::<u8>(&Meter::default(), DISKS, PATH, &[]).await;
    let error = listed.unwrap_err();
    assert_eq!((error.trouble, script.seen().len()), (Trouble::BadReply, 4));
    assert!(error.failure.error.contains("goes in circles after 4 pages"));
}

#[test]
fn a_chain_that_never_ends_is_a_failure() {
    let place = crate::arm::Place::Origin("https://management.azure.com/".parse().unwrap());
    let mut pages = crate::arm::pages::Pages::default();
    let mut read = |count: usize| {
        let link = format!("{NEXT}{count}");
        let page = json!({"value": [], "nextLink": link});
        let page: crate::arm::pages::Page<u8> = serde_json::from_value(page).unwrap();
        pages.next("x/read", &place, &page)
    };
    assert!((1..10_000).all(|count| read(count).is_ok()));
    assert_eq!(read(10_000).unwrap_err().trouble, Trouble::BadReply);
}

#[tokio::test]
async fn a_page_that_is_no_page_is_a_failure() {
    for body in
        ["", "{", "{\"value\": [1", "[]", "null", "{}", "{\"value\": null}", "<html></html>"]
    {
        let script = Script::new(move |_, _| Reply::Answer(200, Vec::new(), body.to_owned()));
        let listed = script.azure().list::<Value>(&Meter::default(), DISKS, PATH, &[]).await;
        assert_eq!(listed.unwrap_err().trouble, Trouble::BadReply, "{body:?}");
    }
}
