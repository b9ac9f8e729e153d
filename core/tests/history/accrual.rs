//! Rate times observed time.

use std::time::Duration;

use finops_core::history::{Cadence, purge};
use finops_core::model::{CostRate, Costs, adjustment};
use rusqlite::Connection;

use crate::support::*;

#[test]
fn the_first_snapshot_observes_no_time_and_tells_the_rate() {
    let history = history();
    record(&history, "2026-03-10T12:00:00Z", vec![ec2(vec![instance("i-1", "0.12")])]);
    let report = ask(&history, "service", "2026-03-10T12:01:00Z");
    assert_eq!(day(&report.total, "2026-03-10"), (None, 0));
    assert_eq!(report.total.cost, None);
    assert_eq!(report.total.rate_now, Some(CostRate::from_hourly(usd("0.12"))));
    assert_eq!(report.coverage.snapshots, 1);
}

#[test]
fn five_minutes_cost_a_twelfth_of_an_hour() {
    let history = history();
    for at in ["2026-03-10T12:00:00Z", "2026-03-10T12:05:00Z", "2026-03-10T12:10:00Z"] {
        record(&history, at, vec![ec2(vec![instance("i-1", "0.12"), instance("i-2", "0.36")])]);
    }
    let report = ask(&history, "service", "2026-03-10T12:11:00Z");
    // 600 s: (0.12 + 0.36) / 6 = 0.08 USD.
    assert_eq!(day(group(&report, "ec2"), "2026-03-10"), (Some(usd("0.08")), 600));
    assert_eq!(report.total.days[0].mean_hourly, Some(usd("0.48")));
    assert_eq!(report.total.days[0].resources, 2);
}

#[test]
fn two_intervals_and_a_tenth_are_observed_and_more_is_a_gap_that_nothing_fills() {
    for (second, third, cost, seconds) in [
        // 600 s and 300 s: 0.02 + 0.01.
        ("2026-03-10T12:10:00Z", "2026-03-10T12:15:00Z", "0.03", 900),
        // A gap of 631 s, then 300 s: 0.01.
        ("2026-03-10T12:10:31Z", "2026-03-10T12:15:31Z", "0.01", 300),
    ] {
        let history = history();
        for at in ["2026-03-10T12:00:00Z", second, third] {
            record(&history, at, vec![ec2(vec![instance("i-1", "0.12")])]);
        }
        let report = ask(&history, "service", "2026-03-10T13:00:00Z");
        assert_eq!(day(&report.total, "2026-03-10"), (Some(usd(cost)), seconds));
        assert_eq!(report.total.days[0].mean_hourly, Some(usd("0.12")));
    }
}

#[test]
fn runs_from_cron_are_observed_once_their_distance_is_known() {
    let history = history();
    let cadence = Cadence::AtLeast(Duration::from_secs(300));
    for hour in 10..14 {
        let at = format!("2026-03-10T{hour}:00:00Z");
        record_of(&history, "1", &at, vec![ec2(vec![instance("i-1", "0.12")])], cadence);
    }
    // 10 to 11 o'clock is unknown; 11 to 12 and 12 to 13: 2 × 0.12.
    let report = ask(&history, "service", "2026-03-10T13:30:00Z");
    assert_eq!(day(&report.total, "2026-03-10"), (Some(usd("0.24")), 7_200));
}

#[test]
fn the_time_over_midnight_is_split_and_adds_up_to_the_whole() {
    let history = history();
    for at in ["2026-03-10T23:58:00Z", "2026-03-11T00:03:00Z"] {
        let listed = vec![instance("i-1", "0.12"), resource("v-1", monthly("8"))];
        record(&history, at, vec![ec2(listed)]);
    }
    let report = ask(&history, "resource", "2026-03-11T00:04:00Z");
    // 0.12 USD an hour: two minutes 0.004, three minutes 0.006.
    assert_eq!(day(&report.groups[0], "2026-03-10"), (Some(usd("0.004")), 120));
    assert_eq!(day(&report.groups[0], "2026-03-11"), (Some(usd("0.006")), 180));
    // 8 USD a month: 300 s are 8 × 300 / 2,628,000 = 0.000913242009|132, and of that 120 s are
    // 0.000365296803|65, rounded up; the rest is 0.000547945205.
    assert_eq!(day(&report.groups[1], "2026-03-10"), (Some(usd("0.000365296804")), 120));
    assert_eq!(day(&report.groups[1], "2026-03-11"), (Some(usd("0.000547945205")), 180));
    assert_eq!(report.groups[1].cost, Some(usd("0.000913242009")));
}

#[test]
fn a_failed_service_changes_nothing_and_the_next_answer_counts_from_the_last() {
    let history = history();
    let running = || vec![ec2(vec![instance("i-1", "0.12")])];
    record(&history, "2026-03-10T12:00:00Z", running());
    record(&history, "2026-03-10T12:05:00Z", vec![failed("ec2")]);
    let report = ask(&history, "service", "2026-03-10T12:06:00Z");
    assert_eq!(report.total.resources, 1);
    assert_eq!(report.total.rate_now, Some(CostRate::from_hourly(usd("0.12"))));
    assert_eq!((report.coverage.failures, report.coverage.outdated.len()), (1, 1));
    // 600 s since the last good answer: 0.02.
    record(&history, "2026-03-10T12:10:00Z", running());
    let report = ask(&history, "service", "2026-03-10T12:11:00Z");
    assert_eq!(day(&report.total, "2026-03-10"), (Some(usd("0.02")), 600));
    assert_eq!(report.coverage.outdated, []);
    // Two failures in a row are a gap of 900 s.
    record(&history, "2026-03-10T12:15:00Z", vec![failed("ec2")]);
    record(&history, "2026-03-10T12:20:00Z", vec![failed("ec2")]);
    record(&history, "2026-03-10T12:25:00Z", running());
    let report = ask(&history, "service", "2026-03-10T12:26:00Z");
    assert_eq!(day(&report.total, "2026-03-10"), (Some(usd("0.02")), 600));
    assert_eq!((report.coverage.snapshots, report.coverage.failures), (6, 3));
}

#[test]
fn an_answer_in_part_is_a_failure_to_the_history_since_nobody_says_what_has_gone() {
    let history = history();
    let both = || vec![ec2(vec![instance("i-1", "0.12"), instance("i-2", "0.12")])];
    record(&history, "2026-03-10T12:00:00Z", both());
    record(&history, "2026-03-10T12:05:00Z", vec![partial(vec![instance("i-1", "0.12")])]);
    let report = ask(&history, "service", "2026-03-10T12:06:00Z");
    assert_eq!((report.total.resources, report.coverage.failures), (2, 1));
    record(&history, "2026-03-10T12:10:00Z", both());
    let report = ask(&history, "service", "2026-03-10T12:11:00Z");
    // Two at 0.12 for 600 s from whole answer to whole answer.
    assert_eq!(day(&report.total, "2026-03-10"), (Some(usd("0.04")), 600));
}

#[test]
fn a_service_that_only_ever_failed_is_unknown_and_shown() {
    let history = history();
    record(&history, "2026-03-10T12:00:00Z", vec![failed("rds")]);
    let report = ask(&history, "service", "2026-03-10T12:06:00Z");
    let rds = group(&report, "rds");
    assert_eq!((rds.cost, rds.rate_now, rds.observed), (None, None, Duration::ZERO));
}

#[test]
fn a_service_that_is_not_in_a_snapshot_is_left_alone() {
    let history = history();
    let both =
        || vec![ec2(vec![instance("i-1", "0.12")]), answer("rds", vec![instance("d", "0.24")])];
    record(&history, "2026-03-10T12:00:00Z", both());
    record(&history, "2026-03-10T12:05:00Z", vec![ec2(vec![instance("i-1", "0.12")])]);
    record(&history, "2026-03-10T12:10:00Z", both());
    let report = ask(&history, "service", "2026-03-10T12:11:00Z");
    // rds: 0.24 for 600 s from answer to answer; ec2: 0.12 for twice 300 s.
    assert_eq!(day(group(&report, "rds"), "2026-03-10"), (Some(usd("0.04")), 600));
    assert_eq!(day(group(&report, "ec2"), "2026-03-10"), (Some(usd("0.02")), 600));
}

#[test]
fn an_empty_service_costs_nothing_while_it_is_observed() {
    let history = history();
    record(&history, "2026-03-10T12:00:00Z", vec![ec2(vec![])]);
    record(&history, "2026-03-10T12:05:00Z", vec![ec2(vec![])]);
    let report = ask(&history, "service", "2026-03-10T12:06:00Z");
    let empty = group(&report, "ec2");
    assert_eq!(day(empty, "2026-03-10"), (Some(usd("0")), 300));
    assert_eq!(empty.rate_now, Some(CostRate::ZERO));
}

#[test]
fn a_clock_that_goes_back_a_day_accrues_nothing_and_goes_on_from_there() {
    let history = history();
    let running = |id| vec![ec2(vec![instance(id, "0.12")])];
    record(&history, "2026-03-10T12:00:00Z", running("i-old"));
    record(&history, "2026-03-10T12:05:00Z", running("i-old"));
    record(&history, "2026-03-09T12:05:00Z", running("i-new"));
    let report = ask(&history, "resource", "2026-03-10T13:00:00Z");
    assert_eq!(day(&report.total, "2026-03-10"), (Some(usd("0.01")), 300));
    assert_eq!(day(&report.total, "2026-03-09"), (None, 0));
    // The last answer is the last one given, not the one with the latest time.
    assert_eq!(report.total.resources, 1);
    record(&history, "2026-03-09T12:10:00Z", running("i-new"));
    let report = ask(&history, "service", "2026-03-10T13:00:00Z");
    assert_eq!(day(&report.total, "2026-03-09"), (Some(usd("0.01")), 300));
    assert_eq!(day(&report.total, "2026-03-10"), (Some(usd("0.01")), 300));
}

#[test]
fn a_resized_resource_accrues_the_rate_of_each_answer() {
    let history = history();
    record(&history, "2026-03-10T12:00:00Z", vec![ec2(vec![instance("i-1", "0.12")])]);
    record(&history, "2026-03-10T12:05:00Z", vec![ec2(vec![instance("i-1", "0.12")])]);
    record(&history, "2026-03-10T12:10:00Z", vec![ec2(vec![instance("i-1", "0.24")])]);
    let report = ask(&history, "service", "2026-03-10T12:11:00Z");
    // 0.01 for the first five minutes and 0.02 for the next; 0.03 in 600 s is 0.18 an hour.
    assert_eq!(day(&report.total, "2026-03-10"), (Some(usd("0.03")), 600));
    assert_eq!(report.total.days[0].mean_hourly, Some(usd("0.18")));
    assert_eq!(report.total.rate_now, Some(CostRate::from_hourly(usd("0.24"))));
}

#[test]
fn what_accrues_is_what_is_paid_and_not_what_the_list_says() {
    let history = history();
    let discounted = || {
        let mut costs = hourly("0.12");
        let off = hourly("-0.06").lines.remove(0);
        costs.add(adjustment::DISCOUNT, off.quantity, off.price);
        vec![ec2(vec![resource("i-1", costs)])]
    };
    record(&history, "2026-03-10T12:00:00Z", discounted());
    record(&history, "2026-03-10T12:05:00Z", discounted());
    let report = ask(&history, "service", "2026-03-10T12:06:00Z");
    // 0.06 an hour for five minutes.
    assert_eq!(day(&report.total, "2026-03-10"), (Some(usd("0.005")), 300));
    assert_eq!(report.total.rate_now, Some(CostRate::from_hourly(usd("0.06"))));
}

#[test]
fn a_resource_that_comes_back_did_not_cost_while_it_was_away() {
    let history = history();
    let listed = |ids: &[&str]| vec![ec2(ids.iter().map(|id| instance(id, "0.12")).collect())];
    record(&history, "2026-03-10T12:00:00Z", listed(&["i-1", "i-2"]));
    record(&history, "2026-03-10T12:05:00Z", listed(&["i-1", "i-2"]));
    record(&history, "2026-03-10T12:10:00Z", listed(&["i-1"]));
    record(&history, "2026-03-10T12:15:00Z", listed(&["i-1", "i-2"]));
    let report = ask(&history, "resource", "2026-03-10T12:16:00Z");
    // i-1: three times five minutes; i-2: in two of the three answers.
    assert_eq!(
        report.groups.iter().map(|one| one.cost).collect::<Vec<_>>(),
        [Some(usd("0.03")), Some(usd("0.02"))]
    );
}

#[test]
fn what_has_no_price_has_no_cost_and_is_counted() {
    let history = history();
    let mut partly = hourly("0.12");
    partly.miss("license", "no list price");
    for at in ["2026-03-10T12:00:00Z", "2026-03-10T12:05:00Z"] {
        record(
            &history,
            at,
            vec![
                ec2(vec![resource("i-1", partly.clone()), instance("i-2", "0.24")]),
                answer("rds", vec![resource("d-1", Costs::unpriced("compute", "no list price"))]),
            ],
        );
    }
    let report = ask(&history, "service", "2026-03-10T12:06:00Z");
    let rds = group(&report, "rds");
    assert_eq!(day(rds, "2026-03-10"), (None, 300));
    assert_eq!((rds.cost, rds.rate_now, rds.unpriced), (None, None, 1));
    // The known part of i-1 is 0.01, i-2 is 0.02.
    let ec2 = group(&report, "ec2");
    assert_eq!(day(ec2, "2026-03-10"), (Some(usd("0.03")), 300));
    assert!(ec2.is_incomplete);
    let total = &report.total;
    assert_eq!((total.resources, total.unpriced, total.partly_priced), (3, 1, 1));
}

#[test]
fn a_price_that_becomes_known_leaves_the_day_incomplete() {
    let history = history();
    let unpriced = || vec![ec2(vec![resource("i-1", Costs::unpriced("compute", "no price"))])];
    record(&history, "2026-03-10T12:00:00Z", unpriced());
    record(&history, "2026-03-10T12:05:00Z", unpriced());
    record(&history, "2026-03-10T12:10:00Z", vec![ec2(vec![instance("i-1", "0.12")])]);
    let report = ask(&history, "service", "2026-03-10T12:11:00Z");
    assert_eq!(day(&report.total, "2026-03-10"), (Some(usd("0.01")), 600));
    assert!(report.total.is_incomplete && report.total.unpriced == 0);
}

#[test]
fn a_resource_that_is_listed_twice_in_one_answer_counts_once() {
    let history = history();
    for at in ["2026-03-10T23:58:00Z", "2026-03-11T00:03:00Z"] {
        record(&history, at, vec![ec2(vec![instance("i-1", "0.12"), instance("i-1", "0.12")])]);
    }
    let report = ask_since(&history, "service", 2, "2026-03-11T00:04:00Z");
    assert_eq!(day(&report.total, "2026-03-10"), (Some(usd("0.004")), 120));
    assert_eq!(day(&report.total, "2026-03-11"), (Some(usd("0.006")), 180));
    // The hours: 0.004 in 120 s and 0.006 in 180 s are both 0.12 an hour.
    let hours: Vec<_> = report.total.hours.iter().map(|hour| hour.mean_hourly).collect();
    assert_eq!(hours, [None, Some(usd("0.12")), Some(usd("0.12"))]);
}

#[test]
fn a_sum_beyond_64_bits_stays_at_the_edge_and_the_next_snapshot_is_kept_too() {
    let history = history();
    // 72 million USD an hour: 6 million in five minutes, 12 in ten; 2^63 − 1 pico-USD are 9.22.
    for at in ["2026-03-10T12:00:00Z", "2026-03-10T12:05:00Z", "2026-03-10T12:10:00Z"] {
        record(&history, at, vec![ec2(vec![instance("i-1", "72000000")])]);
    }
    let report = ask(&history, "service", "2026-03-10T12:11:00Z");
    let edge = usd("9223372.036854775807");
    assert_eq!(day(&report.total, "2026-03-10"), (Some(edge), 600));
    // Each resource has an edge of its own: the sum of two goes beyond.
    let two = || vec![ec2(vec![instance("i-1", "72000000"), instance("i-2", "72000000")])];
    record(&history, "2026-03-10T12:15:00Z", two());
    record(&history, "2026-03-10T12:20:00Z", two());
    let report = ask(&history, "service", "2026-03-10T12:21:00Z");
    assert_eq!(day(&report.total, "2026-03-10"), (Some(edge + edge), 1_200));
}

#[test]
fn the_day_on_which_clocks_change_has_24_hours() {
    let history = history();
    // In Europe, 29 March 2026 has 23 hours of local time, 25 October 25.
    for day in ["2026-03-29", "2026-10-25"] {
        let cadence = Cadence::Every(Duration::from_secs(3_600));
        for hour in 0..24 {
            let at = format!("{day}T{hour:02}:00:00Z");
            record_of(&history, "1", &at, vec![ec2(vec![instance("i-1", "0.12")])], cadence);
        }
    }
    for (date, now) in
        [("2026-03-29", "2026-03-29T23:30:00Z"), ("2026-10-25", "2026-10-25T23:30:00Z")]
    {
        let report = ask(&history, "service", now);
        // 23 hours from midnight to 23:00: 23 × 0.12 = 2.76.
        assert_eq!(day(&report.total, date), (Some(usd("2.76")), 23 * 3_600));
    }
}

#[test]
fn a_snapshot_that_is_rolled_back_was_never_there() {
    let mut history = history();
    record(&history, "2026-03-10T12:00:00Z", vec![ec2(vec![instance("i-1", "0.12")])]);
    let transaction = history.transaction().unwrap();
    record(&transaction, "2026-03-10T12:05:00Z", vec![ec2(vec![instance("i-1", "0.12")])]);
    transaction.rollback().unwrap();
    record(&history, "2026-03-10T12:05:00Z", vec![ec2(vec![instance("i-1", "0.12")])]);
    let report = ask(&history, "service", "2026-03-10T12:06:00Z");
    assert_eq!(day(&report.total, "2026-03-10"), (Some(usd("0.01")), 300));
    assert_eq!(report.coverage.snapshots, 2);
}

fn rows(connection: &Connection, table: &str) -> i64 {
    connection.query_one(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)).unwrap()
}

#[test]
fn purging_removes_whole_days_and_what_was_only_in_them() {
    let history = history();
    for at in ["2026-03-01T12:00:00Z", "2026-03-01T12:05:00Z"] {
        record(&history, at, vec![ec2(vec![instance("i-old", "0.12")])]);
        record_of(&history, "2", at, vec![ec2(vec![instance("i-2", "0.12")])], EVERY_5_MINUTES);
    }
    for at in ["2026-03-10T12:00:00Z", "2026-03-10T12:05:00Z"] {
        record(&history, at, vec![ec2(vec![instance("i-1", "0.12")])]);
    }
    // A day of seven days ago is kept whole, and nothing is older than that.
    let week = Duration::from_secs(7 * 86_400);
    assert_eq!(purge(&history, week, time("2026-03-08T23:00:00Z")), Ok(0));
    // Removed: 2 days of resources and the 2 resources, 2 days of services and of scopes, 2 hours;
    // then account 2's service and its scope.
    assert_eq!(purge(&history, week, time("2026-03-10T13:00:00Z")), Ok(12));
    let left = ["resource", "day", "hour", "service", "service_day", "scope", "scope_day"];
    assert_eq!(left.map(|table| rows(&history, &format!("history_{table}"))), [1; 7]);
    let report = ask(&history, "service", "2026-03-10T13:00:00Z");
    assert_eq!(day(&report.total, "2026-03-10"), (Some(usd("0.01")), 300));
}

#[test]
fn a_service_whose_last_answer_is_purged_has_no_answer() {
    let history = history();
    record(&history, "2026-03-01T12:00:00Z", vec![ec2(vec![instance("i-1", "0.12")])]);
    record(&history, "2026-03-10T12:00:00Z", vec![failed("ec2")]);
    purge(&history, Duration::from_secs(86_400), time("2026-03-10T13:00:00Z")).unwrap();
    let report = ask(&history, "service", "2026-03-10T13:00:00Z");
    // Unknown, not zero: nobody said that the resource is gone.
    assert_eq!(group(&report, "ec2").rate_now, None);
}
