//! What must hold of every input: the fuzz targets and `tests/book/corpus.rs` share it.
//!
//! Of a vendor's document the first bytes choose how it is read, and the rest is the document.
//! Digits are choices that a person can write: `0` is always the first.

mod book;
mod harvested;
mod offers;
mod overrides;
mod pages;

use jiff::civil::{Date, date};

/// The day of every check.
const TODAY: Date = date(2026, 11, 22);

/// Runs the check of the target called `target`.
pub(crate) fn check(target: &str, input: &[u8]) {
    let mut input = Input(input);
    match target {
        "book" => book::check(input.0),
        "offer_csv" | "offer_json" => offers::check_offer(&mut input),
        "savings_plan" => offers::check_savings_plans(input.0),
        "retail_prices" => pages::check_retail_prices(&mut input),
        "billing_catalog" => pages::check_billing_catalog(&mut input),
        "overrides" => overrides::check(input.0),
        other => panic!("no check is called {other}"),
    }
}

/// What is left of the input.
struct Input<'a>(&'a [u8]);

impl Input<'_> {
    /// Takes one byte as a choice; an input that is over chooses the first.
    fn choose<T: Copy>(&mut self, choices: &[T]) -> T {
        let Some((first, rest)) = self.0.split_first() else { return choices[0] };
        self.0 = rest;
        choices[usize::from(first.wrapping_sub(b'0')) % choices.len()]
    }
}
