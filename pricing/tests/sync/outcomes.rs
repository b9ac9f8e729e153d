//! What becomes of a table, and of the book, when things go wrong.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::sync::{Arc, Mutex};

use finops_pricing::shelf::Acceptance;
use finops_pricing::sync::engine::{Outcome, SyncError};

use crate::support::document::{csv, long_csv};
use crate::support::{Reply, Stand, next_second};

/// A stand whose tables are what they are set to, by name.
async fn stocked(
    tables: &[(&'static str, String)],
) -> (Stand, Arc<Mutex<Vec<(&'static str, String)>>>) {
    let stock = Arc::new(Mutex::new(tables.to_vec()));
    let shown = Arc::clone(&stock);
    let mut stand = Stand::new(move |asked, _| {
        let stock = shown.lock().unwrap();
        let body = stock.iter().find(|(name, _)| asked.path.ends_with(name));
        body.map_or(Reply::new(404, ""), |(_, body)| Reply::ok(body.as_bytes()))
    })
    .await;
    stand.shop.tables = tables.iter().map(|(name, _)| *name).collect();
    (stand, stock)
}

#[tokio::test]
async fn a_table_that_fails_keeps_its_old_rows_beside_the_new_ones_of_others() {
    let (stand, stock) =
        stocked(&[("one", csv(&[("a", "1"), ("b", "1")])), ("two", csv(&[("c", "1")]))]).await;
    assert!(stand.sync().await.unwrap().all_good());
    let [taken, ..] = stand.source("one");
    stock.lock().unwrap()[0].1 = "<html>".to_owned();
    stock.lock().unwrap()[1].1 = csv(&[("c", "2"), ("d", "2")]);
    next_second().await;
    let report = stand.sync().await.unwrap();
    assert!(matches!(report.tables[0].outcome, Outcome::Kept { rows: 2, .. }), "{report}");
    assert_eq!((report.rows, report.replaced, report.some_failed()), (4, true, true));
    assert_eq!(["a", "c", "d"].map(|sku| stand.price(sku).unwrap()), ["1", "2", "2"]);
    assert_eq!(stand.source("one")[0], taken, "what was not seen to hold is as old as it was");
    assert!(stand.source("two")[0] > taken);
}

#[tokio::test]
async fn a_table_that_was_not_asked_for_stays_as_it_is() {
    let (mut stand, _) = stocked(&[("one", csv(&[("a", "1")])), ("two", csv(&[("b", "1")]))]).await;
    stand.sync().await.unwrap();
    stand.shop.tables = vec!["two"];
    let report = stand.sync().await.unwrap();
    assert_eq!((report.tables.len(), report.rows), (1, 2));
    assert_eq!(stand.price("a").as_deref(), Some("1"));
}

#[tokio::test]
async fn a_table_that_has_shrunk_by_more_than_half_is_not_taken_unless_it_is_said_to() {
    let (mut stand, stock) = stocked(&[("one", long_csv(101, "1"))]).await;
    stand.sync().await.unwrap();
    stock.lock().unwrap()[0].1 = long_csv(50, "2");
    let why = stand.failing().await;
    assert!(
        why.ends_with(
            "it has 50 prices where there were 101; to take it all the same: --accept-smaller"
        ),
        "{why}"
    );
    stand.settings.acceptance = Acceptance::Any;
    assert!(matches!(stand.one().await.outcome, Outcome::Fresh { rows: 50, .. }));
    stand.settings.acceptance = Acceptance::NotMuchSmaller;
    stock.lock().unwrap()[0].1 = long_csv(25, "3");
    assert!(matches!(stand.one().await.outcome, Outcome::Fresh { rows: 25, .. }));
}

#[tokio::test]
async fn a_table_without_a_price_is_never_taken() {
    let (mut stand, stock) = stocked(&[("one", csv(&[("a", "1")]))]).await;
    stand.sync().await.unwrap();
    for body in ["sku,price\n", "sku,price\na,0\nb,x\n", ""] {
        stock.lock().unwrap()[0].1 = body.to_owned();
        for acceptance in [Acceptance::NotMuchSmaller, Acceptance::Any] {
            stand.settings.acceptance = acceptance;
            stand.failing().await;
        }
    }
    stock.lock().unwrap()[0].1 = csv(&[("a", "0"), ("b", "x")]);
    assert!(stand.failing().await.contains("it has no price that is used here, of 2 rows"));
}

#[tokio::test]
async fn a_parser_that_panics_fails_its_table_only() {
    let (stand, stock) = stocked(&[("one", csv(&[("a", "1")])), ("two", csv(&[("b", "1")]))]).await;
    stand.sync().await.unwrap();
    stock.lock().unwrap()[0].1 = csv(&[("a", "9"), ("panic", "1")]);
    stock.lock().unwrap()[1].1 = csv(&[("b", "2")]);
    let report = stand.sync().await.unwrap();
    let why = report.tables[0].outcome.why().unwrap();
    assert!(why.contains("/one: reading it crashed, which is a fault of this program"), "{why}");
    assert_eq!(["a", "b"].map(|sku| stand.price(sku).unwrap()), ["1", "2"]);
    assert!(stand.downloads().is_empty());
}

#[tokio::test]
async fn of_two_tables_with_one_key_the_one_that_covers_it_counts_and_else_the_younger() {
    let (mut stand, stock) = stocked(&[("one", csv(&[("a", "1"), ("x", "1")]))]).await;
    stand.sync().await.unwrap();
    // The other table is younger, but says that it covers something else.
    stand.shop.covering = false;
    stand.shop.tables = vec!["two"];
    stock.lock().unwrap().push(("two", csv(&[("a", "2"), ("y", "2")])));
    next_second().await;
    let report = stand.sync().await.unwrap();
    assert_eq!((report.rows, report.overlaps), (3, 1));
    assert_eq!(["a", "x", "y"].map(|sku| stand.price(sku).unwrap()), ["1", "1", "2"]);
    // Both cover it: the one that was just fetched is the younger.
    stand.shop.covering = true;
    let report = stand.sync().await.unwrap();
    assert_eq!((report.rows, report.overlaps), (3, 1));
    assert_eq!(stand.price("a").as_deref(), Some("2"));
    assert!(report.table().contains("1 prices are in more than one table"), "{report}");
}

#[tokio::test]
async fn two_tables_of_one_name_are_one() {
    let (mut stand, _) = stocked(&[("one", csv(&[("a", "1")]))]).await;
    stand.shop.tables = vec!["one", "one"];
    let report = stand.sync().await.unwrap();
    assert!(report.replaced && report.some_failed(), "{report}");
    assert_eq!(report.tables[1].outcome.why(), Some("two tables have this name"));
}

#[tokio::test]
async fn a_damaged_book_does_not_stand_in_the_way() {
    let (stand, _) = stocked(&[("one", csv(&[("a", "1")]))]).await;
    fs::write(stand.folder.path().join("book"), b"FINOPSPB nonsense").unwrap();
    assert!(stand.sync().await.unwrap().all_good());
    assert_eq!(stand.price("a").as_deref(), Some("1"));
}

#[tokio::test]
async fn a_second_sync_at_the_same_time_is_turned_away() {
    let (stand, _) = stocked(&[("one", csv(&[("a", "1")]))]).await;
    let lock = stand.shelf.lock().unwrap();
    let error = stand.sync().await.unwrap_err();
    assert!(matches!(error, SyncError::Busy(_)), "{error}");
    assert!(stand.server.asked().is_empty());
    drop(lock);
    assert!(stand.sync().await.unwrap().all_good());
    // One that was dropped half-way has left no lock.
    drop(stand.sync());
    let (one, two) = tokio::join!(stand.sync(), stand.sync());
    assert!(one.unwrap().all_good());
    assert!(matches!(two.unwrap_err(), SyncError::Busy(_)));
}

#[tokio::test]
async fn a_folder_that_cannot_be_used_is_told_before_anything_is_fetched() {
    let (stand, _) = stocked(&[("one", csv(&[("a", "1")]))]).await;
    fs::write(stand.folder.path().join("downloads"), b"in the way").unwrap();
    let error = stand.sync().await.unwrap_err().to_string();
    assert!(error.contains("downloads: ") && error.contains("make it writable"), "{error}");
    assert!(stand.server.asked().is_empty() && stand.book().is_none());
}

#[tokio::test]
async fn a_full_disk_fails_the_table_and_says_so() {
    let (stand, stock) = stocked(&[("file", long_csv(1_000, "1"))]).await;
    stand.sync().await.unwrap();
    // The name of the file that the download goes to, from one that is cut off.
    stock.lock().unwrap()[0].1 = long_csv(1_001, "2");
    let name = {
        let cut = Stand::new(|_, _| Reply::ok("sku,price\n").with("etag", "\"v\"").cut(5)).await;
        cut.sync().await.unwrap();
        let part = cut.downloads().into_iter().find(|path| path.extension().unwrap() == "part");
        let part = part.unwrap();
        assert_eq!(fs::metadata(&part).unwrap().permissions().mode() & 0o777, 0o600);
        part.file_name().unwrap().to_owned()
    };
    // Every write to this device says that the disk is full.
    symlink("/dev/full", stand.folder.path().join("downloads").join(name)).unwrap();
    let why = stand.failing().await;
    assert!(why.contains("No space left on device") && why.contains("make room there"), "{why}");
}

#[tokio::test]
async fn a_book_of_another_provider_is_not_touched() {
    let (stand, _) = stocked(&[("one", csv(&[("a", "1")]))]).await;
    let shelf = finops_pricing::Shelf::open(
        "aws",
        finops_pricing::PriceBook::aws().clone(),
        Some(stand.folder.path()),
    );
    let wanted = finops_pricing::sync::Wanted::everything();
    let silent = finops_pricing::sync::engine::Silent;
    let error =
        finops_pricing::sync::engine::sync(&stand.shop, &wanted, &shelf, &stand.settings, &silent)
            .await
            .unwrap_err();
    assert_eq!(error.to_string(), "prices of shop do not belong into the book of aws");
    assert!(stand.book().is_none());
}
