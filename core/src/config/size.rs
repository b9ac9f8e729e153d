//! Sizes as people write them.

/// Reads bytes (`1048576`) or a number with a unit (`64KiB`, `512MiB`, `2GiB`; `KB`, `MB` and `GB`
/// are powers of ten).
///
/// # Errors
/// Says what is wrong with the text: no number, an unknown unit, or too large.
pub fn parse_size(text: &str) -> Result<u64, String> {
    let text = text.trim();
    let digits = text.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let number: u64 =
        number.parse().map_err(|_| format!("has no whole number of bytes in \"{text}\""))?;
    let bytes = match unit.trim().to_ascii_lowercase().as_str() {
        "" | "b" => 1,
        "kb" => 1_000,
        "mb" => 1_000_000,
        "gb" => 1_000_000_000,
        "k" | "kib" => 1 << 10,
        "m" | "mib" => 1 << 20,
        "g" | "gib" => 1 << 30,
        other => return Err(format!("has the unknown unit \"{other}\"")),
    };
    number.checked_mul(bytes).ok_or_else(|| format!("is too large: \"{text}\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_and_units() {
        assert_eq!(parse_size("4096"), Ok(4096));
        assert_eq!(parse_size("512MiB"), Ok(536_870_912));
        assert_eq!(parse_size("2 GB"), Ok(2_000_000_000));
        assert_eq!(parse_size("1g"), Ok(1_073_741_824));
    }

    #[test]
    fn nonsense_is_refused_with_its_text() {
        assert!(parse_size("much").unwrap_err().contains("much"));
        assert!(parse_size("5 cows").unwrap_err().contains("cows"));
        assert!(parse_size("99999999999GiB").is_err());
        assert!(parse_size("-5").is_err());
    }
}
