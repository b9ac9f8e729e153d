//! One table: fetched, read, and judged beside the one that is there.

mod file;
mod pages;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use url::Url;

use super::assemble::{Fresh, NewSource, covered, left_out, pack};
use super::door::{Door, public, shown};
use super::held::Held;
use super::{Outcome, Settings, SyncProgress, TableReport};
use crate::book::PriceBook;
use crate::shelf::Acceptance;
use crate::sync::{
    Authorization, Coverage, Dropped, FileParser, Harvest, PageParser, Parser, Published,
    TableRequest,
};

/// What is said where the code that reads a document panics.
const CRASHED: &str = "reading it crashed, which is a fault of this program: please report it";

/// What all tables of a sync share.
pub(super) struct Reading<'a> {
    /// The way out.
    pub(super) door: &'a Door,
    /// The tables of the old book.
    pub(super) old: &'a Held,
    /// Times, tries and bounds.
    pub(super) settings: &'a Settings,
    /// The folder of unfinished downloads.
    pub(super) downloads: &'a Path,
    /// Rows that were kept, over all tables.
    pub(super) kept: Arc<AtomicU64>,
    /// Whoever watches.
    pub(super) progress: &'a dyn SyncProgress,
}

/// A table's request, apart from how it is read.
pub(super) struct Asked {
    id: String,
    what: String,
    url: Url,
    covers: Vec<Coverage>,
    currency: &'static str,
    authorization: Option<Arc<dyn Authorization>>,
}

/// How a table is read.
pub(super) enum Work {
    /// From one document of any size.
    File(Box<dyn FileParser>),
    /// From pages.
    Pages(Box<dyn PageParser>),
}

/// A table that is done.
pub(super) struct Done {
    /// What became of it.
    pub(super) table: TableReport,
    /// Where its rows are.
    pub(super) rows: Rows,
}

/// Where a table's rows are.
pub(super) enum Rows {
    /// Here.
    Fresh(Box<Fresh>),
    /// In the old book.
    Old,
    /// Nowhere.
    None,
}

/// What was read.
struct Read {
    rows: PriceBook,
    dropped: std::collections::BTreeMap<Dropped, u64>,
    published: Published,
    bytes: u64,
    etag: String,
    modified: String,
}

impl Work {
    /// Takes a request apart.
    pub(super) fn of(request: TableRequest) -> (Asked, Self) {
        let TableRequest { id, what, url, covers, currency, authorization, parser } = request;
        let work = match parser {
            Parser::File(parser) => Self::File(parser),
            Parser::Pages(parser) => Self::Pages(parser),
        };
        (Asked { id, what, url, covers, currency, authorization }, work)
    }
}

impl Reading<'_> {
    /// A table that is read from one document.
    pub(super) async fn file(&self, asked: Asked, parser: Box<dyn FileParser>) -> Done {
        self.progress.table_started(&asked.what);
        match self.read_file(&asked, parser).await {
            Ok(Some(read)) => self.judge(asked, read),
            Ok(None) => self.unchanged(asked),
            Err(why) => self.failed(asked, why),
        }
    }

    /// A table that is read from pages.
    pub(super) async fn pages(&self, asked: Asked, parser: Box<dyn PageParser>) -> Done {
        self.progress.table_started(&asked.what);
        match self.read_pages(&asked, parser).await {
            Ok(read) => self.judge(asked, read),
            Err(why) => self.failed(asked, why),
        }
    }

    /// A table that did not come.
    pub(super) fn failed(&self, asked: Asked, why: String) -> Done {
        let rows = self.old.rows(&asked.id);
        let old = self.old.table(&asked.id).filter(|_| rows > 0);
        match old.map(|source| source.published.to_owned()) {
            Some(published) => self.done(asked, published, Outcome::Kept { rows, why }, Rows::Old),
            None => self.done(asked, String::new(), Outcome::Failed { why }, Rows::None),
        }
    }

    fn unchanged(&self, asked: Asked) -> Done {
        let rows = self.old.rows(&asked.id);
        let published = self.old.table(&asked.id).map(|source| source.published.to_owned());
        let outcome = Outcome::Unchanged { rows };
        self.done(asked, published.unwrap_or_default(), outcome, Rows::Old)
    }

    /// A table that was read, if it may take the old one's place.
    fn judge(&self, asked: Asked, read: Read) -> Done {
        let (rows, before) = (read.rows.len() as u64, self.old.rows(&asked.id));
        let url = shown(&asked.url);
        if rows == 0 {
            let left_out: u64 = read.dropped.values().sum();
            let why = format!(
                "{url}: it has no price that is used here, of {left_out} rows; look for a newer agent"
            );
            return self.failed(asked, why);
        }
        if rows.saturating_mul(2) < before && self.settings.acceptance != Acceptance::Any {
            let why = format!(
                "{url}: it has {rows} prices where there were {before}; to take it all the same: --accept-smaller"
            );
            return self.failed(asked, why);
        }
        let Read { rows: book, dropped, published, bytes, etag, modified } = read;
        let source = NewSource {
            id: asked.id.clone(),
            what: asked.what.clone(),
            url: public(&asked.url),
            etag,
            modified,
            published: published.at.map_or(published.version, |at| at.to_string()),
            currency: if asked.currency == "USD" { String::new() } else { asked.currency.into() },
            covers: covered(&asked.covers),
            dropped: left_out(&dropped),
        };
        let published = source.published.clone();
        let fresh = Rows::Fresh(Box::new(Fresh { source, rows: book }));
        self.done(asked, published, Outcome::Fresh { rows, dropped, bytes }, fresh)
    }

    fn done(&self, asked: Asked, published: String, outcome: Outcome, rows: Rows) -> Done {
        let table = TableReport { id: asked.id, what: asked.what, published, outcome };
        if let Some(why) = table.outcome.why() {
            tracing::debug!(table = table.id, why, "a price table did not come");
        }
        self.progress.table_done(&table);
        Done { table, rows }
    }

    fn harvest(&self) -> Harvest {
        Harvest::new(self.settings.today).watched(Arc::clone(&self.kept))
    }
}

/// What was harvested, packed.
fn packed(harvest: Harvest, id: &str, published: Published) -> Result<Read, String> {
    let (rows, dropped) = pack(harvest, id)?;
    let (etag, modified) = (String::new(), String::new());
    Ok(Read { rows, dropped, published, bytes: 0, etag, modified })
}
