//! Which replica a scope belongs to: rendezvous hashing, with handicaps where chance is uneven.
//!
//! Each replica has a hash of its own of each scope. A scope belongs to the first replica; every
//! further one, in the order of their numbers, takes the scopes for which its hash is higher than
//! their owner's. So one more replica moves nothing but what it takes, and one less only what it had.
//! Whose a scope is depends on the scope alone, never on what else there is.
//!
//! Chance spreads 10,000 scopes over 50 replicas to within a sixth, no better. A layout that was made
//! for a list of scopes spreads them to within a tenth: where chance took too many or too few from a
//! replica, a handicap is added to the owner's hash. Handicaps are part of the layout, so that
//! replicas that share a layout agree on every scope, also where they see different lists.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64_with_seed;

/// How far from the mean a replica's share may be, in percent of it.
const BAND: usize = 10;

/// Which replica a scope belongs to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Written", into = "Written")]
pub struct Layout {
    count: u32,
    /// By the number of the replica that takes and of the one it takes from: what is added to the
    /// owner's hash. Nothing where it is absent.
    handicaps: BTreeMap<(u32, u32), i64>,
}

/// A layout as it is written down: `{"count":3,"handicaps":[[2,0,-1234]]}`.
#[derive(Clone, Serialize, Deserialize)]
struct Written {
    count: u32,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    handicaps: Vec<(u32, u32, i64)>,
}

impl From<Written> for Layout {
    fn from(written: Written) -> Self {
        let handicaps = written.handicaps.into_iter().map(|(to, from, it)| ((to, from), it));
        Self { count: written.count.max(1), handicaps: handicaps.collect() }
    }
}

impl From<Layout> for Written {
    fn from(layout: Layout) -> Self {
        let handicaps = layout.handicaps.into_iter().map(|((to, from), it)| (to, from, it));
        Self { count: layout.count, handicaps: handicaps.collect() }
    }
}

impl Layout {
    /// `count` replicas and what chance gives each: nobody has to agree on anything but their number.
    #[must_use]
    pub fn plain(count: u32) -> Self {
        Self { count: count.max(1), handicaps: BTreeMap::new() }
    }

    /// How many replicas it is for.
    #[must_use]
    pub fn count(&self) -> u32 {
        self.count
    }

    /// The number of the replica that `key` belongs to.
    #[must_use]
    pub fn owner(&self, key: &str) -> u32 {
        (1..self.count).fold(Owned::first(key), |owned, to| self.settle(owned, key, to)).owner
    }

    /// The layout that follows this one for `count` replicas and the scopes `keys`: itself where it
    /// still spreads them evenly. Otherwise each replica has its share to within a tenth, or one
    /// scope. A new replica never takes more than its share, and only it gains.
    #[must_use]
    pub fn next(&self, count: u32, keys: &[&str]) -> Self {
        let count = count.max(1);
        let kept = self.first(count);
        let mut owned: Vec<Owned> = keys.iter().map(|key| Owned::first(key)).collect();
        for to in 1..kept.count {
            for (owned, key) in owned.iter_mut().zip(keys) {
                *owned = kept.settle(*owned, key, to);
            }
        }
        if !is_even(&owned, kept.count) {
            // What was even has drifted, or was made for another list.
            return Self::plain(1).next(count, keys);
        }
        let mut layout = kept;
        for to in layout.count..count {
            layout.add(to, &mut owned, keys);
        }
        layout
    }

    /// This layout with at most `count` replicas.
    fn first(&self, count: u32) -> Self {
        let handicaps = self.handicaps.iter().filter(|((to, _), _)| *to < count);
        Self {
            count: self.count.clamp(1, count),
            handicaps: handicaps.map(|(&pair, &handicap)| (pair, handicap)).collect(),
        }
    }

    /// Whose a scope is once replica `to` has had its say.
    fn settle(&self, owned: Owned, key: &str, to: u32) -> Owned {
        let handicap = self.handicaps.get(&(to, owned.owner)).copied().unwrap_or(0);
        let hash = hash(key, to);
        if hash - owned.hash > handicap { Owned { owner: to, hash } } else { owned }
    }

    /// Lets replica `to` take its share of `keys`, which belong to those before it.
    fn add(&mut self, to: u32, owned: &mut [Owned], keys: &[&str]) {
        // What each replica would lose, the surest loss first.
        let mut leads: Vec<Vec<i64>> = vec![Vec::new(); to as usize];
        for (owned, key) in owned.iter().zip(keys) {
            leads[owned.owner as usize].push(hash(key, to) - owned.hash);
        }
        for list in &mut leads {
            list.sort_unstable_by(|one, other| other.cmp(one));
        }
        for (from, (list, taken)) in (0..).zip(leads.iter().zip(quotas(&leads))) {
            if taken != natural(list) {
                self.handicaps.insert((to, from), threshold(list, taken));
            }
        }
        self.count = to + 1;
        for (owned, key) in owned.iter_mut().zip(keys) {
            *owned = self.settle(*owned, key, to);
        }
    }
}

/// A scope's owner so far, and that one's hash of it.
#[derive(Debug, Clone, Copy)]
struct Owned {
    owner: u32,
    hash: i64,
}

impl Owned {
    fn first(key: &str) -> Self {
        Self { owner: 0, hash: hash(key, 0) }
    }
}

/// A replica's hash of a scope: from 0 to 2⁶³ − 1, so that the difference of two always fits.
fn hash(key: &str, replica: u32) -> i64 {
    (xxh3_64_with_seed(key.as_bytes(), u64::from(replica)) >> 1).cast_signed()
}

/// How many of a list chance would take.
fn natural(leads: &[i64]) -> usize {
    leads.partition_point(|lead| *lead > 0)
}

/// What a lead has to be above, for so many of `leads` to be: the first that stays.
fn threshold(leads: &[i64], taken: usize) -> i64 {
    leads.get(taken).copied().unwrap_or(i64::MIN)
}

/// How many scopes the new replica takes from each, which have `leads`: what chance gives, within the
/// band for both sides.
fn quotas(leads: &[Vec<i64>]) -> Vec<usize> {
    let total = leads.iter().map(Vec::len).sum();
    let (least, most) = band(total, leads.len() + 1);
    let mut taken: Vec<usize> = leads
        .iter()
        .map(|list| {
            let (may, must) = (list.len().saturating_sub(least), list.len().saturating_sub(most));
            natural(list).clamp(must, may.max(must))
        })
        .collect();
    let left = |from: usize, taken: &[usize]| leads[from].len() - taken[from];
    // Never more than its share: what is moved is at most one part of as many as there are now.
    let share = total / (leads.len() + 1);
    let mut sum: usize = taken.iter().sum();
    while sum > share {
        let Some(poorest) =
            (0..leads.len()).filter(|&from| taken[from] > 0).min_by_key(|&from| left(from, &taken))
        else {
            break;
        };
        taken[poorest] -= 1;
        sum -= 1;
    }
    while sum < least {
        let Some(richest) = (0..leads.len()).max_by_key(|&from| left(from, &taken)) else { break };
        taken[richest] += 1;
        sum += 1;
    }
    taken
}

/// The smallest and the largest share of `total` scopes that is even among `count` replicas.
fn band(total: usize, count: usize) -> (usize, usize) {
    let least = (total * (100 - BAND)).div_ceil(100 * count);
    let most = total * (100 + BAND) / (100 * count);
    (least.min(total / count), most.max(total.div_ceil(count)))
}

fn is_even(owned: &[Owned], count: u32) -> bool {
    let mut shares = vec![0_usize; count as usize];
    for owned in owned {
        shares[owned.owner as usize] += 1;
    }
    let (least, most) = band(owned.len(), shares.len());
    shares.iter().all(|share| (least..=most).contains(share))
}
