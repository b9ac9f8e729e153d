//! How large a fleet is, and how many of what are where.

/// How large the fleet of each cloud is.
#[derive(Debug, Clone)]
pub struct Size {
    /// What makes this fleet another than the next.
    pub seed: u64,
    /// Resources of each cloud, over all its places.
    pub resources: u64,
    /// Accounts of AWS, subscriptions of Azure, projects of Google Cloud.
    pub accounts: u64,
    /// Regions of each.
    pub regions: u64,
    /// What the fleet is made of.
    pub mix: Mix,
}

/// What a fleet is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Mix {
    /// Some of everything that the agents know.
    All,
    /// Virtual machines and nothing else.
    Machines,
}

impl Size {
    /// How many of `resources` are of the kind with `share` in a thousand, rounded down: what is left over
    /// are machines ([`Size::machines`]).
    #[must_use]
    pub fn of_share(&self, share: u64) -> u64 {
        match self.mix {
            Mix::All => self.resources * share / 1_000,
            Mix::Machines => 0,
        }
    }

    /// How many are left for machines, where the other kinds have these shares in a thousand.
    #[must_use]
    pub fn machines(&self, others: &[u64]) -> u64 {
        self.resources - others.iter().map(|share| self.of_share(*share)).sum::<u64>()
    }
}

/// The part of `total` that the place number `index` of `places` has: all have as many, or one more.
#[must_use]
pub fn part(total: u64, places: u64, index: u64) -> u64 {
    total / places + u64::from(index < total % places)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_lost_between_places() {
        for (total, places) in [(0, 3), (7, 3), (1_000_000, 1_000), (10, 1)] {
            assert_eq!((0..places).map(|index| part(total, places, index)).sum::<u64>(), total);
        }
    }

    #[test]
    fn machines_take_what_the_others_leave() {
        let mut size = Size { seed: 7, resources: 999, accounts: 1, regions: 1, mix: Mix::All };
        let others = [400, 33, 1];
        let sum: u64 = others.iter().map(|share| size.of_share(*share)).sum();
        assert_eq!(sum + size.machines(&others), 999);
        size.mix = Mix::Machines;
        assert_eq!(size.machines(&others), 999);
    }
}
