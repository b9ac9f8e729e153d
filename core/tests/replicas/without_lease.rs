//! Parts that nobody has to agree on: their number does not change while they run.

use std::collections::BTreeMap;

use finops_core::agent::Agent as _;
use finops_core::run::{CycleReport, ExitStatus};
use jiff::Timestamp;

use crate::fleet::{Fleet, Settings, scopes};
use crate::lease_api::until;
use crate::side_by_side::side_by_side;

side_by_side! {
    the_parts_of_one_cycle_are_everything_once,
    a_part_without_a_scope_is_a_success_and_no_scope_at_all_is_none,
    the_first_cycle_begins_at_a_boundary_and_the_others_follow_at_boundaries,
}

/// One cycle of a part, as `--once` runs it.
fn once(fleet: &Fleet, name: &str, settings: &Settings) -> CycleReport {
    let agent = fleet.agent(name, &settings.clone().without_lease());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(agent.run_once())
}

fn the_parts_of_one_cycle_are_everything_once() {
    let fleet = Fleet::new();
    let mut found = BTreeMap::new();
    for number in 0..3 {
        let report =
            once(&fleet, &format!("part-{number}"), &Settings::part(&format!("{number}/3")));
        assert_eq!(report.exit_status(), ExitStatus::Success, "{:?}", report.errors);
        assert_eq!(report.scopes + report.elsewhere, 24);
    }
    for began in fleet.journal.all() {
        assert!(fleet.journal.has_stored(&began), "{began:?}");
        *found.entry(began.scope).or_insert(0) += 1;
    }
    let wanted = scopes(24).iter().map(|scope| (scope.region.to_string(), 1)).collect();
    assert_eq!(found, wanted);
}

fn a_part_without_a_scope_is_a_success_and_no_scope_at_all_is_none() {
    let fleet = Fleet::new();
    let one = Settings::part("0/4").of(scopes(1));
    let reports: Vec<CycleReport> = (0..4)
        .map(|number| {
            let settings = Settings::part(&format!("{number}/4")).of(one.scopes.clone());
            once(&fleet, &format!("part-{number}"), &settings)
        })
        .collect();
    assert_eq!(reports.iter().map(|report| report.scopes).sum::<usize>(), 1);
    for report in reports {
        assert_eq!(report.exit_status(), ExitStatus::Success);
    }
    let none = once(&fleet, "none", &Settings::part("0/4").of(Vec::new()));
    assert_eq!(none.exit_status(), ExitStatus::Nothing);
}

fn the_first_cycle_begins_at_a_boundary_and_the_others_follow_at_boundaries() {
    let fleet = Fleet::new();
    let begin = Timestamp::now().as_millisecond();
    let names = ["part-0", "part-1"];
    let running = names.map(|name| {
        let shard = format!("{name}/2");
        fleet.start(name, &Settings::part(&shard).without_lease())
    });
    for (name, replica) in names.iter().zip(&running) {
        fleet.wait_for_cycles(name, 2);
        let last = replica.monitor.record().last_cycle.unwrap();
        let took = i64::try_from(last.duration.as_millis()).unwrap();
        let started = last.finished_at.as_millisecond() - took;
        // A cycle takes a fraction of the interval; it is begun in the one that it ends in.
        assert_eq!(started / 2000, last.finished_at.as_millisecond() / 2000);
        assert!(started / 2000 > begin / 2000, "not in the interval that it was started in");
    }
    until("all is collected", || {
        let all = fleet.journal.all();
        scopes(24).iter().all(|it| all.iter().any(|began| began.scope == *it.region)).then_some(())
    });
    for replica in running {
        replica.end();
    }
}
