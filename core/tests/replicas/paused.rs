//! A leader that is held up, as by SIGSTOP or a machine that freezes, and goes on as if no time had
//! passed.

use std::time::Duration;

use finops_core::replicas::Standing;

use crate::agent::Point;
use crate::fleet::{Fleet, Settings};
use crate::lease_api::{Fault, On, until};
use crate::side_by_side::side_by_side;

side_by_side! {
    a_leader_held_between_cycles_does_not_begin_another,
    a_leader_held_between_the_claim_and_the_cycle_begins_nothing,
    a_leader_held_in_a_cycle_stores_nothing_more_of_it,
    a_leader_held_while_it_claims_an_interval_does_not_collect_it_after_another,
    a_standby_that_was_held_does_not_take_a_lease_that_is_renewed,
    a_short_pause_costs_nothing,
}

/// Holds the leader at `point` until another has taken over and collected; whatever it then goes on
/// with, nothing of its old cycle is begun or stored.
fn held_at(point: Point) {
    let fleet = Fleet::new();
    let (leader, standby) = fleet.leader_and_standby(&Settings::elected().taking(200));
    leader.pause(point);
    let begun = fleet.journal.of("first");
    let in_hand = begun.last().unwrap().clone();
    fleet.wait_for_cycles("second", 2);
    leader.resume();
    until("it stands by", || matches!(leader.standing(), Standing::Standby { .. }).then_some(()));
    fleet.wait_for_cycles("second", 2);
    assert_eq!(fleet.journal.of("first").len(), begun.len(), "it began a scope");
    if matches!(point, Point::Collected | Point::Granted) {
        leader.wait_for_error("was lost, and another replica may collect");
    }
    // It collects again where the other ends.
    standby.end();
    fleet.wait_for_cycles("first", 1);
    let next = fleet.journal.of("first")[begun.len()].clone();
    until("it is sent", || fleet.journal.has_stored(&next).then_some(()));
    // What was stored before has been sent by now.
    let stored = point == Point::Collected && fleet.journal.has_stored(&in_hand);
    assert!(!stored, "it stored what it had in hand");
    fleet.end([leader]);
}

fn a_leader_held_between_cycles_does_not_begin_another() {
    held_at(Point::Anywhere);
}

fn a_leader_held_between_the_claim_and_the_cycle_begins_nothing() {
    held_at(Point::Granted);
}

fn a_leader_held_in_a_cycle_stores_nothing_more_of_it() {
    held_at(Point::Collected);
}

fn a_leader_held_while_it_claims_an_interval_does_not_collect_it_after_another() {
    let fleet = Fleet::new();
    let (leader, standby) = fleet.leader_and_standby(&Settings::elected());
    // Held with the claim on its way, for as long as that takes.
    fleet.api.fail_once("first", On::Claims, Fault::Late(Duration::from_millis(250)));
    until("a claim", || fleet.api.has_failed("first").then_some(()));
    leader.pause(Point::Anywhere);
    let begun = fleet.journal.of("first").len();
    fleet.wait_for_cycles("second", 2);
    leader.resume();
    until("it stands by", || matches!(leader.standing(), Standing::Standby { .. }).then_some(()));
    fleet.wait_for_cycles("second", 1);
    assert_eq!(fleet.journal.of("first").len(), begun);
    fleet.end([leader, standby]);
}

fn a_standby_that_was_held_does_not_take_a_lease_that_is_renewed() {
    let fleet = Fleet::new();
    let (leader, standby) = fleet.leader_and_standby(&Settings::elected());
    for _ in 0..2 {
        standby.pause(Point::Anywhere);
        // More than the lease's duration.
        fleet.wait_for_cycles("first", 3);
        standby.resume();
        fleet.wait_for_cycles("first", 1);
    }
    assert!(fleet.writes_of("second").is_empty());
    fleet.end([standby, leader]);
}

fn a_short_pause_costs_nothing() {
    let fleet = Fleet::new();
    let (leader, standby) = fleet.leader_and_standby(&Settings::elected());
    let asked = fleet.api.asked("second");
    leader.pause(Point::Anywhere);
    until("the standby looked", || (fleet.api.asked("second") > asked).then_some(()));
    leader.resume();
    fleet.wait_for_cycles("first", 2);
    assert!(fleet.writes_of("second").is_empty());
    fleet.end([standby, leader]);
}
