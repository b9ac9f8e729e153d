//! Downloads what a vendor plans, has it read, and puts the book together.
//!
//! **A failure costs nothing that was there.** A table that cannot be fetched or read keeps its
//! rows of the old book with their old date; where no table came at all, the book is not touched.

mod assemble;
mod door;
mod download;
mod held;
mod progress;
mod refresh;
mod report;
mod settings;
mod tables;

use std::collections::HashSet;
use std::fs;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Instant;

use futures::StreamExt as _;
use futures::stream::FuturesUnordered;
use jiff::Timestamp;

pub use progress::{Silent, SyncProgress, TerminalProgress};
pub use refresh::{KeepFresh, RefreshFigures, RefreshState, keep_fresh};
pub use report::{Outcome, SyncReport, TableReport};
pub use settings::Settings;

use super::{FetchError, Plan, TableRequest, Vendor, Wanted};
use crate::Shelf;
use crate::shelf::ShelfError;
use assemble::NewBook;
use door::Door;
use held::Held;
use tables::{Done, Reading, Work};

/// How many lists of pages are read side by side. A file alone fills the line.
const PAGES_SIDE_BY_SIDE: usize = 4;

/// Why a sync came to nothing. The book that was there is still there.
#[derive(Debug, thiserror::Error)]
pub enum SyncError {
    /// There is no folder to keep a book in.
    #[error("there is no folder to keep synced prices in; give one with --data-dir")]
    NoFolder,
    /// The folder cannot be used.
    #[error(
        "cannot use {path} for downloads: {problem}; make it writable, or give another folder with --data-dir"
    )]
    Folder {
        /// Which folder.
        path: String,
        /// What the system said.
        problem: String,
    },
    /// The book on the shelf is another provider's.
    #[error("prices of {vendor} do not belong into the book of {shelf}")]
    OtherProvider {
        /// The provider of what was to be fetched.
        vendor: &'static str,
        /// The provider of the shelf.
        shelf: &'static str,
    },
    /// Another sync runs: which, and what to do.
    #[error("{0}")]
    Busy(String),
    /// The HTTP client could not be made.
    #[error(
        "cannot set up TLS: {0}; check that the system has certificates of authorities, or set SSL_CERT_FILE"
    )]
    Client(String),
    /// The vendor's index could not be fetched or read.
    #[error("cannot find out which price lists there are: {0}")]
    Plan(#[from] FetchError),
    /// The tables do not fit into one book.
    #[error("cannot put the price book together: {0}; want fewer regions or services")]
    Assemble(String),
    /// The new book cannot be kept.
    #[error("{0}")]
    Shelf(ShelfError),
}

impl From<ShelfError> for SyncError {
    fn from(error: ShelfError) -> Self {
        match error {
            ShelfError::Busy(why) => Self::Busy(why),
            error => Self::Shelf(error),
        }
    }
}

/// Fetches what is `wanted` of `vendor`'s prices and puts a new book on `shelf`.
///
/// Every table is fetched, read and judged by itself: the report says what became of each. May be
/// dropped at any moment: the old book stays, and the next sync goes on with the file that was
/// being downloaded.
///
/// # Errors
/// Nothing could be fetched at all, or the new book could not be kept. The old one is as it was.
pub async fn sync(
    vendor: &dyn Vendor,
    wanted: &Wanted,
    shelf: &Shelf,
    settings: &Settings,
    progress: &dyn SyncProgress,
) -> Result<SyncReport, SyncError> {
    let started = Instant::now();
    if vendor.provider() != shelf.provider() {
        let (vendor, shelf) = (vendor.provider(), shelf.provider());
        return Err(SyncError::OtherProvider { vendor, shelf });
    }
    let folder = shelf.folder().ok_or(SyncError::NoFolder)?;
    let _lock = shelf.lock()?;
    let downloads = downloads(folder)?;
    let door = Door::new(settings).map_err(|error| SyncError::Client(error.to_string()))?;
    let Plan { requests, missing } = vendor.plan(&door, wanted).await?;
    let old = Held::of(shelf.prices().synced());
    let ids: HashSet<&str> = requests.iter().map(|request| request.id.as_str()).collect();
    download::tidy(&downloads, &ids);
    let kept = Arc::new(AtomicU64::new(0));
    progress.started(requests.len(), &kept);
    let reading =
        Reading { door: &door, old: &old, settings, downloads: &downloads, kept, progress };
    let done = all(&reading, requests).await;
    let mut report = SyncReport::new(vendor.provider(), missing);
    let mut book = NewBook::default();
    for Done { table, rows } in done {
        book.take(&table, rows);
        report.tables.push(table);
    }
    if !report.nothing() {
        finish(book, old, shelf, settings, &mut report).await?;
    }
    (report.requests, report.bytes) = door.counted();
    report.took = started.elapsed();
    Ok(report)
}

/// Reads every table; the answers are in the order of the requests.
async fn all(reading: &Reading<'_>, requests: Vec<TableRequest>) -> Vec<Done> {
    let mut done: Vec<(usize, Done)> = Vec::with_capacity(requests.len());
    let mut seen = HashSet::new();
    let mut lists = Vec::new();
    for (place, request) in requests.into_iter().enumerate() {
        let twice = !seen.insert(request.id.clone());
        match Work::of(request) {
            (asked, _) if twice => {
                done.push((place, reading.failed(asked, "two tables have this name".to_owned())));
            }
            (asked, Work::File(parser)) => done.push((place, reading.file(asked, parser).await)),
            (asked, Work::Pages(parser)) => lists.push((place, asked, parser)),
        }
    }
    let (mut waiting, mut running) = (lists.into_iter(), FuturesUnordered::new());
    loop {
        let free = PAGES_SIDE_BY_SIDE - running.len();
        for (place, asked, parser) in waiting.by_ref().take(free) {
            running.push(async move { (place, reading.pages(asked, parser).await) });
        }
        match running.next().await {
            Some(one) => done.push(one),
            None => break,
        }
    }
    done.sort_by_key(|(place, _)| *place);
    done.into_iter().map(|(_, done)| done).collect()
}

/// Writes the new book and puts it on the shelf.
async fn finish(
    book: NewBook,
    old: Held,
    shelf: &Shelf,
    settings: &Settings,
    report: &mut SyncReport,
) -> Result<(), SyncError> {
    let taken = Timestamp::now();
    let written = tokio::task::spawn_blocking(move || book.write(&old, taken))
        .await
        .map_err(|_| SyncError::Assemble("the program has a fault there".to_owned()))?
        .map_err(|error| SyncError::Assemble(error.to_string()))?;
    shelf.keep(&written.bytes, settings.acceptance)?;
    report.rows = written.rows;
    report.overlaps = written.overlaps;
    report.replaced = true;
    Ok(())
}

/// The folder of unfinished downloads, made where it is not there.
fn downloads(folder: &Path) -> Result<PathBuf, SyncError> {
    let downloads = folder.join("downloads");
    let made = fs::DirBuilder::new().recursive(true).mode(0o700).create(&downloads);
    // A folder of an earlier run may have become read-only since.
    let usable = made.and_then(|()| {
        let trial = downloads.join(".writable");
        fs::write(&trial, b"").and_then(|()| fs::remove_file(trial))
    });
    usable.map(|()| downloads.clone()).map_err(|problem| SyncError::Folder {
        path: downloads.display().to_string(),
        problem: problem.to_string(),
    })
}
