//! Between a replica and the API server: lost, slow, refused, in other hands.

use std::time::Duration;

use finops_core::replicas::Standing;

use crate::fleet::{Fleet, Settings};
use crate::lease_api::{Fault, On, until};
use crate::side_by_side::side_by_side;

side_by_side! {
    a_leader_whose_connections_break_stops_before_another_begins,
    a_leader_whose_calls_are_never_answered_stops_before_another_begins,
    a_leader_whose_writes_are_taken_and_never_answered_stops_and_nobody_else_need_begin,
    a_standby_that_was_cut_off_takes_over_once_it_is_back,
    a_claim_that_is_taken_without_an_answer_is_its_own,
    a_claim_whose_answer_breaks_off_is_its_own,
    renewals_that_are_taken_without_an_answer_are_no_hand_over,
    a_write_that_arrives_late_is_no_second_leader,
    one_bad_answer_of_any_kind_costs_no_leader_its_place,
    bad_answers_to_everything_are_told_and_nothing_is_collected,
    a_replica_that_may_not_update_leaves_the_lead_to_one_that_may,
    a_token_that_is_renewed_is_used,
    when_the_api_server_is_back_one_collects_again,
}

/// The leader is cut off in a cycle: it stops although it can talk to nobody.
fn leader_cut_off(fault: Fault) {
    let fleet = Fleet::new();
    let (leader, standby) = fleet.leader_and_standby(&Settings::elected().taking(1500));
    fleet.wait_for_cycles("first", 1);
    fleet.api.fail("first", On::All, fault);
    until("it stops", || (!leader.is_leading()).then_some(()));
    leader.wait_for_error("was lost, and another replica may collect");
    let begun = fleet.journal.of("first").len();
    assert!(leader.wait_for_trouble().contains("the Kubernetes API"), "{:?}", leader.standing());
    fleet.wait_for_cycles("second", 1);
    assert_eq!(fleet.journal.of("first").len(), begun, "it began a scope");
    fleet.api.mend("first");
    until("it stands by", || matches!(leader.standing(), Standing::Standby { .. }).then_some(()));
    standby.end();
    fleet.wait_for_cycles("first", 1);
    fleet.end([leader]);
}

fn a_leader_whose_connections_break_stops_before_another_begins() {
    leader_cut_off(Fault::Reset);
}

fn a_leader_whose_calls_are_never_answered_stops_before_another_begins() {
    leader_cut_off(Fault::Silence);
}

fn a_leader_whose_writes_are_taken_and_never_answered_stops_and_nobody_else_need_begin() {
    let fleet = Fleet::new();
    let (leader, standby) = fleet.leader_and_standby(&Settings::elected());
    fleet.api.fail("first", On::All, Fault::AnswerNever);
    until("it stops", || (!leader.is_leading()).then_some(()));
    // Reads are never answered either, so no write follows.
    fleet.wait_for_cycles("second", 1);
    fleet.api.mend("first");
    until("it stands by", || matches!(leader.standing(), Standing::Standby { .. }).then_some(()));
    fleet.end([standby, leader]);
}

fn a_standby_that_was_cut_off_takes_over_once_it_is_back() {
    let fleet = Fleet::new();
    let (leader, standby) = fleet.leader_and_standby(&Settings::elected());
    fleet.api.fail("second", On::All, Fault::Reset);
    standby.wait_for_trouble();
    fleet.wait_for_cycles("first", 2);
    fleet.api.mend("second");
    until("it stands by", || matches!(standby.standing(), Standing::Standby { .. }).then_some(()));
    leader.kill();
    fleet.wait_for_cycles("second", 1);
    fleet.end([standby]);
}

/// The interval of a claim whose answer is lost is neither skipped nor collected twice.
fn claim_answered_by(fault: Fault) {
    let fleet = Fleet::new();
    // Long enough for another try within the interval.
    let (leader, standby) = fleet.leader_and_standby(&Settings::elected().every(4));
    for _ in 0..2 {
        fleet.api.fail_once("first", On::Claims, fault);
        fleet.wait_for_cycles("first", 1);
        assert!(fleet.api.has_failed("first"));
    }
    let claims = fleet.claims();
    for pair in claims.windows(2) {
        let end = pair[0].0.split_once('/').unwrap().1;
        assert_eq!(end, pair[1].0.split_once('/').unwrap().0, "{claims:?}");
    }
    let collected = fleet.journal.by_interval();
    for (interval, _) in claims.iter().filter(|(interval, _)| !interval.starts_with("2020")) {
        assert!(collected.contains_key(interval), "{interval} was skipped: {claims:?}");
    }
    fleet.end([standby, leader]);
}

fn a_claim_that_is_taken_without_an_answer_is_its_own() {
    claim_answered_by(Fault::AnswerLost);
}

fn a_claim_whose_answer_breaks_off_is_its_own() {
    claim_answered_by(Fault::Cut);
}

fn renewals_that_are_taken_without_an_answer_are_no_hand_over() {
    let fleet = Fleet::new();
    let (leader, standby) = fleet.leader_and_standby(&Settings::elected());
    for _ in 0..4 {
        fleet.api.fail_once("first", On::Writes, Fault::AnswerLost);
        until("a write", || fleet.api.has_failed("first").then_some(()));
        fleet.wait_for_cycles("first", 1);
    }
    assert!(fleet.writes_of("second").is_empty());
    fleet.end([standby, leader]);
}

fn a_write_that_arrives_late_is_no_second_leader() {
    let fleet = Fleet::new();
    let (leader, standby) = fleet.leader_and_standby(&Settings::elected());
    // Later than a call may take, and than the lease holds.
    for millis in [500, 1500, 2500] {
        fleet.api.fail("first", On::Writes, Fault::Late(Duration::from_millis(millis)));
        until("it stops", || (!leader.is_leading()).then_some(()));
        fleet.api.mend("first");
        let cycles = fleet.journal.all().len();
        until("somebody collects", || (fleet.journal.all().len() > cycles + 2).then_some(()));
        until("it leads or stands by", || {
            (!matches!(leader.standing(), Standing::Unknown { .. })).then_some(())
        });
        if !leader.is_leading() {
            break;
        }
    }
    fleet.end([leader, standby]);
}

fn one_bad_answer_of_any_kind_costs_no_leader_its_place() {
    let fleet = Fleet::new();
    let (leader, standby) = fleet.leader_and_standby(&Settings::elected());
    let status = [401, 403, 404, 409, 429, 500, 503].map(Fault::Status);
    for fault in [Fault::Reset, Fault::Silence, Fault::Page, Fault::Cut].into_iter().chain(status) {
        fleet.api.fail_once("first", On::Writes, fault);
        until("it happens", || fleet.api.has_failed("first").then_some(()));
        fleet.wait_for_cycles("first", 1);
    }
    assert!(fleet.writes_of("second").is_empty());
    fleet.end([standby, leader]);
}

fn bad_answers_to_everything_are_told_and_nothing_is_collected() {
    let fleet = Fleet::new();
    let only = fleet.start("only", &Settings::elected());
    fleet.wait_for_cycles("only", 1);
    for (fault, words) in [
        (Fault::Reset, "does not answer"),
        (Fault::Page, "not the lease that was asked for"),
        (Fault::Status(503), "answers with status 503"),
        (Fault::Status(429), "answers with status 429"),
        (Fault::Status(401), "refuses the service account's token"),
        (Fault::Status(403), "denies get on leases"),
    ] {
        fleet.api.fail("only", On::All, fault);
        let trouble = only.wait_for_trouble();
        assert!(trouble.contains(words), "{trouble}");
        let begun = fleet.journal.of("only").len();
        let asked = fleet.api.asked("only");
        until("more calls", || (fleet.api.asked("only") > asked + 1).then_some(()));
        assert_eq!(fleet.journal.of("only").len(), begun, "{fault:?}");
        fleet.api.mend("only");
        fleet.wait_for_cycles("only", 1);
    }
    fleet.end([only]);
}

fn a_replica_that_may_not_update_leaves_the_lead_to_one_that_may() {
    let fleet = Fleet::new();
    let (leader, standby) = fleet.leader_and_standby(&Settings::elected());
    fleet.api.fail("first", On::Writes, Fault::Status(403));
    let trouble = leader.wait_for_trouble();
    assert!(trouble.contains("denies update on leases; grant"), "{trouble}");
    fleet.wait_for_cycles("second", 2);
    fleet.end([standby, leader]);
}

fn a_token_that_is_renewed_is_used() {
    let fleet = Fleet::new();
    let (leader, standby) = fleet.leader_and_standby(&Settings::elected());
    for token in ["second-token", "third-token"] {
        fleet.api.rotate(&fleet.root("first"), "first", token);
        fleet.wait_for_cycles("first", 2);
    }
    fleet.api.revoke("first");
    let trouble = leader.wait_for_trouble();
    assert!(trouble.contains("the kubelet still renews it"), "{trouble}");
    fleet.wait_for_cycles("second", 1);
    fleet.end([standby, leader]);
}

fn when_the_api_server_is_back_one_collects_again() {
    let fleet = Fleet::new();
    let (leader, standby) = fleet.leader_and_standby(&Settings::elected());
    for name in ["first", "second"] {
        fleet.api.fail(name, On::All, Fault::Reset);
    }
    leader.wait_for_trouble();
    standby.wait_for_trouble();
    let begun = fleet.journal.all().len();
    let asked = fleet.api.asked("first");
    until("some calls", || (fleet.api.asked("first") > asked + 4).then_some(()));
    assert_eq!(fleet.journal.all().len(), begun);
    for name in ["first", "second"] {
        fleet.api.mend(name);
    }
    until("cycles", || (fleet.journal.all().len() >= begun + 4).then_some(()));
    fleet.end([standby, leader]);
}
