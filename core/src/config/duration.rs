//! Durations as people write them.

use std::time::Duration;

/// Reads seconds (`300`) or a number with a unit (`90s`, `5m`, `2h`, `1d`).
///
/// # Errors
/// Says what is wrong with the text: no number, an unknown unit, or too large.
pub fn parse_duration(text: &str) -> Result<Duration, String> {
    let text = text.trim();
    let digits = text.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let number: u64 =
        number.parse().map_err(|_| format!("has no whole number of seconds in \"{text}\""))?;
    let seconds = match unit.trim() {
        "" | "s" => 1,
        "m" => 60,
        "h" => 3_600,
        "d" => 86_400,
        other => return Err(format!("has the unknown unit \"{other}\"")),
    };
    number
        .checked_mul(seconds)
        .map(Duration::from_secs)
        .ok_or_else(|| format!("is too long: \"{text}\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_and_units() {
        assert_eq!(parse_duration("300"), Ok(Duration::from_secs(300)));
        assert_eq!(parse_duration("5m"), Ok(Duration::from_secs(300)));
        assert_eq!(parse_duration("2 h"), Ok(Duration::from_secs(7200)));
        assert_eq!(parse_duration("1d"), Ok(Duration::from_secs(86_400)));
    }

    #[test]
    fn nonsense_is_refused_with_its_text() {
        assert!(parse_duration("soon").unwrap_err().contains("soon"));
        assert!(parse_duration("5 weeks").unwrap_err().contains("weeks"));
        assert!(parse_duration("99999999999999999999").is_err());
        assert!(parse_duration("9999999999999999999d").is_err());
        assert!(parse_duration("-5").is_err());
    }
}
