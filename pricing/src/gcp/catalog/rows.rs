//! One row of the catalogue.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use rust_decimal::Decimal;
use serde_json::Number;

use super::money::{decimal, usd};
use super::reply::{Named, PricingExpression, PricingInfo, Row, TierRate};
use super::{Measure, Refused, Sku, Tier};
use crate::sync::Dropped;

/// Why a row has no price.
#[derive(Debug)]
pub(super) struct Problem {
    pub(super) why: Dropped,
    /// What is wrong, for a person.
    pub(super) reason: String,
}

impl From<String> for Problem {
    fn from(reason: String) -> Self {
        Self { why: Dropped::Unreadable, reason }
    }
}

impl From<&str> for Problem {
    fn from(reason: &str) -> Self {
        reason.to_owned().into()
    }
}

/// Reads a row.
///
/// # Errors
/// It has no price in USD that holds on `today`, or cannot be read.
pub(super) fn read(text: &str, today: Date) -> Result<Sku, Refused> {
    let row: Row = serde_json::from_str(text).map_err(|error| unreadable(text, &error))?;
    let sku_id = row.sku_id.clone().unwrap_or_default();
    sku(row, today).map_err(|Problem { why, reason }| Refused { sku_id, why, reason })
}

fn unreadable(text: &str, error: &serde_json::Error) -> Refused {
    let named = serde_json::from_str::<Named>(text).ok();
    let sku_id = named.and_then(|named| named.sku_id).unwrap_or_default();
    Refused { sku_id, why: Dropped::Unreadable, reason: format!("it cannot be read: {error}") }
}

fn sku(row: Row, today: Date) -> Result<Sku, Problem> {
    let sku_id = row.sku_id.filter(|id| !id.is_empty()).ok_or("it has no id")?;
    let (effective_time, info) = in_force(row.pricing_info.unwrap_or_default(), today)?;
    let rate = info.currency_conversion_rate;
    let expression = info.pricing_expression.unwrap_or_default();
    let tiers = tiers(expression.tiered_rates.as_deref().unwrap_or_default())?;
    check_rate(rate.as_ref())?;
    let category = row.category.unwrap_or_default();
    Ok(Sku {
        sku_id,
        description: row.description.unwrap_or_default(),
        service: category.service_display_name.unwrap_or_default(),
        resource_family: category.resource_family.unwrap_or_default(),
        resource_group: category.resource_group.unwrap_or_default(),
        usage_type: category.usage_type.unwrap_or_default(),
        regions: row.service_regions.unwrap_or_default(),
        unit: measure(expression)?,
        tiers,
        effective_time: effective_time?,
    })
}

/// The youngest of the prices that hold by the end of `today`, and since when; or why that is not
/// known. The catalogue also lists prices that are still to come.
fn in_force(
    infos: Vec<PricingInfo>,
    today: Date,
) -> Result<(Result<Timestamp, String>, PricingInfo), Problem> {
    let untimed = infos.iter().find(|info| since(info).is_none());
    let untimed = untimed.map(|info| info.effective_time.clone().unwrap_or_default());
    if infos.is_empty() {
        return Err("it has no price".into());
    }
    let begun = |info: &PricingInfo| {
        since(info).is_none_or(|since| since.to_zoned(TimeZone::UTC).date() <= today)
    };
    let newest = infos.into_iter().filter(begun).max_by_key(since).ok_or_else(|| Problem {
        why: Dropped::NotYet,
        reason: format!("its price holds only after {today}"),
    })?;
    let known = match (untimed, since(&newest)) {
        (None, Some(since)) => Ok(since),
        (text, _) => {
            let text = text.unwrap_or_default();
            Err(format!("its price holds since \"{text}\", which is no time"))
        }
    };
    Ok((known, newest))
}

fn since(info: &PricingInfo) -> Option<Timestamp> {
    info.effective_time.as_deref()?.parse().ok()
}

/// A price in USD is not converted: with another rate than 1 one of the two is not true. Google's
/// JSON leaves out what is zero, and 1 is what it means where no currency was asked for.
fn check_rate(rate: Option<&Number>) -> Result<(), Problem> {
    let Some(rate) = rate else {
        return Ok(());
    };
    if decimal(rate).is_some_and(|rate| rate == Decimal::ONE || rate.is_zero()) {
        return Ok(());
    }
    let reason = format!("its price is converted from USD at a rate of {rate}");
    Err(Problem { why: Dropped::OtherCurrency, reason })
}

fn measure(expression: PricingExpression) -> Result<Measure, Problem> {
    let usage_unit = expression.usage_unit.filter(|unit| !unit.is_empty());
    Ok(Measure {
        usage_unit: usage_unit.ok_or("its price does not say what it is for one of")?,
        base_unit: expression.base_unit.unwrap_or_default(),
        base_units: expression.base_unit_conversion_factor.as_ref().and_then(decimal),
        display_quantity: expression.display_quantity.as_ref().and_then(decimal),
    })
}

/// The tiers by ascending use, at least one.
fn tiers(rates: &[TierRate]) -> Result<Vec<Tier>, Problem> {
    let mut tiers = rates.iter().map(tier).collect::<Result<Vec<Tier>, Problem>>()?;
    tiers.sort_by_key(|tier| tier.start);
    if tiers.is_empty() {
        return Err("it has no price".into());
    }
    match tiers.windows(2).find(|pair| pair[0].start == pair[1].start) {
        Some(pair) => Err(format!("it has two prices from {} on", pair[0].start).into()),
        None => Ok(tiers),
    }
}

fn tier(rate: &TierRate) -> Result<Tier, Problem> {
    let start = match &rate.start_usage_amount {
        None => Decimal::ZERO,
        Some(start) => decimal(start)
            .filter(|start| !start.is_sign_negative())
            .ok_or_else(|| format!("one of its prices begins at {start}"))?,
    };
    let money = rate.unit_price.as_ref().ok_or("one of its prices is missing")?;
    Ok(Tier { start, price: usd(money)? })
}
