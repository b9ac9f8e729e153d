//! Clocks that are wrong: no time that is written anywhere is compared with one of another clock.

use jiff::{SignedDuration, Timestamp};

use crate::fleet::{Fleet, LEASE, Settings};
use crate::lease_api::{Fault, On, until};
use crate::side_by_side::side_by_side;

side_by_side! {
    a_server_whose_clock_is_hours_ahead_is_right,
    a_server_whose_clock_is_hours_behind_is_right,
    a_servers_clock_that_is_set_forward_skips_intervals_and_doubles_none,
    after_a_servers_clock_was_set_back_deleting_the_lease_is_enough,
    parts_go_by_the_servers_clock_also_where_it_was_away_at_their_start,
    parts_go_on_after_the_servers_clock_was_set_forward,
    parts_whose_servers_clock_was_set_back_say_so_and_go_on_once_the_lease_is_deleted,
}

/// The begin of the last interval that was claimed.
fn last_claim(fleet: &Fleet) -> Timestamp {
    let claims = fleet.claims();
    claims.last().unwrap().0.split_once('/').unwrap().0.parse().unwrap()
}

/// Whether the last claim is of about now, by the server's clock.
fn claims_are_current(fleet: &Fleet) -> bool {
    last_claim(fleet).duration_since(fleet.api.now()).abs() < SignedDuration::from_secs(10)
}

/// One leader after another by a server whose clock is another than the machines'.
fn hours_ahead(hours: i64) {
    let fleet = Fleet::new();
    fleet.api.set_ahead(SignedDuration::from_hours(hours));
    let (leader, standby) = fleet.leader_and_standby(&Settings::elected());
    assert!(claims_are_current(&fleet));
    leader.kill();
    fleet.wait_for_cycles("second", 2);
    assert!(claims_are_current(&fleet));
    fleet.end([standby]);
}

fn a_server_whose_clock_is_hours_ahead_is_right() {
    hours_ahead(5);
}

fn a_server_whose_clock_is_hours_behind_is_right() {
    hours_ahead(-5);
}

fn a_servers_clock_that_is_set_forward_skips_intervals_and_doubles_none() {
    let fleet = Fleet::new();
    let (leader, standby) = fleet.leader_and_standby(&Settings::elected());
    fleet.api.set_ahead(SignedDuration::from_hours(5));
    until("the new time", || claims_are_current(&fleet).then_some(()));
    fleet.wait_for_cycles("first", 2);
    leader.end();
    fleet.wait_for_cycles("second", 2);
    fleet.end([standby]);
}

fn after_a_servers_clock_was_set_back_deleting_the_lease_is_enough() {
    let fleet = Fleet::new();
    fleet.api.set_ahead(SignedDuration::from_hours(5));
    let (leader, standby) = fleet.leader_and_standby(&Settings::elected());
    fleet.api.set_ahead(SignedDuration::ZERO);
    let asked = fleet.api.asked("first");
    until("it is seen", || (fleet.api.asked("first") > asked + 4).then_some(()));
    // What was collected by the wrong clock may have been collected by the right one.
    let begun = fleet.journal.all().len();
    fleet.api.delete(LEASE);
    until("cycles", || (fleet.journal.all().len() >= begun + 4).then_some(()));
    assert!(claims_are_current(&fleet));
    fleet.end([standby, leader]);
}

fn parts_go_by_the_servers_clock_also_where_it_was_away_at_their_start() {
    let fleet = Fleet::new();
    // This machine's clock is as far ahead of the server's.
    fleet.api.set_ahead(SignedDuration::from_hours(-5));
    let settings = ["0/2", "1/2"].map(Settings::part);
    let first = fleet.agent("first", &settings[0]);
    drop(first);
    fleet.api.fail("first", On::All, Fault::Reset);
    let first = fleet.start("first", &settings[0]);
    until("it asks", || (fleet.api.asked("first") > 0).then_some(()));
    fleet.api.mend("first");
    let second = fleet.start("second", &settings[1]);
    until("whole intervals", || (fleet.journal.whole_intervals(24).len() >= 2).then_some(()));
    assert!(claims_are_current(&fleet));
    fleet.end([first, second]);
}

fn parts_go_on_after_the_servers_clock_was_set_forward() {
    let fleet = Fleet::new();
    let running =
        ["0/2", "1/2"].map(|shard| fleet.start(&shard.replace('/', "-"), &Settings::part(shard)));
    until("whole intervals", || (!fleet.journal.whole_intervals(24).is_empty()).then_some(()));
    fleet.api.set_ahead(SignedDuration::from_hours(5));
    let before = fleet.journal.whole_intervals(24).len();
    until("whole intervals", || {
        (fleet.journal.whole_intervals(24).len() >= before + 2).then_some(())
    });
    assert!(claims_are_current(&fleet));
    fleet.end(running);
}

fn parts_whose_servers_clock_was_set_back_say_so_and_go_on_once_the_lease_is_deleted() {
    let fleet = Fleet::new();
    fleet.api.set_ahead(SignedDuration::from_hours(5));
    let running =
        ["0/2", "1/2"].map(|shard| fleet.start(&shard.replace('/', "-"), &Settings::part(shard)));
    until("whole intervals", || (!fleet.journal.whole_intervals(24).is_empty()).then_some(()));
    fleet.api.set_ahead(SignedDuration::ZERO);
    for replica in &running {
        replica.wait_for_error("nothing is collected in the interval");
    }
    fleet.api.delete(LEASE);
    let before = fleet.journal.whole_intervals(24).len();
    until("whole intervals", || {
        (fleet.journal.whole_intervals(24).len() >= before + 2).then_some(())
    });
    assert!(claims_are_current(&fleet));
    fleet.end(running);
}
