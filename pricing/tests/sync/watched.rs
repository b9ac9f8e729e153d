//! What whoever watches a sync is told.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use finops_pricing::sync::Wanted;
use finops_pricing::sync::engine::{SyncProgress, TableReport, TerminalProgress, sync};

use crate::support::document::wide_csv;
use crate::support::{Document, Reply, Stand};

#[derive(Default)]
struct Watcher {
    tables: AtomicU64,
    kept: Mutex<Arc<AtomicU64>>,
    known: AtomicU64,
    bytes: AtomicU64,
    lines: Mutex<Vec<String>>,
}

impl SyncProgress for Watcher {
    fn started(&self, tables: usize, kept: &Arc<AtomicU64>) {
        self.tables.store(tables as u64, Ordering::Relaxed);
        *self.kept.lock().unwrap() = Arc::clone(kept);
    }

    fn table_started(&self, what: &str) {
        self.lines.lock().unwrap().push(what.to_owned());
    }

    fn bytes_known(&self, bytes: u64) {
        self.known.fetch_add(bytes, Ordering::Relaxed);
    }

    fn bytes(&self, bytes: u64) {
        self.bytes.fetch_add(bytes, Ordering::Relaxed);
    }

    fn table_done(&self, table: &TableReport) {
        self.lines.lock().unwrap().push(format!("{} is done", table.id));
    }
}

async fn stand() -> Stand {
    let list = Document::new(wide_csv(500, "1"), "v1");
    let mut stand = Stand::new(move |asked, _| match asked.path.as_str() {
        "/list" => Reply::ok(r#"{"prices": {"a": "1"}}"#),
        _ => list.answer(asked),
    })
    .await;
    stand.shop.tables = vec!["file", "list"];
    stand
}

#[tokio::test]
async fn a_watcher_is_told_of_tables_bytes_and_rows() {
    let stand = stand().await;
    let watcher = Watcher::default();
    let wanted = Wanted::everything();
    let report = sync(&stand.shop, &wanted, &stand.shelf, &stand.settings, &watcher).await.unwrap();
    let count = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
    assert_eq!(count(&watcher.tables), 2);
    assert_eq!((count(&watcher.bytes), count(&watcher.known)), (report.bytes, report.bytes));
    assert_eq!(count(&watcher.kept.lock().unwrap()), 501);
    let expected = ["the price list file", "file is done", "the price list list", "list is done"];
    assert_eq!(*watcher.lines.lock().unwrap(), expected);
}

#[tokio::test]
async fn a_line_on_a_terminal_is_silent_without_one() {
    let stand = stand().await;
    let line = TerminalProgress::default();
    let wanted = Wanted::everything();
    let report = sync(&stand.shop, &wanted, &stand.shelf, &stand.settings, &line).await.unwrap();
    line.clear();
    assert!(report.all_good());
}
