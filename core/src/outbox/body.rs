//! A document as it is kept: compressed, with a checksum.

use std::io::{self, Read as _, Write as _};

/// zstd's fastest level: a document of 5 MB shrinks about twentyfold in some ten milliseconds.
const LEVEL: i32 = 1;

/// A compressed document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Body {
    /// Bytes of the document.
    pub(super) length: u64,
    /// The document, compressed with zstd.
    pub(super) compressed: Vec<u8>,
}

/// Why a stored document cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("a stored document cannot be unpacked: {0}")]
pub struct BodyError(io::Error);

impl Body {
    /// Compresses what `write` writes, as it is written: the document never stands in memory whole.
    ///
    /// # Errors
    /// `write` failed.
    pub fn pack(write: impl FnOnce(&mut dyn io::Write) -> io::Result<()>) -> io::Result<Self> {
        let mut encoder = zstd::Encoder::new(Vec::new(), LEVEL)?;
        encoder.include_checksum(true)?;
        let mut counter = Counter { inner: encoder, written: 0 };
        let mut writer = io::BufWriter::with_capacity(16 * 1024, &mut counter);
        write(&mut writer)?;
        writer.flush()?;
        drop(writer);
        Ok(Self { length: counter.written, compressed: counter.inner.finish()? })
    }

    /// Bytes before they were compressed.
    #[must_use]
    pub fn length(&self) -> u64 {
        self.length
    }

    /// What is kept of it.
    #[must_use]
    pub fn compressed(&self) -> &[u8] {
        &self.compressed
    }

    /// The document.
    ///
    /// # Errors
    /// It is damaged.
    pub fn unpack(&self) -> Result<Vec<u8>, BodyError> {
        let read = || {
            let mut document = Vec::with_capacity(usize::try_from(self.length).unwrap_or(0));
            // One byte more than expected is enough to know that it is wrong.
            zstd::Decoder::new(&*self.compressed)?
                .take(self.length + 1)
                .read_to_end(&mut document)?;
            if document.len() as u64 == self.length {
                return Ok(document);
            }
            Err(io::Error::other(format!("{} bytes were expected", self.length)))
        };
        read().map_err(BodyError)
    }
}

/// Counts what goes through.
struct Counter<W> {
    inner: W,
    written: u64,
}

impl<W: io::Write> io::Write for Counter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.written += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_packed_is_unpacked_and_damage_is_noticed() {
        let text = "{\"region\":\"us-east-1\"}".repeat(1000);
        let body = Body::pack(|writer| writer.write_all(text.as_bytes())).unwrap();
        assert!(body.compressed.len() < text.len() / 20);
        assert_eq!(body.unpack().unwrap(), text.as_bytes());

        let mut damaged = body.clone();
        let last = damaged.compressed.len() - 1;
        damaged.compressed[last] ^= 1;
        assert!(damaged.unpack().is_err());
        assert!(Body { length: 5, ..body }.unpack().is_err());
    }

    #[test]
    fn a_document_that_could_not_be_written_whole_is_none() {
        let broken = Body::pack(|writer| {
            writer.write_all(b"{\"half\":")?;
            Err(io::Error::other("no more"))
        });
        assert!(broken.is_err());
    }
}
