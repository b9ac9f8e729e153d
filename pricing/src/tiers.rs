//! Prices that fall as use grows: a meter that fills one tier after another.

use std::collections::VecDeque;

use finops_core::model::Quantity;
use rust_decimal::Decimal;

/// Splits quantities over tiers, in the order in which they are given.
///
/// Each tier but the last has a size; what a tier cannot hold any more goes to the next. Only the
/// part within a tier has that tier's price (marginal tiers, as all vendors bill them).
#[derive(Debug, Clone)]
pub struct Meter<T> {
    /// The tiers that still have room, with the room that is left.
    open: VecDeque<(T, Decimal)>,
    last: T,
}

impl<T: Copy> Meter<T> {
    /// Tiers with their sizes, and the last one, which has no end. Sizes are in the unit of the
    /// quantities that are to be split.
    #[must_use]
    pub fn new(sized: impl IntoIterator<Item = (T, Quantity)>, last: T) -> Self {
        let open = sized.into_iter().map(|(tier, size)| (tier, size.amount())).collect();
        Self { open, last }
    }

    /// The parts of the next quantity, each with its tier: none for a quantity of zero, and two or
    /// more where it crosses the end of a tier. Their sum is exactly the quantity.
    pub fn fill(&mut self, quantity: Quantity) -> Vec<(T, Quantity)> {
        let mut rest = quantity.amount();
        let mut parts = Vec::new();
        while rest > Decimal::ZERO {
            let Some((tier, room)) = self.open.front_mut() else {
                parts.push((self.last, Quantity::new(rest)));
                break;
            };
            let part = rest.min(*room);
            if part > Decimal::ZERO {
                parts.push((*tier, Quantity::new(part)));
            }
            rest -= part;
            *room -= part;
            if room.is_zero() {
                self.open.pop_front();
            }
        }
        parts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(meter: &mut Meter<char>, amount: u64) -> Vec<(char, u64)> {
        let parts = meter.fill(Quantity::from(amount)).into_iter();
        parts.map(|(tier, part)| (tier, part.amount().try_into().unwrap())).collect()
    }

    #[test]
    fn quantities_fill_the_tiers_in_order() {
        let mut meter = Meter::new([('a', Quantity::from(10)), ('b', Quantity::from(5))], 'c');
        assert_eq!(parts(&mut meter, 0), []);
        assert_eq!(parts(&mut meter, 7), [('a', 7)]);
        // 3 are left in a, 5 in b: 12 = 3 + 5 + 4.
        assert_eq!(parts(&mut meter, 12), [('a', 3), ('b', 5), ('c', 4)]);
        assert_eq!(parts(&mut meter, 1), [('c', 1)]);
    }

    #[test]
    fn a_quantity_that_just_fills_a_tier_is_one_part() {
        let mut meter = Meter::new([('a', Quantity::from(10))], 'b');
        assert_eq!(parts(&mut meter, 10), [('a', 10)]);
        assert_eq!(parts(&mut meter, 1), [('b', 1)]);
    }
}
