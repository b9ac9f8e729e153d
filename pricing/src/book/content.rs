//! The bytes of a book, and the checks when it is loaded: of the parts that say where everything
//! is. A record is looked at only when it is asked for (`look_up`).

use std::borrow::Cow;
use std::ops::Range;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::Source;
use super::data::Data;
use super::encode::{
    Day, RECORD_SIZE, SERIES_SIZE, SERIES_STRINGS, SOURCE_SIZE, SOURCE_STRINGS, unpack,
};
use super::error::BookError;
use super::layout::Layout;
use super::number::read_u32;
use super::strings::Strings;

/// The bytes of a book, and what was learnt of them when they were loaded.
pub(super) struct Content {
    data: Data,
    pub(super) layout: Layout,
    /// All strings, one after the other. Those of a mapped book are copied: they are a small part
    /// of it, and only so it need not be checked at each look-up that they are text.
    text: Cow<'static, str>,
    /// Of each source.
    pub(super) facts: Vec<Facts>,
    newest: Option<Date>,
}

/// What the rows of a source share.
#[derive(Debug)]
pub(super) struct Facts {
    /// `Source::id`.
    pub(super) id: Box<str>,
    /// The currency: `USD` where the source names none.
    pub(super) currency: Box<str>,
    /// The day of `Source::taken`.
    pub(super) taken: Option<Date>,
}

impl Content {
    /// Checks the bytes.
    pub(super) fn read(data: Data) -> Result<Self, BookError> {
        let layout = Layout::read(data.bytes())?;
        let text = text(&data, layout.text.clone())
            .ok_or(BookError::Damaged("strings that are not UTF-8"))?;
        let mut content = Self { data, layout, text, facts: Vec::new(), newest: None };
        content.check_strings()?;
        content.check_series()?;
        content.read_sources()?;
        content.newest = content.newest()?;
        Ok(content)
    }

    fn check_strings(&self) -> Result<(), BookError> {
        let mut start = 0;
        for end in self.part(&self.layout.ends).iter().map(|end| u32::from_le_bytes(*end)) {
            if end < start {
                return Err(BookError::Damaged("a string out of place"));
            }
            start = end;
        }
        if start as usize == self.text.len() {
            Ok(())
        } else {
            Err(BookError::Damaged("unused string bytes"))
        }
    }

    fn check_series(&self) -> Result<(), BookError> {
        let mut start = 0;
        for place in 0..self.series() {
            let end = self.end_of_series(place).filter(|&end| start < end);
            start = end.ok_or(BookError::Damaged("a series out of place"))?;
        }
        if start == self.len() { Ok(()) } else { Err(BookError::Damaged("unused records")) }
    }

    fn read_sources(&mut self) -> Result<(), BookError> {
        let count = self.layout.sources.len() / SOURCE_SIZE;
        let mut facts = Vec::with_capacity(count);
        for place in 0..count {
            let source = self
                .source(place)
                .ok_or(BookError::Damaged("a source whose strings are not there"))?;
            let taken = day_of(source.taken)
                .ok_or(BookError::Damaged("a source whose time cannot be read"))?;
            let currency = if source.currency.is_empty() { "USD" } else { source.currency };
            facts.push(Facts { id: source.id.into(), currency: currency.into(), taken });
        }
        self.facts = facts;
        Ok(())
    }

    fn newest(&self) -> Result<Option<Date>, BookError> {
        let (_, newest) = unpack(self.layout.newest);
        let dated = if self.layout.newest == 0 {
            None
        } else {
            let newest = date(newest);
            Some(newest.ok_or(BookError::Damaged("a date that is not in the calendar"))?)
        };
        Ok(self.facts.iter().map(|facts| facts.taken).fold(dated, Option::max))
    }

    /// How many bytes the book has.
    pub(super) fn size(&self) -> usize {
        self.data.bytes().len()
    }

    /// How many records the book has.
    pub(super) fn len(&self) -> usize {
        self.layout.records.len() / RECORD_SIZE
    }

    /// How many series the book has.
    pub(super) fn series(&self) -> usize {
        self.layout.series.len() / SERIES_SIZE
    }

    /// How many sources the book has.
    pub(super) fn sources(&self) -> usize {
        self.facts.len()
    }

    pub(super) fn newest_date(&self) -> Option<Date> {
        self.newest
    }

    /// The bytes of the entries of a part, each of `SIZE` bytes.
    pub(super) fn part<const SIZE: usize>(&self, part: &Range<usize>) -> &[[u8; SIZE]] {
        // Every part lies within the bytes.
        self.data.bytes().get(part.clone()).unwrap_or_default().as_chunks().0
    }

    /// The strings by their ids.
    pub(super) fn strings(&self) -> Strings<'_> {
        Strings { ends: self.part(&self.layout.ends), text: &self.text }
    }

    /// The place after the last record of a series.
    pub(super) fn end_of_series(&self, place: usize) -> Option<usize> {
        let series: &[u8; SERIES_SIZE] = self.part(&self.layout.series).get(place)?;
        Some(read_u32(series, SERIES_STRINGS * 4)? as usize)
    }

    /// The source at a place.
    pub(super) fn source(&self, place: usize) -> Option<Source<'_>> {
        let strings = self.strings();
        let mut fields = [""; SOURCE_STRINGS];
        for (field, string) in fields.iter_mut().enumerate() {
            *string = strings.get(self.source_string(place, field)?)?;
        }
        Some(Source::of(fields))
    }

    fn source_string(&self, place: usize, field: usize) -> Option<u32> {
        let source: &[u8; SOURCE_SIZE] = self.part(&self.layout.sources).get(place)?;
        read_u32(source, field * 4)
    }
}

/// The text of a book: in place where the bytes stay as long as the program, else copied.
fn text(data: &Data, range: Range<usize>) -> Option<Cow<'static, str>> {
    match data {
        Data::Static(bytes) => std::str::from_utf8(bytes.get(range)?).ok().map(Cow::Borrowed),
        // Copied before it is checked: what is checked cannot change then.
        other => {
            let copy = other.bytes().get(range)?.to_vec();
            String::from_utf8(copy).ok().map(Cow::Owned)
        }
    }
}

/// The day of a timestamp in UTC; none of an empty one. `None` for what is no timestamp.
fn day_of(taken: &str) -> Option<Option<Date>> {
    if taken.is_empty() {
        return Some(None);
    }
    let taken: Timestamp = taken.parse().ok()?;
    Some(Some(taken.to_zoned(TimeZone::UTC).date()))
}

/// A day, if the calendar has it.
pub(super) fn date((year, month, day): Day) -> Option<Date> {
    let [month, day] = [month, day].map(i8::try_from);
    Date::new(i16::try_from(year).ok()?, month.ok()?, day.ok()?).ok()
}
