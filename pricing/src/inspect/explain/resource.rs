//! The arithmetic of a resource's cost.

use rust_decimal::Decimal;

use finops_core::inventory::{PricedLine, PricedResource};
use finops_core::model::CostRate;

use super::answer::{Billed, ExplainedAdjustment, ExplainedLine, ExplainedResource, ExplainedRow};
use super::prices;
use super::search::candidate;
use crate::inspect::amount::exact;
use crate::inspect::books::Books;
use crate::inspect::key;

/// Explains each line of the resource. The sum of what is shown is the resource's cost.
pub(super) fn explain(resource: &PricedResource, books: &Books<'_>) -> ExplainedResource {
    let mut lines: Vec<ExplainedLine> = Vec::new();
    for line in &resource.lines {
        match lines.last_mut() {
            Some(before) if line.is_adjustment() => before.adjustments.push(adjustment(line)),
            _ => lines.push(explained(line, books)),
        }
    }
    let known = resource.known();
    let list: CostRate =
        resource.lines.iter().filter(|line| !line.is_adjustment()).map(PricedLine::rate).sum();
    ExplainedResource {
        resource: candidate(resource),
        seen_at: resource.seen_at.to_string(),
        lines,
        unpriced: resource.unpriced.clone(),
        monthly: known.map(CostRate::exact_monthly),
        hourly_rounded: known.map(CostRate::hourly),
        list_monthly: known.filter(|paid| *paid != list).map(|_| list.exact_monthly()),
    }
}

fn adjustment(line: &PricedLine) -> ExplainedAdjustment {
    ExplainedAdjustment {
        component: line.component.clone(),
        unit_price: line.price.unit_price.normalize(),
        why: line.price.sku_key.to_string(),
        source: line.price.source.to_string(),
        as_of: line.price.as_of.to_string(),
        monthly: line.rate().exact_monthly(),
    }
}

fn explained(line: &PricedLine, books: &Books<'_>) -> ExplainedLine {
    let base = key::base(&line.price.sku_key);
    let row = prices::of_key(base.unwrap_or(&line.price.sku_key), books);
    let row = row.map(|(layer, row)| prices::explained(books, layer, &row));
    ExplainedLine {
        component: line.component.clone(),
        quantity: line.quantity.amount().normalize(),
        unit_price: line.price.unit_price.normalize(),
        unit: line.price.unit.name(),
        sku_key: line.price.sku_key.to_string(),
        source: line.price.source.to_string(),
        as_of: line.price.as_of.to_string(),
        monthly: line.rate().exact_monthly(),
        arithmetic: arithmetic(line, row.as_ref(), base.is_some()),
        row,
        worked_out: base.is_some(),
        adjustments: Vec::new(),
    }
}

/// `2 × 0.096 USD per hour (key, table published …) = 0.192 USD per hour = 140.16 USD per month of
/// 730 hours`
fn arithmetic(line: &PricedLine, row: Option<&ExplainedRow>, worked_out: bool) -> String {
    let price = &line.price;
    let (key, changed) = if worked_out {
        (price.sku_key.to_string(), String::new())
    } else {
        (key::short(&price.sku_key), changed(price.unit_price, row))
    };
    let month = exact(line.rate().exact_monthly());
    // A monthly unit has no hourly price that is finite.
    let hour = match price.unit.per_month() {
        1 => String::new(),
        _ => format!(" = {} USD per hour", exact(line.quantity.amount() * price.unit_price)),
    };
    format!(
        "{} × {} USD per {} ({key}, {}){hour} = {month} USD per month of 730 hours{changed}",
        exact(line.quantity.amount()),
        exact(price.unit_price),
        price.unit.name(),
        provenance(line, row),
    )
}

/// Where the price comes from: of the row that the line was priced by, all that its table tells.
fn provenance(line: &PricedLine, row: Option<&ExplainedRow>) -> String {
    let (source, as_of) = (&line.price.source, line.price.as_of);
    let Some(row) = row.filter(|row| row.table == **source) else {
        return format!("{source} of {as_of}");
    };
    let effective = row.effective.as_ref().map(|day| format!(", effective {day}"));
    let effective = effective.unwrap_or_default();
    // Microsoft and Google do not say when they published a list.
    match row.published.as_str() {
        "" => format!("{source} of {as_of}{effective}"),
        published => format!("{source} published {}{effective}", day(published)),
    }
}

/// The day of a timestamp; what is none stays as it is.
fn day(time: &str) -> &str {
    time.split_once('T').map_or(time, |(day, _)| day)
}

/// What the book says now, where the line was priced by something else.
fn changed(unit_price: Decimal, row: Option<&ExplainedRow>) -> String {
    match row.and_then(|row| row.billed.as_ref().zip(Some(row))) {
        Some((Billed { price, unit }, row)) if *price != unit_price => {
            let (price, currency) = (exact(*price), &row.currency);
            format!(
                "; the price book now has {price} {currency} per {unit}: the next cycle uses it"
            )
        }
        _ => String::new(),
    }
}
