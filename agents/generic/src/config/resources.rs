//! How a plugin's records become resources with a cost.

use std::sync::Arc;

use rust_decimal::Decimal;

use finops_core::config::{Branch, Written};
use finops_core::model::Price;
use finops_pricing::own::MOST;

use super::rates::Rates;
use crate::template::Template;

/// What each record of a plugin is as a resource.
#[derive(Debug, Clone)]
pub struct ResourceRule {
    /// Its identifier, different for every record.
    pub id: Template,
    /// Its name, where it has one.
    pub name: Option<Template>,
    /// What it is: `gpu`, `database`.
    pub kind: Option<String>,
    /// Its tags.
    pub tags: Vec<(Arc<str>, Template)>,
    /// Only records whose fields have these values are resources.
    pub only: Vec<(String, String)>,
    /// What it costs.
    pub charges: Vec<Charge>,
}

/// One price of a resource.
#[derive(Debug, Clone)]
pub struct Charge {
    /// How many units of the rate each resource is.
    pub per_unit: Amount,
    /// What that is divided by: 1073741824 makes GiB of bytes.
    pub divide_by: Decimal,
    /// The rate.
    pub price: Arc<Price>,
}

/// A number of units.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Amount {
    /// The same for every record.
    Fixed(Decimal),
    /// What a field of the record says.
    Field(String),
}

/// The rule of a `resources` table.
pub(super) fn check(mut branch: Branch, rates: &Rates) -> Option<ResourceRule> {
    let id = branch.required("id", "write what tells its records apart: \"gpu-{index}\"");
    let id = id.and_then(|written| template(&branch, &written));
    let name = branch.written("name").and_then(|written| template(&branch, &written));
    let kind = branch.text("kind").filter(|kind| !kind.is_empty());
    let tags = branch
        .pairs("tags")
        .into_iter()
        .filter_map(|(key, written)| Some((Arc::from(key), template(&branch, &written)?)));
    let tags: Vec<_> = tags.collect();
    let only = branch.pairs("where").into_iter().map(|(key, value)| (key, value.text)).collect();
    let charges =
        branch.branches("hourly_cost").into_iter().filter_map(|below| charge(below, rates));
    let charges: Vec<_> = charges.collect();
    branch.finish();
    Some(ResourceRule { id: id?, name, kind, tags, only, charges })
}

fn template(branch: &Branch, written: &Written) -> Option<Template> {
    match Template::parse(&written.text) {
        Ok(template) => Some(template),
        Err(problem) => {
            branch.wrong(written, problem, "name a field of the record in braces: \"gpu-{index}\"");
            None
        }
    }
}

fn charge(mut branch: Branch, rates: &Rates) -> Option<Charge> {
    let price = branch
        .required("rate", "name one of your rates")
        .and_then(|written| rates.find(&branch, &written, &[]));
    let per_unit = match branch.written("per_unit") {
        Some(written) => amount(&branch, &written),
        None => Some(Amount::Fixed(Decimal::ONE)),
    };
    let divide_by = match branch.written("divide_by") {
        Some(written) => divisor(&mut branch, &written),
        None => Some(Decimal::ONE),
    };
    branch.finish();
    Some(Charge { per_unit: per_unit?, divide_by: divide_by?, price: price? })
}

fn amount(branch: &Branch, written: &Written) -> Option<Amount> {
    let text = written.text.trim();
    let number = text.parse::<Decimal>().ok().filter(|it| (Decimal::ZERO..=MOST).contains(it));
    if let Some(number) = number {
        return Some(Amount::Fixed(number));
    }
    let field = Template::parse(text).ok();
    if let Some(field) = field.as_ref().and_then(Template::field) {
        return Some(Amount::Field(field.to_owned()));
    }
    let remedy = format!("write a number from 0 to {MOST}, or a field in braces: \"{{gib}}\"");
    branch.wrong(written, format!("is \"{text}\""), remedy);
    None
}

fn divisor(branch: &mut Branch, written: &Written) -> Option<Decimal> {
    let number = branch.amount("divide_by")?;
    if number.is_zero() || number > Decimal::from(u64::MAX) {
        branch.wrong(written, format!("is {number}"), "write a number above 0: 1073741824");
        return None;
    }
    Some(number)
}
