//! One book of all prices that the program carries.

use finops_pricing::book::encode::{Encoder, RowEntry, SourceEntry};
use finops_pricing::{PriceBook, PriceKey, Row};

/// The rows and sources of the three providers as one book.
pub(crate) fn encoded() -> Vec<u8> {
    let mut encoder = Encoder::default();
    for (number, book) in
        [PriceBook::aws(), PriceBook::azure(), PriceBook::gcp()].into_iter().enumerate()
    {
        // Two providers may have a source of the same name.
        let named = |id: &str| format!("{number} {id}");
        for source in book.sources() {
            let id = named(source.id);
            let entry = SourceEntry::new(&id, source.what, source.licence);
            encoder.source(&entry).expect("each source has an id of its own");
        }
        for row in book.all_rows() {
            let (year, month, day) = (row.as_of.year(), row.as_of.month(), row.as_of.day());
            let entry = RowEntry {
                service: row.service,
                sku: row.sku,
                variant: row.variant,
                unit: row.unit,
                region: row.region,
                source: &named(row.source),
                mantissa: u64::try_from(row.price.mantissa()).expect("prices are positive"),
                scale: row.price.scale() as u8,
                date: (year as u16, month as u8, day as u8),
            };
            encoder.row(&entry).expect("each row is of a book");
        }
    }
    encoder.finish().expect("the rows are of books")
}

/// A key in one piece of text: what is asked is near at hand, so that only the answer is measured.
#[derive(Debug, Clone)]
pub(crate) struct Key {
    /// Service, sku, variant, unit and region, each with a line end after it.
    pub(crate) text: String,
    /// Where each of the five ends.
    ends: [usize; 5],
}

impl Key {
    pub(crate) fn new(key: &PriceKey<'_>) -> Self {
        let mut text = String::new();
        let ends = [key.service, key.sku, key.variant, key.unit, key.region].map(|part| {
            text.push_str(part);
            text.push('\n');
            text.len() - 1
        });
        Self { text, ends }
    }

    pub(crate) fn of(row: &Row<'_>) -> Self {
        let [service, sku, variant] = [row.service, row.sku, row.variant];
        Self::new(&PriceKey { service, sku, variant, unit: row.unit, region: row.region })
    }

    pub(crate) fn parts(&self) -> PriceKey<'_> {
        let part = |number: usize| {
            let start = number.checked_sub(1).map_or(0, |before| self.ends[before] + 1);
            &self.text[start..self.ends[number]]
        };
        let [service, sku, variant, unit, region] = [0, 1, 2, 3, 4].map(part);
        PriceKey { service, sku, variant, unit, region }
    }
}

/// The keys of rows chosen at random, the same in every run.
pub(crate) fn random_keys(book: &PriceBook, count: usize) -> Vec<Key> {
    let rows: Vec<Row<'_>> = book.all_rows().collect();
    let mut random = fastrand::Rng::with_seed(7);
    (0..count).map(|_| Key::of(&rows[random.usize(..rows.len())])).collect()
}
