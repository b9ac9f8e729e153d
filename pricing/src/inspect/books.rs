//! Which of the price books answers: the rule is that of [`ListPrices`].

use std::path::Path;

use serde::Serialize;

use crate::book::{PriceBook, PriceKey, Row};
use crate::prices::ListPrices;

/// Where a price comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Layer {
    /// The book that was synced from the vendor.
    Synced,
    /// The book that the program was built with.
    Embedded,
}

impl Layer {
    /// The layer's name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Synced => "synced",
            Self::Embedded => "embedded",
        }
    }
}

/// The prices that an agent uses, and where the synced ones are kept.
#[derive(Debug, Clone, Copy)]
pub struct Books<'a> {
    prices: &'a ListPrices,
    path: Option<&'a Path>,
}

impl<'a> Books<'a> {
    /// Prices, of which the synced ones are in the file `path`.
    #[must_use]
    pub fn new(prices: &'a ListPrices, path: Option<&'a Path>) -> Self {
        Self { prices, path }
    }

    /// The file of the synced book.
    pub(super) fn path(&self) -> Option<&'a Path> {
        self.path
    }

    /// The synced book.
    pub(super) fn synced(&self) -> Option<&'a PriceBook> {
        self.prices.synced()
    }

    /// The book of a layer.
    pub(super) fn book(&self, layer: Layer) -> &'a PriceBook {
        match layer {
            Layer::Synced => self.prices.book(),
            Layer::Embedded => self.prices.embedded(),
        }
    }

    /// The layer that answers for a service in a region.
    fn layer(&self, service: &str, region: &str) -> Layer {
        if self.prices.is_synced(service, region) { Layer::Synced } else { Layer::Embedded }
    }

    /// The price of a key, and the layer that answers for it.
    pub(super) fn find(&self, key: &PriceKey<'_>) -> Option<(Layer, Row<'a>)> {
        let row = self.prices.find(key)?;
        Some((self.layer(key.service, key.region), row))
    }

    /// Every row that answers: of the embedded ones those that the synced book does not replace.
    pub(super) fn rows(&self) -> impl Iterator<Item = (Layer, Row<'a>)> {
        let books = *self;
        let synced = books.synced().into_iter().flat_map(PriceBook::all_rows);
        let synced = synced.map(|row| (Layer::Synced, row));
        let embedded = books.prices.embedded().all_rows().map(|row| (Layer::Embedded, row));
        let answers =
            move |(layer, row): &(Layer, Row<'_>)| books.layer(row.service, row.region) == *layer;
        synced.chain(embedded).filter(answers)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::book::encode::{RowEntry, SourceEntry, encode};

    /// A book of a table that covers something, with rows as `service sku region variant unit price`.
    pub(crate) fn book(table: SourceEntry<'_>, rows: &[&str]) -> PriceBook {
        let entries: Vec<RowEntry<'_>> = rows
            .iter()
            .map(|row| {
                let mut parts = row.split(' ');
                let mut next = || parts.next().unwrap();
                let [service, sku, region, variant, unit, price] = std::array::from_fn(|_| next());
                let price: rust_decimal::Decimal = price.parse().unwrap();
                RowEntry {
                    service,
                    sku,
                    variant: if variant == "-" { "" } else { variant },
                    unit,
                    region,
                    source: table.id,
                    mantissa: u64::try_from(price.mantissa()).unwrap(),
                    scale: u8::try_from(price.scale()).unwrap(),
                    date: (2026, 11, 1),
                }
            })
            .collect();
        PriceBook::from_bytes(encode(&[table], &entries).unwrap()).unwrap()
    }

    pub(crate) fn synced_table(covers: &'static str) -> SourceEntry<'static> {
        SourceEntry {
            url: "https://pricing.example/AmazonEC2/us-east-1/index.csv",
            published: "2026-11-20T12:00:00Z",
            taken: "2026-11-21T06:00:00Z",
            covers,
            dropped: "zero price=12; expired=3",
            ..SourceEntry::new("AmazonEC2/us-east-1", "the AWS price list of AmazonEC2", "AWS")
        }
    }

    #[test]
    fn a_covered_region_is_answered_from_the_synced_book_alone() {
        let rows = ["aws/ec2 m5.large us-east-1 linux hour 0.1"];
        let synced = book(synced_table("aws/ec2@us-east-1 aws/ebs@*"), &rows);
        let embedded = book(
            SourceEntry::new("old", "a file", "MIT"),
            &[
                "aws/ec2 m5.large us-east-1 linux hour 0.096",
                "aws/ec2 c5.large us-east-1 linux hour 0.085",
                "aws/ec2 m5.large eu-west-1 linux hour 0.107",
                "aws/ebs gp3/storage eu-west-1 - GB-Mo 0.088",
            ],
        );
        let prices = ListPrices::layered(Some(synced), embedded);
        let books = Books::new(&prices, None);
        let answers: Vec<_> =
            books.rows().map(|(layer, row)| (layer, row.sku, row.region)).collect();
        let expected =
            [(Layer::Synced, "m5.large", "us-east-1"), (Layer::Embedded, "m5.large", "eu-west-1")];
        assert_eq!(answers, expected);
        let key = |sku, region| PriceKey {
            service: "aws/ec2",
            sku,
            region,
            variant: "linux",
            unit: "hour",
        };
        assert_eq!(books.find(&key("c5.large", "us-east-1")), None);
        let (layer, row) = books.find(&key("m5.large", "us-east-1")).unwrap();
        assert_eq!((layer, row.price), (Layer::Synced, "0.1".parse().unwrap()));
    }
}
