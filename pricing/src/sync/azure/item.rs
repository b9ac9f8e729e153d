//! One item of the list, as it is sent.
//! <https://learn.microsoft.com/rest/api/cost-management/retail-prices/azure-retail-prices#api-property-details>

use std::borrow::Cow;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use rust_decimal::Decimal;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::number::exact;
use super::unit::{Measure, Unit};
use crate::sync::Dropped;

/// An item with its values read.
///
/// Neither `meterId` nor `isPrimaryMeterRegion` is read. Several items share a meter: its tiers, its
/// spans of time, and the same meter for development and test. And the flag only says whether the
/// meter has its name from this region: the price of the region asked for may have either value.
#[derive(Debug)]
pub(super) struct Item<'a> {
    /// `Virtual Machines Dsv3 Series Windows`.
    pub(super) product: Cow<'a, str>,
    /// `D2s v3 Spot`.
    pub(super) sku: Cow<'a, str>,
    /// `D2s v3 Spot`, `Hot LRS Data Stored`.
    pub(super) meter: Cow<'a, str>,
    /// `Standard_D2s_v3`; empty on many.
    pub(super) arm_sku: Cow<'a, str>,
    /// `Virtual Machines`.
    pub(super) service: Cow<'a, str>,
    /// `eastus`; empty or `Global` for what costs the same everywhere.
    pub(super) region: Cow<'a, str>,
    /// `Consumption`, `DevTestConsumption`, `Reservation`.
    pub(super) kind: Cow<'a, str>,
    /// `USD`.
    pub(super) currency: Cow<'a, str>,
    /// For one unit.
    pub(super) price: Decimal,
    /// From how many units on the price holds.
    pub(super) tier: Decimal,
    /// `None` where it is not known.
    pub(super) unit: Option<Unit>,
    /// The first day on which it holds.
    pub(super) since: Date,
    /// When it ceases to hold.
    pub(super) until: Option<Timestamp>,
    /// Prices with a savings plan, unread.
    pub(super) savings_plan: Vec<&'a RawValue>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Sent<'a> {
    #[serde(borrow)]
    product_name: Cow<'a, str>,
    #[serde(borrow)]
    sku_name: Cow<'a, str>,
    #[serde(borrow)]
    meter_name: Cow<'a, str>,
    arm_sku_name: Option<Cow<'a, str>>,
    #[serde(borrow)]
    service_name: Cow<'a, str>,
    arm_region_name: Option<Cow<'a, str>>,
    #[serde(borrow, rename = "type")]
    kind: Cow<'a, str>,
    #[serde(borrow)]
    currency_code: Cow<'a, str>,
    #[serde(borrow)]
    retail_price: &'a RawValue,
    #[serde(borrow)]
    tier_minimum_units: &'a RawValue,
    #[serde(borrow)]
    unit_of_measure: Cow<'a, str>,
    #[serde(borrow)]
    effective_start_date: Cow<'a, str>,
    effective_end_date: Option<Cow<'a, str>>,
    #[serde(borrow)]
    savings_plan: Option<Vec<&'a RawValue>>,
}

/// A price with a savings plan, for the same unit as the item's. (A reservation's price, which is
/// an item of its own, is for the whole term.)
/// <https://learn.microsoft.com/rest/api/cost-management/retail-prices/azure-retail-prices#api-response-examples>
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct SentPlan<'a> {
    #[serde(borrow)]
    retail_price: &'a RawValue,
    #[serde(borrow)]
    term: Cow<'a, str>,
}

impl<'a> Item<'a> {
    /// Reads an item.
    ///
    /// # Errors
    /// What is odd about it, for a person.
    pub(super) fn read(raw: &'a RawValue) -> Result<Self, String> {
        let sent: Sent<'a> = serde_json::from_str(raw.get()).map_err(|error| error.to_string())?;
        let number = |name: &str, raw: &RawValue| {
            exact(raw).ok_or_else(|| format!("{name} is {raw}, which is no number"))
        };
        let day = |name: &str, text: &str| {
            moment(text).ok_or_else(|| format!("{name} is {text:?}, which is no time"))
        };
        let until = sent.effective_end_date.filter(|text| !text.is_empty());
        Ok(Self {
            price: number("retailPrice", sent.retail_price)?,
            tier: number("tierMinimumUnits", sent.tier_minimum_units)?,
            unit: Unit::parse(&sent.unit_of_measure),
            since: day_of(day("effectiveStartDate", &sent.effective_start_date)?),
            until: until.map(|text| day("effectiveEndDate", &text)).transpose()?,
            product: sent.product_name,
            sku: sent.sku_name,
            meter: sent.meter_name,
            arm_sku: sent.arm_sku_name.unwrap_or_default(),
            service: sent.service_name,
            region: sent.arm_region_name.unwrap_or_default(),
            kind: sent.kind,
            currency: sent.currency_code,
            savings_plan: sent.savings_plan.unwrap_or_default(),
        })
    }

    /// It held until a moment before `today`.
    pub(super) fn has_expired(&self, today: Date) -> bool {
        // Prices end with the last minute of a day, and hold on it.
        let begin = today.to_zoned(TimeZone::UTC).map(|begin| begin.timestamp());
        self.until.is_some_and(|until| begin.is_ok_and(|begin| until <= begin))
    }

    /// Any of its names contains one of the words, whatever the case.
    pub(super) fn is_called(&self, words: &[&str]) -> bool {
        [&self.product, &self.sku, &self.meter].into_iter().any(|name| contains(name, words))
    }

    /// The price of one of `measure`, where that is what it is for.
    ///
    /// # Errors
    /// The unit is another one, or cannot be divided exactly.
    pub(super) fn price_of(&self, measure: Measure) -> Result<Decimal, Dropped> {
        self.unit
            .filter(|unit| unit.measure == measure)
            .and_then(|unit| unit.one(self.price))
            .ok_or(Dropped::UnknownUnit)
    }

    /// The prices with savings plans: term and price of one of `measure`. One that is odd is an
    /// error and does not harm the others.
    pub(super) fn plans(&self, measure: Measure) -> Vec<Result<(String, Decimal), Dropped>> {
        let read = |raw: &&RawValue| {
            let plan: SentPlan<'_> =
                serde_json::from_str(raw.get()).map_err(|_| Dropped::Unreadable)?;
            let price = exact(plan.retail_price).ok_or(Dropped::Unreadable)?;
            let unit = self.unit.filter(|unit| unit.measure == measure);
            let price = unit.and_then(|unit| unit.one(price)).ok_or(Dropped::UnknownUnit)?;
            Ok((plan.term.into_owned(), price))
        };
        self.savings_plan.iter().map(read).collect()
    }
}

/// A name contains one of the words, whatever the case.
pub(super) fn contains(name: &str, words: &[&str]) -> bool {
    let name = name.to_lowercase();
    words.iter().any(|word| name.contains(&word.to_lowercase()))
}

/// A time, in UTC where it names no other place.
fn moment(text: &str) -> Option<Timestamp> {
    text.parse::<Timestamp>().ok().or_else(|| {
        let there: DateTime = text.parse().ok()?;
        Some(there.to_zoned(TimeZone::UTC).ok()?.timestamp())
    })
}

fn day_of(moment: Timestamp) -> Date {
    moment.to_zoned(TimeZone::UTC).date()
}
