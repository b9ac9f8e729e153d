//! The one list price of an SKU with tiers.

use rust_decimal::Decimal;

use crate::gcp::catalog::Tier;
use crate::sync::Dropped;

/// What each unit costs once the free ones are used up: the list price, without free tiers.
///
/// # Errors
/// Nothing costs anything, or the price depends on how much is used, so that there is no one price.
pub(super) fn list_price(tiers: &[Tier]) -> Result<Decimal, Dropped> {
    let mut paid = tiers.iter().map(|tier| tier.price).skip_while(Decimal::is_zero);
    let first = paid.next().ok_or(Dropped::ZeroPrice)?;
    if first.is_sign_negative() {
        return Err(Dropped::Unreadable);
    }
    match paid.all(|price| price == first) {
        true => Ok(first),
        false => Err(Dropped::Ambiguous),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn price(prices: &[i64]) -> Result<Decimal, Dropped> {
        let tier = |(start, price): (usize, &i64)| Tier {
            start: Decimal::from(start as u64),
            price: Decimal::from(*price),
        };
        list_price(&prices.iter().enumerate().map(tier).collect::<Vec<_>>())
    }

    #[test]
    fn what_is_free_at_first_costs_what_comes_after_it() {
        assert_eq!(price(&[5]), Ok(Decimal::from(5)));
        assert_eq!(price(&[0, 5]), Ok(Decimal::from(5)));
        assert_eq!(price(&[0, 0, 5, 5]), Ok(Decimal::from(5)));
    }

    #[test]
    fn what_depends_on_use_has_no_one_price() {
        assert_eq!(price(&[0, 5, 4]), Err(Dropped::Ambiguous));
        assert_eq!(price(&[5, 0]), Err(Dropped::Ambiguous));
        assert_eq!(price(&[0, 0]), Err(Dropped::ZeroPrice));
        assert_eq!(price(&[0, -5]), Err(Dropped::Unreadable));
    }
}
