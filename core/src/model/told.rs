//! What vendors tell, in the one form that attributes have.

use jiff::Timestamp;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;

use super::value::Value;

/// A figure as an attribute: whole where it is whole.
#[must_use]
pub fn figure(value: Decimal) -> Value {
    match value.normalize() {
        whole if whole.scale() == 0 => whole
            .to_i64()
            .map_or_else(|| Value::Number(whole.to_f64().unwrap_or(f64::INFINITY)), Value::Integer),
        other => Value::Number(other.to_f64().unwrap_or(f64::INFINITY)),
    }
}

/// A time as RFC 3339 in UTC, without fractions of a second; `None` where it is none.
#[must_use]
pub fn time(text: Option<&str>) -> Option<String> {
    let at: Timestamp = text?.parse().ok()?;
    Timestamp::new(at.as_second(), 0).ok().map(|at| at.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_whole_where_they_can_be() {
        assert_eq!(figure("12.50".parse().unwrap()), Value::Number(12.5));
        assert_eq!(figure("12.00".parse().unwrap()), Value::Integer(12));
    }

    #[test]
    fn times_have_one_form() {
        let expected = Some("2026-05-01T19:50:23Z");
        assert_eq!(time(Some("2026-05-01T21:50:23.627047+02:00")).as_deref(), expected);
        assert_eq!((time(Some("yesterday")), time(None)), (None, None));
    }
}
