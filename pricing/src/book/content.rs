//! Reading a book in place. The parts that say where everything is are checked when it is loaded;
//! a record is looked at only when it is asked for, and one that makes no sense is as if it were
//! not there. Nothing here can fail on any bytes.

use std::borrow::Cow;
use std::ops::Range;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use rust_decimal::Decimal;

use super::data::Data;
use super::encode::{
    Day, MAX_SCALE, RECORD_SIZE, SERIES_SIZE, SERIES_STRINGS, SLOT_PLACE, SLOT_TAG, SOURCE_SIZE,
    SOURCE_STRINGS, first_slot, hash, tag, unpack,
};
use super::error::BookError;
use super::layout::Layout;
use super::number::{read_u16, read_u32, read_u64};
use super::row::{Row, Source};

/// The bytes of a book, and what was learnt of them when they were loaded.
pub(super) struct Content {
    data: Data,
    layout: Layout,
    /// All strings, one after the other. Those of a mapped book are copied: they are a small part
    /// of it, and only so it need not be checked at each look-up that they are text.
    text: Cow<'static, str>,
    /// Of each source.
    facts: Vec<Facts>,
    newest: Option<Date>,
}

/// What the rows of a source share.
#[derive(Debug, Clone, Copy)]
struct Facts {
    id: u32,
    currency: u32,
    /// The day of `Source::taken`.
    taken: Option<Date>,
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
        for id in 0..self.strings() {
            let end = self.end_of_string(id).filter(|&end| start <= end);
            start = end.ok_or(BookError::Damaged("a string out of place"))?;
        }
        if start == self.text.len() {
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
        let mut facts = Vec::with_capacity(self.layout.sources.len() / SOURCE_SIZE);
        for place in 0..self.layout.sources.len() / SOURCE_SIZE {
            let source = self
                .source(place)
                .ok_or(BookError::Damaged("a source whose strings are not there"))?;
            let taken = day_of(source.taken)
                .ok_or(BookError::Damaged("a source whose time cannot be read"))?;
            let [id, currency] = [0, 8].map(|field| self.source_string(place, field));
            facts.push(Facts {
                // `source` has read them.
                id: id.unwrap_or_default(),
                currency: currency.unwrap_or_default(),
                taken,
            });
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

    /// The place of the record with this region in the series of this key, and the row.
    pub(super) fn find(&self, key: [&str; SERIES_STRINGS], region: &str) -> Option<Row<'_>> {
        let region = self.region(region)?;
        let (place, key) = self.probe(&self.layout.series_slots, hash(&key), |place| {
            self.series_key(place).filter(|found| *found == key)
        })?;
        let records = self.records(place);
        let (start, count) = (records.start, records.len());
        let region_of = |place| self.region_of(place).map_or(usize::MAX, usize::from);
        let found = start + super::partition(count, |place| region_of(start + place) < region);
        if found < records.end && region_of(found) == region { self.row(key, found) } else { None }
    }

    /// The place of a region in the list of regions.
    fn region(&self, name: &str) -> Option<usize> {
        let (place, _) = self.probe(&self.layout.region_slots, hash(&[name]), |place| {
            self.region_name(place).filter(|found| *found == name)
        })?;
        Some(place)
    }

    /// The first place of a hash table that `accept` accepts, with what it gave.
    fn probe<T>(
        &self,
        slots: &Range<usize>,
        hash: u64,
        accept: impl Fn(usize) -> Option<T>,
    ) -> Option<(usize, T)> {
        let slots = self.data.bytes().get(slots.clone())?;
        let count = slots.len() / 4;
        let mut at = first_slot(hash, count);
        for _ in 0..count {
            let slot = read_u32(slots, at * 4).filter(|&slot| slot != 0)?;
            if slot & SLOT_TAG == tag(hash) {
                let place = (slot & SLOT_PLACE).wrapping_sub(1) as usize;
                if let Some(accepted) = accept(place) {
                    return Some((place, accepted));
                }
            }
            at = if at + 1 == count { 0 } else { at + 1 };
        }
        None
    }

    /// Service, sku, variant and unit of a series.
    pub(super) fn series_key(&self, place: usize) -> Option<[&str; SERIES_STRINGS]> {
        let [service, sku, variant, unit] = self.series_ids(place)?;
        Some([self.string(service)?, self.string(sku)?, self.string(variant)?, self.string(unit)?])
    }

    /// The ids of service, sku, variant and unit of a series.
    pub(super) fn series_ids(&self, place: usize) -> Option<[u32; SERIES_STRINGS]> {
        let series = self.part(&self.layout.series, place, SERIES_SIZE)?;
        Some([
            read_u32(series, 0)?,
            read_u32(series, 4)?,
            read_u32(series, 8)?,
            read_u32(series, 12)?,
        ])
    }

    /// The places of the records of a series.
    pub(super) fn records(&self, series: usize) -> Range<usize> {
        let start = series.checked_sub(1).and_then(|before| self.end_of_series(before));
        start.unwrap_or_default()..self.end_of_series(series).unwrap_or_default()
    }

    /// The row of a record that belongs to the series of this key.
    pub(super) fn row<'a>(
        &'a self,
        [service, sku, variant, unit]: [&'a str; SERIES_STRINGS],
        place: usize,
    ) -> Option<Row<'a>> {
        let record = self.part(&self.layout.records, place, RECORD_SIZE)?;
        let (scale, day) = unpack(read_u32(record, 8)?);
        let day = date(day)?;
        let mantissa = i128::from(read_u64(record, 0)?);
        let facts = self.facts.get(usize::from(read_u16(record, 14)?))?;
        let currency = self.string(facts.currency)?;
        Some(Row {
            service,
            sku,
            region: self.region_name(usize::from(read_u16(record, 12)?))?,
            variant,
            unit,
            price: (scale <= MAX_SCALE)
                .then(|| Decimal::from_i128_with_scale(mantissa, u32::from(scale)))?,
            currency: if currency.is_empty() { "USD" } else { currency },
            as_of: facts.taken.unwrap_or(day),
            effective: facts.taken.map(|_| day),
            source: self.string(facts.id)?,
        })
    }

    /// The place of the source of a record.
    pub(super) fn source_of(&self, place: usize) -> Option<usize> {
        let record = self.part(&self.layout.records, place, RECORD_SIZE)?;
        read_u16(record, 14).map(usize::from)
    }

    fn region_of(&self, place: usize) -> Option<u16> {
        read_u16(self.part(&self.layout.records, place, RECORD_SIZE)?, 12)
    }

    fn region_name(&self, place: usize) -> Option<&str> {
        self.string(read_u32(self.part(&self.layout.regions, place, 4)?, 0)?)
    }

    pub(super) fn source(&self, place: usize) -> Option<Source<'_>> {
        let mut strings = [""; SOURCE_STRINGS];
        for (field, string) in strings.iter_mut().enumerate() {
            *string = self.string(self.source_string(place, field)?)?;
        }
        let [id, what, licence, url, etag, modified, published, taken, currency, covers, dropped] =
            strings;
        Some(Source {
            id,
            what,
            licence,
            url,
            etag,
            modified,
            published,
            taken,
            currency,
            covers,
            dropped,
        })
    }

    fn source_string(&self, place: usize, field: usize) -> Option<u32> {
        read_u32(self.part(&self.layout.sources, place, SOURCE_SIZE)?, field * 4)
    }

    /// The id of a string, if the book has it.
    pub(super) fn string_id(&self, string: &str) -> Option<u32> {
        let text = |id: usize| self.string(id as u32);
        let id = super::partition(self.strings(), |id| text(id).is_some_and(|text| text < string));
        (text(id) == Some(string)).then_some(id as u32)
    }

    fn string(&self, id: u32) -> Option<&str> {
        let id = id as usize;
        let start = id.checked_sub(1).map_or(Some(0), |before| self.end_of_string(before))?;
        self.text.get(start..self.end_of_string(id)?)
    }

    fn strings(&self) -> usize {
        self.layout.ends.len() / 4
    }

    fn end_of_string(&self, id: usize) -> Option<usize> {
        Some(read_u32(self.part(&self.layout.ends, id, 4)?, 0)? as usize)
    }

    fn end_of_series(&self, place: usize) -> Option<usize> {
        let series = self.part(&self.layout.series, place, SERIES_SIZE)?;
        Some(read_u32(series, SERIES_STRINGS * 4)? as usize)
    }

    /// The bytes of the entry of a part at `place`.
    fn part(&self, part: &Range<usize>, place: usize, size: usize) -> Option<&[u8]> {
        let part = self.data.bytes().get(part.clone())?;
        let start = place.checked_mul(size)?;
        part.get(start..)?.get(..size)
    }
}

/// The text of a book: in place where the bytes stay as long as the program, else copied.
fn text(data: &Data, range: Range<usize>) -> Option<Cow<'static, str>> {
    match data {
        Data::Static(bytes) => std::str::from_utf8(bytes.get(range)?).ok().map(Cow::Borrowed),
        other => {
            let text = std::str::from_utf8(other.bytes().get(range)?).ok()?;
            Some(Cow::Owned(text.to_owned()))
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

fn date((year, month, day): Day) -> Option<Date> {
    let [month, day] = [month, day].map(i8::try_from);
    Date::new(i16::try_from(year).ok()?, month.ok()?, day.ok()?).ok()
}
