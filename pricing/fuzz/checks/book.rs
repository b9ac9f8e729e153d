//! A price book, of any bytes.

use finops_pricing::book::encode::{CHECKSUM_SIZE, checksum};
use finops_pricing::{ListPrices, PriceBook, PriceKey, Row};

/// A book is refused, or answers what it was asked: with the checksum that it has, and with the one
/// that it should have.
pub(super) fn check(input: &[u8]) {
    let mut repaired = input.to_vec();
    if let Some(content) = input.len().checked_sub(CHECKSUM_SIZE) {
        repaired.truncate(content);
        repaired.extend(checksum(&repaired).to_le_bytes());
    }
    for bytes in [input.to_vec(), repaired] {
        if let Ok(book) = PriceBook::from_bytes(bytes) {
            walk(&book);
        }
    }
}

/// Asks for all that a book can be asked for.
fn walk(book: &PriceBook) {
    let absent = PriceKey { service: "aws/ec2", sku: "x9", region: "", variant: "", unit: "hour" };
    assert_eq!(book.find(&absent).map(|row| key(&row)).filter(|found| *found != absent), None);
    let mut rows = 0;
    for row in book.all_rows() {
        rows += 1;
        // What is out of order may not be found; what is found is what was asked for.
        let asked = key(&row);
        assert!(book.find(&asked).is_none_or(|found| key(&found) == asked));
        let of_sku = book.rows(row.service, row.sku);
        of_sku.for_each(|of_sku| assert_eq!((of_sku.service, of_sku.sku), (row.service, row.sku)));
        assert!(book.regions(row.service).count() <= book.len());
        if rows == 64 {
            // What is walked for each row is as long as the book.
            break;
        }
    }
    assert!(book.all_rows().count() <= book.len());
    let by_source: usize = book.rows_by_source().iter().map(|(_, rows)| rows).sum();
    assert!(by_source <= book.len());
    for source in book.sources() {
        assert!(book.source(source.id).is_some_and(|found| found.id == source.id));
    }
    let (_, _) = (book.newest_date(), book.taken());
    let prices = ListPrices::layered(Some(book.clone()), book.clone());
    for row in book.all_rows().take(64) {
        // A price, or a reason.
        let _ = prices.price(&key(&row));
    }
}

fn key<'a>(row: &Row<'a>) -> PriceKey<'a> {
    let [service, sku, variant] = [row.service, row.sku, row.variant];
    PriceKey { service, sku, variant, unit: row.unit, region: row.region }
}
