//! Tables, JSON and CSV.

use finops_core::report::{Report, csv, json, table};
use serde_json::{Value, json as value};

use crate::support::*;

/// Two days with a gap of a day between them, and a resource with a name from a stranger.
fn two_days() -> rusqlite::Connection {
    let history = history();
    let mut listed = tagged("i-1", "0.12", &[("team", "web, \"core\"\u{1b}[2J")]);
    listed.name = Some("a\u{7}name".into());
    for at in [
        "2026-03-08T12:00:00Z",
        "2026-03-08T12:05:00Z",
        "2026-03-10T12:00:00Z",
        "2026-03-10T12:05:00Z",
        "2026-03-10T12:10:00Z",
    ] {
        record(&history, at, vec![ec2(vec![listed.clone()])]);
    }
    history
}

fn document(report: &Report) -> Value {
    serde_json::to_value(json(report)).unwrap()
}

#[test]
fn an_empty_history_is_one_sentence() {
    let report = ask(&history(), "service", "2026-03-10T12:00:00Z");
    assert_eq!(
        table(&report, true),
        "The history is empty: it begins with the agent's first snapshot.\n"
    );
    assert_eq!(csv(&report).lines().count(), 1);
    assert_eq!(document(&report)["groups"], value!([]));
    assert_eq!(document(&report)["total"]["cost_usd"], Value::Null);
}

#[test]
fn a_period_without_snapshots_says_when_the_last_one_was() {
    let report = ask_since(&two_days(), "service", 24, "2026-05-02T12:00:00Z");
    assert_eq!(
        table(&report, true),
        "No snapshots since 2026-05-01: the last one was taken on 2026-03-10 12:10 UTC. A longer \
         --since reaches it.\n"
    );
}

#[test]
fn the_table_shows_gaps_as_gaps() {
    let report = ask(&two_days(), "service", "2026-03-10T13:00:00Z");
    let text = table(&report, true);
    let row = |name: &str| {
        let line = text.lines().find(|line| line.trim_start().starts_with(name));
        line.unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ")
    };
    // 300 s on the 8th and 600 s on the 10th: 0.03 USD in 0.25 h, at 0.12 an hour both days.
    assert_eq!(row("ec2"), "ec2 0.03 0.25 0.1200 1 0 0 █·█", "{text}");
    assert_eq!(row("2026-03-08"), "2026-03-08 0.01 0.08 0.1200 1");
    assert_eq!(row("2026-03-09"), "2026-03-09 - 0.00 - -");
    assert!(
        text.contains("What changed since 2026-03-08, the last day before today with snapshots")
    );
    assert!(text.contains("5 snapshots from 2026-03-08 12:00 UTC to 2026-03-10 12:10 UTC"));
    assert!(!table(&report, false).contains('█'));
}

#[test]
fn nothing_from_a_stranger_moves_the_cursor() {
    for by in ["tag:team", "resource", "tag:a\u{1b}b"] {
        let text = table(&ask(&two_days(), by, "2026-03-10T13:00:00Z"), true);
        assert!(!text.contains(|letter: char| letter.is_control() && letter != '\n'), "{text}");
    }
}

#[test]
fn long_lists_are_cut_and_say_so() {
    let history = history();
    let many = || (0..25).map(|number| instance(&format!("i-{number:02}"), "0.12")).collect();
    for at in ["2026-03-10T12:00:00Z", "2026-03-10T12:05:00Z"] {
        record(&history, at, vec![ec2(many())]);
    }
    let mut report = ask(&history, "resource", "2026-03-10T12:06:00Z");
    let text = table(&report, false);
    assert!(text.contains("… and 5 more; --limit 0 shows all"), "{text}");
    assert!(!text.contains("i-20"));
    report.question.limit = 0;
    assert!(table(&report, false).contains("i-24"));
    assert_eq!(csv(&report).lines().count(), 26);
}

#[test]
fn csv_has_a_row_a_day_and_group_and_leaves_gaps_empty() {
    let report = ask(&two_days(), "tag:team", "2026-03-10T13:00:00Z");
    let name = "\"web, \"\"core\"\"\u{1b}[2J\"";
    assert_eq!(
        csv(&report),
        format!(
            "day,group,cost_usd,observed_hours,mean_hourly_usd,resources\n\
             2026-03-08,{name},0.01,0.083333,0.12,1\n\
             2026-03-09,{name},,0,,0\n\
             2026-03-10,{name},0.02,0.166667,0.12,1\n"
        )
    );
}

#[test]
fn json_has_money_as_exact_strings_and_null_for_what_is_not_known() {
    let report = ask(&two_days(), "tag:owner", "2026-03-10T13:00:00Z");
    let document = document(&report);
    let group = &document["groups"][0];
    assert_eq!(group["group"], Value::Null);
    assert_eq!(group["cost_usd"], "0.03");
    // 0.12 × 730.
    assert_eq!(group["rate_now"], value!({ "monthly_usd": "87.6", "hourly_usd": "0.12" }));
    assert_eq!(
        group["days"][1],
        value!({
            "day": "2026-03-09", "cost_usd": null, "observed_hours": 0.0,
            "mean_hourly_usd": null, "resources": 0,
        })
    );
    assert_eq!(document["changes"]["baseline_day"], "2026-03-08");
    assert_eq!(document["coverage"]["first_snapshot"], "2026-03-08T12:00:00Z");
}

#[test]
fn json_names_a_resource_in_full() {
    let report = ask(&two_days(), "resource", "2026-03-10T13:00:00Z");
    let document = document(&report);
    assert_eq!(document["groups"][0]["group"], "1/eu-west-1/ec2/instance/i-1");
    assert_eq!(document["groups"][0]["resource"]["name"], "a\u{7}name");
}
