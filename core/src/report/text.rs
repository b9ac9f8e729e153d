//! Names and figures as text.

use std::time::Duration;

use rust_decimal::{Decimal, RoundingStrategy};

use super::answer::{GroupKey, ResourceKey};

/// USD rounded half away from zero, with thousands grouped: `-1,234.50`.
pub(super) fn money(usd: Decimal, places: u32) -> String {
    let rounded = usd.round_dp_with_strategy(places, RoundingStrategy::MidpointAwayFromZero);
    let text = format!("{:.1$}", rounded.abs(), places as usize);
    let sign = if rounded < Decimal::ZERO { "-" } else { "" };
    format!("{sign}{}", grouped(&text))
}

/// `1234567.89` → `1,234,567.89`.
pub(super) fn grouped(number: &str) -> String {
    let whole = number.find('.').unwrap_or(number.len());
    let mut text = String::with_capacity(number.len() + whole / 3);
    for (index, letter) in number.chars().enumerate() {
        if index > 0 && index < whole && (whole - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(letter);
    }
    text
}

/// Hours to at most six places, exact to the second as far as those go: `24`, `0.083333`.
pub(super) fn hours(time: Duration) -> Decimal {
    let hours = Decimal::from(time.as_secs()) / Decimal::from(3_600);
    hours.round_dp_with_strategy(6, RoundingStrategy::MidpointAwayFromZero).normalize()
}

/// The group's name for machines, where it has one: a resource's is unique over all scopes.
pub(super) fn name(key: &GroupKey) -> Option<String> {
    match key {
        GroupKey::Total => Some("total".to_owned()),
        GroupKey::Named(name) => Some(name.clone()),
        GroupKey::NoSuchTag => None,
        GroupKey::Resource(ResourceKey { account, region, service, kind, id, .. }) => {
            Some(format!("{account}/{region}/{service}/{kind}/{id}"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_is_rounded_and_grouped() {
        for (usd, expected) in [
            ("0", "0.00"),
            ("0.005", "0.01"),
            ("-0.005", "-0.01"),
            ("-0.004", "0.00"),
            ("999.994", "999.99"),
            ("-1234567.891", "-1,234,567.89"),
        ] {
            assert_eq!(money(usd.parse().unwrap(), 2), expected);
        }
    }

    #[test]
    fn hours_are_exact_to_the_second() {
        for (seconds, expected) in [(0, "0"), (300, "0.083333"), (86_400, "24"), (5_400, "1.5")] {
            assert_eq!(hours(Duration::from_secs(seconds)).to_string(), expected);
        }
    }
}
