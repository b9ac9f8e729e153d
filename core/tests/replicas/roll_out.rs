//! The number of replicas changes while they run: one after another is replaced, in the middle of
//! intervals, and old and new ones run side by side.

use std::collections::BTreeSet;

use crate::fleet::{Fleet, Running, Settings};
use crate::lease_api::until;
use crate::side_by_side::side_by_side;

side_by_side! {
    from_three_to_four_and_back_no_scope_is_collected_twice,
}

fn part(fleet: &Fleet, number: u32, count: u32) -> Running {
    let name = format!("part-{number}-of-{count}");
    fleet.start(&name, &Settings::part(&format!("{number}/{count}")))
}

/// Waits until an interval was collected by this many replicas of `count`, whole.
fn wait_for_whole(fleet: &Fleet, count: u32) {
    let suffix = format!("-of-{count}");
    let seen = fleet.journal.whole_intervals(24);
    until(&format!("whole intervals of {count}"), || {
        let all = fleet.journal.by_interval();
        let done = all.iter().filter(|(interval, found)| {
            let by: BTreeSet<&String> = found.values().flatten().collect();
            !seen.contains(*interval)
                && found.len() == 24
                && by.len() == count as usize
                && by.iter().all(|replica| replica.ends_with(&suffix))
        });
        (done.count() >= 2).then_some(())
    });
}

/// Replaces the replicas of one number by those of another, the last first as a StatefulSet does.
fn roll(fleet: &Fleet, mut old: Vec<Running>, from: u32, to: u32) -> Vec<Running> {
    let mut new = Vec::new();
    for number in (from..to).rev() {
        new.push(part(fleet, number, to));
        one_more_cycle(fleet);
    }
    for number in (0..from).rev() {
        old.pop().unwrap().end();
        if number < to {
            new.push(part(fleet, number, to));
        }
        one_more_cycle(fleet);
    }
    new.reverse();
    new
}

/// Somebody goes on, so that what follows is not of the same interval.
fn one_more_cycle(fleet: &Fleet) {
    let begun = fleet.journal.by_interval().len();
    until("an interval", || (fleet.journal.by_interval().len() > begun).then_some(()));
}

fn from_three_to_four_and_back_no_scope_is_collected_twice() {
    let fleet = Fleet::new();
    let three: Vec<Running> = (0..3).map(|number| part(&fleet, number, 3)).collect();
    wait_for_whole(&fleet, 3);
    let four = roll(&fleet, three, 3, 4);
    wait_for_whole(&fleet, 4);
    let three = roll(&fleet, four, 4, 3);
    wait_for_whole(&fleet, 3);
    fleet.end(three);
}
