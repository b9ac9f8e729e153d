//! Answers to a request for a file: new, unchanged, refused, late.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use finops_pricing::sync::engine::Outcome;

use crate::support::document::csv;
use crate::support::{Document, Reply, Stand, next_second};

#[tokio::test]
async fn a_list_is_fetched_once_and_then_only_asked_for() {
    let list = Document::new(csv(&[("a", "0.10"), ("b", "0.000016"), ("free", "0")]), "v1");
    let bytes = list.body.len() as u64;
    let stand = Stand::new(move |asked, _| list.answer(asked)).await;
    let report = stand.sync().await.unwrap();
    let dropped = [(finops_pricing::sync::Dropped::ZeroPrice, 1)].into();
    assert_eq!(report.tables[0].outcome, Outcome::Fresh { rows: 2, dropped, bytes });
    assert!(report.all_good() && report.replaced);
    assert_eq!((report.rows, report.requests, report.bytes), (2, 1, bytes));
    assert_eq!(report.missing, ["disks in mars"]);
    assert_eq!(stand.price("b").as_deref(), Some("0.000016"));
    let [taken, published, etag] = stand.source("file");
    assert_eq!((published.as_str(), etag.as_str()), ("1", "\"v1\""));
    assert!(stand.downloads().is_empty());

    next_second().await;
    assert_eq!(stand.one().await.outcome, Outcome::Unchanged { rows: 2 });
    assert_eq!(stand.server.headers("if-none-match"), ["", "\"v1\""]);
    assert_eq!(stand.price("a").as_deref(), Some("0.1"));
    assert!(stand.source("file")[0] > taken, "an unchanged list was seen to hold");
}

#[tokio::test]
async fn a_list_with_the_tag_it_had_is_unchanged_whatever_the_status() {
    let list = Document::new(csv(&[("a", "1")]), "v1");
    let stand = Stand::new(move |_, _| list.whole()).await;
    assert!(matches!(stand.one().await.outcome, Outcome::Fresh { .. }));
    assert_eq!(stand.one().await.outcome, Outcome::Unchanged { rows: 1 });
}

#[tokio::test]
async fn a_list_without_a_tag_is_asked_for_by_its_date() {
    let date = "Sun, 01 Nov 2026 08:00:00 GMT";
    let stand = Stand::new(move |asked, _| match asked.header("if-modified-since") {
        "" => Reply::ok(csv(&[("a", "1")])).with("last-modified", date),
        _ => Reply::new(304, ""),
    })
    .await;
    stand.one().await;
    assert_eq!(stand.one().await.outcome, Outcome::Unchanged { rows: 1 });
    assert_eq!(stand.server.headers("if-modified-since"), ["", date]);
}

#[tokio::test]
async fn a_list_with_prices_to_come_is_read_again_though_it_has_not_changed() {
    let body = "sku,price,since\na,1,2026-01-01\na,2,2026-11-22\n";
    let list = Document::new(body, "v1");
    let mut stand = Stand::new(move |asked, _| list.answer(asked)).await;
    stand.one().await;
    assert_eq!(stand.price("a").as_deref(), Some("1"));
    stand.settings.today = jiff::civil::date(2026, 11, 22);
    assert!(matches!(stand.one().await.outcome, Outcome::Fresh { rows: 1, .. }));
    assert_eq!(stand.price("a").as_deref(), Some("2"));
    // Now all of its prices hold.
    assert_eq!(stand.one().await.outcome, Outcome::Unchanged { rows: 1 });
}

#[tokio::test]
async fn a_list_that_covers_something_else_now_is_read_again() {
    let list = Document::new(csv(&[("a", "1")]), "v1");
    let mut stand = Stand::new(move |asked, _| list.answer(asked)).await;
    stand.one().await;
    stand.shop.covering = false;
    assert!(matches!(stand.one().await.outcome, Outcome::Fresh { .. }));
}

/// The first sync comes to a book; the second gets `reply`. How often it asked, and why it failed.
async fn refused(reply: Reply) -> (usize, String) {
    let stand = Stand::new(move |_, before| match before {
        0 => Reply::ok(csv(&[("a", "1")])),
        _ => reply.clone(),
    })
    .await;
    stand.one().await;
    let why = stand.failing().await;
    assert_eq!(stand.price("a").as_deref(), Some("1"));
    (stand.server.asked().len() - 1, why)
}

#[tokio::test]
async fn what_the_vendor_refuses_is_not_asked_twice_and_says_why() {
    let page = "<html>\n<b>Access\u{7} Denied</b> to you";
    let (tries, why) = refused(Reply::new(403, page)).await;
    assert_eq!(tries, 1);
    let end = "/file: it answered 403 Forbidden; check the credentials, and whether a proxy stands \
               in between; the answer was: <html> <b>Access Denied</b> to you";
    assert!(why.starts_with("http://127.0.0.1:") && why.ends_with(end), "{why}");
    for (status, remedy) in
        [(404, "there is nothing at this address"), (401, "check the credentials")]
    {
        let (tries, why) = refused(Reply::new(status, "")).await;
        assert!(tries == 1 && why.contains(remedy), "{why}");
    }
}

#[tokio::test]
async fn what_may_pass_is_tried_again() {
    for status in [408, 429, 500, 502, 503, 504] {
        let (tries, why) = refused(Reply::new(status, "busy")).await;
        assert_eq!(tries, 3, "{status}");
        assert!(why.contains("try again later; the answer was: busy"), "{why}");
    }
    let list = Document::new(csv(&[("a", "1")]), "v1");
    let stand = Stand::new(move |asked, before| match before {
        0 | 1 => Reply::new(503, ""),
        _ => list.answer(asked),
    })
    .await;
    assert!(matches!(stand.one().await.outcome, Outcome::Fresh { rows: 1, .. }));
}

#[tokio::test]
async fn the_vendor_says_how_long_to_wait() {
    let (tries, why) = refused(Reply::new(429, "").with("retry-after", "86400")).await;
    assert_eq!(tries, 1);
    assert!(why.ends_with("it asks for 86400 seconds of rest"), "{why}");
    let (tries, _) = refused(Reply::new(429, "").with("retry-after", "0")).await;
    assert_eq!(tries, 3);
}

#[tokio::test]
async fn a_server_that_is_silent_is_given_up() {
    let before = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&before);
    let mut stand = Stand::new(move |_, _| {
        counted.fetch_add(1, Ordering::Relaxed);
        let mut reply = Reply::ok(csv(&[("a", "1"), ("b", "2")])).cut(12);
        reply.stuck = true;
        reply
    })
    .await;
    stand.settings.read_timeout = Duration::from_millis(100);
    let why = stand.failing().await;
    assert!(why.ends_with("no answer in time; check the network"), "{why}");
    assert_eq!(before.load(Ordering::Relaxed), 3);
}

#[tokio::test]
async fn a_server_that_is_not_there_is_given_up() {
    let stand = Stand::new(|_, _| Reply::ok("")).await;
    let Stand { server, shop, folder, shelf, settings } = stand;
    drop(server);
    let wanted = finops_pricing::sync::Wanted::everything();
    let silent = finops_pricing::sync::engine::Silent;
    let report =
        finops_pricing::sync::engine::sync(&shop, &wanted, &shelf, &settings, &silent).await;
    let report = report.unwrap();
    assert!(report.nothing() && !report.replaced && report.some_failed());
    let (_, why) = report.failures().next().unwrap();
    assert!(why.contains("check the address and the network"), "{why}");
    assert!(report.table().contains("the price book of shop is as it was"), "{report}");
    drop(folder);
}

#[tokio::test]
async fn a_page_for_people_is_no_price_list() {
    let (tries, why) = refused(Reply::ok("<html>Sign in</html>")).await;
    assert_eq!(tries, 1);
    assert!(why.contains("/file: the document is no price list: <html>Sign in</html>"), "{why}");
    let (_, why) = refused(Reply::ok(r#"{"error": "no"}"#)).await;
    assert!(why.contains("no price list"), "{why}");
}

#[tokio::test]
async fn a_new_column_does_not_matter_and_a_missing_one_does() {
    let (_, why) = refused(Reply::ok("sku,cost\na,1\n")).await;
    assert!(why.ends_with("the price list has no column price; its format may have changed: look for a newer agent"), "{why}");
    let stand = Stand::new(|_, _| Reply::ok("new,price,sku\nx,1,a\n")).await;
    assert!(matches!(stand.one().await.outcome, Outcome::Fresh { rows: 1, .. }));
}

#[tokio::test]
async fn an_index_that_cannot_be_fetched_is_the_end_and_touches_nothing() {
    let mut stand = Stand::new(|asked, before| match (asked.path.as_str(), before) {
        ("/index", 0) => Reply::ok("an index"),
        ("/index", _) => Reply::new(404, ""),
        _ => Reply::ok(csv(&[("a", "1")])),
    })
    .await;
    stand.shop.index = true;
    assert!(stand.sync().await.unwrap().all_good());
    let before = stand.book();
    let error = stand.sync().await.unwrap_err().to_string();
    assert!(error.starts_with("cannot find out which price lists there are: http://127.0.0.1"));
    assert!(error.contains("/index: it answered 404 Not Found"), "{error}");
    assert_eq!(stand.book(), before);
}
