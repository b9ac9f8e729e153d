//! A table that is one document.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::super::assemble::{READER, covered};
use super::super::door::{Bounded, public, shown, unpacked};
use super::super::download::{Document, Download, Got, Known};
use super::{Asked, CRASHED, Read, Reading, packed};
use crate::book::Source;
use crate::sync::{Dropped, FileParser, Harvest};

/// Bytes of a document that are read at once.
const BUFFER: usize = 64 * 1024;

/// Stops a thread that nobody waits for any more.
struct Stop(Arc<AtomicBool>);

impl Drop for Stop {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

impl Reading<'_> {
    /// `None` where the document is the one that was read before.
    pub(super) async fn read_file(
        &self,
        asked: &Asked,
        parser: Box<dyn FileParser>,
    ) -> Result<Option<Read>, String> {
        let source = self.old.table(&asked.id).filter(|source| self.still_holds(source, asked));
        let known = source.map(|source| Known { etag: source.etag, modified: source.modified });
        let place = (asked.id.as_str(), &asked.url);
        let limit = self.settings.largest_file;
        let download = Download::new(self.door, place, self.downloads, limit, self.progress)
            .authorized(asked.authorization.as_deref())
            .unless(known);
        let document = match download.fetch().await.map_err(|error| error.to_string())? {
            Got::Unchanged => return Ok(None),
            Got::Document(document) => document,
        };
        let read = self.parse(asked, &document, parser).await;
        document.remove();
        read.map(Some).map_err(|why| format!("{}: {why}", shown(&asked.url)))
    }

    /// The old rows would come out again if the document were read again: from the same address,
    /// by the same program, for the same part of the book, and with no row whose day may have come
    /// since.
    fn still_holds(&self, source: &Source<'_>, asked: &Asked) -> bool {
        let currency = if source.currency.is_empty() { "USD" } else { source.currency };
        source.url == public(&asked.url)
            && source.licence == READER
            && source.covers == covered(&asked.covers)
            && currency == asked.currency
            && !source.dropped.contains(Dropped::NotYet.name())
            && self.old.rows(source.id) > 0
    }

    /// On a thread where reading may block.
    async fn parse(
        &self,
        asked: &Asked,
        document: &Document,
        mut parser: Box<dyn FileParser>,
    ) -> Result<Read, String> {
        let stop = Stop(Arc::default());
        let (path, gzip, stopped) = (document.path.clone(), document.gzip, Arc::clone(&stop.0));
        let (limit, id, harvest) = (self.settings.largest_file, asked.id.clone(), self.harvest());
        let parsing = tokio::task::spawn_blocking(move || {
            let document = open(&path, gzip, limit, stopped)?;
            parse(&mut *parser, document, harvest, &id)
        });
        let mut read = parsing.await.map_err(|_| CRASHED.to_owned())??;
        read.bytes = document.bytes;
        read.etag.clone_from(&document.etag);
        read.modified.clone_from(&document.modified);
        Ok(read)
    }
}

fn open(
    path: &Path,
    gzip: bool,
    limit: u64,
    stopped: Arc<AtomicBool>,
) -> Result<BufReader<Bounded>, String> {
    let file = File::open(path)
        .map_err(|error| format!("cannot read {} again: {error}", path.display()))?;
    let document = unpacked(BufReader::with_capacity(BUFFER, file), gzip);
    Ok(BufReader::with_capacity(BUFFER, Bounded::new(document, limit, stopped)))
}

/// What went wrong with the document says more than what the parser made of it.
fn parse(
    parser: &mut dyn FileParser,
    mut document: BufReader<Bounded>,
    mut harvest: Harvest,
    id: &str,
) -> Result<Read, String> {
    let parsed = parser.parse(&mut document, &mut harvest);
    match (parsed, document.get_mut().trouble()) {
        (_, Some(problem)) => Err(problem),
        (Err(error), None) => Err(error.to_string()),
        (Ok(published), None) => {
            Bounded::ended(&mut document)?;
            packed(harvest, id, published)
        }
    }
}
