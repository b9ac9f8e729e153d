//! A document of any size onto the disk: conditional, in as many goes as it takes.

mod partial;

use std::fs::File;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use bytes::Bytes;
use reqwest::header::{
    CONTENT_RANGE, ETAG, HeaderMap, HeaderName, HeaderValue, IF_MODIFIED_SINCE, IF_NONE_MATCH,
    IF_RANGE, RANGE,
};
use reqwest::{Response, StatusCode};
use tokio::sync::mpsc;
use url::Url;

use super::SyncProgress;
use super::door::{Again, Door, Fault, encoding, is_bounded, too_large};
use crate::sync::{Authorization, FetchError};
pub(super) use partial::tidy;
use partial::{Note, Partial};

/// Pieces of the answer that may wait for the disk.
const WAITING: usize = 16;
/// A try that brought so many bytes has got on: a long download over a bad line is not given up.
const ENOUGH: u64 = 1 << 20;

/// A document that is to be fetched.
pub(super) struct Download<'a> {
    door: &'a Door,
    url: &'a Url,
    authorization: Option<&'a dyn Authorization>,
    known: Option<Known<'a>>,
    partial: Partial,
    limit: u64,
    progress: &'a dyn SyncProgress,
}

/// The version that was read before.
#[derive(Debug, Clone, Copy)]
pub(super) struct Known<'a> {
    /// Its `ETag`; empty where it had none.
    pub(super) etag: &'a str,
    /// Its `Last-Modified`; empty where it had none.
    pub(super) modified: &'a str,
}

/// What came.
pub(super) enum Got {
    /// The version that is known.
    Unchanged,
    /// A document on the disk.
    Document(Document),
}

/// A whole document on the disk, as it was sent.
pub(super) struct Document {
    /// Where it is.
    pub(super) path: PathBuf,
    /// It is packed with gzip.
    pub(super) gzip: bool,
    /// Bytes as it was sent.
    pub(super) bytes: u64,
    /// The `ETag` of the answer; empty where it had none.
    pub(super) etag: String,
    /// The `Last-Modified` of the answer; empty where it had none.
    pub(super) modified: String,
    partial: Partial,
}

impl Document {
    /// It has been read, or cannot be.
    pub(super) fn remove(&self) {
        self.partial.remove();
    }
}

impl<'a> Download<'a> {
    /// The document of the table `id` at `url`, into `folder`.
    pub(super) fn new(
        door: &'a Door,
        (id, url): (&str, &'a Url),
        folder: &Path,
        limit: u64,
        progress: &'a dyn SyncProgress,
    ) -> Self {
        let partial = Partial::new(folder, id);
        Self { door, url, authorization: None, known: None, partial, limit, progress }
    }

    /// With what lets the request in.
    pub(super) fn authorized(self, authorization: Option<&'a dyn Authorization>) -> Self {
        Self { authorization, ..self }
    }

    /// Only if it is not the version that is known.
    pub(super) fn unless(self, known: Option<Known<'a>>) -> Self {
        Self { known, ..self }
    }

    /// Fetches it.
    ///
    /// # Errors
    /// It could not be fetched in as many tries as there are; what came of it stays for the next
    /// sync.
    pub(super) async fn fetch(self) -> Result<Got, FetchError> {
        let mut tries = self.door.tries();
        loop {
            let before = self.partial.len();
            match self.once().await {
                Ok(None) => {
                    self.partial.remove();
                    return Ok(Got::Unchanged);
                }
                Ok(Some(note)) => return Ok(Got::Document(self.whole(note))),
                Err(fault) => {
                    if self.partial.len() >= before + ENOUGH {
                        tries.got_on();
                    }
                    tries.again(fault).await?;
                }
            }
        }
    }

    fn whole(self, note: Note) -> Document {
        let (path, bytes) = (self.partial.path().to_owned(), self.partial.len());
        let Note { gzip, etag, modified, .. } = note;
        Document { path, gzip, bytes, etag, modified, partial: self.partial }
    }

    /// One try. `None` where the document is the one that is known.
    async fn once(&self) -> Result<Option<Note>, Fault> {
        let resumed = self.partial.resumable(self.url);
        let headers = match &resumed {
            Some((note, there)) => range(note, *there),
            None => self.known.map(condition).unwrap_or_default(),
        };
        let expected = match &resumed {
            Some(_) => {
                &[StatusCode::OK, StatusCode::PARTIAL_CONTENT, StatusCode::RANGE_NOT_SATISFIABLE][..]
            }
            None if headers.is_empty() => &[StatusCode::OK][..],
            None => &[StatusCode::OK, StatusCode::NOT_MODIFIED][..],
        };
        let answer = self.door.ask(self.url, headers, self.authorization, expected).await?;
        match (answer.status(), resumed) {
            (StatusCode::NOT_MODIFIED, _) => Ok(None),
            (StatusCode::OK, _) => self.anew(answer).await,
            (StatusCode::PARTIAL_CONTENT, Some((note, there))) => {
                self.rest(answer, note, there).await.map(Some)
            }
            // The range is beyond the document's end: it is another one by now.
            _ => Err(self.begin_again("it cannot send the rest of the document")),
        }
    }

    /// The whole document.
    async fn anew(&self, answer: Response) -> Result<Option<Note>, Fault> {
        is_bounded(&answer).map_err(|problem| Fault::never(self.url, problem))?;
        let gzip = encoding(answer.headers()).map_err(|problem| Fault::never(self.url, problem))?;
        let note = Note::of(self.url, answer.headers(), gzip);
        // A server that does not heed conditions still says that it is the same document.
        let strong = note.validator.as_deref() == Some(note.etag.as_str());
        if strong && self.known.is_some_and(|known| known.etag == note.etag) {
            return Ok(None);
        }
        if note.length.is_some_and(|length| length > self.limit) {
            return Err(Fault::never(self.url, too_large(self.limit)));
        }
        let part = self.partial.begin(&note).map_err(|error| self.disk(&error))?;
        self.write(answer, part, &note, 0).await?;
        Ok(Some(note))
    }

    /// The document from byte `there` on.
    async fn rest(&self, answer: Response, note: Note, there: u64) -> Result<Note, Fault> {
        is_bounded(&answer).map_err(|problem| Fault::never(self.url, problem))?;
        if !continues(&note, there, answer.headers()) {
            return Err(self.begin_again("it sent another part of the document than was asked for"));
        }
        let part = self.partial.go_on(there).map_err(|error| self.disk(&error))?;
        self.write(answer, part, &note, there).await?;
        Ok(note)
    }

    /// Writes the body behind the first `there` bytes. What comes before a failure is kept, also
    /// where this future is dropped.
    async fn write(
        &self,
        mut answer: Response,
        part: File,
        note: &Note,
        there: u64,
    ) -> Result<(), Fault> {
        self.progress.bytes_known(answer.content_length().unwrap_or_default());
        let (sender, receiver) = mpsc::channel(WAITING);
        let writing = tokio::task::spawn_blocking(move || written(part, receiver));
        let (mut length, mut fault) = (there, None);
        loop {
            match answer.chunk().await {
                Ok(None) => break,
                Ok(Some(chunk)) => {
                    length += chunk.len() as u64;
                    self.door.count(chunk.len());
                    self.progress.bytes(chunk.len() as u64);
                    if length > self.limit {
                        self.partial.forget();
                        fault = Some(Fault::never(self.url, too_large(self.limit)));
                        break;
                    }
                    if sender.send(chunk).await.is_err() {
                        break; // The disk has failed; the thread says how.
                    }
                }
                Err(error) => {
                    fault = Some(Fault::silent(self.url, &error));
                    break;
                }
            }
        }
        drop(sender);
        match writing.await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => return Err(self.disk(&error)),
            Err(_) => return Err(Fault::never(self.url, "writing it down crashed".to_owned())),
        }
        if let Some(fault) = fault {
            return Err(fault);
        }
        match note.length {
            Some(said) if said != length => Err(Fault::later(
                self.url,
                format!("{length} bytes came where {said} were announced; try again later"),
            )),
            _ => Ok(()),
        }
    }

    /// What is there is of no use; the next try, made at once, begins anew.
    fn begin_again(&self, problem: &str) -> Fault {
        self.partial.forget();
        let problem = format!("{problem}; look for a proxy in between");
        Fault { again: Again::After(Duration::ZERO), ..Fault::never(self.url, problem) }
    }

    fn disk(&self, error: &io::Error) -> Fault {
        let path = self.partial.path().display();
        let problem =
            format!("cannot write {path}: {error}; make room there, or give another folder");
        Fault::never(self.url, problem)
    }
}

/// The headers that ask for the rest of a document, if it is still the same.
fn range(note: &Note, there: u64) -> HeaderMap {
    let validator = note.validator.as_deref().unwrap_or_default();
    headers([(RANGE, &*format!("bytes={there}-")), (IF_RANGE, validator)])
}

/// The headers that ask for a document, if it is another one.
fn condition(known: Known<'_>) -> HeaderMap {
    headers([(IF_NONE_MATCH, known.etag), (IF_MODIFIED_SINCE, known.modified)])
}

fn headers<const N: usize>(pairs: [(HeaderName, &str); N]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in pairs {
        if let (false, Ok(value)) = (value.is_empty(), HeaderValue::from_str(value)) {
            headers.insert(name, value);
        }
    }
    headers
}

/// The answer goes on where what is there ends, in the same version and the same packing.
fn continues(note: &Note, there: u64, headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    let Some((start, total)) = text(CONTENT_RANGE).and_then(content_range) else { return false };
    let same_length = note.length.is_none() || total.is_none() || total == note.length;
    let same_version = text(ETAG).is_none_or(|etag| etag == note.etag);
    start == there && same_length && same_version && encoding(headers) == Ok(note.gzip)
}

/// The first byte and the whole length of `bytes 5-9/10`; the length may be `*`.
fn content_range(text: &str) -> Option<(u64, Option<u64>)> {
    let (range, total) = text.trim().strip_prefix("bytes ")?.split_once('/')?;
    let (start, _) = range.split_once('-')?;
    let total = if total == "*" { None } else { Some(total.parse().ok()?) };
    Some((start.parse().ok()?, total))
}

/// Writes what comes, until no more does.
fn written(mut part: File, mut pieces: mpsc::Receiver<Bytes>) -> io::Result<()> {
    while let Some(piece) = pieces.blocking_recv() {
        part.write_all(&piece)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_content_range_is_read_or_refused() {
        assert_eq!(content_range("bytes 5-9/10"), Some((5, Some(10))));
        assert_eq!(content_range("bytes 5-9/*"), Some((5, None)));
        for odd in ["bytes */10", "bytes 5/10", "5-9/10", "bytes 5-9", "bytes 5-9/x", "", "bytes"] {
            assert_eq!(content_range(odd), None, "{odd}");
        }
    }
}
