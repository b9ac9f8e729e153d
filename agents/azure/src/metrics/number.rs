//! Numbers of JSON as exact decimals, never through a binary float.

use rust_decimal::Decimal;

/// The number that a JSON text is: rounded to 28 places where it has more, `None` where it is no
/// number or larger than a decimal holds.
pub(super) fn exact(text: &str) -> Option<Decimal> {
    let (digits, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let digits: Decimal = digits.parse().ok()?;
    let exponent: i32 = exponent.parse().ok()?;
    if digits.is_zero() || exponent == 0 {
        return Some(digits);
    }
    let power = |places: u32| {
        std::iter::repeat_n(Decimal::TEN, places as usize)
            .try_fold(Decimal::ONE, Decimal::checked_mul)
    };
    if exponent > 0 {
        return digits.checked_mul(power(exponent.unsigned_abs())?);
    }
    // Less than the last place that a decimal has.
    if exponent < -56 {
        return Some(Decimal::ZERO);
    }
    let halves = (exponent.unsigned_abs() / 2, exponent.unsigned_abs().div_ceil(2));
    digits.checked_div(power(halves.0)?)?.checked_div(power(halves.1)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_every_digit() {
        for (text, expected) in [
            ("0.1", "0.1"),
            ("438.0735294117647", "438.0735294117647"),
            ("12000", "12000"),
            ("-7", "-7"),
            ("1.5E3", "1500"),
            ("2e+2", "200"),
            ("3.0000000000000004E-05", "0.000030000000000000004"),
            ("1.2345678901234567E-13", "0.0000000000001234567890123457"),
            ("0e999", "0"),
            ("1e-400", "0"),
            ("9223372036854775807", "9223372036854775807"),
        ] {
            let expected: Decimal = expected.parse().unwrap();
            assert_eq!(exact(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_is_no_number_or_too_large_is_none() {
        for text in ["", "null", "\"NaN\"", "1e400", "1e99999999999", "true", "1e", "e5", "{}"] {
            assert_eq!(exact(text), None, "{text}");
        }
    }
}
