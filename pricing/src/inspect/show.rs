//! What is in the price books.

use std::fmt;

use jiff::Timestamp;
use serde::Serialize;

use rust_decimal::Decimal;

use super::amount::{count, exact};
use super::books::{Books, Layer};
use super::sheet::Sheet;
use crate::book::{PriceBook, Row, Source, encode};

/// Which rows are shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter {
    /// The service, `aws/ec2`, or the beginning of some and a star; `None` for all.
    pub service: Option<String>,
    /// The region, or the beginning of some and a star; `None` for all.
    pub region: Option<String>,
    /// The most rows; of the others only the number is told.
    pub most: usize,
}

impl Filter {
    /// No rows are asked for.
    #[must_use]
    pub fn none() -> Self {
        Self { service: None, region: None, most: 0 }
    }

    fn matches(&self, row: &Row<'_>) -> bool {
        let fits = |wanted: &Option<String>, text: &str| {
            wanted.as_deref().is_none_or(|wanted| match wanted.strip_suffix('*') {
                Some(front) => text.starts_with(front),
                None => text == wanted,
            })
        };
        fits(&self.service, row.service) && fits(&self.region, row.region)
    }
}

/// What is in the books.
#[derive(Debug, Clone, Serialize)]
pub struct Shown {
    /// The books, the one that answers first in front.
    pub layers: Vec<ShownLayer>,
    /// The rows that were asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rows: Vec<ShownRow>,
    /// How many more rows match.
    #[serde(skip_serializing_if = "is_zero")]
    pub more_rows: usize,
    /// Rows were asked for.
    #[serde(skip)]
    asked: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks with a reference")]
fn is_zero(number: &usize) -> bool {
    *number == 0
}

/// One book.
#[derive(Debug, Clone, Serialize)]
pub struct ShownLayer {
    /// Which one.
    pub layer: Layer,
    /// Its file; `None` where it is in the program.
    pub path: Option<String>,
    /// The version of its format.
    pub format: u16,
    /// How many prices it has.
    pub rows: usize,
    /// How large it is.
    pub bytes: usize,
    /// The youngest day on which any of its prices was seen.
    pub newest: Option<String>,
    /// Its tables.
    pub tables: Vec<ShownTable>,
}

/// One table of a book. What is not known is empty.
#[derive(Debug, Clone, Serialize)]
pub struct ShownTable {
    /// Its name.
    pub id: String,
    /// What it is.
    pub what: String,
    /// How many prices it has.
    pub rows: usize,
    /// When the vendor published it.
    pub published: String,
    /// When it was last seen to hold.
    pub taken: String,
    /// How long ago that is, in whole hours.
    pub age_hours: Option<i64>,
    /// The currency of its prices.
    pub currency: String,
    /// What it has all prices of.
    pub covers: String,
    /// How many rows of the vendor's were left out, by reason.
    pub dropped: String,
    /// Where it was fetched.
    pub url: String,
}

/// One price.
#[derive(Debug, Clone, Serialize)]
pub struct ShownRow {
    /// The service.
    pub service: String,
    /// What is priced.
    pub sku: String,
    /// The region.
    pub region: String,
    /// Operating system, engine or architecture.
    pub variant: String,
    /// The vendor's unit.
    pub unit: String,
    /// For one unit, exact.
    pub price: Decimal,
    /// The currency of the price.
    pub currency: String,
    /// The day on which it was last seen to hold.
    pub as_of: String,
    /// Its table.
    pub table: String,
    /// Its book.
    pub layer: Layer,
}

/// What is in the books, at the time `now`.
#[must_use]
pub fn show(books: &Books<'_>, filter: &Filter, now: Timestamp) -> Shown {
    let path = books.path().map(|path| path.display().to_string());
    let synced = books.synced().map(|book| shown_layer(Layer::Synced, book, path, now));
    let embedded = shown_layer(Layer::Embedded, books.book(Layer::Embedded), None, now);
    let mut shown = Shown {
        layers: synced.into_iter().chain([embedded]).collect(),
        rows: Vec::new(),
        more_rows: 0,
        asked: filter.most > 0,
    };
    if shown.asked {
        for (layer, row) in books.rows().filter(|(_, row)| filter.matches(row)) {
            if shown.rows.len() < filter.most {
                shown.rows.push(shown_row(layer, &row));
            } else {
                shown.more_rows += 1;
            }
        }
    }
    shown
}

fn shown_layer(layer: Layer, book: &PriceBook, path: Option<String>, now: Timestamp) -> ShownLayer {
    let tables = book.rows_by_source();
    ShownLayer {
        layer,
        path,
        format: encode::VERSION,
        rows: book.len(),
        bytes: book.size(),
        newest: book.newest_date().map(|day| day.to_string()),
        tables: tables.iter().map(|(table, rows)| shown_table(table, *rows, now)).collect(),
    }
}

fn shown_table(table: &Source<'_>, rows: usize, now: Timestamp) -> ShownTable {
    let taken: Option<Timestamp> = table.taken.parse().ok();
    let currency = if table.currency.is_empty() { "USD" } else { table.currency };
    ShownTable {
        id: table.id.to_owned(),
        what: table.what.to_owned(),
        rows,
        published: table.published.to_owned(),
        taken: table.taken.to_owned(),
        age_hours: taken.map(|taken| (now.as_second() - taken.as_second()).div_euclid(3_600)),
        currency: currency.to_owned(),
        covers: table.covers.to_owned(),
        dropped: table.dropped.to_owned(),
        url: table.url.to_owned(),
    }
}

fn shown_row(layer: Layer, row: &Row<'_>) -> ShownRow {
    ShownRow {
        service: row.service.to_owned(),
        sku: row.sku.to_owned(),
        region: row.region.to_owned(),
        variant: row.variant.to_owned(),
        unit: row.unit.to_owned(),
        price: row.price.normalize(),
        currency: row.currency.to_owned(),
        as_of: row.as_of.to_string(),
        table: row.source.to_owned(),
        layer,
    }
}

impl fmt::Display for Shown {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.layers.iter().all(|layer| layer.layer != Layer::Synced) {
            writeln!(formatter, "Synced prices: none. `pricing sync` fetches the vendor's own.\n")?;
        }
        self.layers.iter().try_for_each(|layer| layer.fmt(formatter))?;
        if !self.asked {
            return Ok(());
        }
        if self.rows.is_empty() {
            return writeln!(formatter, "No price of such a service and region.");
        }
        let mut sheet =
            Sheet::new(&["service", "sku", "region", "variant", ">price", "per", "of", "table"]);
        for row in &self.rows {
            let price = format!("{} {}", exact(row.price), row.currency);
            let ShownRow { service, sku, region, variant, unit, as_of, table, .. } = row;
            sheet.row([service, sku, region, variant, &price, unit, as_of, table]);
        }
        writeln!(formatter, "Prices\n{sheet}")?;
        if self.more_rows > 0 {
            writeln!(formatter, " and {} more", count(self.more_rows))?;
        }
        Ok(())
    }
}

impl fmt::Display for ShownLayer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = match (self.layer, &self.path) {
            (_, Some(path)) => path,
            (Layer::Embedded, None) => "in the program",
            (Layer::Synced, None) => "in memory",
        };
        writeln!(
            formatter,
            "{} prices: {place}, format {}, {} prices, {} bytes, the youngest of {}",
            match self.layer {
                Layer::Synced => "Synced",
                Layer::Embedded => "Embedded",
            },
            self.format,
            count(self.rows),
            count(self.bytes),
            self.newest.as_deref().unwrap_or("no day"),
        )?;
        let mut sheet = Sheet::new(&[
            "table",
            ">prices",
            "published",
            "taken",
            ">age",
            "currency",
            "left out",
            "from",
        ]);
        for table in &self.tables {
            let dropped = table.dropped.replace('=', " ").replace(';', ",");
            let from = if table.url.is_empty() { &table.what } else { &table.url };
            let age = table.age_hours.map(age).unwrap_or_default();
            let ShownTable { id, published, taken, currency, .. } = table;
            sheet.row([id, &count(table.rows), published, taken, &age, currency, &dropped, from]);
        }
        writeln!(formatter, "{sheet}")
    }
}

/// `5 h`, `3 d`.
fn age(hours: i64) -> String {
    if hours < 48 { format!("{hours} h") } else { format!("{} d", hours / 24) }
}

#[cfg(test)]
mod tests {
    use super::super::books::tests::{book, synced_table};
    use super::*;
    use crate::book::encode::SourceEntry;
    use crate::prices::ListPrices;

    const ROWS: [&str; 3] = [
        "aws/ec2 c5.large us-east-1 linux hour 0.085",
        "aws/ec2 m5.large us-east-1 linux hour 0.0960",
        "aws/ec2 m5.large us-east-1 windows hour 1234.5",
    ];

    fn now() -> Timestamp {
        "2026-11-24T07:30:00Z".parse().unwrap()
    }

    #[test]
    fn the_books_are_shown_table_by_table() {
        let synced = book(synced_table("aws/ec2@us-east-1"), &ROWS);
        let embedded = book(SourceEntry::new("old", "a file", "MIT"), &ROWS[..1]);
        let path = std::path::Path::new("/var/lib/agent/prices/book");
        let prices = ListPrices::layered(Some(synced), embedded);
        let books = Books::new(&prices, Some(path));
        let shown = show(&books, &Filter::none(), now());
        let text = shown.to_string();
        for part in [
            "Synced prices: /var/lib/agent/prices/book, format ",
            ", 3 prices, ",
            "AmazonEC2/us-east-1",
            // From 2026-11-21T06:00 to 2026-11-24T07:30 are 73 whole hours.
            " 3 d ",
            "zero price 12, expired 3",
            "https://pricing.example/AmazonEC2/us-east-1/index.csv",
            "Embedded prices: in the program",
        ] {
            assert!(text.contains(part), "{part}\n{text}");
        }
        let json = serde_json::to_value(&shown).unwrap();
        assert_eq!(json["layers"][0]["tables"][0]["age_hours"], 73);
        assert_eq!(json["layers"][0]["tables"][0]["rows"], 3);
        assert_eq!(json["layers"][1]["tables"][0]["age_hours"], serde_json::Value::Null);
        assert_eq!(json.get("rows"), None);
    }

    #[test]
    fn rows_are_shown_where_they_are_asked_for_and_the_others_counted() {
        let embedded = book(SourceEntry::new("old", "a file", "MIT"), &ROWS);
        let prices = ListPrices::new(embedded);
        let books = Books::new(&prices, None);
        let filter = Filter {
            service: Some("aws/*".to_owned()),
            region: Some("us-east-1".to_owned()),
            most: 2,
        };
        let shown = show(&books, &filter, now());
        assert_eq!((shown.rows.len(), shown.more_rows), (2, 1));
        assert_eq!(serde_json::to_value(&shown).unwrap()["rows"][1]["price"], "0.096");
        let text = shown.to_string();
        assert!(text.starts_with("Synced prices: none. `pricing sync` fetches"), "{text}");
        assert!(text.contains("0.096 USD  hour") && text.contains(" and 1 more"), "{text}");
        let elsewhere = Filter { region: Some("mars".to_owned()), ..filter };
        assert!(show(&books, &elsewhere, now()).to_string().contains("No price of such a service"));
    }
}
