//! Rows as a book takes them.

use std::collections::BTreeMap;

use crate::book::encode::{EncodeError, Encoder, RowEntry, SourceEntry};
use crate::book::{PriceBook, Row};
use crate::sync::{Dropped, Harvest};

/// The rows of a harvest as a book of one table, and what was left out of it. A book of rows is a
/// fraction of what a harvest takes.
///
/// # Errors
/// The format's limits are exceeded.
pub(in super::super) fn pack(
    harvest: Harvest,
    id: &str,
) -> Result<(PriceBook, BTreeMap<Dropped, u64>), String> {
    let mut dropped = harvest.dropped();
    let mut encoder = Encoder::default();
    let fault = |error: EncodeError| format!("it does not fit into a price book: {error}");
    encoder.source(&SourceEntry::new(id, "", "")).map_err(fault)?;
    for row in harvest.rows() {
        // A price of more than 19 digits is none that a vendor bills.
        let Ok(mantissa) = u64::try_from(row.price.mantissa()) else {
            *dropped.entry(Dropped::Unreadable).or_default() += 1;
            continue;
        };
        let [service, sku, variant, unit, region] = row.key;
        // An exact decimal has at most 28 places.
        let scale = row.price.scale() as u8;
        let date = day(row.effective);
        let source = id;
        let entry = RowEntry { service, sku, variant, unit, region, source, mantissa, scale, date };
        encoder.row(&entry).map_err(fault)?;
    }
    // Writing the book takes as much again as the rows do.
    drop(harvest);
    let bytes = encoder.finish().map_err(fault)?;
    let book = PriceBook::from_bytes(bytes).map_err(|error| error.to_string())?;
    Ok((book, dropped))
}

/// A row of a book as it was given to it.
pub(super) fn entry<'a>(row: &Row<'a>) -> RowEntry<'a> {
    let Row { service, sku, variant, unit, region, source, price, .. } = *row;
    // It was read from a book, where it has 64 bits and at most 28 places.
    let (mantissa, scale) = (price.mantissa() as u64, price.scale() as u8);
    let date = day(row.effective.unwrap_or(row.as_of));
    RowEntry { service, sku, variant, unit, region, source, mantissa, scale, date }
}

fn day(date: jiff::civil::Date) -> (u16, u8, u8) {
    // Dates of prices are of this era; another is refused by the encoder as none.
    let year = u16::try_from(date.year()).unwrap_or(u16::MAX);
    (year, date.month().unsigned_abs(), date.day().unsigned_abs())
}
