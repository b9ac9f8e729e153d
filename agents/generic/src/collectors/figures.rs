//! Figures as documents carry them, and as people read them.

use std::time::{SystemTime, UNIX_EPOCH};

/// The units of an amount of bytes, each 1,024 of the one before.
const UNITS: &[&str] = &["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];

/// Now, in seconds since 1970. A clock that stands before 1970 is not known.
pub(super) fn now() -> Option<f64> {
    SystemTime::now().duration_since(UNIX_EPOCH).ok().map(|since| since.as_secs_f64())
}

/// `value` with one decimal.
pub(super) fn tenths(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}

/// `value` with two decimals.
pub(super) fn hundredths(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}

/// How much of `whole` `part` is, in percent with one decimal; nothing is no part of nothing.
pub(super) fn percent(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| tenths(part as f64 / whole as f64 * 100.0))
}

/// `12.3 MiB`.
pub(super) fn amount(bytes: u64) -> String {
    let unit = unit_of(bytes);
    format!("{} {}", in_unit(bytes, unit), UNITS[unit])
}

/// `3.1 of 23.4 GiB`, both in the unit of the whole.
pub(super) fn share(part: u64, whole: u64) -> String {
    let unit = unit_of(whole);
    format!("{} of {} {}", in_unit(part, unit), in_unit(whole, unit), UNITS[unit])
}

fn unit_of(bytes: u64) -> usize {
    // Ten bits a unit.
    (bytes.max(1).ilog2() / 10) as usize
}

fn in_unit(bytes: u64, unit: usize) -> String {
    match unit {
        0 => bytes.to_string(),
        _ => format!("{:.1}", bytes as f64 / (1_u64 << (10 * unit)) as f64),
    }
}

/// `3 d 4 h`, `4 h 5 min`, `5 min`.
pub(super) fn span(seconds: f64) -> String {
    let minutes = (seconds / 60.0) as u64;
    let (days, hours, rest) = (minutes / 1_440, minutes / 60 % 24, minutes % 60);
    match (days, hours) {
        (0, 0) => format!("{rest} min"),
        (0, _) => format!("{hours} h {rest} min"),
        _ => format!("{days} d {hours} h"),
    }
}

/// `lines` shortened to `limit`, with what is left out counted at the end: `and 3 more`.
pub(super) fn first(mut lines: Vec<String>, limit: usize) -> Vec<String> {
    let more = lines.len().saturating_sub(limit);
    lines.truncate(limit);
    if more > 0 {
        lines.push(format!("and {more} more"));
    }
    lines
}

/// `text` when it is longer than `limit` letters: its beginning and an ellipsis, `limit` in all.
pub(super) fn shortened(text: &str, limit: usize) -> String {
    if text.chars().count() <= limit {
        return text.to_owned();
    }
    let kept: String = text.chars().take(limit.saturating_sub(1)).collect();
    format!("{kept}…")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_in_the_unit_that_fits() {
        assert_eq!(amount(0), "0 B");
        assert_eq!(amount(1_023), "1023 B");
        assert_eq!(amount(1_024), "1.0 KiB");
        assert_eq!(amount(12_897_485), "12.3 MiB");
        assert_eq!(amount(u64::MAX), "16.0 EiB");
    }

    #[test]
    fn a_share_is_in_the_unit_of_the_whole() {
        // 3.1 × 2^30 and 23.4 × 2^30.
        assert_eq!(share(3_328_599_655, 25_125_558_682), "3.1 of 23.4 GiB");
        assert_eq!(share(0, 512), "0 of 512 B");
    }

    #[test]
    fn a_part_of_nothing_is_not_known() {
        assert_eq!(percent(1, 0), None);
        assert_eq!(percent(1, 3), Some(33.3));
        assert_eq!(percent(0, 3), Some(0.0));
    }

    #[test]
    fn spans_are_in_the_two_largest_units() {
        assert_eq!(span(59.0), "0 min");
        assert_eq!(span(3_900.0), "1 h 5 min");
        assert_eq!(span(273_600.0), "3 d 4 h");
    }

    #[test]
    fn what_is_left_out_is_counted() {
        let lines = || ["a", "b", "c"].map(str::to_owned).to_vec();
        assert_eq!(first(lines(), 3), lines());
        assert_eq!(first(lines(), 1), ["a", "and 2 more"]);
    }

    #[test]
    fn a_long_text_ends_in_an_ellipsis() {
        assert_eq!(shortened("déjà vu", 7), "déjà vu");
        assert_eq!(shortened("déjà vu!", 7), "déjà v…");
    }
}
