//! The text format, read back strictly: every sample has its help and its type before it.

use std::collections::BTreeMap;

use super::place_costs::PLACES;
use super::tag_costs::VALUES;
use super::*;
use crate::admin::{Group, GroupValue, fixture};
use crate::replicas::Standing;
use crate::run::Place;

/// Samples by series: name with labels as they stand.
type Samples = BTreeMap<String, f64>;

/// Reads what a scrape gets.
///
/// # Panics
/// Where a line is not what the format says.
fn parse(text: &str) -> Samples {
    let mut samples = Samples::new();
    let (mut help, mut typed) = (String::new(), String::new());
    assert!(text.ends_with('\n'));
    for line in text.lines() {
        if let Some(rest) = line.strip_prefix("# HELP ") {
            let (name, words) = rest.split_once(' ').unwrap();
            assert!(words.ends_with('.'), "{line}");
            assert!(!samples.keys().any(|series| family(series) == name), "{name} comes twice");
            name.clone_into(&mut help);
        } else if let Some(rest) = line.strip_prefix("# TYPE ") {
            let (name, kind) = rest.split_once(' ').unwrap();
            assert_eq!(name, help);
            assert_eq!(kind == "counter", name.ends_with("_total"), "{line}");
            name.clone_into(&mut typed);
        } else {
            let (series, value) = line.rsplit_once(' ').unwrap();
            assert_eq!(family(series), typed, "{line}");
            check_labels(&series[typed.len()..]);
            assert!(samples.insert(series.to_owned(), value.parse().unwrap()).is_none(), "{line}");
        }
    }
    samples
}

fn family(series: &str) -> &str {
    series.split('{').next().unwrap()
}

/// Labels are `{name="value",…}` where a value has no bare quote, and a backslash only before
/// `\`, `"` and `n`.
fn check_labels(labels: &str) {
    if labels.is_empty() {
        return;
    }
    let mut rest = labels.strip_prefix('{').unwrap();
    loop {
        let (name, value) = rest.split_once("=\"").unwrap();
        assert!(name.chars().all(|letter| letter.is_ascii_lowercase() || letter == '_'), "{name}");
        let mut letters = value.char_indices();
        let end = loop {
            match letters.next().unwrap() {
                (_, '\\') => assert!(matches!(letters.next().unwrap().1, '\\' | '"' | 'n')),
                (end, '"') => break end,
                _ => {}
            }
        };
        match &value[end + 1..] {
            "}" => return,
            more => rest = more.strip_prefix(',').unwrap(),
        }
    }
}

fn scrape(view: &View) -> Samples {
    parse(&metrics(view).unwrap())
}

fn sample(samples: &Samples, series: &str) -> Option<f64> {
    samples.get(&format!("openfinops_agent_{series}")).copied()
}

fn tagged(values: Vec<GroupValue>) -> Samples {
    let mut view = fixture::view();
    view.last_cycle.as_mut().unwrap().groups = vec![Group { key: "team".to_owned(), values }];
    scrape(&view)
}

#[test]
fn a_cycle_has_its_costs_and_times() {
    let samples = scrape(&fixture::view());
    assert_eq!(sample(&samples, "cost_usd_per_hour{service=\"ec2\"}"), Some(2.5));
    assert_eq!(sample(&samples, "resources{service=\"rds\"}"), Some(3.0));
    assert_eq!(sample(&samples, "last_cycle_duration_seconds"), Some(1.5));
    assert_eq!(sample(&samples, "last_cycle_timestamp_seconds"), Some(1_786_111_320.0));
    assert_eq!(sample(&samples, "start_time_seconds"), Some(1_786_110_780.0));
    assert_eq!(sample(&samples, "cycles_total"), Some(1.0));
    assert_eq!(sample(&samples, "registered"), Some(1.0));
    let build = "build_info{agent=\"aws-agent\",agent_id=\"aws-0198\",version=\"0.1.0\"}";
    assert_eq!(sample(&samples, build), Some(1.0));
}

#[test]
fn before_the_first_cycle_there_are_no_costs() {
    let samples = scrape(&fixture::fresh());
    assert_eq!(sample(&samples, "cycles_total"), Some(0.0));
    for series in samples.keys() {
        assert!(
            !series.contains("cost_usd_per_hour") && !series.contains("last_cycle"),
            "{series}"
        );
    }
}

#[test]
fn a_service_that_failed_everywhere_has_no_cost_not_even_zero() {
    let mut view = fixture::view();
    let rds = &mut view.last_cycle.as_mut().unwrap().services[1];
    (rds.figures, rds.failed_scopes) = (None, 2);
    let samples = scrape(&view);
    for family in ["cost_usd_per_hour", "resources", "unpriced_resources"] {
        assert_eq!(sample(&samples, &format!("{family}{{service=\"rds\"}}")), None);
        assert!(sample(&samples, &format!("{family}{{service=\"ec2\"}}")).is_some());
    }
    assert_eq!(sample(&samples, "failed_scopes{service=\"rds\"}"), Some(2.0));
}

#[test]
fn a_sink_that_is_down_says_how_long_its_oldest_document_waits() {
    let mut view = fixture::view();
    view.sinks = vec![fixture::sink_down()];
    view.outbox.dropped = 2;
    let samples = scrape(&view);
    for (series, expected) in [
        ("sink_up", 0.0),
        ("outbox_documents", 1_214.0),
        ("outbox_oldest_age_seconds", 7_200.0),
        ("outbox_delivered_documents_total", 9.0),
        ("outbox_send_retries_total", 5.0),
        ("dead_letters", 3.0),
    ] {
        let series = format!("{series}{{sink=\"openfinops\"}}");
        assert_eq!(sample(&samples, &series), Some(expected), "{series}");
    }
    assert_eq!(sample(&samples, "outbox_dropped_documents_total"), Some(2.0));
}

#[test]
fn the_price_book_ages_from_the_start_of_its_day() {
    let mut view = fixture::view();
    view.price_book = Some(crate::admin::PriceBook {
        newest: jiff::civil::date(2026, 8, 6),
        rows: 1,
        synced: None,
        failures: 0,
        trouble: None,
    });
    // A day, and 14 hours and 3 minutes.
    assert_eq!(sample(&scrape(&view), "price_book_age_seconds"), Some(86_400.0 + 50_580.0));
}

#[test]
fn fetched_prices_age_from_the_table_that_has_waited_longest() {
    let mut view = fixture::view();
    let hours = |hours| view.now - jiff::SignedDuration::from_hours(hours);
    view.price_book = Some(crate::admin::PriceBook {
        newest: jiff::civil::date(2026, 8, 6),
        rows: 2_000,
        synced: Some(crate::admin::SyncedPrices { oldest: hours(30), newest: hours(1), tables: 4 }),
        failures: 3,
        trouble: None,
    });
    let samples = scrape(&view);
    assert_eq!(sample(&samples, "price_book_age_seconds"), Some(30.0 * 3_600.0));
    assert_eq!(sample(&samples, "price_book_rows"), Some(2_000.0));
    assert_eq!(sample(&samples, "price_sync_failures_total"), Some(3.0));
    let last = hours(1).as_second() as f64;
    assert_eq!(sample(&samples, "price_sync_last_success_timestamp_seconds"), Some(last));
}

#[test]
fn tag_values_may_hold_anything() {
    let samples = tagged(vec![
        fixture::value("quote \" back \\ line\nend}", "1"),
        fixture::value("データ", "2"),
        fixture::value("", "3"),
    ]);
    for (value, expected) in [(r#"quote \" back \\ line\nend}"#, 1.0), ("データ", 2.0), ("", 3.0)]
    {
        let series = format!("tag_cost_usd_per_hour{{key=\"team\",value=\"{value}\"}}");
        assert_eq!(sample(&samples, &series), Some(expected), "{series}");
    }
}

#[test]
fn beyond_a_hundred_values_the_cheapest_are_one_sum() {
    let mut values: Vec<_> =
        (0..150).map(|index| fixture::value(&format!("v{index}"), "2")).collect();
    // Dear enough to be among the hundred, and yet in the sum: the name is taken.
    values.push(fixture::value("other", "10"));
    values.push(fixture::value("dearest", "20"));
    let samples = tagged(values);
    let series: Vec<_> =
        samples.iter().filter(|(name, _)| name.contains("tag_cost_usd_per_hour")).collect();
    assert_eq!(series.len(), VALUES);
    let rest = "tag_cost_usd_per_hour{key=\"team\",value=\"other\"}";
    assert_eq!(sample(&samples, rest), Some(52.0 * 2.0 + 10.0));
    let total: f64 = series.iter().map(|(_, cost)| **cost).sum();
    assert!((total - 330.0).abs() < 1e-9, "{total}");
}

fn placed(places: Vec<(Place, CostRate)>) -> Samples {
    let mut view = fixture::view();
    view.last_cycle.as_mut().unwrap().places = places;
    scrape(&view)
}

fn place(account: &str, service: &'static str) -> Place {
    let service = service.into();
    Place { provider: "aws", account: account.into(), region: "eu-west-1".into(), service }
}

#[test]
fn costs_have_their_account_and_region() {
    let samples = placed(vec![(place("1", "ec2"), fixture::rate("2.5"))]);
    let labels = "{account=\"1\",provider=\"aws\",region=\"eu-west-1\",service=\"ec2\"}";
    assert_eq!(sample(&samples, &format!("place_cost_usd_per_hour{labels}")), Some(2.5));
}

#[test]
fn beyond_five_hundred_places_the_cheapest_are_one_sum_for_each_service() {
    let dear = (0..PLACES).map(|index| (place(&index.to_string(), "ec2"), fixture::rate("2")));
    let cheap = ["ec2", "ec2", "rds"].into_iter().enumerate();
    let cheap =
        cheap.map(|(index, service)| (place(&format!("c{index}"), service), fixture::rate("1")));
    let samples = placed(cheap.chain(dear).collect());
    let series: Vec<_> =
        samples.iter().filter(|(name, _)| name.contains("place_cost_usd_per_hour")).collect();
    assert_eq!(series.len(), PLACES + 2);
    for (service, expected) in [("ec2", 2.0), ("rds", 1.0)] {
        let labels = format!(
            "{{account=\"other\",provider=\"aws\",region=\"other\",service=\"{service}\"}}"
        );
        let series = format!("place_cost_usd_per_hour{labels}");
        assert_eq!(sample(&samples, &series), Some(expected), "{series}");
    }
    let total: f64 = series.iter().map(|(_, cost)| **cost).sum();
    assert!((total - (2.0 * PLACES as f64 + 3.0)).abs() < 1e-9, "{total}");
}

#[test]
fn what_has_no_price_has_its_reason() {
    let mut view = fixture::view();
    let reason = "ec2 compute: no list price for x9.large".to_owned();
    view.last_cycle.as_mut().unwrap().unpriced_reasons = vec![(reason.clone(), 7)];
    let series = format!("unpriced_parts{{reason=\"{reason}\"}}");
    assert_eq!(sample(&scrape(&view), &series), Some(7.0));
}

#[test]
fn cycles_in_which_a_service_failed_are_told() {
    let mut view = fixture::view();
    view.last_cycle.as_mut().unwrap().services[1].failing_cycles = 4;
    let samples = scrape(&view);
    assert_eq!(sample(&samples, "failing_cycles{service=\"rds\"}"), Some(4.0));
    assert_eq!(sample(&samples, "failing_cycles{service=\"ec2\"}"), Some(0.0));
}

#[test]
fn an_agent_is_ready_as_long_as_cycles_end_in_time() {
    let mut view = fixture::view();
    assert_eq!(sample(&scrape(&view), "interval_seconds"), Some(300.0));
    assert_eq!(sample(&scrape(&view), "ready"), Some(1.0));
    view.now += jiff::SignedDuration::from_mins(15);
    assert_eq!(sample(&scrape(&view), "ready"), Some(0.0));
}

#[test]
fn documents_that_a_restart_would_lose_are_told() {
    let mut view = fixture::view();
    assert_eq!(sample(&scrape(&view), "outbox_in_memory"), Some(0.0));
    view.outbox.in_memory_because = Some("no space left on device".to_owned());
    assert_eq!(sample(&scrape(&view), "outbox_in_memory"), Some(1.0));
}

#[test]
fn a_leader_that_was_replaced_leaves_the_costs_to_the_new_one() {
    let mut view = fixture::view();
    view.last_cycle.as_mut().unwrap().places = vec![(place("1", "ec2"), fixture::rate("2.5"))];
    let costs = |view: &View| {
        scrape(view).keys().filter(|name| name.contains("_cost_usd_per_hour")).count()
    };
    assert_eq!(costs(&view), 3);
    let lease = || "aws-agent".to_owned();
    view.standing = Standing::Leading { lease: lease(), since: fixture::now() };
    assert_eq!(costs(&view), 3);
    view.standing = Standing::Standby { lease: lease(), leader: "pod-1".to_owned() };
    assert_eq!(costs(&view), 0);
    assert!(sample(&scrape(&view), "last_cycle_timestamp_seconds").is_some());
    view.standing = Standing::Unknown { lease: lease(), trouble: None };
    assert_eq!(costs(&view), 0);
}
