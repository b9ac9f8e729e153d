//! Undoing gzip, within bounds.

use std::io::{self, BufRead, BufReader, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use flate2::bufread::MultiGzDecoder;
use url::Url;

use super::{Again, Fault, too_large};

/// Why a body could not be unpacked.
#[derive(Debug)]
pub(super) struct Unpacked {
    problem: String,
    again: Again,
}

impl Unpacked {
    /// The same, as a failed try of `url`.
    pub(super) fn at(self, url: &Url) -> Fault {
        Fault { again: self.again, ..Fault::never(url, self.problem) }
    }
}

/// All of a body that is packed with gzip.
///
/// # Errors
/// It is damaged, cut off, or larger than `limit` when it is unpacked.
pub(super) fn all(packed: &[u8], limit: u64) -> Result<Vec<u8>, Unpacked> {
    let mut unpacked = Vec::new();
    let mut bounded = MultiGzDecoder::new(packed).take(limit.saturating_add(1));
    if let Err(error) = bounded.read_to_end(&mut unpacked) {
        let problem = format!("the compressed answer is cut off or damaged: {error}");
        return Err(Unpacked { problem, again: Again::Later });
    }
    if unpacked.len() as u64 > limit {
        return Err(Unpacked { problem: too_large(limit), again: Again::Never });
    }
    Ok(unpacked)
}

/// The document in `packed`, with gzip undone where that is what it is packed with.
pub(in super::super) fn unpacked(packed: impl BufRead + 'static, gzip: bool) -> Box<dyn Read> {
    if gzip { Box::new(MultiGzDecoder::new(packed)) } else { Box::new(packed) }
}

/// A document that is read up to a bound, remembers what went wrong with it, and can be stopped.
///
/// A parser that takes an error for the document's end does not make a short table of it: whoever
/// made this asks [`Bounded::ended`].
pub(in super::super) struct Bounded {
    document: Box<dyn Read>,
    left: u64,
    limit: u64,
    stopped: Arc<AtomicBool>,
    problem: Option<String>,
}

impl Bounded {
    /// At most `limit` bytes of `document`, until `stopped` is set.
    pub(in super::super) fn new(
        document: Box<dyn Read>,
        limit: u64,
        stopped: Arc<AtomicBool>,
    ) -> Self {
        Self { document, left: limit, limit, stopped, problem: None }
    }

    /// What went wrong with the document so far, whether its parser told or not.
    pub(in super::super) fn trouble(&mut self) -> Option<String> {
        self.problem.take()
    }

    /// Reads to the end what a parser has left, so that a cut behind its last row is seen, too.
    ///
    /// # Errors
    /// What went wrong with the document, whether the parser told or not.
    pub(in super::super) fn ended(reader: &mut BufReader<Self>) -> Result<(), String> {
        let rest = io::copy(reader, &mut io::sink());
        match (reader.get_mut().problem.take(), rest) {
            (Some(problem), _) => Err(problem),
            (None, Err(error)) => Err(error.to_string()),
            (None, Ok(_)) => Ok(()),
        }
    }

    fn remember(&mut self, problem: String, kind: io::ErrorKind) -> io::Error {
        let error = io::Error::new(kind, problem.clone());
        self.problem.get_or_insert(problem);
        error
    }
}

impl Read for Bounded {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.stopped.load(Ordering::Relaxed) {
            return Err(self.remember("nobody waits for it".to_owned(), io::ErrorKind::Other));
        }
        match self.document.read(buffer) {
            Ok(read) if read as u64 > self.left => {
                self.left = 0;
                Err(self.remember(too_large(self.limit), io::ErrorKind::FileTooLarge))
            }
            Ok(read) => {
                self.left -= read as u64;
                Ok(read)
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => Err(error),
            Err(error) => {
                let problem = format!("the document is cut off or damaged: {error}");
                Err(self.remember(problem, error.kind()))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn reader(bytes: Vec<u8>, limit: u64) -> BufReader<Bounded> {
        let document = unpacked(io::Cursor::new(bytes), true);
        BufReader::new(Bounded::new(document, limit, Arc::default()))
    }

    #[test]
    fn several_streams_are_one_document() {
        let packed = [gzip(b"one "), gzip(b"two")].concat();
        assert_eq!(all(&packed, 7).unwrap(), b"one two");
        assert_eq!(all(&packed, 6).unwrap_err().again, Again::Never);
    }

    #[test]
    fn every_cut_is_noticed_even_by_a_parser_that_does_not_look() {
        let packed = gzip(&b"a line of text\n".repeat(100));
        for cut in 1..packed.len() {
            assert!(all(&packed[..cut], 1 << 20).is_err(), "{cut}");
            assert!(Bounded::ended(&mut reader(packed[..cut].to_vec(), 1 << 20)).is_err(), "{cut}");
        }
        assert!(Bounded::ended(&mut reader(packed, 1500)).is_ok());
    }

    #[test]
    fn a_document_that_swells_is_stopped_at_the_bound() {
        let mut reader = reader(gzip(&vec![0; 1 << 20]), 1000);
        let mut text = Vec::new();
        assert!(reader.read_to_end(&mut text).is_err());
        assert!(text.len() <= 1000);
        assert!(Bounded::ended(&mut reader).unwrap_err().contains("larger than 1000 bytes"));
    }
}
