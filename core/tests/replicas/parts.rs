//! Replicas that have a part of the scopes each, and agree on it by a Lease.

use finops_core::agent::Agent as _;
use finops_core::replicas::Shard;
use finops_core::run::ExitStatus;

use crate::agent::Point;
use crate::fleet::{Fleet, LEASE, Running, Settings, scopes};
use crate::journal::Began;
use crate::lease_api::{Fault, On, until};
use crate::side_by_side::side_by_side;
use jiff::Timestamp;

side_by_side! {
    each_scope_is_collected_by_one_in_each_interval,
    one_whose_number_is_beyond_what_was_agreed_collects_nothing_and_does_not_fail,
    one_that_is_cut_off_collects_nothing_and_says_so,
    an_answer_that_is_lost_loses_no_scope,
    a_cycle_that_outlasts_its_interval_is_cut_off_at_the_boundary,
    one_that_was_held_over_the_boundary_stores_nothing_more_of_its_interval,
    all_go_by_the_layout_in_the_lease_also_where_they_see_different_scopes,
    a_lease_that_is_deleted_in_the_middle_of_an_interval_doubles_nothing,
    a_layout_that_makes_no_sense_stops_collection_and_is_told,
    replicas_of_another_interval_collect_nothing_twice_and_say_so,
    a_shard_is_told_by_a_name_that_is_a_pods,
    one_cycle_of_a_part_needs_no_lease,
}

/// So many replicas of as many.
fn all_of(fleet: &Fleet, count: u32) -> Vec<Running> {
    (0..count)
        .map(|number| {
            let settings = Settings::part(&format!("{number}/{count}"));
            fleet.start(&format!("part-{number}"), &settings)
        })
        .collect()
}

/// Waits until so many more intervals were collected whole.
fn wait_for_intervals(fleet: &Fleet, more: usize) {
    let before = fleet.journal.whole_intervals(24).len();
    until("whole intervals", || {
        (fleet.journal.whole_intervals(24).len() >= before + more).then_some(())
    });
}

fn each_scope_is_collected_by_one_in_each_interval() {
    let fleet = Fleet::without_a_lease();
    let running = all_of(&fleet, 3);
    wait_for_intervals(&fleet, 3);
    for replica in &running {
        assert!(!fleet.journal.of(&replica.name).is_empty());
    }
    fleet.end(running);
}

fn one_whose_number_is_beyond_what_was_agreed_collects_nothing_and_does_not_fail() {
    let fleet = Fleet::new();
    let mut running = all_of(&fleet, 2);
    wait_for_intervals(&fleet, 1);
    // It loses the race for the layout, each time.
    let extra = fleet.agent("extra", &Settings::part("2/3"));
    drop(extra);
    fleet.api.fail("extra", On::Writes, Fault::Status(409));
    running.push(fleet.start("extra", &Settings::part("2/3")));
    let report = until("a cycle", || {
        let report = running[2].monitor.record().last_cycle?;
        // Where the others are late, it does not learn what is agreed.
        report.errors.is_empty().then_some(report)
    });
    assert_eq!((report.exit_status(), report.elsewhere), (ExitStatus::Success, 24));
    assert!(fleet.journal.of("extra").is_empty());
    fleet.end(running);
}

fn one_that_is_cut_off_collects_nothing_and_says_so() {
    for fault in [Fault::Reset, Fault::Silence] {
        let fleet = Fleet::new();
        let running = all_of(&fleet, 2);
        wait_for_intervals(&fleet, 1);
        fleet.api.fail("part-1", On::All, fault);
        running[1].wait_for_error("nothing is collected in this interval: the Kubernetes API");
        let begun = fleet.journal.of("part-1").len();
        let asked = fleet.api.asked("part-1");
        until("more tries", || (fleet.api.asked("part-1") > asked + 2).then_some(()));
        assert_eq!(fleet.journal.of("part-1").len(), begun);
        let report = running[1].monitor.record().last_cycle.unwrap();
        assert_eq!(report.exit_status(), ExitStatus::Nothing);
        fleet.api.mend("part-1");
        wait_for_intervals(&fleet, 2);
        fleet.end(running);
    }
}

fn an_answer_that_is_lost_loses_no_scope() {
    let fleet = Fleet::new();
    let running = all_of(&fleet, 2);
    for fault in [Fault::AnswerLost, Fault::Cut, Fault::Reset] {
        for replica in &running {
            fleet.api.fail_once(&replica.name, On::Claims, fault);
        }
        wait_for_intervals(&fleet, 2);
    }
    fleet.end(running);
}

fn a_cycle_that_outlasts_its_interval_is_cut_off_at_the_boundary() {
    let fleet = Fleet::new();
    let slow = fleet.start("slow", &Settings::part("0/1").taking(300));
    slow.wait_for_error("its interval is over");
    fleet.wait_for_cycles("slow", 1);
    slow.wait_for_error("its interval is over");
    fleet.end([slow]);
}

fn one_that_was_held_over_the_boundary_stores_nothing_more_of_its_interval() {
    for point in [Point::Granted, Point::Collected] {
        let fleet = Fleet::new();
        let running = all_of(&fleet, 2);
        wait_for_intervals(&fleet, 1);
        running[0].pause(point);
        let begun = fleet.journal.of("part-0");
        let in_hand = begun.last().unwrap().clone();
        fleet.wait_for_cycles("part-1", 2);
        let cycle = in_hand.cycle;
        running[0].resume();
        running[0].wait_for_error("its interval is over");
        wait_for_intervals(&fleet, 1);
        let after = fleet.journal.of("part-0");
        let more = after[begun.len()..].iter().filter(|began| began.cycle == cycle).count();
        assert_eq!(more, 0, "{point:?}");
        let stored = point == Point::Collected && fleet.journal.has_stored(&in_hand);
        assert!(!stored, "it stored what it had in hand");
        fleet.end(running);
    }
}

fn all_go_by_the_layout_in_the_lease_also_where_they_see_different_scopes() {
    let fleet = Fleet::new();
    let running: Vec<Running> = (0..3)
        .map(|number| {
            let settings = Settings::part(&format!("{number}/3"));
            // Each sees some that the others do not.
            let mut seen = scopes(24);
            seen.extend(scopes(40 + 4 * number).split_off(36));
            fleet.start(&format!("part-{number}"), &settings.of(seen))
        })
        .collect();
    let whole = || {
        let all = fleet.journal.by_interval();
        let common = |found: &std::collections::BTreeMap<String, Vec<String>>| {
            scopes(24).iter().all(|scope| found.contains_key(&*scope.region))
        };
        all.values().filter(|found| common(found)).count()
    };
    until("whole intervals", || (whole() >= 3).then_some(()));
    fleet.end(running);
}

fn a_lease_that_is_deleted_in_the_middle_of_an_interval_doubles_nothing() {
    let fleet = Fleet::new();
    let settings = |shard| Settings::part(shard).every(3).taking(100);
    let one = fleet.start("one", &settings("0/1"));
    fleet.wait_for_cycles("one", 1);
    // It would have half of what the other has.
    let late = fleet.start("late", &settings("1/2"));
    late.pause(Point::Granted);
    let is_now = |began: &Began| {
        let (begin, end) = began.interval.as_deref().unwrap().split_once('/').unwrap();
        let (begin, end): (Timestamp, Timestamp) = (begin.parse().unwrap(), end.parse().unwrap());
        (begin..end).contains(&fleet.api.now())
    };
    until("the other collects", || fleet.journal.of("one").iter().any(is_now).then_some(()));
    fleet.api.delete(LEASE);
    late.resume();
    until("late's cycles", || (late.monitor.record().cycles >= 2).then_some(()));
    fleet.wait_for_cycles("one", 1);
    fleet.end([late, one]);
}

fn a_layout_that_makes_no_sense_stops_collection_and_is_told() {
    let fleet = Fleet::new();
    let running = all_of(&fleet, 2);
    wait_for_intervals(&fleet, 1);
    fleet.annotate("layout", "{}");
    for replica in &running {
        replica.wait_for_error("openfinops.io/layout is none that an agent writes");
    }
    fleet.api.delete(LEASE);
    wait_for_intervals(&fleet, 1);
    fleet.end(running);
}

fn replicas_of_another_interval_collect_nothing_twice_and_say_so() {
    let fleet = Fleet::new();
    let running = all_of(&fleet, 2);
    wait_for_intervals(&fleet, 1);
    let odd = fleet.start("odd", &Settings::part("0/2").every(3));
    odd.wait_for_error("give all of them the same interval");
    odd.end();
    wait_for_intervals(&fleet, 1);
    fleet.end(running);
}

fn a_shard_is_told_by_a_name_that_is_a_pods() {
    let shard: Shard = "aws-agent-2/3".parse().unwrap();
    assert_eq!((shard.number(), shard.count()), (2, 3));
}

/// One cycle takes part in no agreement: it is `--once`.
fn one_cycle_of_a_part_needs_no_lease() {
    let fleet = Fleet::new();
    let agent = fleet.agent("once", &Settings::part("1/2").without_lease());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let report = runtime.block_on(agent.run_once());
    assert_eq!(report.scopes + report.elsewhere, 24);
    assert_eq!(fleet.api.asked("once"), 0);
}
