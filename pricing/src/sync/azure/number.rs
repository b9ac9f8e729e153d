//! Numbers as they are written, exactly.

use rust_decimal::Decimal;
use serde_json::value::RawValue;

/// The number that a field has, to its last digit: `0.096`, `1.6E-05`. `None` for anything else than
/// a number, and for one that no exact decimal can hold.
pub(super) fn exact(field: &RawValue) -> Option<Decimal> {
    crate::exact::exact(field.get())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<String> {
        let raw: &RawValue = serde_json::from_str(text).unwrap();
        exact(raw).map(|number| number.to_string())
    }

    #[test]
    fn every_way_to_write_a_number_is_read_to_its_last_digit() {
        for (text, expected) in [
            ("0.096", "0.096"),
            ("1.6E-05", "0.000016"),
            ("4e-6", "0.000004"),
            ("2.50", "2.5"),
            ("1.5E+2", "150"),
            ("12E0", "12"),
            ("0.0", "0"),
            ("-1", "-1"),
            ("0.1234567890123456789", "0.1234567890123456789"),
        ] {
            assert_eq!(read(text).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_is_no_number_or_too_long_is_none() {
        for text in ["\"0.096\"", "null", "true", "[1]", "1e-40", "1e99", "1e999999999999"] {
            assert_eq!(read(text), None, "{text}");
        }
        assert_eq!(read("0.12345678901234567890123456789012"), None);
    }
}
