//! The price books in front of each other: which of them answers.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use serde::Serialize;

use crate::book::{PriceBook, PriceKey, Row};

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

/// The synced book, if there is one, in front of the embedded one.
#[derive(Debug)]
pub struct Books<'a> {
    pub(super) synced: Option<&'a PriceBook>,
    pub(super) embedded: &'a PriceBook,
    pub(super) path: Option<&'a Path>,
    /// The regions of each service that the synced book has all prices of; `None` for every region.
    covered: HashMap<&'a str, Option<HashSet<&'a str>>>,
}

impl<'a> Books<'a> {
    /// Books, of which the synced one is the file `path`.
    #[must_use]
    pub fn new(
        synced: Option<&'a PriceBook>,
        embedded: &'a PriceBook,
        path: Option<&'a Path>,
    ) -> Self {
        let mut covered: HashMap<&str, Option<HashSet<&str>>> = HashMap::new();
        let tables = synced.into_iter().flat_map(PriceBook::sources);
        for (service, region) in
            tables.flat_map(|table| table.covers.split(' ')).filter_map(|it| it.split_once('@'))
        {
            let regions = covered.entry(service).or_insert_with(|| Some(HashSet::new()));
            match regions {
                _ if region == "*" => *regions = None,
                Some(regions) => _ = regions.insert(region),
                None => {}
            }
        }
        Self { synced, embedded, path, covered }
    }

    /// The synced book has all prices of the service in the region.
    fn covers(&self, service: &str, region: &str) -> bool {
        let regions = self.covered.get(service);
        regions.is_some_and(|regions| regions.as_ref().is_none_or(|them| them.contains(region)))
    }

    /// The layer that answers for a service in a region.
    fn layer(&self, service: &str, region: &str) -> (Layer, &'a PriceBook) {
        match self.synced {
            Some(synced) if self.covers(service, region) => (Layer::Synced, synced),
            _ => (Layer::Embedded, self.embedded),
        }
    }

    /// The price of a key.
    pub(super) fn find(&self, key: &PriceKey<'_>) -> Option<(Layer, Row<'a>)> {
        let (layer, book) = self.layer(key.service, key.region);
        book.find(key).map(|row| (layer, row))
    }

    /// The book of a layer.
    pub(super) fn book(&self, layer: Layer) -> &'a PriceBook {
        match (layer, self.synced) {
            (Layer::Synced, Some(synced)) => synced,
            _ => self.embedded,
        }
    }

    /// Every row that answers: of the embedded ones those that the synced book does not replace.
    pub(super) fn rows(&self) -> impl Iterator<Item = (Layer, Row<'a>)> + '_ {
        let synced = self.synced.into_iter().flat_map(PriceBook::all_rows);
        let synced = synced.map(|row| (Layer::Synced, row));
        let embedded = self.embedded.all_rows().map(|row| (Layer::Embedded, row));
        let answers =
            |(layer, row): &(Layer, Row<'_>)| self.layer(row.service, row.region).0 == *layer;
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
        let books = Books::new(Some(&synced), &embedded, None);
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
