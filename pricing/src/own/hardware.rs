//! Bought hardware, spread over its lifetime.

use std::sync::Arc;

use jiff::ToSpan as _;
use jiff::civil::Date;
use rust_decimal::{Decimal, RoundingStrategy};

use finops_core::model::{HOURS_PER_MONTH, Price, Unit};

/// Hours in a year of 365 days: twelve months of 730 hours.
const HOURS_PER_YEAR: u64 = 8_760;
/// The longest lifetime that is believed, in years.
const MOST_YEARS: u64 = 100;

/// How long hardware is written off over, in hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lifetime(u64);

impl Lifetime {
    /// Reads `5y`, `60 months` or `1825d`. A month has 730 hours and a year 365 days.
    ///
    /// # Errors
    /// Says what to write.
    pub fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let digits = text.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(text.len());
        let (number, unit) = text.split_at(digits);
        let hours = match unit.trim() {
            "y" | "year" | "years" => HOURS_PER_YEAR,
            "month" | "months" => u64::from(HOURS_PER_MONTH),
            "d" | "day" | "days" => 24,
            _ => 0,
        };
        let hours = number.parse::<u64>().ok().and_then(|number| number.checked_mul(hours));
        match hours {
            Some(hours) if (24..=MOST_YEARS * HOURS_PER_YEAR).contains(&hours) => Ok(Self(hours)),
            _ => Err("write years, months or days: 5y, 60 months, 1825d".to_owned()),
        }
    }

    /// Its days, rounded up.
    fn days(self) -> i64 {
        // At most a hundred years of hours.
        i64::try_from(self.0.div_ceil(24)).unwrap_or(i64::MAX)
    }
}

/// Hardware that was bought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hardware {
    /// What it cost, in USD.
    pub purchase_price: Decimal,
    /// What it will still be worth at the end, in USD.
    pub residual_value: Decimal,
    /// How long it is written off over.
    pub lifetime: Lifetime,
    /// When it was bought.
    pub purchased: Date,
    /// Where the user has this from: `invoice 4711`.
    pub source: Arc<str>,
}

impl Hardware {
    /// The day on which it is written off. `None` beyond the calendar.
    #[must_use]
    pub fn written_off(&self) -> Option<Date> {
        self.purchased.checked_add(self.lifetime.days().days()).ok()
    }

    /// What a month of 730 hours of its lifetime costs: the purchase price without the residual
    /// value, in equal parts (straight-line depreciation), to nine places. `None` once it is
    /// written off.
    #[must_use]
    pub fn price(&self, today: Date) -> Option<Arc<Price>> {
        if self.written_off().is_some_and(|end| today >= end) {
            return None;
        }
        let spread = (self.purchase_price - self.residual_value).max(Decimal::ZERO);
        let month = spread * Decimal::from(HOURS_PER_MONTH) / Decimal::from(self.lifetime.0);
        Some(Arc::new(Price {
            unit_price: month.round_dp_with_strategy(9, RoundingStrategy::MidpointAwayFromZero),
            unit: Unit::Month,
            source: Arc::clone(&self.source),
            as_of: self.purchased,
            sku_key: "machine/hardware".into(),
        }))
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn server(lifetime: &str) -> Hardware {
        Hardware {
            purchase_price: Decimal::from(8_400),
            residual_value: Decimal::ZERO,
            lifetime: Lifetime::parse(lifetime).unwrap(),
            purchased: date(2024, 3, 1),
            source: "invoice 4711".into(),
        }
    }

    fn monthly(hardware: &Hardware) -> String {
        hardware.price(date(2026, 1, 1)).unwrap().unit_price.normalize().to_string()
    }

    #[test]
    fn the_price_is_spread_evenly_over_the_lifetime() {
        // 8,400 USD over 60 months is 140 USD a month, in whatever words the lifetime is written;
        // 1,825 days are 43,800 hours, 60 × 730.
        assert_eq!(monthly(&server("5y")), "140");
        assert_eq!(monthly(&server("60 months")), "140");
        assert_eq!(monthly(&server("1825d")), "140");
        // Over 36 months: 233.333… a month, to nine places.
        assert_eq!(monthly(&server("3 years")), "233.333333333");
        // 8,400 less 1,200 that it will still be worth: 7,200 / 60 = 120.
        let residual_value = Decimal::from(1_200);
        assert_eq!(monthly(&Hardware { residual_value, ..server("5y") }), "120");
    }

    #[test]
    fn what_is_written_off_costs_nothing_more() {
        let server = server("2y");
        // 730 days after 2024-03-01: 306 days to the end of 2024, 365 of 2025, 59 more.
        assert_eq!(server.written_off(), Some(date(2026, 3, 1)));
        assert!(server.price(date(2026, 2, 28)).is_some());
        assert_eq!(server.price(date(2026, 3, 1)), None);
    }

    #[test]
    fn a_lifetime_has_a_unit_and_bounds() {
        for text in ["5", "y", "0y", "101y", "5 weeks", "-5y", "99999999999999999999y", ""] {
            assert!(Lifetime::parse(text).is_err(), "{text}");
        }
    }
}
