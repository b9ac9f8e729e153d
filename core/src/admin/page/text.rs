//! Figures and times as a person reads them.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use rust_decimal::Decimal;

use crate::figures::{grouped, rounded};
use crate::model::CostRate;

/// USD per hour with four places: `5.7222`.
pub(in crate::admin) fn hourly(rate: CostRate) -> String {
    known(rate, rate.hourly(), 4)
}

/// USD per day with two places.
pub(super) fn daily(rate: CostRate) -> String {
    known(rate, rate.daily(), 2)
}

/// USD per month of 730 hours with two places.
pub(super) fn monthly(rate: CostRate) -> String {
    known(rate, rate.monthly(), 2)
}

/// `amount` of `rate`, which may have been rounded to zero already.
fn known(rate: CostRate, amount: Decimal, places: u32) -> String {
    let least = if rate == CostRate::ZERO { Decimal::ZERO } else { Decimal::new(1, 20) };
    money(amount.max(least), places)
}

/// USD with `places` places, thousands grouped. What rounds to zero without being it says so:
/// `<0.01`.
pub(super) fn money(amount: Decimal, places: u32) -> String {
    if amount.round_dp(places).is_zero() && amount > Decimal::ZERO {
        return format!("<{}", Decimal::new(1, places));
    }
    rounded(amount, places)
}

/// A count with its thousands grouped.
pub(in crate::admin) fn count(count: u64) -> String {
    grouped(&count.to_string())
}

/// Bytes in the largest unit of 1,000 that fits: `12.4 MB`.
pub(super) fn bytes(bytes: u64) -> String {
    const UNITS: [&str; 4] = ["kB", "MB", "GB", "TB"];
    if bytes < 1000 {
        return format!("{bytes} bytes");
    }
    let mut tenths = bytes / 100;
    let mut unit = 0;
    while tenths >= 10_000 && unit + 1 < UNITS.len() {
        tenths /= 1000;
        unit += 1;
    }
    format!("{}.{} {}", count(tenths / 10), tenths % 10, UNITS[unit])
}

/// A length of time in its largest unit, rounded down: `3 minutes`.
pub(in crate::admin) fn span(length: SignedDuration) -> String {
    let seconds = length.as_secs().max(0);
    let (amount, unit) = match seconds {
        0..60 => (seconds, "second"),
        60..3_600 => (seconds / 60, "minute"),
        3_600..172_800 => (seconds / 3_600, "hour"),
        _ => (seconds / 86_400, "day"),
    };
    format!("{amount} {unit}{}", if amount == 1 { "" } else { "s" })
}

/// A configured length of time in the largest unit that it is a multiple of: `90 seconds`.
pub(in crate::admin) fn period(length: Duration) -> String {
    let seconds = length.as_secs();
    let (amount, unit) = match seconds {
        0 => (0, "second"),
        _ if seconds.is_multiple_of(86_400) => (seconds / 86_400, "day"),
        _ if seconds.is_multiple_of(3_600) => (seconds / 3_600, "hour"),
        _ if seconds.is_multiple_of(60) => (seconds / 60, "minute"),
        _ => (seconds, "second"),
    };
    format!("{amount} {unit}{}", if amount == 1 { "" } else { "s" })
}

/// How long something took: `0.42 s`, `2 min 5 s`.
pub(super) fn took(length: Duration) -> String {
    match length.as_secs() {
        0..10 => format!("{:.2} s", length.as_secs_f64()),
        seconds @ 10..60 => format!("{seconds} s"),
        seconds => format!("{} min {} s", count(seconds / 60), seconds % 60),
    }
}

/// A part of a whole in percent, with one place. Zero where the whole is nothing.
pub(super) fn percent(part: Decimal, whole: Decimal) -> String {
    if whole <= Decimal::ZERO {
        return "0.0".to_owned();
    }
    format!("{:.1}", (part * Decimal::ONE_HUNDRED / whole).round_dp(1))
}

/// A percentage as a person reads it: `<0.1` where there is something and 0.0 hides it.
pub(super) fn percent_label(percent: &str, part: Decimal) -> String {
    if percent == "0.0" && !part.is_zero() { "<0.1".to_owned() } else { percent.to_owned() }
}

/// A moment, for a `<time>` element.
pub(super) struct Moment {
    /// For machines: `2026-08-07T14:03:00Z`.
    pub(super) datetime: String,
    /// For persons: `2026-08-07 14:03 UTC`.
    pub(super) utc: String,
    /// `3 minutes ago`, `in 2 hours`.
    pub(super) relative: String,
}

impl Moment {
    /// The moment `at`, seen from `now`.
    pub(super) fn new(at: Timestamp, now: Timestamp) -> Self {
        let age = now.duration_since(at);
        let relative = match age.as_secs() {
            0 => "just now".to_owned(),
            1.. => format!("{} ago", span(age)),
            _ => format!("in {}", span(-age)),
        };
        Self {
            datetime: at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
            utc: at.strftime("%Y-%m-%d %H:%M UTC").to_string(),
            relative,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decimal(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    #[test]
    fn money_is_grouped_and_never_hides_what_is_small() {
        assert_eq!(money(decimal("1234567.891"), 2), "1,234,567.89");
        assert_eq!(money(decimal("0.000049"), 4), "<0.0001");
        assert_eq!(money(Decimal::ZERO, 2), "0.00");
        assert_eq!(money(decimal("999.999"), 2), "1,000.00");
        // 0.00073 USD a month is less than a cent a day, and not nothing.
        assert_eq!(daily(CostRate::from_monthly(decimal("0.00073"))), "<0.01");
        assert_eq!(hourly(CostRate::ZERO), "0.0000");
    }

    #[test]
    fn bytes_have_the_largest_unit_that_fits() {
        assert_eq!(bytes(999), "999 bytes");
        assert_eq!(bytes(1_000), "1.0 kB");
        assert_eq!(bytes(12_400_000), "12.4 MB");
        assert_eq!(bytes(5_000_000_000_000_000), "5,000.0 TB");
    }

    #[test]
    fn ages_have_one_unit() {
        for (seconds, expected) in [
            (0, "0 seconds"),
            (1, "1 second"),
            (119, "1 minute"),
            (7_200, "2 hours"),
            (172_800, "2 days"),
        ] {
            assert_eq!(span(SignedDuration::from_secs(seconds)), expected);
        }
        assert_eq!(period(Duration::from_secs(90)), "90 seconds");
        assert_eq!(period(Duration::from_secs(7_200)), "2 hours");
    }

    #[test]
    fn a_moment_is_before_or_after_now() {
        let now = Timestamp::from_second(1_786_111_380).unwrap();
        let before = Moment::new(now - SignedDuration::from_secs(180), now);
        assert_eq!(before.relative, "3 minutes ago");
        assert_eq!(before.utc, "2026-08-07 14:00 UTC");
        assert_eq!(before.datetime, "2026-08-07T14:00:00Z");
        assert_eq!(Moment::new(now + SignedDuration::from_secs(61), now).relative, "in 1 minute");
    }

    #[test]
    fn shares_of_nothing_are_nothing() {
        assert_eq!(percent(Decimal::ONE, Decimal::ZERO), "0.0");
        assert_eq!(percent(Decimal::ONE, Decimal::from(3)), "33.3");
        assert_eq!(percent_label("0.0", Decimal::ONE), "<0.1");
        assert_eq!(percent_label("0.0", Decimal::ZERO), "0.0");
    }
}
