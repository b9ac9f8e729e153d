//! Reading rows in place. A record that makes no sense is as if it were not there: nothing here can
//! fail on any bytes.

use std::ops::Range;

use rust_decimal::Decimal;

use super::content::{Content, date};
use super::encode::{
    MAX_SCALE, RECORD_SIZE, SERIES_SIZE, SERIES_STRINGS, SLOT_PLACE, SLOT_TAG, first_slot, hash,
    tag, unpack,
};
use super::number::{read_u16, read_u32, read_u64};
use super::row::Row;
use super::strings::Strings;

impl Content {
    /// The row of this key and region.
    pub(super) fn find(&self, key: [&str; SERIES_STRINGS], region: &str) -> Option<Row<'_>> {
        let strings = self.strings();
        let names: &[[u8; 4]] = self.part(&self.layout.regions);
        let slots = self.part(&self.layout.region_slots);
        let (region, name) = probe(slots, hash(&[region]), |place| {
            strings.get(u32::from_le_bytes(*names.get(place)?)).filter(|name| *name == region)
        })?;
        let all: &[[u8; SERIES_SIZE]] = self.part(&self.layout.series);
        let slots = self.part(&self.layout.series_slots);
        let (series, key) = probe(slots, hash(&key), |place| {
            key_of(strings, all.get(place)?).filter(|found| *found == key)
        })?;
        let records = self.records(series);
        let regions: &[[u8; 2]] = self.part(&self.layout.record_regions);
        let regions = regions.get(records.clone())?;
        let region_at = |place: usize| usize::from(u16::from_le_bytes(regions[place]));
        let place = super::partition(regions.len(), |place| region_at(place) < region);
        let found = place < regions.len() && region_at(place) == region;
        found.then(|| self.row(key, name, records.start + place))?
    }

    /// The rows of a series, in the order of their regions.
    pub(super) fn series_rows(&self, series: usize) -> impl Iterator<Item = Row<'_>> {
        let strings = self.strings();
        let key = self.part(&self.layout.series).get(series).and_then(|key| key_of(strings, key));
        let records = if key.is_some() { self.records(series) } else { 0..0 };
        records.filter_map(move |place| self.row(key?, self.region_name(strings, place)?, place))
    }

    /// The ids of service, sku, variant and unit of a series.
    pub(super) fn series_ids(&self, place: usize) -> Option<[u32; SERIES_STRINGS]> {
        ids_of(self.part(&self.layout.series).get(place)?)
    }

    /// The place of the source of a record.
    pub(super) fn source_of(&self, place: usize) -> Option<usize> {
        let record: &[u8; RECORD_SIZE] = self.part(&self.layout.records).get(place)?;
        read_u16(record, 12).map(usize::from)
    }

    /// The places of the records of a series.
    fn records(&self, series: usize) -> Range<usize> {
        let start = series.checked_sub(1).and_then(|before| self.end_of_series(before));
        start.unwrap_or_default()..self.end_of_series(series).unwrap_or_default()
    }

    /// The name of the region of a record.
    fn region_name<'a>(&self, strings: Strings<'a>, place: usize) -> Option<&'a str> {
        let regions: &[[u8; 2]] = self.part(&self.layout.record_regions);
        let region = u16::from_le_bytes(*regions.get(place)?);
        let names: &[[u8; 4]] = self.part(&self.layout.regions);
        strings.get(u32::from_le_bytes(*names.get(usize::from(region))?))
    }

    /// The row of a record, whose key is known.
    #[inline]
    fn row<'a>(
        &'a self,
        [service, sku, variant, unit]: [&'a str; SERIES_STRINGS],
        region: &'a str,
        place: usize,
    ) -> Option<Row<'a>> {
        let record: &[u8; RECORD_SIZE] = self.part(&self.layout.records).get(place)?;
        let mantissa = read_u64(record, 0)?;
        let (scale, day) = unpack(read_u32(record, 8)?);
        let day = date(day)?;
        let facts = self.facts.get(usize::from(read_u16(record, 12)?))?;
        if scale > MAX_SCALE {
            return None;
        }
        let [low, middle] = [mantissa as u32, (mantissa >> 32) as u32];
        Some(Row {
            service,
            sku,
            region,
            variant,
            unit,
            price: Decimal::from_parts(low, middle, 0, false, u32::from(scale)),
            currency: &facts.currency,
            as_of: facts.taken.unwrap_or(day),
            effective: facts.taken.map(|_| day),
            source: &facts.id,
        })
    }
}

/// The first place of a hash table that `accept` accepts, with what it gave.
#[inline]
fn probe<T>(
    slots: &[[u8; 4]],
    hash: u64,
    accept: impl Fn(usize) -> Option<T>,
) -> Option<(usize, T)> {
    let mut at = first_slot(hash, slots.len());
    // A table of a faulty writer may have no empty slot.
    for _ in 0..slots.len() {
        let slot = u32::from_le_bytes(*slots.get(at)?);
        if slot == 0 {
            return None;
        }
        if slot & SLOT_TAG == tag(hash) {
            let place = (slot & SLOT_PLACE).wrapping_sub(1) as usize;
            if let Some(accepted) = accept(place) {
                return Some((place, accepted));
            }
        }
        at = if at + 1 == slots.len() { 0 } else { at + 1 };
    }
    None
}

fn ids_of(series: &[u8; SERIES_SIZE]) -> Option<[u32; SERIES_STRINGS]> {
    let id = |field: usize| read_u32(series, field * 4);
    Some([id(0)?, id(1)?, id(2)?, id(3)?])
}

/// Service, sku, variant and unit of a series.
#[inline]
fn key_of<'a>(
    strings: Strings<'a>,
    series: &[u8; SERIES_SIZE],
) -> Option<[&'a str; SERIES_STRINGS]> {
    let [service, sku, variant, unit] = ids_of(series)?;
    Some([strings.get(service)?, strings.get(sku)?, strings.get(variant)?, strings.get(unit)?])
}
