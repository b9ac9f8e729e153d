//! What holds of any rows, and of any damage.

use std::collections::BTreeMap;

use finops_pricing::book::encode::{self, RowEntry, SourceEntry};
use finops_pricing::{PriceBook, PriceKey, Row};
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use proptest::sample::Index;
use rust_decimal::Decimal;

/// Service, sku, variant, unit, region.
type Key = [String; 5];
/// Mantissa, scale, day of August 2026, number of the source.
type Value = (u64, u8, u8, usize);

/// Sources: one without anything, and one whose table covers something.
fn sources() -> [SourceEntry<'static>; 2] {
    [
        SourceEntry::new("gathered", "a file that somebody gathered", "MIT"),
        SourceEntry {
            taken: "2026-08-20T23:59:59Z",
            currency: "CNY",
            covers: "a@* é@x",
            dropped: "zero price=12",
            ..SourceEntry::new("table", "a price list", "")
        },
    ]
}

/// Few different strings, so that keys share them; some are empty, long or not ASCII.
fn string() -> impl Strategy<Value = String> {
    let short = ["", "a", "b", "c", "ab", "a b", "a/b", "hour", "é", "eu-west-1", "\0", "日本"];
    let long = [300, 241, 240, 17].map(|length| "x".repeat(length));
    proptest::sample::select(short.map(str::to_owned).into_iter().chain(long).collect::<Vec<_>>())
}

fn rows() -> impl Strategy<Value = BTreeMap<Key, Value>> {
    let key = [string(), string(), string(), string(), string()];
    let value = (any::<u64>(), 0..=28_u8, 1..=31_u8, 0..2_usize);
    btree_map(key, value, 0..60)
}

fn entries(rows: &BTreeMap<Key, Value>) -> Vec<RowEntry<'_>> {
    let sources = sources();
    rows.iter()
        .map(|([service, sku, variant, unit, region], (mantissa, scale, day, source))| RowEntry {
            service,
            sku,
            variant,
            unit,
            region,
            source: sources[*source].id,
            mantissa: *mantissa,
            scale: *scale,
            date: (2026, 8, *day),
        })
        .collect()
}

fn key([service, sku, variant, unit, region]: &Key) -> PriceKey<'_> {
    PriceKey { service, sku, variant, unit, region }
}

fn key_of(row: &Row<'_>) -> Key {
    [row.service, row.sku, row.variant, row.unit, row.region].map(str::to_owned)
}

proptest! {
    #[test]
    fn every_row_comes_back_in_order_and_no_other(rows in rows(), other in [string(), string(), string(), string(), string()]) {
        let book = encode::encode(&sources(), &entries(&rows)).unwrap();
        let book = PriceBook::from_bytes(book).unwrap();
        let walked: Vec<Key> = book.all_rows().map(|row| key_of(&row)).collect();
        prop_assert_eq!(&walked, &rows.keys().cloned().collect::<Vec<_>>());
        for (asked, (mantissa, scale, day, source)) in &rows {
            let row = book.find(&key(asked)).unwrap();
            prop_assert_eq!(&key_of(&row), asked);
            let price = Decimal::from_i128_with_scale((*mantissa).into(), (*scale).into());
            prop_assert_eq!(row.price, price);
            prop_assert_eq!(row.price.scale(), price.scale());
            prop_assert_eq!((row.source, row.currency), [("gathered", "USD"), ("table", "CNY")][*source]);
            let day = jiff::civil::date(2026, 8, *day as i8);
            let days = [(day, None), (jiff::civil::date(2026, 8, 20), Some(day))];
            prop_assert_eq!((row.as_of, row.effective), days[*source]);
            let of_sku: Vec<Key> = book.rows(row.service, row.sku).map(|row| key_of(&row)).collect();
            let expected = rows.keys().filter(|key| key[..2] == asked[..2]);
            prop_assert_eq!(of_sku, expected.cloned().collect::<Vec<_>>());
            let of_service = rows.keys().filter(|key| key[0] == asked[0]);
            prop_assert_eq!(book.service_rows(row.service).count(), of_service.count());
        }
        prop_assert_eq!(book.find(&key(&other)).is_some(), rows.contains_key(&other));
    }

    #[test]
    fn the_order_of_rows_and_sources_never_changes_the_bytes(
        rows in rows(),
        order in vec(any::<u64>(), 60),
    ) {
        let book = encode::encode(&sources(), &entries(&rows)).unwrap();
        let mut shuffled: Vec<_> = entries(&rows).into_iter().zip(order).collect();
        shuffled.sort_by_key(|(_, place)| *place);
        let shuffled: Vec<_> = shuffled.into_iter().map(|(row, _)| row).collect();
        let mut sources = sources();
        sources.reverse();
        prop_assert_eq!(encode::encode(&sources, &shuffled).unwrap(), book);
    }

    #[test]
    fn a_damaged_book_is_refused(
        rows in rows(),
        place in any::<Index>(),
        bit in 0..8_u32,
    ) {
        let mut book = encode::encode(&sources(), &entries(&rows)).unwrap();
        let place = place.index(book.len());
        book[place] ^= 1_u8 << bit;
        prop_assert!(PriceBook::from_bytes(book).is_err());
    }

    /// Damage under a checksum that matches, as only a faulty writer would make it: what is answered
    /// is what was asked for.
    #[test]
    fn nonsense_under_a_valid_checksum_never_answers_for_another_key(
        rows in rows(),
        changes in vec((any::<Index>(), any::<u8>()), 1..6),
    ) {
        let mut book = encode::encode(&sources(), &entries(&rows)).unwrap();
        book.truncate(book.len() - encode::CHECKSUM_SIZE);
        for (place, value) in changes {
            let place = place.index(book.len());
            book[place] = value;
        }
        book.extend(encode::checksum(&book).to_le_bytes());
        let Ok(book) = PriceBook::from_bytes(book) else { return Ok(()) };
        prop_assert!(book.all_rows().count() <= book.len());
        for asked in rows.keys() {
            if let Some(row) = book.find(&key(asked)) {
                prop_assert_eq!(&key_of(&row), asked);
            }
            for row in book.rows(&asked[0], &asked[1]) {
                prop_assert_eq!([row.service, row.sku], [&asked[0], &asked[1]]);
            }
        }
    }
}
