//! Reading a book in place: the one check when it is loaded, and the accessors that rely on it.
//!
//! `encode` describes the layout. Integers are read with `from_le_bytes`, so that the bytes may
//! lie at any address.

use std::fmt;
use std::ops::Range;

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::encode::{
    CHECKSUM_SIZE, HEADER_SIZE, MAGIC, MAX_SCALE, RECORD_SIZE, SOURCE_SIZE, SOURCE_STRINGS,
    VERSION, checksum,
};
use super::row::{Row, Source};

/// Why bytes are not a price book.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BookError {
    /// The bytes do not begin as a book does.
    NotABook,
    /// The book has another version of the format.
    OtherVersion(u16),
    /// The book is damaged: what was found wrong.
    Damaged(&'static str),
}

impl fmt::Display for BookError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotABook => formatter.write_str("not a price book"),
            Self::OtherVersion(version) => {
                write!(formatter, "price book of format {version}; this build reads {VERSION}")
            }
            Self::Damaged(what) => write!(formatter, "damaged price book: {what}"),
        }
    }
}

impl std::error::Error for BookError {}

/// Where the parts of a checked book are.
#[derive(Debug, Clone)]
pub(super) struct Layout {
    strings: usize,
    ends: Range<usize>,
    text: Range<usize>,
    sources: Range<usize>,
    records: Range<usize>,
    newest: Option<Date>,
}

impl Layout {
    /// Finds the parts and checks all of them.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, BookError> {
        let mut layout = Self::parts(bytes)?;
        let (content, sum) = bytes.split_at(bytes.len() - CHECKSUM_SIZE);
        if checksum(content).to_le_bytes() != *sum {
            return Err(BookError::Damaged("the checksum does not match"));
        }
        layout.check_strings(bytes)?;
        layout.check_sources(bytes)?;
        layout.newest = layout.check_records(bytes)?;
        Ok(layout)
    }

    fn parts(bytes: &[u8]) -> Result<Self, BookError> {
        if bytes.get(..MAGIC.len()) != Some(&MAGIC[..]) {
            return Err(BookError::NotABook);
        }
        if bytes.len() < HEADER_SIZE + CHECKSUM_SIZE {
            return Err(BookError::Damaged("cut short"));
        }
        let version = read_u16(bytes, 8);
        if version != VERSION {
            return Err(BookError::OtherVersion(version));
        }
        if usize::from(read_u16(bytes, 10)) != RECORD_SIZE {
            return Err(BookError::Damaged("records of another size"));
        }
        let [strings, text, sources, records] =
            [12, 16, 20, 24].map(|offset| read_u32(bytes, offset) as u64);
        let mut offset = HEADER_SIZE as u64;
        let mut part = |size: u64| {
            let start = offset;
            // Each size is below 2^32 × 25, so that the sum is far below 2^64.
            offset += size;
            start..offset
        };
        let ends = part(strings * 4);
        let text = part(text);
        let sources = part(sources * SOURCE_SIZE as u64);
        let records = part(records * RECORD_SIZE as u64);
        if records.end + CHECKSUM_SIZE as u64 != bytes.len() as u64 {
            return Err(BookError::Damaged("its length is not what its header says"));
        }
        // All parts end before the end of `bytes`, whose length is a usize.
        let sized = |part: Range<u64>| part.start as usize..part.end as usize;
        Ok(Self {
            strings: strings as usize,
            ends: sized(ends),
            text: sized(text),
            sources: sized(sources),
            records: sized(records),
            newest: None,
        })
    }

    fn check_strings(&self, bytes: &[u8]) -> Result<(), BookError> {
        let text = std::str::from_utf8(&bytes[self.text.clone()])
            .map_err(|_| BookError::Damaged("strings that are not UTF-8"))?;
        let mut start = 0;
        let mut previous = None;
        for id in 0..self.strings {
            let end = read_u32(bytes, self.ends.start + id * 4) as usize;
            let string = text.get(start..end).ok_or(BookError::Damaged("a string out of place"))?;
            if previous.is_some_and(|previous| previous >= string) {
                return Err(BookError::Damaged("strings out of order"));
            }
            previous = Some(string);
            start = end;
        }
        if start == text.len() { Ok(()) } else { Err(BookError::Damaged("unused string bytes")) }
    }

    fn check_sources(&self, bytes: &[u8]) -> Result<(), BookError> {
        let ids = bytes[self.sources.clone()].chunks_exact(2);
        self.check_ids(ids.map(|id| read_u16(id, 0)))
    }

    fn check_ids(&self, mut ids: impl Iterator<Item = u16>) -> Result<(), BookError> {
        if ids.all(|id| usize::from(id) < self.strings) {
            Ok(())
        } else {
            Err(BookError::Damaged("a reference to a string that is not there"))
        }
    }

    /// Checks every record; gives the youngest date.
    fn check_records(&self, bytes: &[u8]) -> Result<Option<Date>, BookError> {
        let mut newest = None;
        let mut previous = None;
        for place in 0..self.records() {
            let key = self.key(bytes, place);
            let offset = self.record(place);
            self.check_ids(key.into_iter().chain([read_u16(bytes, offset + 10)]))?;
            if previous.is_some_and(|previous| previous >= key) {
                return Err(BookError::Damaged("records out of order"));
            }
            previous = Some(key);
            if bytes[offset + 20] > MAX_SCALE {
                return Err(BookError::Damaged("a price with too many places"));
            }
            let date = read_date(bytes, offset + 21)
                .ok_or(BookError::Damaged("a date that is not in the calendar"))?;
            newest = newest.max(Some(date));
        }
        Ok(newest)
    }

    pub(super) fn records(&self) -> usize {
        self.records.len() / RECORD_SIZE
    }

    pub(super) fn sources(&self) -> usize {
        self.sources.len() / SOURCE_SIZE
    }

    pub(super) fn newest_date(&self) -> Option<Date> {
        self.newest
    }

    /// The id of a string, if the book has it.
    pub(super) fn string_id(&self, bytes: &[u8], string: &str) -> Option<u16> {
        let id =
            super::partition(self.strings, |id| self.string_bytes(bytes, id) < string.as_bytes());
        let found = id < self.strings && self.string_bytes(bytes, id) == string.as_bytes();
        // Strings beyond 65,536 cannot be referred to.
        found.then(|| u16::try_from(id).ok()).flatten()
    }

    /// The five string ids of a record's key: service, sku, variant, unit, region.
    pub(super) fn key(&self, bytes: &[u8], place: usize) -> [u16; 5] {
        let offset = self.record(place);
        [0, 2, 4, 6, 8].map(|field| read_u16(bytes, offset + field))
    }

    pub(super) fn row<'a>(&self, bytes: &'a [u8], place: usize) -> Row<'a> {
        let [service, sku, variant, unit, region] =
            self.key(bytes, place).map(|id| self.string(bytes, id));
        let offset = self.record(place);
        let mantissa = i128::from(read_u64(bytes, offset + 12));
        Row {
            service,
            sku,
            region,
            variant,
            unit,
            price: Decimal::from_i128_with_scale(mantissa, u32::from(bytes[offset + 20])),
            as_of: read_date(bytes, offset + 21).expect("every date was checked when loading"),
            source: self.string(bytes, read_u16(bytes, offset + 10)),
        }
    }

    pub(super) fn source<'a>(&self, bytes: &'a [u8], place: usize) -> Source<'a> {
        let offset = self.sources.start + place * SOURCE_SIZE;
        let mut fields = (0..SOURCE_STRINGS)
            .map(|field| self.string(bytes, read_u16(bytes, offset + field * 2)));
        // There are as many as are taken.
        let mut next = || fields.next().unwrap_or_default();
        Source {
            id: next(),
            what: next(),
            licence: next(),
            url: next(),
            etag: next(),
            modified: next(),
            published: next(),
            taken: next(),
            currency: next(),
            covers: next(),
            dropped: next(),
        }
    }

    fn record(&self, place: usize) -> usize {
        self.records.start + place * RECORD_SIZE
    }

    fn string<'a>(&self, bytes: &'a [u8], id: u16) -> &'a str {
        let string = self.string_bytes(bytes, usize::from(id));
        std::str::from_utf8(string).expect("every string was checked when loading")
    }

    fn string_bytes<'a>(&self, bytes: &'a [u8], id: usize) -> &'a [u8] {
        let end = |id: usize| read_u32(bytes, self.ends.start + id * 4) as usize;
        let start = if id == 0 { 0 } else { end(id - 1) };
        &bytes[self.text.start + start..self.text.start + end(id)]
    }
}

fn read_u16(bytes: &[u8], offset: usize) -> u16 {
    u16::from_le_bytes(read(bytes, offset))
}

fn read_u32(bytes: &[u8], offset: usize) -> u32 {
    u32::from_le_bytes(read(bytes, offset))
}

fn read_u64(bytes: &[u8], offset: usize) -> u64 {
    u64::from_le_bytes(read(bytes, offset))
}

/// `N` bytes at an offset which `Layout::parts` has shown to lie within the book.
fn read<const N: usize>(bytes: &[u8], offset: usize) -> [u8; N] {
    let mut value = [0; N];
    value.copy_from_slice(&bytes[offset..offset + N]);
    value
}

fn read_date(bytes: &[u8], offset: usize) -> Option<Date> {
    let year = i16::try_from(read_u16(bytes, offset)).ok()?;
    let [month, day] = read(bytes, offset + 2).map(i8::try_from);
    Date::new(year, month.ok()?, day.ok()?).ok()
}
