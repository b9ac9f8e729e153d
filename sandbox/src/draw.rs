//! Numbers that depend on nothing but the seed and what they are for.

use std::fmt::Display;

use xxhash_rust::xxh3::xxh3_64_with_seed;

/// The numbers of one resource, or of one place. The same seed and the same name give the same
/// numbers, in whatever order resources are asked for: no resource has to be made to make another.
#[derive(Debug, Clone)]
pub struct Draw(fastrand::Rng);

impl Draw {
    /// The numbers of `what` number `index` in the place that `place` stands for.
    #[must_use]
    pub fn of(seed: u64, place: u64, what: &str, index: u64) -> Self {
        let mixed = xxh3_64_with_seed(what.as_bytes(), seed ^ place.rotate_left(17));
        Self(fastrand::Rng::with_seed(
            mixed.wrapping_add(index.wrapping_mul(0x9e37_79b9_7f4a_7c15)),
        ))
    }

    /// A place as a number, for [`Draw::of`].
    #[must_use]
    pub fn place(name: impl Display) -> u64 {
        xxh3_64_with_seed(name.to_string().as_bytes(), 0)
    }

    /// A number below `end`, which is not 0.
    pub fn below(&mut self, end: u64) -> u64 {
        self.0.u64(..end)
    }

    /// True `share` times in a hundred.
    pub fn percent(&mut self, share: u64) -> bool {
        self.below(100) < share
    }

    /// One of `all`, each as likely as the other. `all` is not empty.
    pub fn one<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.0.usize(..all.len())]
    }

    /// One of `all` by its weight. The weights are not all 0.
    pub fn weighted<'a, T>(&mut self, all: &'a [(u64, T)]) -> &'a T {
        let mut left = self.below(all.iter().map(|(weight, _)| weight).sum());
        for (weight, one) in all {
            match left.checked_sub(*weight) {
                Some(rest) => left = rest,
                None => return one,
            }
        }
        unreachable!("what is left is below the sum of the weights")
    }

    /// 64 bits, for identifiers.
    pub fn bits(&mut self) -> u64 {
        self.0.u64(..)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Fleets are told apart by their seed only: who notes one must find the same again.
    #[test]
    fn the_numbers_of_a_seed_never_change() {
        let mut draw = Draw::of(7, Draw::place("111111111111 us-east-1"), "instance", 0);
        let seen = [draw.bits(), draw.below(1_000), draw.bits()];
        assert_eq!(seen, [15_384_804_530_952_530_520, 362, 15_507_950_578_549_232_870]);
    }

    #[test]
    fn each_resource_has_numbers_of_its_own() {
        let place = Draw::place("a");
        let all: std::collections::BTreeSet<u64> =
            (0..10_000).map(|index| Draw::of(7, place, "x", index).bits()).collect();
        assert_eq!(all.len(), 10_000);
        assert_ne!(Draw::of(7, place, "x", 0).bits(), Draw::of(8, place, "x", 0).bits());
        assert_ne!(Draw::of(7, place, "x", 0).bits(), Draw::of(7, place, "y", 0).bits());
    }

    #[test]
    fn weights_are_shares() {
        let place = Draw::place("a");
        let rare = (0..10_000)
            .filter(|&index| *Draw::of(7, place, "x", index).weighted(&[(9, false), (1, true)]))
            .count();
        assert!((900..1_100).contains(&rare), "{rare}");
    }
}
