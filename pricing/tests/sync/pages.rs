//! Lists of pages: read one after the other, and never in circles.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use finops_pricing::sync::engine::Outcome;

use crate::support::document::gzip;
use crate::support::{Asked, Reply, Server, Stand};

/// A page with one price, and where the next one is.
fn page(asked: &Asked, sku: &str, next: Option<&str>) -> Reply {
    let next = next.map(|next| match next.starts_with("http") {
        true => next.to_owned(),
        false => format!("http://{}{next}", asked.header("host")),
    });
    Reply::ok(serde_json::json!({"prices": {sku: "1.5"}, "next": next}).to_string())
}

async fn stand(answer: impl Fn(&Asked, usize) -> Reply + Send + Sync + 'static) -> Stand {
    let mut stand = Stand::new(answer).await;
    stand.shop.tables = vec!["list"];
    stand
}

#[tokio::test]
async fn pages_are_read_to_the_last_and_each_is_tried_again() {
    let stand = stand(|asked, before| match (asked.query.as_str(), before) {
        ("page=2", 1) => Reply::new(429, "").with("retry-after", "0"),
        ("page=2", 2) => page(asked, "b", Some("/list?page=3")).cut(10),
        ("page=2", _) => page(asked, "b", Some("/list?page=3")),
        ("page=3", _) => {
            let packed = page(asked, "c", None);
            Reply::ok(gzip(&packed.body)).with("content-encoding", "gzip")
        }
        _ => page(asked, "a", Some("/list?page=2")),
    })
    .await;
    let outcome = stand.one().await.outcome;
    assert!(matches!(outcome, Outcome::Fresh { rows: 3, .. }), "{outcome:?}");
    assert_eq!(stand.server.asked().len(), 5);
    assert_eq!(stand.price("c").as_deref(), Some("1.5"));
}

#[tokio::test]
async fn a_list_with_a_page_missing_is_no_list() {
    let stand = stand(|asked, _| match asked.query.as_str() {
        "page=2" => Reply::new(404, ""),
        _ => page(asked, "a", Some("/list?page=2")),
    })
    .await;
    let why = stand.failing().await;
    assert!(why.contains("/list?page=2: it answered 404"), "{why}");
}

#[tokio::test]
async fn a_page_that_is_none_fails_the_list() {
    for body in ["<html>", "{\"prices\": ", "{}", "{\"prices\": {\"panic\": \"1\"}}"] {
        let stand = stand(move |_, _| Reply::ok(body)).await;
        let why = stand.failing().await;
        let expected = ["no price list", "no price list", "has no prices", "reading it crashed"];
        assert!(expected.iter().any(|expected| why.contains(expected)), "{why}");
    }
}

#[tokio::test]
async fn another_host_is_not_asked_for_the_next_page() {
    let other = Arc::new(Server::start(|asked, _| page(asked, "b", None)).await);
    let next = other.url().join("list?page=2").unwrap().to_string();
    let mut stand = stand(move |asked, _| page(asked, "a", Some(&next))).await;
    stand.shop.locked = true;
    let why = stand.failing().await;
    assert!(why.contains("its next page is on another host, 127.0.0.1"), "{why}");
    assert!(other.asked().is_empty());
}

#[tokio::test]
async fn pages_in_a_circle_are_noticed() {
    let stand = stand(|asked, _| match asked.query.as_str() {
        "page=2" => page(asked, "b", Some("/list")),
        _ => page(asked, "a", Some("/list?page=2")),
    })
    .await;
    let why = stand.failing().await;
    assert!(why.contains("the list has no end"), "{why}");
    assert_eq!(stand.server.asked().len(), 2);
}

#[tokio::test]
async fn a_page_that_is_its_own_next_is_noticed() {
    let stand = stand(|asked, _| page(asked, "a", Some("/list"))).await;
    assert!(stand.failing().await.contains("the list has no end"));
    assert_eq!(stand.server.asked().len(), 1);
}

#[tokio::test]
async fn endless_pages_end() {
    let mut stand =
        stand(|asked, before| page(asked, "a", Some(&format!("/list?page={before}")))).await;
    stand.settings.most_pages = 20;
    let why = stand.failing().await;
    assert!(why.contains("the list does not end after 20 pages"), "{why}");
    assert_eq!(stand.server.asked().len(), 20);
}

#[tokio::test]
async fn a_page_that_is_too_large_is_given_up() {
    let mut stand = stand(|_, _| Reply::ok(vec![b' '; 5_000])).await;
    stand.settings.largest_page = 4_000;
    assert!(stand.failing().await.contains("larger than 4000 bytes"));
    assert_eq!(stand.server.asked().len(), 1);
}

#[tokio::test]
async fn lists_are_read_side_by_side_and_reported_in_order() {
    static READING: AtomicUsize = AtomicUsize::new(0);
    let mut stand = stand(|asked, _| {
        READING.fetch_add(1, Ordering::Relaxed);
        let sku = asked.path.trim_start_matches('/').to_owned();
        if sku == "list3" { Reply::new(403, "") } else { page(asked, &sku, None) }
    })
    .await;
    let names = ["list1", "list2", "list3", "list4", "list5", "list6", "list7"];
    stand.shop.tables = names.to_vec();
    let report = stand.sync().await.unwrap();
    let told: Vec<&str> = report.tables.iter().map(|table| table.id.as_str()).collect();
    assert_eq!(told, names);
    assert!(report.replaced && report.some_failed() && !report.all_good() && !report.nothing());
    assert_eq!((report.rows, READING.load(Ordering::Relaxed)), (6, 7));
}
