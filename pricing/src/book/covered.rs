//! What the tables of a book hold all prices of.

use std::collections::{HashMap, HashSet};

use super::PriceBook;

/// Which services in which regions the tables of a book hold all prices of: what has no price
/// there is not listed by the vendor.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Covered {
    services: HashMap<Box<str>, Regions>,
}

/// The regions of one service.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Regions {
    All,
    Some(HashSet<Box<str>>),
}

impl Covered {
    /// What the sources of a book say (`aws/ec2@eu-west-1 aws/ebs@eu-west-1`, `gcp/compute@*`). A
    /// word that is no service and region says nothing.
    #[must_use]
    pub fn of(book: &PriceBook) -> Self {
        let mut covered = Self::default();
        for source in book.sources() {
            for word in source.covers.split_whitespace() {
                if let Some((service, region)) = word.split_once('@') {
                    covered.add(service, region);
                }
            }
        }
        covered
    }

    fn add(&mut self, service: &str, region: &str) {
        let none = || Regions::Some(HashSet::new());
        let regions = self.services.entry(service.into()).or_insert_with(none);
        match regions {
            _ if region == "*" => *regions = Regions::All,
            Regions::All => {}
            Regions::Some(regions) => {
                regions.insert(region.into());
            }
        }
    }

    /// Some table holds all prices of the service in the region.
    #[must_use]
    pub fn has(&self, service: &str, region: &str) -> bool {
        match self.services.get(service) {
            None => false,
            Some(Regions::All) => true,
            Some(Regions::Some(regions)) => regions.contains(region),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::encode::{self, SourceEntry};
    use super::*;

    #[test]
    fn a_table_covers_what_it_says_and_nothing_else() {
        let sources = [
            SourceEntry {
                covers: "x/vm@north x/disk@*  nonsense",
                ..SourceEntry::new("a", "", "")
            },
            SourceEntry { covers: "x/vm@south x/disk@north", ..SourceEntry::new("b", "", "") },
        ];
        let book = PriceBook::from_bytes(encode::encode(&sources, &[]).unwrap()).unwrap();
        let covered = Covered::of(&book);
        assert!(covered.has("x/vm", "north") && covered.has("x/vm", "south"));
        assert!(covered.has("x/disk", "north") && covered.has("x/disk", "anywhere"));
        assert!(!covered.has("x/vm", "west") && !covered.has("x/lb", "north"));
        assert!(!covered.has("nonsense", "north") && !covered.has("nonsense", ""));
    }
}
