//! What a field's text stands for.

use serde_json::{Number, Value};

/// A field as a value: with `numbers` a number where it is exactly one, null where it is empty, and
/// text otherwise.
pub(super) fn value(field: &str, numbers: bool) -> Value {
    if !numbers {
        return field.into();
    }
    if field.is_empty() {
        return Value::Null;
    }
    number(field).map_or_else(|| field.into(), Value::Number)
}

/// The number that `text` is by JSON's grammar (<https://www.rfc-editor.org/rfc/rfc8259#section-6>).
/// An integer that does not fit in 64 bits is none, for it could not be kept exactly.
fn number(text: &str) -> Option<Number> {
    let (rest, whole) = digits(text.strip_prefix('-').unwrap_or(text));
    if whole.is_empty() || (whole.len() > 1 && whole.starts_with('0')) {
        return None;
    }
    if rest.is_empty() {
        return text.parse::<i64>().ok().map(Number::from);
    }
    let rest = match rest.strip_prefix('.').map(digits) {
        Some((_, "")) => return None,
        Some((rest, _)) => rest,
        None => rest,
    };
    let exponent = rest.strip_prefix(['e', 'E']);
    let exponent = exponent.map(|text| digits(text.strip_prefix(['+', '-']).unwrap_or(text)));
    let complete = match exponent {
        Some((rest, digits)) => rest.is_empty() && !digits.is_empty(),
        None => rest.is_empty(),
    };
    // From a float that is not finite there is no number.
    if complete { text.parse().ok().and_then(Number::from_f64) } else { None }
}

/// What follows the digits that `text` begins with, and those digits.
fn digits(text: &str) -> (&str, &str) {
    let end = text.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(text.len());
    (&text[end..], &text[..end])
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn integers_and_decimals_are_numbers() {
        for (field, expected) in [
            ("0", json!(0)),
            ("-17", json!(-17)),
            ("9223372036854775807", json!(i64::MAX)),
            ("-9223372036854775808", json!(i64::MIN)),
            ("-1.5", json!(-1.5)),
            ("0.25", json!(0.25)),
            ("1e9", json!(1e9)),
            ("2.5E-3", json!(0.0025)),
            ("1e+2", json!(100.0)),
        ] {
            assert_eq!(value(field, true), expected, "{field}");
        }
    }

    #[test]
    fn what_is_not_exactly_a_number_stays_text() {
        for field in [
            "nan", "inf", "-inf", "Infinity", "0x10", "007", "-007", "00.5", "1_000", "1,000",
            "+1", ".5", "5.", "1.e5", "1e", "1e+", "-", "e5", "1.5.2", "12 %", " 1", "1e5x", "١٢",
        ] {
            assert_eq!(value(field, true), json!(field));
        }
    }

    #[test]
    fn numbers_that_cannot_be_kept_stay_text() {
        for field in ["9223372036854775808", "18446744073709551616", "1e999", "-1.0e400"] {
            assert_eq!(value(field, true), json!(field));
        }
    }

    #[test]
    fn an_empty_field_is_null_unless_all_is_text() {
        assert_eq!(value("", true), Value::Null);
        assert_eq!(value("", false), json!(""));
        assert_eq!(value("12", false), json!("12"));
    }
}
