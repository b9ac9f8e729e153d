//! Accrued money in pico-USD.

use rust_decimal::Decimal;

use crate::model::{CostRate, HOURS_PER_MONTH};

/// Places of a USD in a pico-USD.
const PLACES: u32 = 12;
const SECONDS_PER_MONTH: i128 = HOURS_PER_MONTH as i128 * 3_600;

/// What `rate` comes to in `seconds`, in pico-USD, rounded half away from zero. One that does not
/// fit stays at the edge.
pub(super) fn accrued(rate: CostRate, seconds: i64) -> i128 {
    let monthly = rate.exact_monthly();
    let scale = monthly.scale();
    let numerator = monthly
        .mantissa()
        .saturating_mul(i128::from(seconds))
        .saturating_mul(10_i128.pow(PLACES.saturating_sub(scale)));
    // A decimal has at most 28 places, so that this is at most 2,628,000 × 10^16.
    let denominator = SECONDS_PER_MONTH * 10_i128.pow(scale.saturating_sub(PLACES));
    divided(numerator, denominator)
}

/// `numerator / denominator`, rounded half away from zero, for a positive denominator.
pub(crate) fn divided(numerator: i128, denominator: i128) -> i128 {
    let (whole, rest) = (numerator / denominator, numerator % denominator);
    if rest.abs() >= denominator - rest.abs() { whole + numerator.signum() } else { whole }
}

/// As the column has it: what 64 bits cannot hold, 9.2 million USD, stays at the edge.
pub(super) fn stored(pico_usd: i128) -> i64 {
    let edge = i128::from(i64::MAX);
    i64::try_from(pico_usd.clamp(-edge, edge)).unwrap_or(i64::MAX)
}

/// Pico-USD as USD.
pub(crate) fn usd(pico_usd: i128) -> Decimal {
    Decimal::try_from_i128_with_scale(pico_usd, PLACES).unwrap_or(Decimal::MAX).normalize()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn monthly(text: &str) -> CostRate {
        CostRate::from_monthly(text.parse().unwrap())
    }

    #[test]
    fn an_hour_of_an_hourly_price_is_that_price() {
        // 0.096 USD an hour is 70.08 a month; 300 s are a twelfth of an hour: 0.008 USD.
        assert_eq!(accrued(monthly("70.08"), 3_600), 96_000_000_000);
        assert_eq!(accrued(monthly("70.08"), 300), 8_000_000_000);
    }

    #[test]
    fn a_monthly_price_is_rounded_once() {
        // 8 USD a month for 300 s: 8 × 300 / 2,628,000 = 0.000913242009132…, next digit 4.
        assert_eq!(accrued(monthly("8"), 300), 913_242_009);
        // For 600 s: 0.0018264840182648…, next digit 2: one less than a digit would say twice.
        assert_eq!(accrued(monthly("8"), 600), 1_826_484_018);
    }

    #[test]
    fn halves_go_away_from_zero_on_both_sides() {
        // 0.000001314 USD a month for 1 s: 1.314e-6 / 2,628,000 = 5e-13 USD, half a pico-USD.
        assert_eq!(accrued(monthly("0.000001314"), 1), 1);
        assert_eq!(accrued(monthly("-0.000001314"), 1), -1);
        assert_eq!(accrued(monthly("0.000001313"), 1), 0);
    }

    #[test]
    fn the_smallest_and_largest_rates_do_not_overflow() {
        assert_eq!(accrued(monthly("0.0000000000000000000000000001"), 86_400), 0);
        let most = accrued(CostRate::from_monthly(Decimal::MAX), 86_400);
        assert_eq!(stored(most), i64::MAX);
    }

    #[test]
    fn what_64_bits_cannot_hold_stays_at_the_edge() {
        // 10 million USD are 10^19 pico-USD; 64 bits end at 9.22 × 10^18.
        assert_eq!(stored(10_000_000 * 10_i128.pow(12)), i64::MAX);
        assert_eq!(usd(i128::from(i64::MAX)).to_string(), "9223372.036854775807");
    }
}
