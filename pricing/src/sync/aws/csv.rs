//! The CSV of an offer: some lines of preamble, a header, and a row for each price.
//!
//! ```text
//! "FormatVersion","v1.0"
//! "Disclaimer","…"
//! "Publication Date","2020-10-19T20:48:02Z"
//! "Version","20201019204802"
//! "OfferCode","AmazonEC2"
//! "SKU","OfferTermCode","RateCode","TermType", …
//! ```
//!
//! Rows are read into one record that is used again, and most of them (some fifteen reservations
//! for each price on demand) are turned down by the bytes of one field.

use std::io::BufRead;

use csv::ByteRecord;

use super::facts::{COLUMNS, Column, Facts, same};
use super::part::{Part, Parts};
use super::product::COMMON;
use super::reader::{Reader, check_format, excerpt, written};
use super::tail::Tail;
use crate::sync::{Dropped, Harvest, ParseError, Published};

/// How many lines there may be before the header.
const MOST_PREAMBLE: usize = 64;
/// What is read at once, in bytes.
const BUFFER: usize = 256 * 1024;

/// Reads the whole CSV of an offer.
///
/// # Errors
/// It is cut off, no price list, of another offer, or lacks a column.
pub(super) fn parse(
    reader: &Reader,
    document: &mut dyn BufRead,
    harvest: &mut Harvest,
) -> Result<Published, ParseError> {
    let part = Part::default();
    let mut tail = Tail::new(Parts::new(document, &part));
    let mut csv = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .buffer_capacity(BUFFER)
        .from_reader(&mut tail);
    let (published, places) = preamble(reader, &mut csv)?;
    let last = rows(reader, &places, &mut csv, &part, harvest)?;
    let end = csv.position().byte();
    drop(csv);
    check_end(&tail, last, end, places.width)?;
    (reader.offer.finish)(harvest);
    Ok(published)
}

/// The last row: how many fields it has, and at which byte it begins.
#[derive(Clone, Copy)]
struct Last {
    fields: usize,
    start: u64,
}

type Source<'a, 'b> = csv::Reader<&'a mut Tail<'b>>;

fn next(csv: &mut Source<'_, '_>, record: &mut ByteRecord) -> Result<bool, ParseError> {
    csv.read_byte_record(record).map_err(|error| ParseError::CutOff(error.to_string()))
}

fn preamble(reader: &Reader, csv: &mut Source<'_, '_>) -> Result<(Published, Places), ParseError> {
    let mut published = Published::default();
    let mut record = ByteRecord::new();
    for line in 0..MOST_PREAMBLE {
        if !next(csv, &mut record)? {
            let what = if line == 0 { "it is empty" } else { "it ends before its header" };
            return Err(ParseError::CutOff(what.to_owned()));
        }
        let [name, value] = [0, 1].map(|field| text(record.get(field).unwrap_or_default()));
        if line == 0 && name != "FormatVersion" {
            let what = format!("it begins with {:?}", excerpt(name));
            return Err(ParseError::NotAPriceList(what));
        }
        match name {
            "FormatVersion" => check_format(value)?,
            "OfferCode" => reader.check_offer(value)?,
            "Publication Date" => published.at = value.parse().ok(),
            "Version" => value.clone_into(&mut published.version),
            _ if same(name, "SKU") && record.len() > 2 => {
                let places = Places::of(&record, reader);
                if places.is_err() && !next(csv, &mut record)? {
                    return Err(ParseError::CutOff("it ends with its header".to_owned()));
                }
                return Ok((published, places?));
            }
            _ => {}
        }
    }
    Err(ParseError::Missing("header that begins with SKU".to_owned()))
}

fn rows(
    reader: &Reader,
    places: &Places,
    csv: &mut Source<'_, '_>,
    part: &Part,
    harvest: &mut Harvest,
) -> Result<Option<Last>, ParseError> {
    let term = places.of[Column::TermType as usize].unwrap_or_default();
    let mut record = ByteRecord::new();
    let mut last = None;
    let mut reserved = 0;
    while next(csv, &mut record)? {
        part.end();
        let start = record.position().map_or(0, csv::Position::byte);
        last = Some(Last { fields: record.len(), start });
        if record.len() != places.width {
            harvest.drop(Dropped::Unreadable);
        } else if record.get(term) != Some(b"OnDemand") {
            reserved += 1;
        } else {
            row(reader, &Row { record: &record, places }, harvest);
        }
    }
    harvest.drop_many(Dropped::NotOnDemand, reserved);
    Ok(last)
}

fn row(reader: &Reader, row: &Row<'_>, harvest: &mut Harvest) {
    match reader.listing(row) {
        Ok((listing, region)) => reader.price(&listing, region, &written(row), harvest),
        Err(why) => harvest.drop(why),
    }
}

/// A document that ends within a row or a quoted field was cut off. One that ends between two rows
/// looks whole: that its length is what was announced is for the engine to see.
fn check_end(
    tail: &Tail<'_>,
    last: Option<Last>,
    end: u64,
    width: usize,
) -> Result<(), ParseError> {
    if tail.failed() {
        return Err(ParseError::CutOff("it cannot be read on".to_owned()));
    }
    let whole = match last {
        None => tail.ends_with(b'\n'),
        Some(last) => {
            let quotes = tail.count(b'"', end.saturating_sub(last.start));
            let ended = tail.ends_with(b'\n') || tail.ends_with(b'"');
            quotes.is_multiple_of(2) && ended && last.fields == width
        }
    };
    if whole {
        return Ok(());
    }
    Err(ParseError::CutOff(format!("it ends within a row, after {end} bytes")))
}

/// Where the columns are.
struct Places {
    of: [Option<usize>; COLUMNS],
    /// How many fields a row has.
    width: usize,
}

impl Places {
    fn of(header: &ByteRecord, reader: &Reader) -> Result<Self, ParseError> {
        let mut of = [None; COLUMNS];
        for (place, name) in header.iter().enumerate() {
            if let Some(column) = Column::named(text(name)) {
                of[column as usize].get_or_insert(place);
            }
        }
        let needed = COMMON.iter().chain(reader.offer.needs);
        match needed.copied().find(|column| of[*column as usize].is_none()) {
            Some(missing) => Err(ParseError::Missing(format!("column {}", missing.name()))),
            None => Ok(Self { of, width: header.len() }),
        }
    }
}

struct Row<'a> {
    record: &'a ByteRecord,
    places: &'a Places,
}

impl Facts for Row<'_> {
    fn get(&self, column: Column) -> &str {
        let place = self.places.of[column as usize];
        text(place.and_then(|place| self.record.get(place)).unwrap_or_default())
    }
}

/// A field as text. What is no text is no word that any mapping knows.
fn text(field: &[u8]) -> &str {
    std::str::from_utf8(field).unwrap_or("\u{fffd}")
}
