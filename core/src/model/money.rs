//! Exact money.

use std::iter::Sum;
use std::ops::{Add, AddAssign};

use rust_decimal::{Decimal, RoundingStrategy};

/// Hours in the month that every monthly figure is based on: 365 days × 24 hours / 12 months,
/// the month that AWS's own calculator uses.
pub const HOURS_PER_MONTH: u32 = 730;

/// What something costs while it goes on as observed, in US dollars, exactly.
///
/// Held as the cost of a month of [`HOURS_PER_MONTH`] hours, because that is the one period in
/// which both kinds of list price are finite decimals: an hourly price times 730, and a price per
/// gigabyte-month as it is. A month's price divided by 730 has no finite decimal form, so an
/// hourly representation would round each part and the sum of the parts would miss the total.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct CostRate(Decimal);

impl CostRate {
    /// Nothing is charged.
    pub const ZERO: Self = Self(Decimal::ZERO);

    /// A rate in USD per hour.
    #[must_use]
    pub fn from_hourly(usd: Decimal) -> Self {
        Self(usd * Decimal::from(HOURS_PER_MONTH))
    }

    /// A rate in USD per month of 730 hours.
    #[must_use]
    pub fn from_monthly(usd: Decimal) -> Self {
        Self(usd)
    }

    /// USD per month of 730 hours, exact.
    #[must_use]
    pub fn exact_monthly(self) -> Decimal {
        self.0.normalize()
    }

    /// USD per hour, rounded half up to 6 places for printing.
    #[must_use]
    pub fn hourly(self) -> Decimal {
        round(self.0 / Decimal::from(HOURS_PER_MONTH), 6)
    }

    /// USD per day of 24 hours, rounded half up to 2 places for printing.
    #[must_use]
    pub fn daily(self) -> Decimal {
        round(self.0 * Decimal::from(24) / Decimal::from(HOURS_PER_MONTH), 2)
    }

    /// USD per month of 730 hours, rounded half up to 2 places for printing.
    #[must_use]
    pub fn monthly(self) -> Decimal {
        round(self.0, 2)
    }
}

fn round(amount: Decimal, places: u32) -> Decimal {
    amount.round_dp_with_strategy(places, RoundingStrategy::MidpointAwayFromZero)
}

impl Add for CostRate {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl AddAssign for CostRate {
    fn add_assign(&mut self, other: Self) {
        self.0 += other.0;
    }
}

impl Sum for CostRate {
    fn sum<I: Iterator<Item = Self>>(rates: I) -> Self {
        rates.fold(Self::ZERO, Add::add)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decimal(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    #[test]
    fn an_hourly_price_keeps_its_last_digit() {
        // 0.096 USD an hour: 2.304 a day, 70.08 a month.
        let rate = CostRate::from_hourly(decimal("0.096"));
        assert_eq!(rate.hourly(), decimal("0.096"));
        assert_eq!(rate.daily(), decimal("2.30"));
        assert_eq!(rate.monthly(), decimal("70.08"));
    }

    #[test]
    fn thousands_of_monthly_prices_sum_exactly() {
        // 100 GB of gp3 at 0.08 is 8 USD a month, 8/730 an hour: no finite decimal. 3,000 of them
        // are 24,000 a month to the last digit.
        let total: CostRate = (0..3000).map(|_| CostRate::from_monthly(decimal("8.00"))).sum();
        assert_eq!(total.exact_monthly(), decimal("24000"));
        assert_eq!(total.hourly(), decimal("32.876712"));
    }

    #[test]
    fn halves_round_away_from_zero() {
        assert_eq!(CostRate::from_monthly(decimal("0.125")).monthly(), decimal("0.13"));
    }
}
