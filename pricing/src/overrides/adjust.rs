//! What adjusts a list line to what is paid.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::civil::Date;
use rust_decimal::{Decimal, RoundingStrategy};

use finops_core::model::{CostLine, Costs, Price, adjustment};

use super::Overrides;
use super::key::LineKey;
use super::percentage::Percentage;

/// The most decimal places of an adjustment's unit price.
pub const MOST_PLACES: u32 = 15;

/// One percent.
const PERCENT: Decimal = Decimal::from_parts(1, 0, 0, false, 2);

/// Component and price of each line that follows a list line.
type Adjustments = Box<[(&'static str, Arc<Price>)]>;

/// Adjusts costs, and remembers what adjusts each price: thousands of lines share a few hundred.
pub(super) struct Adjuster<'a> {
    overrides: &'a Overrides,
    today: Date,
    /// By the price's address. The price is kept, so that no other gets that address.
    known: HashMap<*const Price, (Arc<Price>, Adjustments)>,
}

impl<'a> Adjuster<'a> {
    pub(super) fn new(overrides: &'a Overrides, today: Date) -> Self {
        Self { overrides, today, known: HashMap::new() }
    }

    /// Adds the adjustments of each line after it, unless there are some.
    pub(super) fn adjust(&mut self, costs: &mut Costs) {
        if costs.is_adjusted() {
            return;
        }
        let more: usize = costs.lines.iter().map(|line| self.of(&line.price).len()).sum();
        if more == 0 {
            return;
        }
        let lines = Vec::with_capacity(costs.lines.len() + more);
        for line in std::mem::replace(&mut costs.lines, lines) {
            let CostLine { quantity, .. } = line;
            let adjusting = self.of(&line.price).iter().map(|(component, price)| CostLine {
                component,
                quantity,
                price: Arc::clone(price),
            });
            costs.lines.push(line);
            costs.lines.extend(adjusting);
        }
    }

    fn of(&mut self, price: &Arc<Price>) -> &[(&'static str, Arc<Price>)] {
        let (overrides, today) = (self.overrides, self.today);
        let known = self.known.entry(Arc::as_ptr(price));
        &known.or_insert_with(|| (Arc::clone(price), Steps::all(overrides, price, today))).1
    }
}

/// The steps from a list price to what is paid.
struct Steps<'a> {
    overrides: &'a Overrides,
    list: &'a Price,
    /// What is left after the steps so far.
    rest: Decimal,
    done: Vec<(&'static str, Arc<Price>)>,
}

impl<'a> Steps<'a> {
    fn all(overrides: &'a Overrides, list: &'a Price, today: Date) -> Adjustments {
        let line = LineKey::of(&list.sku_key);
        let mut steps = Self { overrides, list, rest: list.unit_price, done: Vec::new() };
        if let Some(own) = overrides.prices.of(&list.sku_key, today) {
            steps.negotiated(own.usd, &own.label);
        } else if let Some(discount) = discount(&overrides.discounts, &line, today) {
            steps.percentage(adjustment::DISCOUNT, discount, -PERCENT);
        }
        if let Some(edp) = overrides.edp.as_ref().filter(|edp| edp.is_of_bought(&line, today)) {
            steps.percentage(adjustment::EDP, edp, -PERCENT);
        }
        if let Some(markup) = overrides.markup.as_ref().filter(|it| it.is_of(&line, today)) {
            steps.percentage(adjustment::MARKUP, markup, PERCENT);
        }
        steps.done.into()
    }

    fn negotiated(&mut self, usd: Decimal, label: &str) {
        let (list, key) = (self.list.unit_price.normalize(), &self.list.sku_key);
        let usd = usd.normalize();
        let why = format!("{label}: {usd} USD instead of {list} USD for {key}");
        self.step(adjustment::NEGOTIATED, usd - list, why);
    }

    fn percentage(&mut self, component: &'static str, agreed: &Percentage, one_percent: Decimal) {
        let Percentage { percent, label, .. } = agreed;
        let key = &self.list.sku_key;
        let of = if self.done.is_empty() {
            key.to_string()
        } else {
            format!("the remaining {} USD of {key}", self.rest.normalize())
        };
        let why = format!("{label}: {} % of {of}", percent.normalize());
        self.step(component, self.rest * *percent * one_percent, why);
    }

    fn step(&mut self, component: &'static str, amount: Decimal, why: String) {
        let amount = places(amount);
        if amount.is_zero() {
            return;
        }
        self.rest += amount;
        let price = Price {
            unit_price: amount,
            unit: self.list.unit,
            source: Arc::clone(&self.overrides.source),
            as_of: self.overrides.as_of,
            sku_key: why.into(),
        };
        self.done.push((component, Arc::new(price)));
    }
}

/// The discount that says the most about the line.
fn discount<'a>(
    discounts: &'a [Percentage],
    line: &LineKey<'_>,
    today: Date,
) -> Option<&'a Percentage> {
    let matching = discounts.iter().filter(|discount| discount.discounts(line, today));
    // The file has no two that say as much about one line.
    matching.max_by_key(|discount| discount.scope.precision())
}

/// Without places that do not fit.
fn places(amount: Decimal) -> Decimal {
    amount.round_dp_with_strategy(MOST_PLACES, RoundingStrategy::MidpointAwayFromZero).normalize()
}
