//! A user's own prices, of any text.

use std::path::Path;
use std::sync::Arc;

use finops_core::config::Place;
use finops_core::model::{Costs, Price, Quantity, Unit};
use finops_pricing::overrides::{Overrides, OverridesError};
use jiff::civil::date;
use rust_decimal::Decimal;

use super::TODAY;

/// Prices of lines: of a list, of a spot market and of the user's own.
const LINES: [(&str, i64); 5] = [
    ("aws/ec2/m5.large/us-east-1/linux/od/hour", 96_000_000),
    ("aws/ec2-spot/m5.large/us-east-1a/Linux/UNIX/hour", 31_700_000),
    ("azure/disk/P10/LRS/westeurope/od/1/Month", 19_710_000_000),
    ("gcp/compute/n2-standard-8/europe-west1/linux/od/hour", 427_301),
    ("rates/gpu", 1),
];

/// The file is read, and what is paid is never less than nothing; or its mistakes are told, with a
/// place each.
pub(super) fn check(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    let read = || Overrides::parse(Path::new("/prices/overrides.yaml"), text, date(2026, 11, 1));
    let answer = read();
    assert_eq!(answer, read(), "reading again gives another answer");
    match answer {
        Ok(overrides) => check_lines(&overrides),
        Err(OverridesError::Mistakes(mistakes)) => {
            assert!(!mistakes.is_empty());
            // A carriage return ends a line too.
            let lines = text.matches(['\n', '\r']).count() as u64 + 1;
            for mistake in &mistakes {
                if let Place::File { line, column, .. } = mistake.place {
                    assert!((1..=lines).contains(&line) && column >= 1, "{mistake}");
                }
            }
        }
        Err(other) => panic!("{other}"),
    }
}

fn check_lines(overrides: &Overrides) {
    let own = overrides.own_prices(TODAY);
    for (key, price) in &own {
        assert!(price.unit_price >= Decimal::ZERO && *price.sku_key == **key, "{price:?}");
    }
    let listed = LINES.map(|(key, nanos)| price(key, Decimal::new(nanos, 9)));
    for price in listed.into_iter().chain(own.into_values()) {
        let mut costs = Costs::free();
        costs.add("compute", Quantity::from(3), price);
        overrides.apply(&mut costs, TODAY);
        let paid: Decimal = costs.lines.iter().map(|line| line.price.unit_price).sum();
        assert!(paid >= Decimal::ZERO, "{costs:?}");
        assert!(!overrides.is_empty() || costs.lines.len() == 1, "{costs:?}");
        let once = costs.clone();
        overrides.apply(&mut costs, TODAY);
        assert_eq!(costs, once, "what was adjusted is adjusted again");
    }
}

fn price(key: &str, unit_price: Decimal) -> Arc<Price> {
    let (source, sku_key) = ("list".into(), key.into());
    Arc::new(Price { unit_price, unit: Unit::Hour, source, as_of: date(2026, 7, 20), sku_key })
}
