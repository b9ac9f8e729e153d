//! Where the parts of a book are: the header, and the one check of all bytes.

use std::ops::Range;

use super::encode::{
    CHECKSUM_SIZE, HEADER_SIZE, MAGIC, MAX_SERIES, MAX_SOURCES, RECORD_SIZE, SERIES_SIZE,
    SOURCE_SIZE, VERSION, checksum, slots_of,
};
use super::error::BookError;
use super::number::{read_u16, read_u32};

/// Where the parts of a book are. Every range lies within the bytes.
#[derive(Debug, Clone)]
pub(super) struct Layout {
    pub(super) ends: Range<usize>,
    pub(super) text: Range<usize>,
    pub(super) sources: Range<usize>,
    pub(super) regions: Range<usize>,
    pub(super) series: Range<usize>,
    pub(super) record_regions: Range<usize>,
    pub(super) records: Range<usize>,
    pub(super) region_slots: Range<usize>,
    pub(super) series_slots: Range<usize>,
    /// The packed youngest date of records whose source does not say when it was taken.
    pub(super) newest: u32,
}

impl Layout {
    /// Finds the parts by the header; checks their sizes and the checksum, and nothing in them.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, BookError> {
        let layout = Self::parts(bytes)?;
        let (content, sum) = bytes.split_at(bytes.len() - CHECKSUM_SIZE);
        if checksum(content).to_le_bytes() != *sum {
            return Err(BookError::Damaged("the checksum does not match"));
        }
        Ok(layout)
    }

    fn parts(bytes: &[u8]) -> Result<Self, BookError> {
        if bytes.get(..MAGIC.len()) != Some(&MAGIC[..]) {
            return Err(BookError::NotABook);
        }
        let cut = BookError::Damaged("cut short");
        let version = read_u16(bytes, 8).ok_or(cut.clone())?;
        if version != VERSION {
            return Err(BookError::OtherVersion(version));
        }
        if bytes.len() < HEADER_SIZE + CHECKSUM_SIZE {
            return Err(cut);
        }
        if read_u16(bytes, 10) != Some(RECORD_SIZE as u16) {
            return Err(BookError::Damaged("records of another size"));
        }
        // The header is there.
        let number = |at| read_u32(bytes, at).unwrap_or_default();
        let [strings, text, sources, regions, series, records] =
            [12, 16, 20, 24, 28, 32].map(|at| u64::from(number(at)));
        if sources.max(regions) > MAX_SOURCES as u64 || series > MAX_SERIES as u64 {
            return Err(BookError::Damaged("more sources, regions or series than can be numbered"));
        }
        let mut offset = HEADER_SIZE as u64;
        let mut part = |count: u64, size: usize| {
            let start = offset;
            // Each count is below 2^32 and each size below 2^6, so that the sum is far below 2^64.
            offset += count * size as u64;
            // Where it is more than an usize holds, it is more than there are bytes: see below.
            start as usize..offset as usize
        };
        let layout = Self {
            ends: part(strings, 4),
            text: part(text, 1),
            sources: part(sources, SOURCE_SIZE),
            regions: part(regions, 4),
            series: part(series, SERIES_SIZE),
            record_regions: part(records, 2),
            records: part(records, RECORD_SIZE),
            region_slots: part(slots_of(regions as usize) as u64, 4),
            series_slots: part(slots_of(series as usize) as u64, 4),
            newest: number(36),
        };
        // The parts follow each other, so that all of them end before the end of `bytes`.
        if offset + CHECKSUM_SIZE as u64 == bytes.len() as u64 {
            Ok(layout)
        } else {
            Err(BookError::Damaged("its length is not what its header says"))
        }
    }
}
