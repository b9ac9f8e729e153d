//! Figures that were measured, and whether they can be true.

use finops_core::model::Quantity;
use rust_decimal::Decimal;

/// A measured figure, or why it is not known, for a person: `the monitoring service did not
/// answer`.
pub type Measured = Result<Decimal, &'static str>;

/// The largest quantity that is believed, in any unit: far above anything real, and small enough
/// that its product with a price and with the hours of a month is an exact decimal.
const MOST: Decimal = Decimal::from_parts(1_000_000_000, 0, 0, false, 0);

/// A measured amount, divided by how many of it make one unit of the price.
///
/// # Errors
/// Where it is negative or too large to be true.
pub(crate) fn quantity(amount: Decimal, per_unit: Decimal) -> Result<Quantity, &'static str> {
    let units = amount.checked_div(per_unit).filter(|units| *units <= MOST);
    match units {
        _ if amount.is_sign_negative() && !amount.is_zero() => Err("what was measured is negative"),
        Some(units) => Ok(Quantity::new(units)),
        None => Err("what was measured is too large to be true"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nonsense_is_no_quantity() {
        let thousand = Decimal::ONE_THOUSAND;
        let half = quantity(Decimal::from(500), thousand).unwrap();
        assert_eq!(half, Quantity::new("0.5".parse().unwrap()));
        assert!(quantity(Decimal::NEGATIVE_ONE, thousand).unwrap_err().contains("negative"));
        assert!(quantity(Decimal::MAX, thousand).unwrap_err().contains("too large"));
        assert!(quantity(Decimal::MAX, "0.001".parse().unwrap()).is_err());
        assert_eq!(quantity("-0".parse().unwrap(), thousand).unwrap(), Quantity::ZERO);
    }
}
