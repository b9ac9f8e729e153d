//! Prices by their keys, or by parts of these.

use crate::book::Row;
use crate::inspect::books::{Books, Layer};
use crate::inspect::key;
use crate::prices::billing_unit;

use super::answer::{Billed, ExplainedRow};

/// The prices that were found.
pub(super) struct Found {
    /// The first of them.
    pub(super) rows: Vec<ExplainedRow>,
    /// How many more there are.
    pub(super) more: usize,
    /// How many prices were looked at.
    pub(super) looked_at: usize,
}

/// The price of exactly this key, or those that have every word of the question as whole parts, or
/// else as the beginning of parts: `m5.large us-east-1`.
pub(super) fn find(question: &str, books: &Books<'_>, most: usize) -> Found {
    if let Some((layer, row)) = of_key(question, books) {
        return Found { rows: vec![explained(books, layer, &row)], more: 0, looked_at: 1 };
    }
    let question = key::short(question).to_ascii_lowercase();
    let words: Vec<String> = question.split_whitespace().map(|it| format!("/{it}")).collect();
    let whole: Vec<String> = words.iter().map(|word| format!("{word}/")).collect();
    let found = with_words(&whole, books, most);
    if found.rows.is_empty() { with_words(&words, books, most) } else { found }
}

/// The price of a key with or without `od`.
pub(super) fn of_key<'a>(text: &str, books: &Books<'a>) -> Option<(Layer, Row<'a>)> {
    key::meanings(text).iter().find_map(|meaning| books.find(meaning))
}

fn with_words(words: &[String], books: &Books<'_>, most: usize) -> Found {
    let mut found = Found { rows: Vec::new(), more: 0, looked_at: 0 };
    let (mut key, mut text) = (String::new(), String::new());
    for (layer, row) in books.rows() {
        found.looked_at += 1;
        key::write(&row, &mut key);
        text.clear();
        // Microsoft's names have blanks: their words are parts, too.
        text.extend(["/", &key.replace(' ', "/"), "/"]);
        text.make_ascii_lowercase();
        if words.is_empty() || !words.iter().all(|word| text.contains(&**word)) {
            continue;
        }
        if found.rows.len() < most {
            found.rows.push(explained(books, layer, &row));
        } else {
            found.more += 1;
        }
    }
    found
}

/// A row with all that is known of it.
pub(super) fn explained(books: &Books<'_>, layer: Layer, row: &Row<'_>) -> ExplainedRow {
    let table = books.book(layer).source(row.source);
    let of_table = |field: fn(&crate::book::Source<'_>) -> String| {
        table.as_ref().map(field).unwrap_or_default()
    };
    let billed = |(unit, per): (finops_core::model::Unit, u32)| Billed {
        price: (row.price / rust_decimal::Decimal::from(per)).normalize(),
        unit: unit.name(),
    };
    ExplainedRow {
        key: key::of(row),
        price: row.price.normalize(),
        currency: row.currency.to_owned(),
        unit: row.unit.to_owned(),
        billed: billing_unit(row.unit).map(billed),
        layer,
        table: row.source.to_owned(),
        what: of_table(|table| table.what.to_owned()),
        url: of_table(|table| table.url.to_owned()),
        published: of_table(|table| table.published.to_owned()),
        taken: of_table(|table| table.taken.to_owned()),
        effective: row.effective.map(|day| day.to_string()),
        as_of: row.as_of.to_string(),
    }
}
