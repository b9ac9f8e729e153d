//! Numbers as they are written, exactly.

use rust_decimal::Decimal;

/// The number that a text is, to its last digit: `0.096`, `1.6E-05`. `None` for anything else than a
/// number, and for one that no exact decimal can hold.
pub(crate) fn exact(text: &str) -> Option<Decimal> {
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        None => (text, 0),
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
    };
    let mut number = Decimal::from_str_exact(mantissa).ok()?.normalize();
    let scale = i64::from(number.scale()) - i64::from(exponent);
    if scale >= 0 {
        number.set_scale(u32::try_from(scale).ok()?).ok()?;
        return Some(number.normalize());
    }
    number.set_scale(0).ok()?;
    let factor = 10_i128.checked_pow(u32::try_from(-scale).ok()?)?;
    number.checked_mul(Decimal::try_from_i128_with_scale(factor, 0).ok()?)
}
