use jiff::civil::date;

use super::encode::{self, EncodeError, RowEntry, SourceEntry};
use super::*;

const SOURCES: [SourceEntry<'_>; 1] = [SourceEntry::new("s", "a source", "MIT")];

const ROW: RowEntry<'_> = RowEntry {
    service: "x/vm",
    sku: "small",
    variant: "linux",
    unit: "hour",
    region: "north",
    source: "s",
    mantissa: 96,
    scale: 3,
    date: (2026, 7, 20),
};

fn small_rows() -> Vec<RowEntry<'static>> {
    vec![
        ROW,
        RowEntry { region: "south", mantissa: 107, ..ROW },
        RowEntry { variant: "windows", mantissa: 188, date: (2025, 3, 2), ..ROW },
        RowEntry { sku: "large", mantissa: 192, ..ROW },
        RowEntry { service: "x/disk", sku: "ssd", variant: "", unit: "GB-Mo", ..ROW },
    ]
}

fn small_book() -> Vec<u8> {
    encode::encode(&SOURCES, &small_rows()).unwrap()
}

fn key<'a>(sku: &'a str, region: &'a str, variant: &'a str) -> PriceKey<'a> {
    PriceKey { service: "x/vm", sku, region, variant, unit: "hour" }
}

#[test]
fn a_row_comes_back_as_it_went_in() {
    let book = PriceBook::from_bytes(small_book()).unwrap();
    assert_eq!((book.len(), book.is_empty()), (5, false));
    assert_eq!(book.newest_date(), Some(date(2026, 7, 20)));
    let row = book.find(&key("small", "north", "windows")).unwrap();
    assert_eq!(row.price, "0.188".parse().unwrap());
    assert_eq!((row.as_of, row.source), (date(2025, 3, 2), "s"));
    assert_eq!((row.sku, row.region, row.variant, row.unit), ("small", "north", "windows", "hour"));
    assert_eq!(book.source("s").unwrap().what, "a source");
    assert_eq!(book.source("t"), None);
}

#[test]
fn what_differs_in_one_part_of_the_key_is_not_found() {
    let book = PriceBook::from_bytes(small_book()).unwrap();
    for wrong in [
        key("medium", "north", "linux"),
        key("large", "south", "linux"),
        key("small", "south", "windows"),
        PriceKey { service: "x/disk", ..key("small", "north", "linux") },
        PriceKey { unit: "GB-Mo", ..key("small", "north", "linux") },
    ] {
        assert_eq!(book.find(&wrong), None, "{wrong:?}");
    }
}

#[test]
fn rows_and_regions_are_walked_in_order() {
    let book = PriceBook::from_bytes(small_book()).unwrap();
    let walked: Vec<_> = book.rows("x/vm", "small").map(|row| (row.variant, row.region)).collect();
    assert_eq!(walked, [("linux", "north"), ("linux", "south"), ("windows", "north")]);
    assert_eq!(book.service_rows("x/vm").count(), 4);
    assert_eq!(book.regions("x/vm").collect::<Vec<_>>(), ["north", "south"]);
    assert_eq!(book.regions("x/disk").collect::<Vec<_>>(), ["north"]);
    assert_eq!(book.regions("y/vm").count() + book.rows("x/vm", "medium").count(), 0);
}

#[test]
fn a_price_is_as_old_as_when_its_table_was_last_seen() {
    let taken = |taken| {
        let source = SourceEntry { taken, ..SOURCES[0] };
        PriceBook::from_bytes(encode::encode(&[source], &small_rows()).unwrap())
    };
    let book = taken("2026-08-02T23:30:00Z").unwrap();
    assert_eq!(book.newest_date(), Some(date(2026, 8, 2)));
    assert_eq!(book.taken(), Some("2026-08-02T23:30:00Z".parse().unwrap()));
    let row = book.find(&key("small", "north", "windows")).unwrap();
    assert_eq!((row.as_of, row.effective), (date(2026, 8, 2), Some(date(2025, 3, 2))));
    let gathered = taken("").unwrap();
    let row = gathered.find(&key("small", "north", "windows")).unwrap();
    assert_eq!((row.as_of, row.effective, gathered.taken()), (date(2025, 3, 2), None, None));
    let nonsense = BookError::Damaged("a source whose time cannot be read");
    assert_eq!(taken("yesterday").unwrap_err(), nonsense);
}

#[test]
fn rows_are_counted_by_their_source() {
    let sources = [SourceEntry::new("t", "", ""), SOURCES[0]];
    let mut rows = small_rows();
    rows[1].source = "t";
    let book = PriceBook::from_bytes(encode::encode(&sources, &rows).unwrap()).unwrap();
    let counts = book.rows_by_source();
    let counts: Vec<_> = counts.iter().map(|(source, rows)| (source.id, *rows)).collect();
    assert_eq!(counts, [("s", 4), ("t", 1)]);
}

#[test]
fn an_empty_book_is_a_book() {
    let book = PriceBook::from_bytes(encode::encode(&[], &[]).unwrap()).unwrap();
    assert!(book.is_empty() && book.newest_date().is_none());
    assert_eq!(book.find(&key("small", "north", "linux")), None);
}

#[test]
fn the_order_of_the_rows_does_not_matter() {
    let mut rows = small_rows();
    rows.reverse();
    assert_eq!(encode::encode(&SOURCES, &rows).unwrap(), small_book());
}

#[test]
fn the_encoder_refuses_what_a_book_cannot_mean() {
    let refused = |rows: &[RowEntry<'_>]| encode::encode(&SOURCES, rows).unwrap_err();
    let repeated = [ROW, RowEntry { sku: "large", ..ROW }, RowEntry { mantissa: 97, ..ROW }];
    assert_eq!(refused(&repeated), EncodeError::DuplicateRow { first: 0, second: 2 });
    let unknown = refused(&[RowEntry { source: "t", ..ROW }]);
    assert_eq!(unknown, EncodeError::UnknownSource { row: 0 });
    let places = refused(&[RowEntry { scale: 29, ..ROW }]);
    assert_eq!(places, EncodeError::TooManyPlaces { row: 0 });
    let date = refused(&[RowEntry { date: (2026, 13, 1), ..ROW }]);
    assert_eq!(date, EncodeError::BadDate { row: 0 });
    let twice = encode::encode(&[SOURCES[0], SOURCES[0]], &[]).unwrap_err();
    assert_eq!(twice, EncodeError::DuplicateSource { id: "s".to_owned() });
}

#[test]
fn a_cut_book_is_refused() {
    let bytes = small_book();
    for length in 0..bytes.len() {
        assert!(PriceBook::from_bytes(bytes[..length].to_vec()).is_err(), "{length} bytes");
    }
    let mut longer = bytes;
    longer.push(0);
    assert!(PriceBook::from_bytes(longer).is_err());
}

#[test]
fn any_changed_bit_is_found() {
    let bytes = small_book();
    for place in 0..bytes.len() * 8 {
        let mut changed = bytes.clone();
        changed[place / 8] ^= 1 << (place % 8);
        assert!(PriceBook::from_bytes(changed).is_err(), "bit {place}");
    }
}

/// Damage with a matching checksum, as a faulty writer would make it: refused or harmless.
#[test]
fn a_changed_byte_under_a_valid_checksum_never_panics() {
    let bytes = small_book();
    let content = bytes.len() - encode::CHECKSUM_SIZE;
    for place in 0..content {
        for value in [0, 1, 0x7f, 0x80, 0xff, bytes[place].wrapping_add(1)] {
            let mut changed = bytes[..content].to_vec();
            changed[place] = value;
            changed.extend(encode::checksum(&changed).to_le_bytes());
            let Ok(book) = PriceBook::from_bytes(changed) else {
                continue;
            };
            for row in book.all_rows() {
                let Row { service, sku, region, variant, unit, .. } = row;
                let key = PriceKey { service, sku, region, variant, unit };
                // A region out of order may not be found.
                let found = book.find(&key).map(|row| (row.sku, row.variant, row.region));
                assert!(found.is_none_or(|found| found == (sku, variant, region)));
            }
            assert!(book.all_rows().count() <= 5 && book.rows("x/vm", "small").count() <= 4);
            assert!(book.sources().count() <= 1 && book.regions("x/vm").count() <= 4);
        }
    }
}

#[test]
fn other_bytes_and_other_versions_are_named() {
    assert_eq!(PriceBook::from_bytes(&b"sku,price"[..]).unwrap_err(), BookError::NotABook);
    let mut later = small_book();
    later[8] = 4;
    let error = PriceBook::from_bytes(later).unwrap_err();
    assert_eq!(error.to_string(), "price book of format 4; this build reads 3");
}

#[test]
fn the_embedded_book_has_every_row() {
    let book = PriceBook::aws();
    // The rows of each file as the gathering counted them, by service.
    let counts = [
        ("aws/datatransfer", 128),
        ("aws/ebs", 493),
        ("aws/ec2", 21_862 + 1_057),
        ("aws/eks", 140),
        ("aws/elb", 14),
        ("aws/lambda", 592),
        ("aws/rds", 27_345),
        ("aws/rds-storage", 150),
        ("aws/s3", 3_129),
        ("aws/vpc", 227),
    ];
    for (service, count) in counts {
        assert_eq!(book.service_rows(service).count(), count, "{service}");
    }
    let premiums = book.service_rows("aws/ec2").filter(|row| row.variant.ends_with("-premium"));
    assert_eq!(premiums.count(), 1_057);
    assert_eq!(book.len(), 55_137);
    assert_eq!(book.newest_date(), Some(date(2026, 7, 20)));
    assert_eq!(book.regions("aws/ec2").count(), 36);
}

#[test]
fn every_embedded_row_can_be_found_and_names_its_source() {
    let book = PriceBook::aws();
    assert_eq!(book.sources().count(), 8);
    for row in book.service_rows("aws/s3").chain(book.service_rows("aws/rds-storage")) {
        let Row { service, sku, region, variant, unit, source, .. } = row;
        let key = PriceKey { service, sku, region, variant, unit };
        assert_eq!(book.find(&key), Some(row));
        assert!(book.source(source).is_some());
    }
}
