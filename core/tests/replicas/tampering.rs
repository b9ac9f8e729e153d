//! The Lease in other hands: deleted, edited, or another program's.

use finops_core::replicas::Standing;
use serde_json::{Value, json};

use crate::agent::Point;
use crate::fleet::{Fleet, LEASE, Settings};
use crate::lease_api::until;
use crate::side_by_side::side_by_side;

side_by_side! {
    a_lease_that_is_deleted_makes_no_second_leader,
    a_lease_that_is_deleted_under_a_held_leader_does_not_let_its_interval_be_collected_again,
    a_holder_that_somebody_clears_makes_no_second_leader,
    annotations_of_others_stay_and_disturb_nobody,
    an_interval_that_somebody_removes_is_not_collected_again,
    an_interval_that_makes_no_sense_stops_collection_and_is_told,
    a_lease_of_another_program_is_left_to_it_for_as_long_as_that_renews_it,
    a_holder_that_asks_for_more_time_gets_it,
}

fn a_lease_that_is_deleted_makes_no_second_leader() {
    let fleet = Fleet::new();
    let (leader, standby) = fleet.leader_and_standby(&Settings::elected().every(4));
    for _ in 0..3 {
        let asked = fleet.api.asked("second");
        fleet.api.delete(LEASE);
        until("the standby sees it", || (fleet.api.asked("second") > asked + 1).then_some(()));
        until("there is one again", || fleet.api.lease(LEASE));
    }
    let begun = fleet.journal.all().len();
    until("cycles", || (fleet.journal.all().len() >= begun + 2).then_some(()));
    fleet.end([standby, leader]);
}

fn a_lease_that_is_deleted_under_a_held_leader_does_not_let_its_interval_be_collected_again() {
    let fleet = Fleet::new();
    let (leader, standby) = fleet.leader_and_standby(&Settings::elected().every(8));
    leader.pause(Point::Anywhere);
    fleet.api.delete(LEASE);
    fleet.wait_for_cycles("second", 1);
    leader.resume();
    until("it stands by", || matches!(leader.standing(), Standing::Standby { .. }).then_some(()));
    fleet.end([standby, leader]);
}

fn a_holder_that_somebody_clears_makes_no_second_leader() {
    let fleet = Fleet::new();
    let (leader, standby) = fleet.leader_and_standby(&Settings::elected());
    for holder in [json!(""), Value::Null, json!("somebody")] {
        leader.pause(Point::Anywhere);
        fleet.api.edit(LEASE, |lease| lease["spec"]["holderIdentity"] = holder);
        let asked = fleet.api.asked("second");
        until("the standby looks", || (fleet.api.asked("second") > asked + 1).then_some(()));
        leader.resume();
        let begun = fleet.journal.all().len();
        until("cycles", || (fleet.journal.all().len() >= begun + 4).then_some(()));
        if !leader.is_leading() {
            break;
        }
    }
    fleet.end([standby, leader]);
}

fn annotations_of_others_stay_and_disturb_nobody() {
    let fleet = Fleet::new();
    let (leader, standby) = fleet.leader_and_standby(&Settings::elected());
    for number in 0..5 {
        fleet.annotate(&format!("note-{number}"), "a note");
        fleet.api.edit(LEASE, |lease| lease["metadata"]["labels"]["team"] = json!("finops"));
        fleet.wait_for_cycles("first", 1);
    }
    let lease = fleet.api.lease(LEASE).unwrap();
    assert_eq!(lease["metadata"]["annotations"]["openfinops.io/note-4"], "a note");
    assert_eq!(lease["metadata"]["labels"]["team"], "finops");
    assert!(fleet.writes_of("second").is_empty());
    fleet.end([standby, leader]);
}

fn an_interval_that_somebody_removes_is_not_collected_again() {
    let fleet = Fleet::new();
    let (leader, standby) = fleet.leader_and_standby(&Settings::elected().every(8));
    fleet.remove_annotation("interval");
    leader.end();
    fleet.wait_for_cycles("second", 1);
    fleet.end([standby]);
}

fn an_interval_that_makes_no_sense_stops_collection_and_is_told() {
    let fleet = Fleet::new();
    let (leader, standby) = fleet.leader_and_standby(&Settings::elected());
    fleet.annotate("interval", "whenever");
    let trouble = leader.wait_for_trouble();
    assert!(trouble.contains("openfinops.io/interval is none"), "{trouble}");
    assert!(trouble.contains("delete the lease"), "{trouble}");
    let begun = fleet.journal.all().len();
    // The remedy helps.
    fleet.api.delete(LEASE);
    until("cycles", || (fleet.journal.all().len() >= begun + 4).then_some(()));
    fleet.end([standby, leader]);
}

fn a_lease_of_another_program_is_left_to_it_for_as_long_as_that_renews_it() {
    let fleet = Fleet::without_a_lease();
    fleet.api.create(LEASE, &json!({"holderIdentity": "other", "leaseDurationSeconds": 2}));
    let only = fleet.start("only", &Settings::elected());
    for _ in 0..12 {
        let asked = fleet.api.asked("only");
        until("it looks", || (fleet.api.asked("only") > asked).then_some(()));
        fleet.api.edit(LEASE, |lease| {
            lease["spec"]["renewTime"] = json!("2026-11-22T03:02:31.000000Z");
        });
    }
    let Standing::Standby { leader, .. } = only.standing() else { panic!("{:?}", only.standing()) };
    assert_eq!(leader, "other");
    assert!(fleet.journal.all().is_empty());
    fleet.end([only]);
}

fn a_holder_that_asks_for_more_time_gets_it() {
    let fleet = Fleet::without_a_lease();
    fleet.api.create(LEASE, &json!({"holderIdentity": "other", "leaseDurationSeconds": 5}));
    let only = fleet.start("only", &Settings::elected());
    let seen = until("it looks", || (fleet.api.asked("only") > 0).then(std::time::Instant::now));
    fleet.wait_for_cycles("only", 1);
    let taken = fleet.writes_of("only")[0].at;
    assert!(taken.duration_since(seen).as_secs_f64() > 4.5, "{:?}", taken.duration_since(seen));
    fleet.end([only]);
}
