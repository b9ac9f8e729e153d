//! What must hold of every row that a document gave.

use std::collections::BTreeMap;

use finops_pricing::book::encode::{self, RowEntry, SourceEntry};
use finops_pricing::sync::{Dropped, Harvest, ParseError, Published, TableRow};
use finops_pricing::{PriceBook, PriceKey};
use jiff::civil::Date;
use rust_decimal::Decimal;

use super::TODAY;

/// All that came of a document.
#[derive(Debug, PartialEq)]
pub(super) struct Outcome {
    /// What it said of itself, or why it was refused.
    pub(super) published: Result<Published, ParseError>,
    /// The rows by their keys.
    rows: BTreeMap<[String; 5], (Decimal, Date)>,
    dropped: BTreeMap<Dropped, u64>,
}

impl Outcome {
    /// Reads a document into an empty harvest and looks at every row. What a refused document gave
    /// is thrown away.
    pub(super) fn of(read: impl FnOnce(&mut Harvest) -> Result<Published, ParseError>) -> Self {
        let mut harvest = Harvest::new(TODAY);
        let published = read(&mut harvest);
        if published.is_err() {
            return Self { published, rows: BTreeMap::new(), dropped: BTreeMap::new() };
        }
        harvest.rows().for_each(|row| check_row(&row, &harvest));
        let rows: BTreeMap<_, _> = harvest
            .rows()
            .map(|row| (row.key.map(str::to_owned), (row.price, row.effective)))
            .collect();
        assert_eq!(rows.len(), harvest.len(), "two rows have one key");
        check_book(&rows);
        Self { published, rows, dropped: harvest.dropped() }
    }

    /// The service and the region of each row.
    pub(super) fn places(&self) -> impl Iterator<Item = (&str, &str)> {
        self.rows.keys().map(|[service, _, _, _, region]| (&**service, &**region))
    }

    /// A document does not give more rows than it can have.
    pub(super) fn check_count(&self, bytes: usize) {
        let dropped: u64 = self.dropped.values().sum();
        assert!(self.rows.len() as u64 + dropped <= bytes as u64 + 1, "{self:?} of {bytes} bytes");
    }
}

fn check_row(row: &TableRow<'_>, harvest: &Harvest) {
    let [service, sku, _, unit, region] = row.key;
    assert!(![service, sku, unit, region].contains(&""), "{row:?} has no whole key");
    assert!(row.price > Decimal::ZERO, "{row:?} costs nothing");
    assert!(row.effective <= TODAY, "{row:?} is not valid yet");
    assert_eq!(harvest.find(row.key), Some(*row));
}

/// A book takes every row, and answers with its price; but for prices of more digits than any vendor
/// bills, which are left out there.
fn check_book(rows: &BTreeMap<[String; 5], (Decimal, Date)>) {
    let entries: Vec<RowEntry<'_>> =
        rows.iter().filter_map(|(key, value)| entry(key, value)).collect();
    let book = encode::encode(&[SourceEntry::new("table", "", "")], &entries);
    let book = PriceBook::from_bytes(book.expect("a book takes all rows")).expect("it is a book");
    assert_eq!(book.len(), entries.len());
    for entry in &entries {
        let RowEntry { service, sku, variant, unit, region, mantissa, scale, .. } = *entry;
        let found = book.find(&PriceKey { service, sku, variant, unit, region });
        let price = Decimal::from_i128_with_scale(mantissa.into(), scale.into());
        assert_eq!(found.map(|row| row.price), Some(price), "{entry:?}");
    }
}

fn entry<'a>(key: &'a [String; 5], (price, since): &(Decimal, Date)) -> Option<RowEntry<'a>> {
    let [service, sku, variant, unit, region] = key;
    Some(RowEntry {
        service,
        sku,
        variant,
        unit,
        region,
        source: "table",
        mantissa: price.mantissa().try_into().ok()?,
        scale: price.scale() as u8,
        date: (
            since.year().try_into().expect("a book takes the days of every row"),
            since.month().unsigned_abs(),
            since.day().unsigned_abs(),
        ),
    })
}
