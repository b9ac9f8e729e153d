use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use tempfile::TempDir;

use super::*;
use crate::book::PriceKey;
use crate::book::encode::{self, RowEntry, SourceEntry};

const ROW: RowEntry<'_> = RowEntry {
    service: "x/vm",
    sku: "small",
    variant: "linux",
    unit: "hour",
    region: "north",
    source: "one",
    mantissa: 1,
    scale: 2,
    date: (2026, 5, 1),
};

/// A book of two tables: `one` and `two` say how many rows each has. The price of the first row is
/// `cents`.
fn book(cents: u64, one: usize, two: usize) -> Vec<u8> {
    let source = |id| SourceEntry {
        covers: "x/vm@*",
        taken: "2026-08-02T10:00:00Z",
        ..SourceEntry::new(id, "", "")
    };
    let skus: Vec<String> = (1..one + two).map(|number| format!("size-{number}")).collect();
    let mut rows = vec![RowEntry { mantissa: cents, ..ROW }];
    for (number, sku) in skus.iter().enumerate() {
        rows.push(RowEntry { sku, source: if number + 1 < one { "one" } else { "two" }, ..ROW });
    }
    encode::encode(&[source("one"), source("two")], &rows).unwrap()
}

fn folder() -> (TempDir, PathBuf) {
    let outer = tempfile::tempdir().unwrap();
    let folder = outer.path().join("prices");
    (outer, folder)
}

fn open(folder: &Path) -> Shelf {
    let embedded = PriceBook::from_bytes(encode::encode(&[], &[]).unwrap()).unwrap();
    Shelf::open("x", embedded, Some(folder))
}

/// The price of the first row in cents; `None` where there is none.
fn cents(shelf: &Shelf) -> Option<String> {
    let key =
        PriceKey { service: "x/vm", sku: "small", region: "north", variant: "linux", unit: "hour" };
    shelf
        .prices()
        .find(&key)
        .map(|row| (row.price * rust_decimal::Decimal::from(100)).normalize())
        .map(|price| price.to_string())
}

fn keep(shelf: &Shelf, book: &[u8]) {
    shelf.keep(book, Acceptance::default()).unwrap();
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn without_a_book_the_prices_are_those_of_the_program() {
    let (_outer, folder) = folder();
    let shelf = open(&folder);
    assert_eq!((cents(&shelf), shelf.trouble(), shelf.state()), (None, None, None));
    assert!(!folder.exists(), "only a sync makes the folder");
    let nowhere = Shelf::open("aws", PriceBook::aws().clone(), None);
    assert!(nowhere.prices().synced().is_none());
    let refused = nowhere.keep(&book(1, 1, 0), Acceptance::Any).unwrap_err();
    assert!(refused.to_string().ends_with("set data_dir to one that can be written"), "{refused}");
    assert!(nowhere.lock().is_err());
}

#[test]
fn a_kept_book_is_in_use_at_once_and_after_the_next_start() {
    let (_outer, folder) = folder();
    let shelf = open(&folder);
    let bytes = book(3, 5, 5);
    keep(&shelf, &bytes);
    for shelf in [&shelf, &open(&folder)] {
        assert_eq!((cents(shelf).as_deref(), shelf.trouble()), (Some("3"), None));
        let state = shelf.state().unwrap();
        assert_eq!((state.path, state.rows, state.bytes), (folder.join(BOOK), 10, bytes.len()));
        assert_eq!(state.taken, Some("2026-08-02T10:00:00Z".parse().unwrap()));
    }
    assert_eq!((mode(&folder), mode(&folder.join(BOOK))), (0o700, 0o600));
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 1, "nothing is left beside the book");
}

#[test]
fn the_old_book_is_kept_as_the_previous() {
    let (_outer, folder) = folder();
    let shelf = open(&folder);
    for cents in [1, 2, 3] {
        keep(&shelf, &book(cents, 5, 5));
    }
    assert_eq!(fs::read(folder.join(BOOK)).unwrap(), book(3, 5, 5));
    assert_eq!(fs::read(folder.join(PREVIOUS)).unwrap(), book(2, 5, 5));
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 2);
}

#[test]
fn a_damaged_book_is_passed_over_for_the_one_before_it() {
    let (_outer, folder) = folder();
    let shelf = open(&folder);
    [1, 2].into_iter().for_each(|cents| keep(&shelf, &book(cents, 5, 5)));
    let mut bytes = book(2, 5, 5);
    bytes[100] ^= 1;
    replace(&folder.join(BOOK), &bytes);
    let again = open(&folder);
    assert_eq!(cents(&again).as_deref(), Some("1"));
    let trouble = again.trouble().unwrap();
    let expected = "book: damaged price book: the checksum does not match; \
                    the one before it is in use: run pricing sync";
    assert!(trouble.ends_with(expected), "{trouble}");
    assert_eq!(again.state().unwrap().path, folder.join(PREVIOUS));
    // It takes the place of neither the new book nor the previous one.
    keep(&again, &book(3, 1, 0));
    assert_eq!((cents(&again).as_deref(), again.trouble()), (Some("3"), None));
    assert_eq!(fs::read(folder.join(PREVIOUS)).unwrap(), book(1, 5, 5));
}

#[test]
fn two_damaged_books_leave_the_prices_of_the_program() {
    let (_outer, folder) = folder();
    fs::create_dir(&folder).unwrap();
    for (name, bytes) in [(BOOK, &b"FINOPSPB\x02\x00"[..]), (PREVIOUS, b"")] {
        fs::write(folder.join(name), bytes).unwrap();
    }
    let shelf = open(&folder);
    assert_eq!((cents(&shelf), shelf.state()), (None, None));
    let trouble = shelf.trouble().unwrap();
    let expected = "price book of format 2; this build reads 3; \
                    the prices that the agent was built with are in use: run pricing sync";
    assert!(trouble.ends_with(expected), "{trouble}");
}

#[test]
fn a_folder_in_the_books_place_is_named() {
    let (_outer, folder) = folder();
    fs::create_dir_all(folder.join(BOOK)).unwrap();
    let shelf = open(&folder);
    assert!(shelf.trouble().unwrap().contains("book: not a regular file; "));
    let error = shelf.keep(&book(1, 1, 0), Acceptance::default()).unwrap_err().to_string();
    assert!(error.ends_with("; remove the folder that is in the way"), "{error}");
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 1, "what was written aside is removed");
}

#[test]
fn a_file_in_the_folders_place_is_named() {
    let (outer, _) = folder();
    let file = outer.path().join("file");
    fs::write(&file, "").unwrap();
    let shelf = open(&file);
    assert!(shelf.trouble().is_some());
    for error in [shelf.lock().unwrap_err(), shelf.keep(&[], Acceptance::Any).unwrap_err()] {
        let error = error.to_string();
        assert!(error.ends_with("; remove the file that is in the way"), "{error}");
    }
}

#[test]
fn a_full_disk_is_named_and_leaves_the_old_book() {
    let error = std::io::Error::from(std::io::ErrorKind::StorageFull);
    let error = ShelfError::file(Path::new("/prices/book.new.1.0"), &error).to_string();
    assert_eq!(
        error,
        "/prices/book.new.1.0: no storage space; free some room there and sync again"
    );
}

#[test]
fn bytes_that_are_no_book_are_refused() {
    let (_outer, folder) = folder();
    let shelf = open(&folder);
    keep(&shelf, &book(1, 5, 5));
    let mut cut = book(2, 5, 5);
    cut.pop();
    for bytes in [&cut[..], b"", b"sku,price"] {
        assert!(shelf.keep(bytes, Acceptance::Any).is_err());
    }
    assert_eq!(cents(&shelf).as_deref(), Some("1"));
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);
}

#[test]
fn a_much_smaller_book_is_refused_unless_it_is_accepted() {
    let (_outer, folder) = folder();
    let shelf = open(&folder);
    keep(&shelf, &book(1, 10, 10));
    let refused = |book: &[u8]| shelf.keep(book, Acceptance::default()).unwrap_err().to_string();
    assert_eq!(
        refused(&book(2, 9, 0)),
        "the new price book is refused: it has 9 prices, and the one that is there has 20; \
         to take it all the same: --accept-smaller"
    );
    assert_eq!(
        refused(&book(2, 15, 4)),
        "the new price book is refused: two has 4 prices, and had 10; \
         to take it all the same: --accept-smaller"
    );
    assert_eq!(cents(&shelf).as_deref(), Some("1"));
    keep(&shelf, &book(2, 5, 5));
    shelf.keep(&book(3, 1, 0), Acceptance::Any).unwrap();
    assert_eq!(cents(&shelf).as_deref(), Some("3"));
}

/// Puts a file in another's place as another process would: by renaming.
fn replace(path: &Path, bytes: &[u8]) {
    let aside = path.with_extension("aside");
    fs::write(&aside, bytes).unwrap();
    fs::rename(&aside, path).unwrap();
}

#[test]
fn a_book_that_another_process_puts_there_is_taken() {
    let (_outer, folder) = folder();
    let [agent, sync] = [open(&folder), open(&folder)];
    assert_eq!(cents(&agent), None);
    keep(&sync, &book(1, 5, 5));
    assert_eq!(cents(&agent).as_deref(), Some("1"));
    let before = agent.prices();
    assert!(Arc::ptr_eq(&before, &agent.prices()), "what did not change is not read again");
    keep(&sync, &book(2, 5, 5));
    assert_eq!(cents(&agent).as_deref(), Some("2"));
    // Whoever still has the old prices has them to the end.
    assert_eq!(before.service_rows("x/vm").count(), 10);

    replace(&folder.join(BOOK), b"nonsense");
    assert_eq!(cents(&agent).as_deref(), Some("2"));
    let trouble = agent.trouble().unwrap();
    assert!(trouble.ends_with("stay in use: run pricing sync"), "{trouble}");
    replace(&folder.join(BOOK), &book(4, 5, 5));
    assert_eq!((cents(&agent).as_deref(), agent.trouble()), (Some("4"), None));
    fs::remove_file(folder.join(BOOK)).unwrap();
    assert_eq!((cents(&agent), agent.trouble()), (None, None));
}

#[test]
fn one_sync_runs_at_a_time() {
    let (_outer, folder) = folder();
    let [one, other] = [open(&folder), open(&folder)];
    let lock = one.lock().unwrap();
    let error = other.lock().unwrap_err().to_string();
    let holder = format!("process {} has locked", std::process::id());
    assert!(error.contains(&holder) && error.ends_with("wait until it has ended"), "{error}");
    drop(lock);
    fs::write(folder.join("book.new.1.0"), "what a sync that was cut off has left").unwrap();
    let _lock = other.lock().unwrap();
    assert!(!folder.join("book.new.1.0").exists());
}

#[test]
fn a_book_that_others_may_change_is_read_into_memory_and_its_folder_closed() {
    let (_outer, folder) = folder();
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join(BOOK), book(1, 5, 5)).unwrap();
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o777)).unwrap();
    let shelf = open(&folder);
    assert_eq!(cents(&shelf).as_deref(), Some("1"));
    // Cut in place: a mapped book would end the process here.
    fs::write(folder.join(BOOK), "").unwrap();
    assert_eq!(cents(&shelf).as_deref(), Some("1"));
    keep(&shelf, &book(2, 5, 5));
    assert_eq!((cents(&shelf).as_deref(), mode(&folder)), (Some("2"), 0o700));
}

#[test]
fn own_prices_stay_when_another_book_comes() {
    let (_outer, folder) = folder();
    let price = Price {
        unit_price: 7.into(),
        unit: finops_core::model::Unit::Hour,
        source: "own".into(),
        as_of: jiff::civil::date(2026, 8, 2),
        sku_key: "x/vm/large/north/linux/od/hour".into(),
    };
    let own = [("x/vm/large/north/linux/od/hour".to_owned(), Arc::new(price))];
    let shelf = open(&folder).with_own(own.into());
    let large =
        PriceKey { service: "x/vm", sku: "large", region: "north", variant: "linux", unit: "hour" };
    assert_eq!(shelf.prices().price(&large).unwrap().unit_price, 7.into());
    keep(&shelf, &book(1, 5, 5));
    assert_eq!(shelf.prices().price(&large).unwrap().unit_price, 7.into());
    keep(&open(&folder), &book(2, 5, 5));
    assert_eq!(cents(&shelf).as_deref(), Some("2"));
    assert_eq!(shelf.prices().price(&large).unwrap().unit_price, 7.into());
}
