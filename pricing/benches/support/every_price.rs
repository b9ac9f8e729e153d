//! One book of all prices that the program carries.

use finops_pricing::PriceBook;
use finops_pricing::book::encode::{Encoder, RowEntry, SourceEntry};

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

/// The keys (service, sku, variant, unit, region) of rows chosen at random, the same in every run.
pub(crate) fn random_keys(book: &PriceBook, count: usize) -> Vec<[String; 5]> {
    let keys: Vec<[&str; 5]> = book
        .all_rows()
        .map(|row| [row.service, row.sku, row.variant, row.unit, row.region])
        .collect();
    let mut random = fastrand::Rng::with_seed(7);
    let chosen = (0..count).map(|_| keys[random.usize(..keys.len())]);
    chosen.map(|key| key.map(str::to_owned)).collect()
}
