//! Amounts as people read them.

use rust_decimal::{Decimal, RoundingStrategy};

use crate::truth::HOURS;

/// `monthly` with two places and its thousands apart: `1,234.50`.
pub(super) fn monthly(monthly: Decimal) -> String {
    grouped(monthly, 2)
}

/// What a month's amount is an hour, with four places.
pub(super) fn hourly(monthly: Decimal) -> String {
    grouped(monthly / HOURS, 4)
}

fn grouped(amount: Decimal, places: u32) -> String {
    let rounded = amount.round_dp_with_strategy(places, RoundingStrategy::MidpointAwayFromZero);
    let text = format!("{rounded:.*}", places as usize);
    let (whole, rest) = text.split_once('.').unwrap_or((&text, ""));
    let (sign, digits) = whole.strip_prefix('-').map_or(("", whole), |digits| ("-", digits));
    format!("{sign}{}.{rest}", thousands(digits))
}

/// Digits in groups of three: `1,234,567`.
pub(super) fn thousands(digits: &str) -> String {
    let mut grouped = String::with_capacity(digits.len() * 4 / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// A number of things in groups of three.
pub(super) fn count(number: u64) -> String {
    thousands(&number.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_rounded_and_grouped() {
        let amount = |text: &str| text.parse::<Decimal>().unwrap();
        assert_eq!(monthly(amount("1234567.895")), "1,234,567.90");
        assert_eq!(monthly(amount("-999.999")), "-1,000.00");
        assert_eq!(monthly(Decimal::ZERO), "0.00");
        assert_eq!(hourly(amount("730")), "1.0000");
        assert_eq!(count(1_000_000), "1,000,000");
    }
}
