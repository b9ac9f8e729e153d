//! A sync's memory does not depend on the size of what it reads.
//!
//! A program of its own, since what is measured is of the whole process.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

#[path = "sync/support/mod.rs"]
mod support;

use std::fs;

use axum::Router;
use axum::body::{Body, Bytes};
use finops_pricing::Shelf;
use finops_pricing::book::PriceBook;
use finops_pricing::sync::Wanted;
use finops_pricing::sync::engine::{Outcome, Silent, sync};
use support::{Server, Shop, settings};

/// Bytes of a list: some lines of prices, and then lines that are left out.
const SIZE: usize = 200_000_000;
/// How much more memory than before may be needed.
const BOUND: u64 = 64 << 20;

/// The most memory that the process has had, in bytes (`VmHWM` of proc(5)).
fn peak() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() * 1024
}

/// A body that is made as it is sent.
fn body() -> Body {
    let prices: String = (0..1_000).map(|row| format!("sku{row},0.5,\n")).collect();
    let left_out = Bytes::from(format!("free,0,{}\n", "x".repeat(990)).repeat(64));
    let count = SIZE / left_out.len();
    let pieces = std::iter::once(Bytes::from(format!("sku,price,note\n{prices}")))
        .chain(std::iter::repeat_n(left_out, count));
    Body::from_stream(futures::stream::iter(pieces.map(Ok::<_, std::io::Error>)))
}

#[tokio::test]
async fn a_list_of_two_hundred_megabytes_takes_no_more_memory_than_a_small_one() {
    let server = Server::of(Router::new().fallback(|| async { body() })).await;
    let folder = tempfile::tempdir().unwrap();
    let shelf = Shelf::open("shop", PriceBook::aws().clone(), Some(folder.path()));
    let (shop, settings) = (Shop::new(server.url()), settings(&server));
    let before = peak();
    let report = sync(&shop, &Wanted::everything(), &shelf, &settings, &Silent).await.unwrap();
    let grown = peak() - before;
    let Outcome::Fresh { rows: 1_000, bytes, .. } = report.tables[0].outcome else {
        panic!("{report}");
    };
    assert!(bytes as usize > SIZE - 200_000, "{bytes}");
    assert!(grown < BOUND, "{grown} bytes more than before");
}
