//! A sync that is killed leaves a good book in place, whenever it is killed.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use finops_pricing::book::encode::{self, RowEntry, SourceEntry};
use finops_pricing::shelf::Acceptance;
use finops_pricing::{PriceBook, Shelf};

/// The folder that the killed process keeps books in; unset in every other process.
const FOLDER: &str = "FINOPS_TEST_SHELF";
/// How often a process is killed.
const KILLED: usize = 40;

/// A book whose rows all have the same price, so that a mixture of two is seen.
fn book(cents: u64) -> Vec<u8> {
    let source = SourceEntry::new("table", "", "");
    let skus: Vec<String> = (0..2_000).map(|number| format!("size-{number}")).collect();
    let rows: Vec<RowEntry<'_>> = skus
        .iter()
        .map(|sku| RowEntry {
            service: "x/vm",
            sku,
            variant: "",
            unit: "hour",
            region: "north",
            source: "table",
            mantissa: cents,
            scale: 2,
            date: (2026, 8, 1),
        })
        .collect();
    encode::encode(&[source], &rows).expect("each row has a key of its own")
}

fn open(folder: &Path) -> Shelf {
    let nothing = encode::encode(&[], &[]).expect("an empty book is a book");
    let embedded = PriceBook::from_bytes(nothing).expect("it was just encoded");
    Shelf::open("x", embedded, Some(folder))
}

/// Not a test of its own: what the other one kills.
#[test]
fn a_process_that_keeps_books_until_it_is_killed() {
    let Some(folder) = std::env::var_os(FOLDER) else { return };
    let shelf = open(Path::new(&folder));
    let _lock = shelf.lock().expect("the one before it is dead, and with it its lock");
    let books = [book(1), book(2)];
    loop {
        for book in &books {
            shelf.keep(book, Acceptance::default()).unwrap();
            // To the standard error: the standard output is the test harness's.
            eprintln!("kept");
        }
    }
}

#[test]
fn whenever_a_sync_is_killed_a_whole_book_is_in_place() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().join("prices");
    for killed in 0..KILLED {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "crash::a_process_that_keeps_books_until_it_is_killed"])
            .arg("--nocapture")
            .env(FOLDER, &folder)
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let kept = lines.map_while(Result::ok).filter(|line| line == "kept");
        // It has kept at least this many, and is somewhere in the next.
        let wanted = killed % 3 + 1;
        assert_eq!(kept.take(wanted).count(), wanted);
        // How far it is by then is left to chance: the work takes some hundred microseconds.
        (0..killed * 500).for_each(|step| {
            std::hint::black_box(step);
        });
        child.kill().unwrap();
        child.wait().unwrap();
        let shelf = open(&folder);
        assert_eq!(shelf.trouble(), None);
        let prices = shelf.prices();
        let rows: Vec<_> = prices.book().all_rows().map(|row| row.price).collect();
        assert_eq!(rows.len(), 2_000);
        assert!(rows.iter().all(|price| *price == rows[0]));
    }
}
