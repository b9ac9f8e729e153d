//! A scripted server, a vendor whose documents are as small as can be, and a shelf to put them on.

#![allow(
    clippy::unwrap_used,
    dead_code,
    unreachable_pub,
    unused_imports,
    reason = "each test program uses a part of it, and may stop at the first surprise"
)]

pub mod document;
pub mod server;
pub mod shop;

use std::path::PathBuf;
use std::time::Duration;

use finops_pricing::book::PriceBook;
use finops_pricing::sync::Wanted;
use finops_pricing::sync::engine::{
    Outcome, Settings, Silent, SyncError, SyncReport, TableReport, sync,
};
use finops_pricing::{PriceKey, Shelf};
use tempfile::TempDir;

pub use document::Document;
pub use server::{Asked, Reply, Server};
pub use shop::Shop;

/// A server, a shop that it serves, and a shelf.
pub struct Stand {
    pub server: Server,
    pub shop: Shop,
    pub folder: TempDir,
    pub shelf: Shelf,
    pub settings: Settings,
}

impl Stand {
    /// A shop whose server answers as `answer` says: it is given a request and how many there were
    /// for its path before.
    pub async fn new(answer: impl Fn(&Asked, usize) -> Reply + Send + Sync + 'static) -> Self {
        let server = Server::start(answer).await;
        let folder = tempfile::tempdir().unwrap();
        let shelf = shelf(&folder);
        let shop = Shop::new(server.url());
        let settings = settings(&server);
        Self { server, shop, folder, shelf, settings }
    }

    pub async fn sync(&self) -> Result<SyncReport, SyncError> {
        sync(&self.shop, &Wanted::everything(), &self.shelf, &self.settings, &Silent).await
    }

    /// Syncs, and gives what became of the only table.
    pub async fn one(&self) -> TableReport {
        let report = self.sync().await.unwrap();
        assert_eq!(report.tables.len(), 1, "{report}");
        report.tables.into_iter().next().unwrap()
    }

    /// Syncs with a failure: the reason, after it was seen that the book is as it was.
    pub async fn failing(&self) -> String {
        let before = self.book();
        let table = self.one().await;
        assert_eq!(self.book(), before, "the book was touched: {:?}", table.outcome);
        let why = table.outcome.why().unwrap_or_else(|| panic!("{:?}", table.outcome));
        match &table.outcome {
            Outcome::Kept { .. } => assert!(before.is_some()),
            other => assert!(matches!(other, Outcome::Failed { .. }) && before.is_none()),
        }
        why.to_owned()
    }

    /// The bytes of the book on the disk.
    pub fn book(&self) -> Option<Vec<u8>> {
        std::fs::read(self.folder.path().join("book")).ok()
    }

    /// What is left in the folder of downloads.
    pub fn downloads(&self) -> Vec<PathBuf> {
        let entries = std::fs::read_dir(self.folder.path().join("downloads"));
        let mut paths: Vec<PathBuf> =
            entries.into_iter().flatten().flatten().map(|entry| entry.path()).collect();
        paths.sort();
        paths
    }

    /// The price of a sku, as a shelf that is opened anew has it.
    pub fn price(&self, sku: &str) -> Option<String> {
        price(&shelf(&self.folder), sku)
    }

    /// A source's texts, as a shelf that is opened anew has them: taken, published, etag.
    pub fn source(&self, id: &str) -> [String; 3] {
        let prices = shelf(&self.folder).prices();
        let source = prices.synced().unwrap().source(id).unwrap();
        [source.taken, source.published, source.etag].map(str::to_owned)
    }
}

/// Waits for nothing, and sees that the answers come soon.
pub fn settings(server: &Server) -> Settings {
    Settings {
        today: jiff::civil::date(2026, 11, 21),
        bases: vec![server.url()],
        attempts: 3,
        backoff: Duration::from_millis(1),
        connect_timeout: Duration::from_secs(20),
        read_timeout: Duration::from_secs(20),
        ..Settings::default()
    }
}

pub fn shelf(folder: &TempDir) -> Shelf {
    Shelf::open("shop", PriceBook::aws().clone(), Some(folder.path()))
}

pub fn price(shelf: &Shelf, sku: &str) -> Option<String> {
    let key = PriceKey { service: "shop/vm", sku, region: "north", variant: "", unit: "hour" };
    let prices = shelf.prices();
    prices.synced()?.find(&key).map(|row| row.price.to_string())
}

/// Waits until the wall's clock shows another second: books note times to the second.
pub async fn next_second() {
    let second = jiff::Timestamp::now().as_second();
    while jiff::Timestamp::now().as_second() == second {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
