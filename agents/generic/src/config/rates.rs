//! The user's own prices.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;

use finops_core::config::{Branch, Checker, Written};
use finops_core::model::{Price, Unit};
use finops_pricing::own::{MOST, MOST_PLACES, Rate, unit};

/// Rates by name; `None` where one is wrong, which has been noted.
#[derive(Debug, Clone, Default)]
pub struct Rates(BTreeMap<String, Option<Arc<Price>>>);

impl Rates {
    pub(super) fn check(check: &mut Checker, today: Date) -> Self {
        let Some(mut tree) = check.branch("rates") else { return Self::default() };
        let mut rates = BTreeMap::new();
        for (name, branch) in tree.named() {
            let rate = rate(&name, branch, today);
            rates.insert(name, rate.map(|rate| rate.price()));
        }
        Self(rates)
    }

    /// The rate that `written` names, where it has one of `units`; every unit will do where that
    /// is empty. What is wrong is noted in `branch`.
    pub(super) fn find(
        &self,
        branch: &Branch,
        written: &Written,
        units: &[Unit],
    ) -> Option<Arc<Price>> {
        let Some(price) = self.0.get(written.text.trim()) else {
            let problem = format!("is \"{}\", which is no rate", written.text);
            let known: Vec<&str> = self.0.keys().map(String::as_str).collect();
            let remedy = match known.as_slice() {
                [] => "add it to `rates`".to_owned(),
                known => format!("add it to `rates`, or write one of {}", known.join(", ")),
            };
            branch.wrong(written, problem, remedy);
            return None;
        };
        let price = price.as_ref()?;
        if units.is_empty() || units.contains(&price.unit) {
            return Some(Arc::clone(price));
        }
        let fitting: Vec<&str> = units.iter().map(|unit| unit.name()).collect();
        let problem = format!("is a price per {}", price.unit.name());
        branch.wrong(written, problem, format!("name a rate per {}", fitting.join(" or ")));
        None
    }
}

fn rate(name: &str, mut branch: Branch, today: Date) -> Option<Rate> {
    let (price, unit) = (price(&mut branch, "price"), known_unit(&mut branch));
    let source = source(&mut branch);
    let as_of = day(&mut branch, "as_of", today);
    currency(&mut branch);
    branch.text("description");
    branch.finish();
    Some(Rate { name: name.into(), price: price?, unit: unit?, source: source?, as_of: as_of? })
}

/// A price in USD that is exact, however it is multiplied.
pub(super) fn price(branch: &mut Branch, key: &'static str) -> Option<rust_decimal::Decimal> {
    let written = branch.required(key, "write the price in USD: \"2.10\"")?;
    let price = branch.amount(key)?.normalize();
    if price > MOST || price.scale() > MOST_PLACES {
        let remedy = format!("write at most {MOST} and {MOST_PLACES} places");
        branch.wrong(&written, format!("is {price}"), remedy);
        return None;
    }
    Some(price)
}

/// Where a price comes from.
pub(super) fn source(branch: &mut Branch) -> Option<Arc<str>> {
    let written = branch.required("source", "write where the price comes from: a contract")?;
    Some(written.text.trim().into())
}

/// A day that is not in the future.
pub(super) fn day(branch: &mut Branch, key: &'static str, today: Date) -> Option<Date> {
    let written = branch.required(key, "write the day from which it holds: 2026-01-31")?;
    let day = branch.date(key)?;
    if day > today {
        branch.wrong(&written, format!("is {day}, in the future"), "write a day that has been");
        return None;
    }
    Some(day)
}

fn known_unit(branch: &mut Branch) -> Option<Unit> {
    let written = branch.required("unit", "write what the price is for: hour, kWh")?;
    match unit(&written.text) {
        Ok(unit) => Some(unit),
        Err(remedy) => {
            branch.wrong(&written, format!("is \"{}\"", written.text), remedy);
            None
        }
    }
}

/// Documents are in USD; nothing is converted.
fn currency(branch: &mut Branch) {
    let Some(written) = branch.written("currency") else { return };
    if !written.text.trim().eq_ignore_ascii_case("USD") {
        let problem = format!("is \"{}\"", written.text);
        branch.wrong(&written, problem, "give the price in USD: nothing is converted");
    }
}
