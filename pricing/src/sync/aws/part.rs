//! A document of which no more than one part is in memory, where no part may be large.
//!
//! A quote that is never closed would make all that follows it one field.

use std::cell::Cell;
use std::io::{BufRead, Error, Read};
use std::rc::Rc;

/// The most bytes of a row, or of a product, a term or a rate with what is skipped before it. Real
/// ones have some ten thousand.
const LARGEST: u64 = 16 << 20;

/// How many bytes were read since the last part ended.
#[derive(Debug, Clone, Default)]
pub(super) struct Part(Rc<Cell<u64>>);

impl Part {
    /// Another one begins.
    pub(super) fn end(&self) {
        self.0.set(0);
    }
}

/// A document that cannot be read on where a part of it is too large.
pub(super) struct Parts<'a> {
    document: &'a mut dyn BufRead,
    part: Part,
}

impl<'a> Parts<'a> {
    /// Nothing is read yet; whoever reads says where a part ends.
    pub(super) fn new(document: &'a mut dyn BufRead, part: &Part) -> Self {
        Self { document, part: part.clone() }
    }
}

impl Read for Parts<'_> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let read = self.document.read(into)?;
        let since = self.part.0.get() + read as u64;
        self.part.0.set(since);
        if since > LARGEST {
            return Err(Error::other(format!("a part of it has more than {LARGEST} bytes")));
        }
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use std::io::{BufReader, copy, repeat, sink};

    use super::*;

    #[test]
    fn a_document_may_be_of_any_size_and_a_part_of_it_may_not() {
        let part = Part::default();
        let mut document = BufReader::new(repeat(b'x'));
        let mut parts = Parts::new(&mut document, &part);
        for _ in 0..3 {
            let half = copy(&mut parts.by_ref().take(LARGEST / 2 + 1), &mut sink()).unwrap();
            assert_eq!(half, LARGEST / 2 + 1);
            part.end();
        }
        let refused = copy(&mut parts, &mut sink()).unwrap_err();
        assert_eq!(refused.to_string(), "a part of it has more than 16777216 bytes");
    }
}
