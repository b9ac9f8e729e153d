//! Price lists shaped after AWS's: whole ones, damaged ones, and one for each trap.

mod damage;
mod embedded;
mod json;
mod order;
mod plan;
mod recorded;
mod rules;
mod savings;
mod traps;

use std::collections::BTreeMap;

use jiff::civil::{Date, date};

use super::facts::Column;
use super::read_offer;
use crate::sync::{Dropped, Harvest, ParseError, Published};

/// The day of every test.
const TODAY: Date = date(2026, 11, 1);

/// Columns that the lists have and no mapping reads.
const OTHER_COLUMNS: [&str; 6] = [
    "SKU",
    "OfferTermCode",
    "PriceDescription",
    "vCPU",
    "Instance Capacity - large",
    "serviceName",
];

/// The CSV of an offer, row by row.
#[derive(Clone)]
struct Document {
    offer: &'static str,
    format: &'static str,
    header: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Document {
    /// Without rows; the header has every column that any offer has.
    fn of(offer: &'static str) -> Self {
        let known = Column::ALL.into_iter().map(Column::name);
        let header = OTHER_COLUMNS.into_iter().chain(known).map(str::to_owned).collect();
        Self { offer, format: "v1.0", header, rows: Vec::new() }
    }

    /// With one more row: a price on demand in eu-west-1 that has held for a while, where `values`
    /// do not say otherwise.
    fn row(mut self, values: &[(&str, &str)]) -> Self {
        let usual = [
            ("TermType", "OnDemand"),
            ("PriceDescription", "one, two; \"three\""),
            ("EffectiveDate", "2026-01-01"),
            ("StartingRange", "0"),
            ("EndingRange", "Inf"),
            ("Currency", "USD"),
            ("Location", "EU (Ireland)"),
            ("Location Type", "AWS Region"),
            ("Region Code", "eu-west-1"),
        ];
        let value = |name: &String| {
            let found = values.iter().chain(&usual).find(|(column, _)| column == name);
            found.map_or_else(String::new, |(_, value)| (*value).to_owned())
        };
        for (column, _) in values {
            assert!(self.header.iter().any(|name| name == column), "no column {column}");
        }
        self.rows.push(self.header.iter().map(value).collect());
        self
    }

    /// The document as AWS writes it: everything in quotes.
    fn text(&self) -> String {
        let line = |fields: &[String]| {
            let quoted: Vec<String> =
                fields.iter().map(|field| format!("\"{}\"", field.replace('"', "\"\""))).collect();
            quoted.join(",") + "\n"
        };
        let preamble = format!(
            "\"FormatVersion\",\"{}\"\n\
             \"Disclaimer\",\"These prices are made up, and say nothing.\"\n\
             \"Publication Date\",\"2026-10-30T08:00:00Z\"\n\
             \"Version\",\"20261030080000\"\n\
             \"OfferCode\",\"{}\"\n",
            self.format, self.offer
        );
        let rows: String = self.rows.iter().map(|row| line(row)).collect();
        preamble + &line(&self.header) + &rows
    }

    /// What is harvested from it.
    fn harvest(&self) -> Harvest {
        let (harvest, published) = read(self.offer, "eu-west-1", self.text().as_bytes());
        published.unwrap();
        harvest
    }
}

/// What is harvested from a document of an offer, in USD.
fn read(offer: &str, region: &str, text: &[u8]) -> (Harvest, Result<Published, ParseError>) {
    let mut harvest = Harvest::new(TODAY);
    let mut document = text;
    let published = read_offer(offer, Some(region), "USD", &mut document, &mut harvest);
    (harvest, published)
}

/// Every row as `service sku variant unit region price`, sorted.
fn lines(harvest: &Harvest) -> Vec<String> {
    let line = |row: crate::sync::TableRow<'_>| format!("{} {}", row.key.join(" "), row.price);
    let mut lines: Vec<String> = harvest.rows().map(line).collect();
    lines.sort();
    lines
}

/// What was dropped.
fn dropped<const N: usize>(counts: [(Dropped, u64); N]) -> BTreeMap<Dropped, u64> {
    counts.into()
}

/// A running m5.large of shared tenancy with Linux, at 0.107 an hour.
const LINUX: [(&str, &str); 13] = [
    ("Product Family", "Compute Instance"),
    ("usageType", "EU-BoxUsage:m5.large"),
    ("operation", "RunInstances"),
    ("Instance Type", "m5.large"),
    ("Tenancy", "Shared"),
    ("Operating System", "Linux"),
    ("Pre Installed S/W", "NA"),
    ("License Model", "No License required"),
    ("CapacityStatus", "Used"),
    ("MarketOption", "OnDemand"),
    ("Unit", "Hrs"),
    ("PricePerUnit", "0.1070000000"),
    ("vCPU", "2"),
];

/// `base` with other values.
fn with<'a>(
    base: &[(&'a str, &'a str)],
    changes: &[(&'a str, &'a str)],
) -> Vec<(&'a str, &'a str)> {
    changes.iter().chain(base).copied().collect()
}
