//! One leader after another: by its leave, by its death, and at the start.

use std::time::Duration;

use crate::fleet::{Fleet, Settings};
use crate::lease_api::until;
use crate::side_by_side::side_by_side;

side_by_side! {
    a_leader_that_is_stopped_hands_over_at_once,
    a_leader_that_dies_is_followed_once_its_lease_has_run_out,
    of_replicas_that_start_at_once_one_collects,
    the_first_replicas_of_all_make_the_lease,
    what_starts_anew_in_the_middle_of_an_interval_does_not_collect_it_again,
    a_cycle_longer_than_the_lease_goes_on_while_the_lease_is_renewed,
    replicas_of_another_interval_never_collect_what_reaches_into_one_that_was_collected,
    the_leader_that_is_left_collects_every_interval,
    a_lease_of_fractions_is_written_in_whole_seconds,
}

fn a_leader_that_is_stopped_hands_over_at_once() {
    let fleet = Fleet::new();
    let (leader, standby) = fleet.leader_and_standby(&Settings::elected());
    leader.end();
    fleet.wait_for_cycles("second", 2);
    let writes = fleet.api.writes();
    let taken = writes.iter().position(|write| write.client == "second").unwrap();
    assert_eq!((writes[taken - 1].client.as_str(), writes[taken - 1].holder()), ("first", ""));
    fleet.end([standby]);
}

fn a_leader_that_dies_is_followed_once_its_lease_has_run_out() {
    let fleet = Fleet::new();
    let settings = Settings::elected();
    let (leader, standby) = fleet.leader_and_standby(&settings);
    leader.kill();
    fleet.wait_for_cycles("second", 2);
    let last = fleet.writes_of("first").pop().unwrap().at;
    let taken = fleet.writes_of("second")[0].at;
    // Both by the API server's clock: it is what the lease promises.
    assert!(taken.duration_since(last) >= settings.duration, "{:?}", taken.duration_since(last));
    fleet.end([standby]);
}

fn of_replicas_that_start_at_once_one_collects() {
    let fleet = Fleet::new();
    let names = ["first", "second", "third", "fourth"];
    let running = names.map(|name| fleet.start(name, &Settings::elected()));
    until("some intervals", || (fleet.journal.whole_intervals(2).len() >= 3).then_some(()));
    let collecting = names.iter().filter(|name| !fleet.journal.of(name).is_empty()).count();
    assert_eq!(collecting, 1);
    fleet.end(running);
}

fn the_first_replicas_of_all_make_the_lease() {
    let fleet = Fleet::without_a_lease();
    let names = ["first", "second"];
    let running = names.map(|name| fleet.start(name, &Settings::elected()));
    until("some intervals", || (fleet.journal.whole_intervals(2).len() >= 3).then_some(()));
    fleet.end(running);
}

fn what_starts_anew_in_the_middle_of_an_interval_does_not_collect_it_again() {
    let fleet = Fleet::new();
    let settings = Settings::elected().every(5);
    let first = fleet.start("first", &settings);
    fleet.wait_for_cycles("first", 1);
    first.kill();
    let again = fleet.start("again", &settings);
    fleet.wait_for_cycles("again", 1);
    fleet.end([again]);
}

fn a_cycle_longer_than_the_lease_goes_on_while_the_lease_is_renewed() {
    let fleet = Fleet::new();
    let settings = Settings::elected().taking(2500);
    let (leader, standby) = fleet.leader_and_standby(&settings);
    fleet.wait_for_cycles("first", 1);
    let begun = fleet.last_begun("first");
    until("it is stored", || fleet.journal.has_stored(&begun).then_some(()));
    assert_eq!(leader.errors(), Vec::<String>::new());
    assert!(fleet.journal.of("second").is_empty());
    fleet.end([standby, leader]);
}

fn replicas_of_another_interval_never_collect_what_reaches_into_one_that_was_collected() {
    let fleet = Fleet::new();
    let old = fleet.start("old", &Settings::elected().every(3));
    fleet.wait_for_cycles("old", 1);
    let new = fleet.start("new", &Settings::elected().every(2));
    fleet.wait_for_cycles("old", 1);
    old.end();
    fleet.wait_for_cycles("new", 2);
    let claims = fleet.claims();
    for pair in claims.windows(2) {
        let end = pair[0].0.split_once('/').unwrap().1;
        let begin = pair[1].0.split_once('/').unwrap().0;
        assert!(end <= begin, "{claims:?}");
    }
    fleet.end([new]);
}

fn the_leader_that_is_left_collects_every_interval() {
    let fleet = Fleet::new();
    let only = fleet.start("only", &Settings::elected().every(2));
    fleet.wait_for_cycles("only", 4);
    let claims = fleet.claims();
    for pair in claims.windows(2) {
        let end = pair[0].0.split_once('/').unwrap().1;
        assert_eq!(end, pair[1].0.split_once('/').unwrap().0, "{claims:?}");
    }
    assert!(only.monitor.record().failed_cycles == 0);
    until("all is sent", || {
        let all = fleet.journal.all();
        all[..all.len() - 2].iter().all(|began| fleet.journal.has_stored(began)).then_some(())
    });
    fleet.end([only]);
}

/// The lease's duration in these tests says how long a standby waits at most.
fn a_lease_of_fractions_is_written_in_whole_seconds() {
    let fleet = Fleet::new();
    let mut settings = Settings::elected();
    settings.duration = Duration::from_millis(2900);
    let only = fleet.start("only", &settings);
    fleet.wait_for_cycles("only", 1);
    assert_eq!(fleet.writes_of("only")[0].lease["spec"]["leaseDurationSeconds"], 2);
    fleet.end([only]);
}
