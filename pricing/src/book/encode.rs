//! The binary form of a price book, and the encoder that writes it.
//!
//! This file is also compiled into `build.rs`, and so uses nothing but the standard library.
//!
//! All integers are little-endian and nothing is aligned. In order:
//!
//! | part | size | what |
//! |---|---|---|
//! | header | [`HEADER_SIZE`] | [`MAGIC`]; `u16` [`VERSION`]; `u16` [`RECORD_SIZE`]; `u32` number of strings; `u32` bytes of all strings; `u32` number of sources; `u32` number of records |
//! | string ends | 4 × strings | `u32` where each string ends in the string bytes |
//! | string bytes | – | UTF-8, sorted, each string once; a string's place in the order is its id |
//! | sources | [`SOURCE_SIZE`] × sources | `u16` ids of the strings of [`SourceEntry`], in its order; sorted |
//! | records | [`RECORD_SIZE`] × records | see below; sorted by key, each key once |
//! | checksum | 8 | `u64` [`checksum`] of everything before it |
//!
//! A record: five `u16` string ids that are its key (service, sku, variant, unit, region), the
//! `u16` string id of its source, the `u64` mantissa and `u8` scale of its price in USD
//! (mantissa / 10^scale), and its date as `u16` year, `u8` month, `u8` day. Because string ids
//! follow the order of the strings, records sorted by ids are sorted by strings.

use std::collections::BTreeSet;
use std::fmt;

/// The first bytes of every book.
pub const MAGIC: [u8; 8] = *b"FINOPSPB";
/// The version of the layout that this file describes.
pub const VERSION: u16 = 2;
/// Bytes of the header.
pub const HEADER_SIZE: usize = 28;
/// Strings of one source.
pub const SOURCE_STRINGS: usize = 11;
/// Bytes of one source.
pub const SOURCE_SIZE: usize = SOURCE_STRINGS * 2;
/// Bytes of one record.
pub const RECORD_SIZE: usize = 25;
/// Bytes of the checksum at the end.
pub const CHECKSUM_SIZE: usize = 8;
/// The most places a price may have after the point: what an exact decimal can hold.
pub const MAX_SCALE: u8 = 28;

/// Where prices come from: a table of a vendor's price API, or a file that somebody gathered. What
/// is not known is empty.
#[derive(Debug, Clone, Copy)]
pub struct SourceEntry<'a> {
    /// The id that rows name.
    pub id: &'a str,
    /// What the source is.
    pub what: &'a str,
    /// The licence of the file that carried the figures.
    pub licence: &'a str,
    /// Where it was fetched.
    pub url: &'a str,
    /// The `ETag` of the answer.
    pub etag: &'a str,
    /// The `Last-Modified` of the answer.
    pub modified: &'a str,
    /// When the vendor published it: an RFC 3339 timestamp, or the vendor's version of it.
    pub published: &'a str,
    /// When it was last seen to hold: an RFC 3339 timestamp.
    pub taken: &'a str,
    /// The currency of its rows; empty for USD.
    pub currency: &'a str,
    /// What it holds all prices of: services with their regions, separated by blanks
    /// (`aws/ec2@eu-west-1 aws/ebs@eu-west-1`, `gcp/compute@*`).
    pub covers: &'a str,
    /// How many of its rows were left out, by reason: `zero price=12; expired=3`.
    pub dropped: &'a str,
}

impl<'a> SourceEntry<'a> {
    /// A source of which nothing else is known.
    #[must_use]
    pub const fn new(id: &'a str, what: &'a str, licence: &'a str) -> Self {
        Self {
            id,
            what,
            licence,
            url: "",
            etag: "",
            modified: "",
            published: "",
            taken: "",
            currency: "",
            covers: "",
            dropped: "",
        }
    }

    /// Every string, in the order in which a book has them.
    fn strings(&self) -> [&'a str; SOURCE_STRINGS] {
        let Self { id, what, licence, url, etag, modified, published, taken, .. } = *self;
        let Self { currency, covers, dropped, .. } = *self;
        [id, what, licence, url, etag, modified, published, taken, currency, covers, dropped]
    }
}

/// One price.
#[derive(Debug, Clone, Copy)]
pub struct RowEntry<'a> {
    /// Provider and service: `aws/ec2`.
    pub service: &'a str,
    /// What is priced: `m5.large`.
    pub sku: &'a str,
    /// Operating system, engine or architecture; empty where it does not matter.
    pub variant: &'a str,
    /// The vendor's name of the unit: `hour`, `GB-Mo`.
    pub unit: &'a str,
    /// The vendor's name of the region.
    pub region: &'a str,
    /// The id of the source.
    pub source: &'a str,
    /// The price's digits as a whole number: USD × 10^`scale`.
    pub mantissa: u64,
    /// How many of the digits stand after the point.
    pub scale: u8,
    /// Year, month and day on which the source took the price.
    pub date: (u16, u8, u8),
}

impl<'a> RowEntry<'a> {
    /// The key in the order in which records are sorted.
    #[must_use]
    pub fn key(&self) -> [&'a str; 5] {
        [self.service, self.sku, self.variant, self.unit, self.region]
    }
}

/// Why rows cannot become a book. Rows are named by their place in the slice that was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EncodeError {
    /// Two rows have the same key.
    DuplicateRow {
        /// The earlier row.
        first: usize,
        /// The later row.
        second: usize,
    },
    /// A row names a source that is not in the table of sources.
    UnknownSource {
        /// The row.
        row: usize,
    },
    /// A row's price has more than [`MAX_SCALE`] places.
    TooManyPlaces {
        /// The row.
        row: usize,
    },
    /// Two sources have the same id.
    DuplicateSource {
        /// The id.
        id: String,
    },
    /// There are more distinct strings, string bytes or rows than the format can number.
    TooLarge,
}

impl fmt::Display for EncodeError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::DuplicateRow { first, second } => {
                write!(formatter, "rows {first} and {second} have the same key")
            }
            Self::UnknownSource { row } => write!(formatter, "row {row} names an unknown source"),
            Self::TooManyPlaces { row } => {
                write!(formatter, "row {row}: more than {MAX_SCALE} places after the point")
            }
            Self::DuplicateSource { id } => write!(formatter, "source {id} appears twice"),
            Self::TooLarge => formatter.write_str("more strings or rows than the format can hold"),
        }
    }
}

impl std::error::Error for EncodeError {}

/// Writes a book of `rows`, in any order.
///
/// The same sources and rows always give the same bytes.
///
/// # Errors
///
/// When a key appears twice, a row names no known source, or the format's limits are exceeded.
pub fn encode(sources: &[SourceEntry<'_>], rows: &[RowEntry<'_>]) -> Result<Vec<u8>, EncodeError> {
    let strings = intern(sources, rows)?;
    let mut book = header(&strings, sources.len(), rows.len())?;
    let mut end = 0_u32;
    for string in &strings {
        // `header` has checked that all strings together fit.
        end += string.len() as u32;
        book.extend(end.to_le_bytes());
    }
    for string in &strings {
        book.extend(string.as_bytes());
    }
    write_sources(&mut book, &strings, sources)?;
    write_records(&mut book, &strings, sources, rows)?;
    let sum = checksum(&book);
    book.extend(sum.to_le_bytes());
    Ok(book)
}

/// FNV-1a over `bytes`: any one changed byte changes it.
///
/// It guards against damage, not against an attacker.
#[must_use]
pub fn checksum(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |sum, byte| {
        (sum ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

fn intern<'a>(
    sources: &[SourceEntry<'a>],
    rows: &[RowEntry<'a>],
) -> Result<Vec<&'a str>, EncodeError> {
    let mut strings = BTreeSet::new();
    for source in sources {
        strings.extend(source.strings());
    }
    for row in rows {
        strings.extend(row.key());
    }
    // An id is a u16.
    if strings.len() > usize::from(u16::MAX) + 1 {
        return Err(EncodeError::TooLarge);
    }
    Ok(strings.into_iter().collect())
}

fn header(strings: &[&str], sources: usize, rows: usize) -> Result<Vec<u8>, EncodeError> {
    let bytes: usize = strings.iter().map(|string| string.len()).sum();
    let mut header = Vec::with_capacity(HEADER_SIZE + bytes + rows * RECORD_SIZE);
    header.extend(MAGIC);
    header.extend(VERSION.to_le_bytes());
    header.extend((RECORD_SIZE as u16).to_le_bytes());
    for count in [strings.len(), bytes, sources, rows] {
        let count = u32::try_from(count).map_err(|_| EncodeError::TooLarge)?;
        header.extend(count.to_le_bytes());
    }
    Ok(header)
}

/// The id of a string that `intern` has seen.
fn id(strings: &[&str], string: &str) -> u16 {
    // `intern` collected every string that is written, and at most 65,536 of them.
    strings.binary_search(&string).expect("every written string was interned") as u16
}

fn write_sources(
    book: &mut Vec<u8>,
    strings: &[&str],
    sources: &[SourceEntry<'_>],
) -> Result<(), EncodeError> {
    let mut sorted: Vec<&SourceEntry<'_>> = sources.iter().collect();
    sorted.sort_by_key(|source| source.id);
    if let Some(pair) = sorted.windows(2).find(|pair| pair[0].id == pair[1].id) {
        return Err(EncodeError::DuplicateSource { id: pair[0].id.to_owned() });
    }
    for source in sorted {
        for string in source.strings() {
            book.extend(id(strings, string).to_le_bytes());
        }
    }
    Ok(())
}

fn write_records(
    book: &mut Vec<u8>,
    strings: &[&str],
    sources: &[SourceEntry<'_>],
    rows: &[RowEntry<'_>],
) -> Result<(), EncodeError> {
    let known: BTreeSet<&str> = sources.iter().map(|source| source.id).collect();
    let mut order: Vec<usize> = (0..rows.len()).collect();
    // The place breaks ties, so that a duplicate is always reported as (earlier, later).
    order.sort_by_key(|&place| (rows[place].key(), place));
    if let Some(pair) = order.windows(2).find(|pair| rows[pair[0]].key() == rows[pair[1]].key()) {
        return Err(EncodeError::DuplicateRow { first: pair[0], second: pair[1] });
    }
    for place in order {
        let row = &rows[place];
        if !known.contains(row.source) {
            return Err(EncodeError::UnknownSource { row: place });
        }
        if row.scale > MAX_SCALE {
            return Err(EncodeError::TooManyPlaces { row: place });
        }
        for string in row.key() {
            book.extend(id(strings, string).to_le_bytes());
        }
        book.extend(id(strings, row.source).to_le_bytes());
        book.extend(row.mantissa.to_le_bytes());
        book.push(row.scale);
        let (year, month, day) = row.date;
        book.extend(year.to_le_bytes());
        book.extend([month, day]);
    }
    Ok(())
}
