//! The binary form of a price book, and the encoder that writes it.
//!
//! This module is also compiled into `build.rs`, and so uses the standard library and xxHash only.
//!
//! Prices of one thing in many regions stand together: the book is a list of *series* (service,
//! sku, variant, unit), each with a run of records, one for each region. All integers are
//! little-endian and nothing is aligned. In order:
//!
//! | part | size | what |
//! |---|---|---|
//! | header | [`HEADER_SIZE`] | [`MAGIC`]; `u16` [`VERSION`]; `u16` [`RECORD_SIZE`]; then a `u32` each: number of strings, bytes of all strings, number of sources, of regions, of series, of records; the [packed](pack) youngest date of the records whose source does not say when it was taken (0 where there is none); 0 |
//! | string ends | 4 × strings | `u32` where each string ends in the string bytes |
//! | string bytes | – | UTF-8, sorted, each string once; a string's place in the order is its id |
//! | sources | [`SOURCE_SIZE`] × sources | `u32` ids of the strings of [`SourceEntry`], in its order; sorted |
//! | regions | 4 × regions | `u32` id of each region's name; sorted |
//! | series | [`SERIES_SIZE`] × series | `u32` ids of service, sku, variant and unit; `u32` the place after its last record; sorted |
//! | record regions | 2 × records | `u16` the place of each record's region; in the order of the series, rising within each |
//! | records | [`RECORD_SIZE`] × records | see below; in the same order |
//! | region slots | 4 × [`slots_of`] regions | hash table of the regions' names |
//! | series slots | 4 × [`slots_of`] series | hash table of the series' keys |
//! | checksum | 8 | `u64` [`checksum`] of everything before it |
//!
//! A record: the `u64` mantissa of its price (mantissa / 10^scale, in the currency of its source),
//! a `u32` of scale and date ([`pack`]), and the `u16` place of its source. The regions stand apart
//! so that those of a series lie in one or two of the processor's cache lines. Because ids follow the order of the strings, what is sorted by ids is sorted by strings.
//!
//! A hash table is open-addressed with linear probing: a slot is 0, or a [`tag`] in its upper 8 bits
//! and a place plus one in the lower 24. The search for a [`hash`] begins at [`first_slot`].

mod entry;
mod error;
mod layout;
mod strings;
mod writer;

use std::collections::HashMap;

pub use entry::{RowEntry, SourceEntry};
pub use error::EncodeError;
pub use layout::{
    CHECKSUM_SIZE, Day, HEADER_SIZE, MAGIC, MAX_SCALE, MAX_SERIES, MAX_SOURCES, RECORD_SIZE,
    SERIES_SIZE, SERIES_STRINGS, SLOT_PLACE, SLOT_TAG, SOURCE_SIZE, SOURCE_STRINGS, VERSION,
    checksum, first_slot, hash, pack, slots_of, tag, unpack,
};
use strings::Strings;

/// Writes a book of `rows`, in any order.
///
/// The same sources and rows always give the same bytes.
///
/// # Errors
///
/// When a key appears twice, a row names no known source, or the format's limits are exceeded.
pub fn encode(sources: &[SourceEntry<'_>], rows: &[RowEntry<'_>]) -> Result<Vec<u8>, EncodeError> {
    let mut encoder = Encoder::default();
    sources.iter().try_for_each(|source| encoder.source(source))?;
    rows.iter().try_for_each(|row| encoder.row(row))?;
    encoder.finish()
}

/// Puts a book together from sources and rows that come one after the other, in any order but that
/// a source comes before its rows. It takes 40 bytes for each row, and each string once.
#[derive(Debug, Default)]
pub struct Encoder {
    strings: Strings,
    sources: Vec<Source>,
    /// The place of a source in `sources`, by the number of its id.
    places: HashMap<u32, u16>,
    rows: Vec<Row>,
}

/// A source, by the numbers of its strings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Source {
    strings: [u32; SOURCE_STRINGS],
    /// It says when it was taken.
    taken: bool,
    /// Its place in the order in which sources were given.
    number: u16,
}

/// A row, by the numbers of its strings. Sorted by its key first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Row {
    key: [u32; 5],
    /// Its place in the order in which rows were given.
    number: u32,
    mantissa: u64,
    /// Scale and date.
    packed: u32,
    /// The place of its source in the order in which sources were given.
    source: u16,
}

impl Encoder {
    /// Adds a source.
    ///
    /// # Errors
    /// There is one with this id, or the format's limits are exceeded.
    pub fn source(&mut self, source: &SourceEntry<'_>) -> Result<(), EncodeError> {
        let mut strings = [0; SOURCE_STRINGS];
        for (number, string) in strings.iter_mut().zip(source.strings()) {
            *number = self.strings.number(string)?;
        }
        let number = u16::try_from(self.sources.len()).map_err(|_| EncodeError::TooLarge)?;
        if self.places.insert(strings[0], number).is_some() {
            return Err(EncodeError::DuplicateSource { id: source.id.to_owned() });
        }
        self.sources.push(Source { strings, taken: !source.taken.is_empty(), number });
        Ok(())
    }

    /// Adds a row.
    ///
    /// # Errors
    /// Its source is not known, its price has too many places, its date is none, or the format's
    /// limits are exceeded.
    pub fn row(&mut self, row: &RowEntry<'_>) -> Result<(), EncodeError> {
        let place = self.rows.len();
        let number = u32::try_from(place).map_err(|_| EncodeError::TooLarge)?;
        let mut key = [0; 5];
        for (number, string) in key.iter_mut().zip(row.key()) {
            *number = self.strings.number(string)?;
        }
        let source = self.strings.number(row.source)?;
        let Some(&source) = self.places.get(&source) else {
            return Err(EncodeError::UnknownSource { row: place });
        };
        if row.scale > MAX_SCALE {
            return Err(EncodeError::TooManyPlaces { row: place });
        }
        let (year, month, day) = row.date;
        if year > 9999 || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
            return Err(EncodeError::BadDate { row: place });
        }
        let packed = pack(row.scale, row.date);
        self.rows.push(Row { key, number, mantissa: row.mantissa, packed, source });
        Ok(())
    }

    /// Writes the book.
    ///
    /// # Errors
    /// Two rows have the same key, or the format's limits are exceeded.
    pub fn finish(self) -> Result<Vec<u8>, EncodeError> {
        let Self { strings, mut sources, places: _, mut rows } = self;
        let (strings, order) = strings.sorted();
        let id = |number: &mut u32| *number = order[*number as usize];
        sources.iter_mut().for_each(|source| source.strings.iter_mut().for_each(id));
        rows.iter_mut().for_each(|row| row.key.iter_mut().for_each(id));
        sources.sort_unstable();
        // The number breaks ties, so that a duplicate is always reported as (earlier, later).
        rows.sort_unstable();
        if let Some(pair) = rows.windows(2).find(|pair| pair[0].key == pair[1].key) {
            let [first, second] = [pair[0].number as usize, pair[1].number as usize];
            return Err(EncodeError::DuplicateRow { first, second });
        }
        writer::write(&strings, &sources, &rows)
    }
}
