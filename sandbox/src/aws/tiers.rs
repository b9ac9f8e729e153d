//! Prices that fall as use grows.

use rust_decimal::Decimal;

/// How far tiers are filled by those before.
#[derive(Debug, Clone)]
pub(super) struct Tiers {
    /// Where each tier but the last ends.
    ends: Vec<Decimal>,
    used: Decimal,
}

impl Tiers {
    /// Tiers of these sizes, and one behind them without an end.
    pub(super) fn of(sizes: impl IntoIterator<Item = Decimal>) -> Self {
        let mut end = Decimal::ZERO;
        let ends = sizes.into_iter().map(|size| {
            end += size;
            end
        });
        Self { ends: ends.collect(), used: Decimal::ZERO }
    }

    /// Fills them further; gives what falls into each: its number and how much.
    pub(super) fn fill(&mut self, amount: Decimal) -> Vec<(usize, Decimal)> {
        let (from, to) = (self.used, self.used + amount);
        self.used = to;
        let mut parts = Vec::with_capacity(1);
        let mut begin = Decimal::ZERO;
        for (number, end) in self.ends.iter().copied().chain([Decimal::MAX]).enumerate() {
            let part = to.min(end) - from.max(begin);
            if part > Decimal::ZERO {
                parts.push((number, part));
            }
            begin = end;
        }
        parts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_used_fills_one_tier_after_another() {
        let mut tiers = Tiers::of([Decimal::from(10), Decimal::from(5)]);
        let mut fill = |amount: u64| tiers.fill(Decimal::from(amount));
        assert_eq!(fill(0), []);
        assert_eq!(fill(10), [(0, Decimal::from(10))]);
        assert_eq!(fill(1), [(1, Decimal::ONE)]);
        assert_eq!(fill(7), [(1, Decimal::from(4)), (2, Decimal::from(3))]);
        assert_eq!(fill(2), [(2, Decimal::TWO)]);
    }
}
