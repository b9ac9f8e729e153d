//! A document whose last bytes are remembered, so that one sees where it was cut off.

use std::io::Read;

use super::part::Parts;

/// How many bytes are remembered: more than any row has.
const KEPT: usize = 16 * 1024;

/// A document, and its last bytes so far.
pub(super) struct Tail<'a> {
    document: Parts<'a>,
    last: Vec<u8>,
    failed: bool,
}

impl<'a> Tail<'a> {
    /// Nothing is read yet.
    pub(super) fn new(document: Parts<'a>) -> Self {
        Self { document, last: Vec::with_capacity(2 * KEPT), failed: false }
    }

    /// Whether reading failed.
    pub(super) fn failed(&self) -> bool {
        self.failed
    }

    /// Whether the last byte that was read is this one.
    pub(super) fn ends_with(&self, byte: u8) -> bool {
        self.last.last() == Some(&byte)
    }

    /// How often a byte is among the last `length` ones.
    pub(super) fn count(&self, byte: u8, length: u64) -> usize {
        let length = usize::try_from(length).unwrap_or(usize::MAX).min(self.last.len());
        let row = &self.last[self.last.len() - length..];
        row.iter().filter(|other| **other == byte).count()
    }

    fn remember(&mut self, read: &[u8]) {
        if read.len() >= KEPT {
            self.last.clear();
            self.last.extend_from_slice(&read[read.len() - KEPT..]);
            return;
        }
        if self.last.len() + read.len() > 2 * KEPT {
            self.last.drain(..self.last.len() - KEPT);
        }
        self.last.extend_from_slice(read);
    }
}

impl Read for Tail<'_> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let read = self.document.read(into);
        match &read {
            Ok(count) => self.remember(&into[..*count]),
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(_) => self.failed = true,
        }
        read
    }
}

#[cfg(test)]
mod tests {
    use super::super::part::Part;
    use super::*;

    #[test]
    fn the_last_bytes_are_remembered_however_they_come() {
        let document: Vec<u8> = (0..100_000_u32).map(|place| (place % 251) as u8).collect();
        for step in [1_000, 16_384, 40_000, 100_000] {
            let mut bytes = document.as_slice();
            let mut tail = Tail::new(Parts::new(&mut bytes, &Part::default()));
            let mut into = vec![0; step];
            while tail.read(&mut into).unwrap() > 0 {}
            assert!(tail.last.len() >= KEPT);
            assert!(document.ends_with(&tail.last));
            assert!(tail.ends_with(document[document.len() - 1]));
            assert_eq!(tail.count(tail.last[tail.last.len() - 1], 251), 1);
        }
    }
}
