//! Costs by service, region, account, tag and resource.

use finops_core::model::Resource;
use finops_core::report::{GroupKey, Report};
use rust_decimal::Decimal;

use crate::support::*;

/// Records the same resources twice, five minutes apart.
fn five_minutes(listed: impl Fn() -> Vec<Resource>) -> rusqlite::Connection {
    let history = history();
    for at in ["2026-03-10T12:00:00Z", "2026-03-10T12:05:00Z"] {
        record(&history, at, vec![ec2(listed())]);
    }
    history
}

fn costs(report: &Report) -> Vec<(GroupKey, Option<Decimal>)> {
    report.groups.iter().map(|group| (group.key.clone(), group.cost)).collect()
}

fn named(name: &str) -> GroupKey {
    GroupKey::Named(name.to_owned())
}

#[test]
fn the_same_id_in_two_accounts_is_two_resources() {
    let history = history();
    for at in ["2026-03-10T12:00:00Z", "2026-03-10T12:05:00Z"] {
        for (account, price) in [("1", "0.12"), ("2", "0.24")] {
            let listed = vec![instance("i-1", price)];
            record_of(&history, account, at, vec![ec2(listed)], EVERY_5_MINUTES);
        }
    }
    let now = "2026-03-10T12:06:00Z";
    let by_account = ask(&history, "account", now);
    assert_eq!(
        costs(&by_account),
        [(named("2"), Some(usd("0.02"))), (named("1"), Some(usd("0.01")))]
    );
    let by_resource = ask(&history, "resource", now);
    let accounts: Vec<_> = by_resource
        .groups
        .iter()
        .map(|group| match &group.key {
            GroupKey::Resource(one) => (&*one.account, &*one.id, group.cost),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(accounts, [("2", "i-1", Some(usd("0.02"))), ("1", "i-1", Some(usd("0.01")))]);
    // Both were observed for the same 300 s: 0.03 USD, and the rates add up to 0.36 an hour.
    assert_eq!(day(&by_account.total, "2026-03-10"), (Some(usd("0.03")), 300));
    assert_eq!(by_account.total.days[0].mean_hourly, Some(usd("0.36")));
    assert_eq!(by_account.coverage.snapshots, 4);
}

#[test]
fn mean_rates_add_up_over_services_that_were_observed_for_different_times() {
    let history = history();
    let both =
        || vec![ec2(vec![instance("i", "0.12")]), answer("rds", vec![instance("d", "0.60")])];
    record(&history, "2026-03-10T12:00:00Z", both());
    record(&history, "2026-03-10T12:05:00Z", both());
    for minute in [10, 15, 20] {
        let at = format!("2026-03-10T12:{minute}:00Z");
        record(&history, &at, vec![ec2(vec![instance("i", "0.12")]), failed("rds")]);
    }
    let report = ask(&history, "account", "2026-03-10T12:21:00Z");
    // ec2: 1,200 s, 0.04; rds: 300 s, 0.05. The rate while observed is 0.12 + 0.60.
    let account = group(&report, "1");
    assert_eq!(day(account, "2026-03-10"), (Some(usd("0.09")), 1_200));
    assert_eq!(account.days[0].mean_hourly, Some(usd("0.72")));
}

#[test]
fn a_resource_counts_in_the_region_it_is_billed_in() {
    let history = five_minutes(|| {
        let mut bucket = instance("b-1", "0.24");
        bucket.region = "us-east-1".into();
        vec![instance("i-1", "0.12"), bucket]
    });
    let report = ask(&history, "region", "2026-03-10T12:06:00Z");
    assert_eq!(
        costs(&report),
        [(named("us-east-1"), Some(usd("0.02"))), (named("eu-west-1"), Some(usd("0.01")))]
    );
}

#[test]
fn resources_without_the_tag_are_a_group_of_their_own() {
    let history = five_minutes(|| {
        vec![
            tagged("i-1", "0.12", &[("team", "web")]),
            tagged("i-2", "0.24", &[("team", "")]),
            tagged("i-3", "0.36", &[("Team", "web")]),
        ]
    });
    let report = ask(&history, "tag:team", "2026-03-10T12:06:00Z");
    // An empty value is a value; keys differ by case.
    assert_eq!(
        costs(&report),
        [
            (GroupKey::NoSuchTag, Some(usd("0.03"))),
            (named(""), Some(usd("0.02"))),
            (named("web"), Some(usd("0.01")))
        ]
    );
}

#[test]
fn a_tag_counts_with_the_value_it_had_last() {
    let history = history();
    let at = |value| vec![ec2(vec![tagged("i-1", "0.12", &[("team", value)])])];
    record(&history, "2026-03-10T12:00:00Z", at("web"));
    record(&history, "2026-03-10T12:05:00Z", at("web"));
    record(&history, "2026-03-10T12:10:00Z", at("search"));
    let report = ask(&history, "tag:team", "2026-03-10T12:11:00Z");
    assert_eq!(costs(&report), [(named("search"), Some(usd("0.02")))]);
}

#[test]
fn odd_tags_are_kept_to_the_letter() {
    let odd = [
        ("a.b", "dots"),
        ("it's \"quoted\"", "'; DROP TABLE history_day; --"),
        ("größe", "🚀\u{202e}"),
        ("line\nbreak", "a\u{1b}[2J\u{0}b"),
        ("$.x[0]", "path"),
    ];
    let history = five_minutes(|| vec![tagged("i-1", "0.12", &odd)]);
    for (key, value) in odd {
        let report = ask(&history, &format!("tag:{key}"), "2026-03-10T12:06:00Z");
        assert_eq!(costs(&report), [(named(value), Some(usd("0.01")))]);
    }
}

#[test]
fn a_day_before_a_resource_existed_costs_zero_where_its_service_was_watched() {
    let history = history();
    let running = |ids: &[&str]| vec![ec2(ids.iter().map(|id| instance(id, "0.12")).collect())];
    record(&history, "2026-03-08T12:00:00Z", running(&["i-1"]));
    record(&history, "2026-03-08T12:05:00Z", running(&["i-1"]));
    record(&history, "2026-03-10T12:00:00Z", running(&["i-1", "i-2"]));
    record(&history, "2026-03-10T12:05:00Z", running(&["i-1", "i-2"]));
    let report = ask(&history, "resource", "2026-03-10T12:06:00Z");
    let second = &report.groups[1];
    assert_eq!(day(second, "2026-03-08"), (Some(usd("0")), 300));
    assert_eq!(day(second, "2026-03-09"), (None, 0));
    assert_eq!(day(second, "2026-03-10"), (Some(usd("0.01")), 300));
}

#[test]
fn a_group_of_which_nothing_lies_in_the_period_is_left_out() {
    let history = history();
    record(&history, "2026-03-01T12:00:00Z", vec![ec2(vec![instance("i-1", "0.12")])]);
    record(&history, "2026-03-10T12:00:00Z", vec![ec2(vec![instance("i-2", "0.12")])]);
    let report = ask_since(&history, "resource", 24, "2026-03-10T12:06:00Z");
    assert_eq!((report.groups.len(), report.total.days.len()), (1, 2));
}
