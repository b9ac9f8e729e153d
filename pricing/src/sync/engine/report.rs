//! What became of a sync, table by table.

use std::collections::BTreeMap;
use std::fmt::{self, Write as _};
use std::time::Duration;

use comfy_table::presets::NOTHING;
use comfy_table::{Cell, CellAlignment, Table};

use crate::sync::Dropped;

/// What became of a sync.
#[derive(Debug, Clone, Default)]
pub struct SyncReport {
    /// The provider: `aws`.
    pub provider: &'static str,
    /// What became of each table, in the vendor's order.
    pub tables: Vec<TableReport>,
    /// What was wanted and the vendor does not list.
    pub missing: Vec<String>,
    /// A new book is on the shelf.
    pub replaced: bool,
    /// Rows of the new book, with those of tables that were not asked for.
    pub rows: u64,
    /// Rows that were left out of the book because another table lists their key, too.
    pub overlaps: u64,
    /// Bytes of bodies that came, as they were sent.
    pub bytes: u64,
    /// Requests that were made.
    pub requests: u64,
    /// How long it took.
    pub took: Duration,
}

/// What became of a table.
#[derive(Debug, Clone)]
pub struct TableReport {
    /// The table's name in the book.
    pub id: String,
    /// What it is, for a person.
    pub what: String,
    /// When the vendor published it, or the vendor's version of it; empty where it does not say.
    pub published: String,
    /// What became of it.
    pub outcome: Outcome,
}

/// What became of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It was fetched and read.
    Fresh {
        /// Its rows.
        rows: u64,
        /// How many rows of the document were left out.
        dropped: BTreeMap<Dropped, u64>,
        /// Bytes of its documents as they are sent.
        bytes: u64,
    },
    /// The vendor has not changed it: its rows are those of the old book, and hold as of now.
    Unchanged {
        /// Its rows.
        rows: u64,
    },
    /// It could not be fetched or read: its rows are those of the old book, as old as they are.
    Kept {
        /// Its rows.
        rows: u64,
        /// What failed and what to do.
        why: String,
    },
    /// It could not be fetched or read, and the old book does not have it.
    Failed {
        /// What failed and what to do.
        why: String,
    },
}

impl Outcome {
    /// What failed and what to do, where anything did.
    #[must_use]
    pub fn why(&self) -> Option<&str> {
        match self {
            Self::Fresh { .. } | Self::Unchanged { .. } => None,
            Self::Kept { why, .. } | Self::Failed { why } => Some(why),
        }
    }
}

impl SyncReport {
    pub(super) fn new(provider: &'static str, missing: Vec<String>) -> Self {
        Self { provider, missing, ..Self::default() }
    }

    /// Every table is up to date, and there is one at least.
    #[must_use]
    pub fn all_good(&self) -> bool {
        !self.nothing() && !self.some_failed()
    }

    /// A table could not be fetched or read.
    #[must_use]
    pub fn some_failed(&self) -> bool {
        self.failures().next().is_some()
    }

    /// No table is up to date: the book was not touched.
    #[must_use]
    pub fn nothing(&self) -> bool {
        self.tables.iter().all(|table| table.outcome.why().is_some())
    }

    /// The tables that could not be fetched or read, and why.
    pub fn failures(&self) -> impl Iterator<Item = (&TableReport, &str)> {
        self.tables.iter().filter_map(|table| Some((table, table.outcome.why()?)))
    }

    /// A line a table, then what failed and what to do, for a person.
    #[must_use]
    pub fn table(&self) -> String {
        self.to_string()
    }
}

impl fmt::Display for SyncReport {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.tables.is_empty() {
            writeln!(formatter, "{}\n", lines(&self.tables))?;
        }
        for (table, why) in self.failures() {
            writeln!(formatter, "Failed: {}: {}", printable(&table.what), printable(why))?;
        }
        for missing in &self.missing {
            writeln!(formatter, "Not listed by the vendor: {}", printable(missing))?;
        }
        if self.overlaps > 0 {
            let count = grouped(self.overlaps);
            writeln!(formatter, "{count} prices are in more than one table; one of each counts.")?;
        }
        let (bytes, requests) = (megabytes(self.bytes), grouped(self.requests));
        let (rows, took) = (grouped(self.rows), self.took.as_secs_f64());
        if self.replaced {
            write!(formatter, "The price book of {} has {rows} prices now", self.provider)?;
        } else if self.tables.is_empty() {
            write!(
                formatter,
                "The vendor lists nothing of what is wanted; the price book of {} is as it was",
                self.provider
            )?;
        } else {
            write!(
                formatter,
                "No table could be brought up to date; the price book of {} is as it was",
                self.provider
            )?;
        }
        let noun = if self.requests == 1 { "request" } else { "requests" };
        write!(formatter, " ({bytes} in {requests} {noun}, {took:.1} s).")
    }
}

/// A line a table.
fn lines(tables: &[TableReport]) -> String {
    let mut sheet = Table::new();
    sheet.load_style(NOTHING);
    sheet.set_header(["table", "published", "prices", "left out", "fetched", ""]);
    for table in tables {
        let (rows, left_out, bytes, state) = match &table.outcome {
            Outcome::Fresh { rows, dropped, bytes } => {
                (Some(rows), Some(dropped.values().sum()), Some(*bytes), "new")
            }
            Outcome::Unchanged { rows } => (Some(rows), None, None, "unchanged"),
            Outcome::Kept { rows, .. } => (Some(rows), None, None, "failed, kept as it was"),
            Outcome::Failed { .. } => (None, None, None, "failed"),
        };
        let figures = [
            rows.copied().map(grouped).unwrap_or_default(),
            left_out.map(grouped).unwrap_or_default(),
            bytes.map(megabytes).unwrap_or_default(),
        ];
        let published = table.published.get(..10).unwrap_or(&table.published);
        let names = [table.id.as_str(), published].map(|name| Cell::new(printable(name)));
        let figures = figures.map(|figure| Cell::new(figure).set_alignment(CellAlignment::Right));
        sheet.add_row(names.into_iter().chain(figures).chain([Cell::new(state)]));
    }
    for figure in 2..5 {
        if let Some(column) = sheet.column_mut(figure) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    sheet.trim_fmt()
}

/// A vendor's text without what a terminal would obey.
fn printable(text: &str) -> String {
    text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect()
}

/// A number with its thousands apart: `12,345`.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Bytes in the unit a person reads them in: `231.2 MB`.
fn megabytes(bytes: u64) -> String {
    let mut text = String::new();
    let tenths = |unit: u64| (bytes + unit / 20) / (unit / 10);
    let (tenths, unit) = match bytes {
        0..1_000 => return format!("{bytes} B"),
        1_000..1_000_000 => (tenths(1_000), "kB"),
        _ => (tenths(1_000_000), "MB"),
    };
    // Writing to a String cannot fail.
    let _ = write!(text, "{}.{} {unit}", grouped(tenths / 10), tenths % 10);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(id: &str, outcome: Outcome) -> TableReport {
        let what = format!("the price list of {id}");
        TableReport { id: id.into(), what, published: "2026-11-20T01:02:03Z".into(), outcome }
    }

    #[test]
    fn a_newcomer_reads_what_came_and_what_to_do() {
        let why = "https://prices.test/c: it answered 403 Forbidden; check the credentials";
        let report = SyncReport {
            tables: vec![
                table(
                    "a",
                    Outcome::Fresh {
                        rows: 12_345,
                        dropped: [(Dropped::Expired, 7), (Dropped::ZeroPrice, 1_000)].into(),
                        bytes: 231_249_999,
                    },
                ),
                table("b", Outcome::Unchanged { rows: 1 }),
                table("c", Outcome::Kept { rows: 12, why: why.into() }),
                table("d", Outcome::Failed { why: "x\u{1b}[2J".into() }),
            ],
            missing: vec!["EKS in mars-north-1".into()],
            replaced: true,
            rows: 12_358,
            bytes: 231_250_000,
            requests: 9,
            took: Duration::from_millis(1_250),
            ..SyncReport::new("aws", Vec::new())
        };
        let expected = "\
 table  published   prices  left out   fetched                         \n \
 a      2026-11-20  12,345     1,007  231.2 MB  new                     
 b      2026-11-20       1                      unchanged               
 c      2026-11-20      12                      failed, kept as it was  
 d      2026-11-20                              failed                  

Failed: the price list of c: https://prices.test/c: it answered 403 Forbidden; check the credentials
Failed: the price list of d: x [2J
Not listed by the vendor: EKS in mars-north-1
The price book of aws has 12,358 prices now (231.3 MB in 9 requests, 1.2 s).";
        let plain = |text: &str| -> Vec<String> {
            text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
        };
        assert_eq!(plain(&report.table()), plain(expected), "{report}");
        assert!(!report.all_good() && report.some_failed() && !report.nothing());
    }

    #[test]
    fn a_sync_without_a_table_is_not_good() {
        let report = SyncReport::new("aws", Vec::new());
        assert!(report.nothing() && !report.all_good() && !report.some_failed());
        assert!(report.table().starts_with("The vendor lists nothing of what is wanted"));
    }

    #[test]
    fn bytes_are_shown_as_a_person_reads_them() {
        let shown = [999, 1_000, 999_949, 1_000_000, 4_294_967_296].map(megabytes);
        assert_eq!(shown, ["999 B", "1.0 kB", "999.9 kB", "1.0 MB", "4,295.0 MB"]);
    }
}
