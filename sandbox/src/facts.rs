//! The list prices, read as text: one row a price, no rule.

use std::collections::HashMap;
use std::str::FromStr as _;

use rust_decimal::Decimal;

/// The rows of some tables of `pricing/tables`.
#[derive(Debug)]
pub struct Facts(HashMap<Key<'static>, Decimal>);

/// Service, SKU, variant, unit, region.
type Key<'a> = (&'a str, &'a str, &'a str, &'a str, &'a str);

impl Facts {
    /// Reads tables: `service<TAB>name`, a heading, then rows of SKU, variant, unit, date, source
    /// and `region=price` pairs.
    ///
    /// # Panics
    /// A row cannot be read, or a price is there twice: the tables are part of this program.
    #[must_use]
    pub fn of(tables: &[&'static str]) -> Self {
        let mut rows = HashMap::new();
        for table in tables {
            let mut lines = table.lines();
            let service = lines.next().and_then(|line| line.strip_prefix("service\t"));
            let service = service.expect("a table begins with its service");
            for line in lines.skip(1) {
                let mut cells = line.split('\t');
                let mut cell = || cells.next().expect("a row has six cells");
                let (sku, variant, unit) = (cell(), cell(), cell());
                let (_date, _source, prices) = (cell(), cell(), cell());
                for pair in prices.split(' ') {
                    let (region, price) = pair.split_once('=').expect("region=price");
                    let price = Decimal::from_str(price).expect("a price is a decimal");
                    let key = (service, sku, variant, unit, region);
                    assert!(rows.insert(key, price).is_none(), "{key:?} is there twice");
                }
            }
        }
        Self(rows)
    }

    /// The price of a `unit` of `sku` in `region`, in USD; `None` where the tables have none.
    #[must_use]
    pub fn price(
        &self,
        service: &str,
        sku: &str,
        variant: &str,
        unit: &str,
        region: &str,
    ) -> Option<Decimal> {
        let rows: &HashMap<Key<'_>, Decimal> = &self.0;
        rows.get(&(service, sku, variant, unit, region)).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prices_are_found_as_the_table_has_them() {
        let table = "service\taws/ec2\nsku\tvariant\tunit\tdate\tsource\tprices\n\
                     m5.large\tlinux\thour\t2026-07-20\tkarp\teu-west-1=0.107 us-east-1=0.096\n";
        let facts = Facts::of(&[table]);
        let price = |region| facts.price("aws/ec2", "m5.large", "linux", "hour", region);
        assert_eq!(price("us-east-1"), Some(Decimal::new(96, 3)));
        assert_eq!(price("eu-north-1"), None);
        assert_eq!(facts.price("aws/ec2", "m5.large", "windows", "hour", "us-east-1"), None);
    }
}
