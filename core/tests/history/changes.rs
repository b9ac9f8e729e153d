//! What changed since the day before.

use finops_core::model::{CostRate, Costs};
use finops_core::report::{Change, ChangeList, Changes};

use crate::support::*;

/// The ids and the differences in USD an hour.
fn list(list: &ChangeList) -> Vec<(&str, Option<String>)> {
    let difference = |change: &Change| Some(change.difference?.hourly().normalize().to_string());
    list.changes.iter().map(|change| (&*change.resource.id, difference(change))).collect()
}

fn known<'a>(id: &'a str, difference: &str) -> (&'a str, Option<String>) {
    (id, Some(difference.to_owned()))
}

fn changes(connection: &rusqlite::Connection, now: &str) -> Changes {
    ask(connection, "service", now).changes
}

#[test]
fn new_gone_dearer_and_cheaper_are_told_apart_the_largest_first() {
    let history = history();
    record(
        &history,
        "2026-03-10T12:00:00Z",
        vec![ec2(vec![
            instance("i-same", "0.10"),
            instance("i-gone", "0.20"),
            instance("i-gone-dear", "0.90"),
            instance("i-up", "0.10"),
            instance("i-up-more", "0.10"),
            instance("i-down", "0.50"),
        ])],
    );
    record(
        &history,
        "2026-03-11T12:00:00Z",
        vec![ec2(vec![
            instance("i-same", "0.10"),
            instance("i-up", "0.15"),
            instance("i-up-more", "0.30"),
            instance("i-down", "0.20"),
            instance("i-new", "0.40"),
            resource("i-new-unpriced", Costs::unpriced("compute", "no list price")),
        ])],
    );
    let found = changes(&history, "2026-03-11T13:00:00Z");
    assert_eq!(found.baseline, Some(jiff::civil::date(2026, 3, 10)));
    assert_eq!(list(&found.new), [known("i-new", "0.4"), ("i-new-unpriced", None)]);
    assert_eq!(list(&found.gone), [known("i-gone-dear", "-0.9"), known("i-gone", "-0.2")]);
    assert_eq!(list(&found.dearer), [known("i-up-more", "0.2"), known("i-up", "0.05")]);
    assert_eq!(list(&found.cheaper), [known("i-down", "-0.3")]);
    assert_eq!(list(&found.newly_watched), []);
    // 0.2 + 0.05, and −0.9 − 0.2.
    assert_eq!(found.dearer.difference, CostRate::from_hourly(usd("0.25")));
    assert_eq!(found.gone.difference, CostRate::from_hourly(usd("-1.1")));
    let change = &found.cheaper.changes[0];
    assert_eq!(change.old, Some(CostRate::from_hourly(usd("0.50"))));
    assert_eq!(change.new, Some(CostRate::from_hourly(usd("0.20"))));
}

#[test]
fn a_service_that_fails_today_has_lost_nothing_and_found_nothing() {
    let history = history();
    record(&history, "2026-03-10T12:00:00Z", vec![ec2(vec![instance("i-1", "0.12")])]);
    record(&history, "2026-03-11T12:00:00Z", vec![failed("ec2")]);
    let found = changes(&history, "2026-03-11T13:00:00Z");
    let expected = Changes { baseline: Some(jiff::civil::date(2026, 3, 10)), ..Changes::default() };
    assert_eq!(found, expected);
}

#[test]
fn a_service_without_an_answer_on_the_baseline_day_is_newly_watched() {
    let history = history();
    record(
        &history,
        "2026-03-10T12:00:00Z",
        vec![ec2(vec![instance("i-1", "0.12")]), failed("rds"), answer("s3", vec![])],
    );
    record(
        &history,
        "2026-03-11T12:00:00Z",
        vec![
            ec2(vec![instance("i-1", "0.12")]),
            answer("rds", vec![instance("d-1", "0.50")]),
            answer("s3", vec![instance("b-1", "0.01")]),
            answer("lambda", vec![instance("f-1", "0.02")]),
        ],
    );
    let found = changes(&history, "2026-03-11T13:00:00Z");
    assert_eq!(list(&found.new), [known("b-1", "0.01")]);
    assert_eq!(list(&found.newly_watched), [known("d-1", "0.5"), known("f-1", "0.02")]);
}

#[test]
fn a_service_that_was_last_heard_of_before_the_baseline_is_not_compared() {
    let history = history();
    record(&history, "2026-03-09T12:00:00Z", vec![answer("rds", vec![instance("d-1", "0.50")])]);
    record(&history, "2026-03-10T12:00:00Z", vec![ec2(vec![instance("i-1", "0.12")])]);
    record(&history, "2026-03-11T13:00:00Z", vec![ec2(vec![instance("i-1", "0.12")])]);
    let report = ask(&history, "service", "2026-03-11T13:00:00Z");
    let expected = Changes { baseline: Some(jiff::civil::date(2026, 3, 10)), ..Changes::default() };
    assert_eq!(report.changes, expected);
    // Its figures are a day older than those of the others, and the report says so.
    let outdated: Vec<_> =
        report.coverage.outdated.iter().map(|one| (&*one.service, one.answered)).collect();
    assert_eq!(outdated, [("rds", Some(time("2026-03-09T12:00:00Z")))]);
}

#[test]
fn the_baseline_is_the_last_day_before_today_with_an_answer() {
    let history = history();
    record(&history, "2026-03-07T12:00:00Z", vec![ec2(vec![instance("i-1", "0.12")])]);
    record(&history, "2026-03-10T12:00:00Z", vec![failed("ec2")]);
    record(&history, "2026-03-11T12:00:00Z", vec![ec2(vec![instance("i-2", "0.12")])]);
    let found = changes(&history, "2026-03-11T13:00:00Z");
    assert_eq!(found.baseline, Some(jiff::civil::date(2026, 3, 7)));
    assert_eq!(
        (list(&found.new), list(&found.gone)),
        (vec![known("i-2", "0.12")], vec![known("i-1", "-0.12")])
    );
}

#[test]
fn on_the_first_day_there_is_nothing_to_compare() {
    let history = history();
    record(&history, "2026-03-11T12:00:00Z", vec![ec2(vec![instance("i-1", "0.12")])]);
    assert_eq!(changes(&history, "2026-03-11T13:00:00Z"), Changes::default());
}

#[test]
fn a_resource_first_seen_after_midnight_is_new_though_it_accrued_before() {
    let history = history();
    record(&history, "2026-03-10T23:58:00Z", vec![ec2(vec![instance("i-1", "0.12")])]);
    let both = vec![instance("i-1", "0.12"), instance("i-2", "0.12")];
    record(&history, "2026-03-11T00:03:00Z", vec![ec2(both)]);
    let report = ask(&history, "service", "2026-03-11T00:04:00Z");
    assert_eq!(list(&report.changes.new), [known("i-2", "0.12")]);
    // Two minutes of both before midnight: 0.008. One resource was seen on that day.
    assert_eq!(day(&report.total, "2026-03-10"), (Some(usd("0.008")), 120));
    assert_eq!(report.total.days[0].resources, 1);
}

#[test]
fn a_resource_that_was_away_and_came_back_is_neither_new_nor_gone() {
    let history = history();
    let with = || vec![ec2(vec![instance("i-1", "0.12"), instance("i-2", "0.12")])];
    record(&history, "2026-03-10T12:00:00Z", with());
    record(&history, "2026-03-11T12:00:00Z", vec![ec2(vec![instance("i-2", "0.12")])]);
    assert_eq!(list(&changes(&history, "2026-03-11T12:01:00Z").gone), [known("i-1", "-0.12")]);
    record(&history, "2026-03-11T12:05:00Z", with());
    let found = changes(&history, "2026-03-11T12:06:00Z");
    assert_eq!((list(&found.new), list(&found.gone)), (vec![], vec![]));
}

#[test]
fn a_resource_that_went_during_the_baseline_day_is_gone() {
    let history = history();
    let both = vec![instance("i-1", "0.12"), instance("i-2", "0.12")];
    record(&history, "2026-03-10T12:00:00Z", vec![ec2(both)]);
    record(&history, "2026-03-10T12:05:00Z", vec![ec2(vec![instance("i-2", "0.12")])]);
    let report = ask(&history, "service", "2026-03-10T12:06:00Z");
    assert_eq!(report.total.resources, 1);
    assert_eq!(report.total.rate_now, Some(CostRate::from_hourly(usd("0.12"))));
    // Its service has answered since, if not yet today.
    assert_eq!(list(&changes(&history, "2026-03-11T12:06:00Z").gone), [known("i-1", "-0.12")]);
}

#[test]
fn a_resource_back_after_a_day_is_new_and_says_since_when_it_is_known() {
    let history = history();
    let with = || vec![ec2(vec![instance("i-1", "0.12")])];
    record(&history, "2026-03-09T12:00:00Z", with());
    record(&history, "2026-03-10T12:00:00Z", vec![ec2(vec![])]);
    record(&history, "2026-03-11T12:00:00Z", with());
    let found = changes(&history, "2026-03-11T12:01:00Z");
    assert_eq!(list(&found.new), [known("i-1", "0.12")]);
    assert_eq!(found.new.changes[0].first_seen, time("2026-03-09T12:00:00Z"));
}

#[test]
fn a_price_that_became_known_is_no_rise() {
    let history = history();
    let unpriced = Costs::unpriced("compute", "no list price");
    let mut partly = hourly("0.12");
    partly.miss("license", "no list price");
    let before = vec![resource("i-1", unpriced), resource("i-2", partly)];
    record(&history, "2026-03-10T12:00:00Z", vec![ec2(before)]);
    let after = vec![instance("i-1", "0.12"), instance("i-2", "0.20")];
    record(&history, "2026-03-11T12:00:00Z", vec![ec2(after)]);
    let found = changes(&history, "2026-03-11T12:01:00Z");
    assert_eq!((found.dearer.changes.len(), found.not_comparable), (0, 2));
}
