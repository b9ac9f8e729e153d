//! Prints what a mapped book of all prices that the program carries costs in memory: after it was
//! opened, and after a million look-ups.
//!
//! `cargo run --release -p finops-pricing --example book_memory`

#[path = "../benches/support/every_price.rs"]
#[allow(dead_code, reason = "the benchmark uses all of it")]
mod every_price;

use std::fs;
use std::hint::black_box;
use std::path::{Path, PathBuf};

use finops_pricing::{PriceBook, PriceKey};

/// How many prices are looked up.
const LOOK_UPS: u64 = 1_000_000;

#[allow(clippy::print_stdout, reason = "the figures are what the example is for")]
fn main() {
    let mut arguments = std::env::args_os().skip(1);
    // Books are put together by another process, whose memory is not counted.
    let Some(path) = arguments.next().map(PathBuf::from) else {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("book");
        fs::write(&path, every_price::encoded()).expect("the disk has room");
        let program = std::env::current_exe().expect("a program knows where it is");
        let ended = std::process::Command::new(program).arg(&path).status();
        assert!(ended.expect("a program can be started again").success());
        return;
    };
    let before = resident();
    let book = PriceBook::open(&path).expect("the book was just written");
    let opened = resident();
    println!("{} rows, {} bytes", book.len(), book.size());
    println!("opened: {} kB more resident", opened.saturating_sub(before));
    look_up(&book);
    println!("after {LOOK_UPS} look-ups: {} kB more", resident().saturating_sub(before));
}

/// Looks prices up all over the book, with keys that take no memory of their own.
fn look_up(book: &PriceBook) {
    let mut done = 0;
    while done < LOOK_UPS {
        for row in book.all_rows() {
            let [service, sku, variant] = [row.service, row.sku, row.variant];
            let key = PriceKey { service, sku, variant, unit: row.unit, region: row.region };
            assert_eq!(black_box(book.find(&key)), Some(row));
            done += 1;
        }
    }
}

/// The memory of this process that is resident, in kB, by the kernel's own figures
/// (<https://man7.org/linux/man-pages/man5/proc_pid_statm.5.html>).
fn resident() -> u64 {
    let text = fs::read_to_string(Path::new("/proc/self/statm")).expect("a Linux kernel");
    let pages: u64 =
        text.split(' ').nth(1).and_then(|pages| pages.parse().ok()).unwrap_or_default();
    pages * 4
}
