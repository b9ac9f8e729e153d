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

use every_price::Key;

/// How many keys are asked for in turn.
const KEYS: usize = 1 << 14;

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
    let absent: Vec<Key> =
        present.iter().map(|key| Key::new(&PriceKey { sku: "x9.large", ..key.parts() })).collect();
    let map: HashMap<String, Decimal> =
        book.all_rows().map(|row| (Key::of(&row).text, row.price)).collect();
    for (name, keys) in [("present", &present), ("absent", &absent)] {
        let mut next = keys.iter().cycle();
        criterion.bench_function(&format!("book/find {name}"), |bencher| {
            bencher.iter(|| {
                let key = next.next().expect("it never ends");
                book.find(black_box(&key.parts())).map(|row| row.price)
            });
        });
        let mut next = keys.iter().cycle();
        // As good as it gets: the full keys need not even be put together.
        criterion.bench_function(&format!("map/find {name}"), |bencher| {
            bencher.iter(|| map.get(black_box(&*next.next().expect("it never ends").text)));
        });
    }
}

criterion_group!(benches, open, find);
criterion_main!(benches);
