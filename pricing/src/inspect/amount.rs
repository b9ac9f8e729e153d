//! Figures as a person reads them, exact.

use std::fmt::Display;

use rust_decimal::Decimal;

use finops_core::figures::grouped;

/// All digits that count, thousands grouped: `1,234.5`, `-0.012`.
pub(super) fn exact(amount: Decimal) -> String {
    let amount = amount.normalize();
    let sign = if amount.is_sign_negative() && !amount.is_zero() { "-" } else { "" };
    format!("{sign}{}", grouped(&amount.abs().to_string()))
}

/// The same with a sign in any case: `+0.5`, `-0.5`, `0`.
pub(super) fn signed(amount: Decimal) -> String {
    let plus = if amount > Decimal::ZERO { "+" } else { "" };
    format!("{plus}{}", exact(amount))
}

/// A count, thousands grouped.
pub(super) fn count(number: impl Display) -> String {
    grouped(&number.to_string())
}

/// A count of things: `1 line`, `1,234 lines`.
pub(super) fn counted(number: impl Display, thing: &str) -> String {
    let number = count(number);
    let plural = if number == "1" { "" } else { "s" };
    format!("{number} {thing}{plural}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_have_the_digits_that_count_and_no_more() {
        for (amount, plain, with_sign) in [
            ("1234.500", "1,234.5", "+1,234.5"),
            ("-0.0120", "-0.012", "-0.012"),
            ("-0.00", "0", "0"),
            ("-1000000", "-1,000,000", "-1,000,000"),
        ] {
            let amount: Decimal = amount.parse().unwrap();
            assert_eq!((&*exact(amount), &*signed(amount)), (plain, with_sign));
        }
    }
}
