//! Where requests go, and where they never do.

use std::sync::Arc;

use crate::support::document::csv;
use crate::support::{Document, Reply, Server, Stand};

#[tokio::test]
async fn a_redirect_within_the_host_is_followed_and_keeps_what_lets_it_in() {
    let list = Document::new(csv(&[("a", "1")]), "v1");
    let mut stand = Stand::new(move |asked, _| match asked.path.as_str() {
        "/file" => Reply::new(302, "").with("location", "/moved"),
        _ => list.answer(asked),
    })
    .await;
    stand.shop.locked = true;
    assert!(stand.sync().await.unwrap().all_good());
    assert_eq!(stand.server.headers("authorization"), ["Bearer hush", "Bearer hush"]);
}

#[tokio::test]
async fn another_host_is_not_asked_whoever_says_so() {
    let other = Arc::new(Server::start(|_, _| Reply::ok(csv(&[("a", "1")]))).await);
    let there = other.url().join("file").unwrap();
    let location = there.to_string();
    let mut stand = Stand::new(move |_, _| Reply::new(302, "").with("location", &location)).await;
    stand.shop.locked = true;
    let why = stand.failing().await;
    assert!(
        why.contains("it redirects to another host, 127.0.0.1, which is not followed"),
        "{why}"
    );
    assert_eq!(stand.server.asked().len(), 1);
    // Nor where the vendor's own index says so.
    stand.shop.base = other.url();
    let why = stand.failing().await;
    assert!(why.contains("only https is asked"), "{why}");
    stand.shop.base = "https://prices.invalid".parse().unwrap();
    let why = stand.failing().await;
    assert!(why.contains("prices.invalid is another host than the configured one"), "{why}");
    assert!(other.asked().is_empty());
}

#[tokio::test]
async fn redirects_in_a_circle_end() {
    let stand = Stand::new(|_, _| Reply::new(302, "").with("location", "/file")).await;
    let why = stand.failing().await;
    assert!(why.contains("it redirects more than 5 times"), "{why}");
    assert_eq!(stand.server.asked().len(), 6);
}

#[tokio::test]
async fn without_a_configured_address_only_tls_is_asked() {
    let mut stand = Stand::new(|_, _| Reply::ok(csv(&[("a", "1")]))).await;
    stand.settings.bases.clear();
    assert!(stand.failing().await.contains("only https is asked"));
    assert!(stand.server.asked().is_empty());
}
