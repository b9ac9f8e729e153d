//! What splitting scopes has to hold, for any scopes.

use std::collections::HashSet;

use proptest::prelude::*;

use super::*;

const SCOPES: usize = 10_000;
const REPLICAS: u32 = 50;

/// Accounts by regions, or subscriptions, or names of no order at all.
fn scopes(seed: u64, kind: u8) -> Vec<String> {
    let mut random = fastrand::Rng::with_seed(seed);
    let first = random.u64(100_000_000_000..900_000_000_000);
    (0..SCOPES as u64)
        .map(|number| match kind {
            0 => format!("aws/{}/region-{}", first + number / 25, number % 25),
            1 => {
                format!("azure/{:08x}-{:04x}-{number:012x}/global", random.u32(..), random.u16(..))
            }
            _ => format!("gcp/project-{number}/global"),
        })
        .collect()
}

fn owners(layout: &Layout, keys: &[&str]) -> Vec<u32> {
    keys.iter().map(|key| layout.owner(key)).collect()
}

/// How many scopes each replica has.
fn shares(owners: &[u32], count: u32) -> Vec<usize> {
    let mut shares = vec![0; count as usize];
    for owner in owners {
        shares[*owner as usize] += 1;
    }
    shares
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 5, ..ProptestConfig::default() })]

    #[test]
    fn ten_thousand_scopes_over_up_to_fifty_replicas(seed in any::<u64>(), kind in 0_u8..3) {
        let keys = scopes(seed, kind);
        let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
        let mut layout = Layout::default().next(1, &keys);
        let mut before = owners(&layout, &keys);
        for count in 2..=REPLICAS {
            layout = layout.next(count, &keys);
            let after = owners(&layout, &keys);
            // Each scope has one owner, and the owners' shares add up to all scopes: none is lost.
            let shares = shares(&after, count);
            prop_assert_eq!(shares.iter().sum::<usize>(), SCOPES);
            // Within ten percent of the mean, in whole numbers: 100 × share × count against
            // 90 and 110 × scopes.
            for share in &shares {
                let hundredfold = 100 * share * count as usize;
                prop_assert!(
                    (90 * SCOPES..=110 * SCOPES).contains(&hundredfold),
                    "{} of {} replicas: {:?}", share, count, shares
                );
            }
            // Only the new replica gains, and no more than one part of as many as there are now.
            let moved: Vec<u32> = before.iter().zip(&after)
                .filter(|(old, new)| old != new).map(|(_, new)| *new).collect();
            prop_assert!(moved.iter().all(|new| *new == count - 1), "{:?}", moved);
            prop_assert!(moved.len() * count as usize <= SCOPES, "{} moved of {}", moved.len(), count);
            before = after;
        }
    }

    #[test]
    fn without_handicaps_a_further_replica_takes_and_nothing_else_moves(
        keys in prop::collection::hash_set("[a-z0-9/-]{1,40}", 1..200), count in 1_u32..40,
    ) {
        let (few, more) = (Layout::plain(count), Layout::plain(count + 1));
        for key in &keys {
            let (old, new) = (few.owner(key), more.owner(key));
            prop_assert!(old < count && (new == old || new == count), "{}: {} {}", key, old, new);
        }
    }

    #[test]
    fn few_scopes_are_spread_to_within_a_tenth_or_one_scope(
        keys in prop::collection::hash_set("[a-z]{1,12}", 0..60), counts in prop::collection::vec(1_u32..12, 1..6),
    ) {
        let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
        let mut layout = Layout::default();
        for count in counts {
            layout = layout.next(count, &keys);
            let shares = shares(&owners(&layout, &keys), count);
            let (total, count) = (keys.len(), count as usize);
            let even = |share: &usize| (share * count).abs_diff(total) <= count.max(total / 10);
            prop_assert!(shares.iter().all(even), "{:?}", shares);
        }
    }

    #[test]
    fn replicas_with_one_layout_agree_whatever_each_of_them_sees(
        known in prop::collection::hash_set("[a-z]{1,8}", 1..80),
        unknown in prop::collection::hash_set("[a-z]{1,8}", 1..40), count in 1_u32..10,
    ) {
        let keys: Vec<&str> = known.iter().map(String::as_str).collect();
        let layout = Layout::default().next(count, &keys);
        // As it comes over the wire.
        let text = serde_json::to_string(&layout).unwrap();
        let read: Layout = serde_json::from_str(&text).unwrap();
        prop_assert_eq!(&read, &layout);
        for key in known.union(&unknown) {
            prop_assert_eq!(read.owner(key), layout.owner(key));
            prop_assert!(layout.owner(key) < count);
        }
    }
}

#[test]
fn a_layout_stays_while_it_is_even_and_is_made_anew_when_scopes_have_drifted() {
    let keys = scopes(7, 2);
    let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
    let layout = Layout::default().next(8, &keys);
    // One account more: nobody's scopes move.
    let more: Vec<&str> = keys.iter().copied().chain(["gcp/new/global"]).collect();
    assert_eq!(layout.next(8, &more), layout);
    // What one replica has is most of what is left.
    let (of_one, others): (Vec<&str>, Vec<&str>) =
        keys.iter().copied().partition(|key| layout.owner(key) == 3);
    let drifted: Vec<&str> = of_one.into_iter().chain(others.into_iter().take(2_000)).collect();
    let anew = layout.next(8, &drifted);
    assert_ne!(anew, layout);
    let shares = shares(&owners(&anew, &drifted), 8);
    let (least, most) = (drifted.len() * 9 / 80, drifted.len() * 11 / 80 + 1);
    assert!(shares.iter().all(|share| (least..=most).contains(share)), "{shares:?}");
}

#[test]
fn a_replica_less_moves_only_what_it_had() {
    let keys = scopes(11, 0);
    let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
    let six = Layout::default().next(6, &keys);
    let five = six.next(5, &keys);
    for key in &keys {
        let (old, new) = (six.owner(key), five.owner(key));
        assert!(new == old || old == 5, "{key}: {old} {new}");
    }
}

#[test]
fn chance_alone_is_no_better_than_a_sixth() {
    let keys = scopes(3, 1);
    let layout = Layout::plain(50);
    let owners: Vec<u32> = keys.iter().map(|key| layout.owner(key)).collect();
    assert_eq!(owners.iter().collect::<HashSet<_>>().len(), 50);
    let worst = shares(&owners, 50).into_iter().map(|share| share.abs_diff(200)).max();
    // Why layouts are made for a list: the standard deviation of a share of 200 is 14, 7 %.
    assert!(worst.is_some_and(|worst| worst > 20), "{worst:?}");
}

#[test]
fn a_layout_of_fifty_replicas_takes_a_few_kilobytes_of_the_lease() {
    let keys = scopes(5, 0);
    let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
    let layout = (2..=REPLICAS).fold(Layout::default(), |layout, count| layout.next(count, &keys));
    let bytes = serde_json::to_vec(&layout).unwrap().len();
    assert!(bytes < 16 << 10, "{} handicaps in {bytes} bytes", layout.handicaps.len());
}
