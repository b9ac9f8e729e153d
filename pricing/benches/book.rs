//! How long it takes to open a book with all prices that the program carries, and to find one.
//!
//! `cargo bench -p finops-pricing --bench book`. Memory is `examples/book_memory.rs`'s.

#[path = "support/every_price.rs"]
mod every_price;

use std::collections::HashMap;
use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use finops_pricing::{PriceBook, PriceKey};
use rust_decimal::Decimal;

/// How many keys are asked for in turn: more than a processor's caches remember the answers of.
const KEYS: usize = 1 << 16;

fn open(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("book");
    std::fs::write(&path, every_price::encoded()).expect("the disk has room");
    criterion.bench_function("book/open", |bencher| {
        bencher.iter(|| PriceBook::open(black_box(&path)).map(|book| book.len()));
    });
}

fn find(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("book");
    std::fs::write(&path, every_price::encoded()).expect("the disk has room");
    let book = PriceBook::open(&path).expect("it was just written");
    let present = every_price::random_keys(&book, KEYS);
    let absent: Vec<[String; 5]> = present
        .iter()
        .map(|[service, sku, variant, unit, region]| {
            [service, &format!("{sku}x"), variant, unit, region].map(String::clone)
        })
        .collect();
    for (name, keys) in [("present", &present), ("absent", &absent)] {
        let mut keys = keys.iter().cycle();
        criterion.bench_function(&format!("book/find {name}"), |bencher| {
            bencher.iter(|| {
                let key = key(keys.next().expect("it never ends"));
                book.find(black_box(&key)).map(|row| row.price)
            });
        });
    }
    let map: HashMap<String, Decimal> = book
        .all_rows()
        .map(|row| ([row.service, row.sku, row.variant, row.unit, row.region].join("/"), row.price))
        .collect();
    let mut keys = present.iter().cycle();
    // What the program would do without a book: a table of full keys, which are put together.
    criterion.bench_function("map/find present", |bencher| {
        bencher.iter(|| map.get(&black_box(keys.next().expect("it never ends")).join("/")));
    });
}

fn key([service, sku, variant, unit, region]: &[String; 5]) -> PriceKey<'_> {
    PriceKey { service, sku, variant, unit, region }
}

criterion_group!(benches, open, find);
criterion_main!(benches);
