use super::super::{Dear, Group, Note, PriceBook, Registration, fixture};
use super::*;

const SCRIPT: &str = "<script>alert(\"1\")</script>";

fn html(view: &View) -> String {
    let page = page(view).unwrap();
    assert!(page.starts_with("<!doctype html>") && page.trim_end().ends_with("</html>"));
    page
}

fn note(kind: &str, message: &str) -> Note {
    Note {
        scope: "111111111111 us-east-1".to_owned(),
        service: Some("rds".to_owned()),
        kind: kind.to_owned(),
        message: message.to_owned(),
        hint: Some("grant rds:DescribeDBInstances".to_owned()),
    }
}

#[test]
fn a_quiet_agent_shows_its_cost_by_hour_day_and_month() {
    let page = html(&fixture::view());
    // 2.5 + 1.25 an hour; times 24; times 730.
    for expected in ["<strong>Healthy</strong>", ">3.7500<", ">90.00<", ">2,737.50<", ">66.7 %<"] {
        assert!(page.contains(expected), "{expected}");
    }
    assert!(!page.contains("at least"));
}

#[test]
fn before_the_first_cycle_the_page_says_so() {
    let page = html(&fixture::fresh());
    assert!(page.contains("No cycle has finished yet"));
    assert!(page.contains("There is no history yet"));
    assert!(!page.contains("Cost now"), "nothing known must not look like zero");
}

#[test]
fn a_failed_service_has_an_unknown_cost_and_makes_the_total_a_least() {
    let mut view = fixture::view();
    let rds = &mut view.last_cycle.as_mut().unwrap().services[1];
    (rds.figures, rds.failed_scopes) = (None, 2);
    let page = html(&view);
    assert!(page.contains("Cost now, at least"));
    assert!(page.contains("cost unknown <span class=\"tag bad\">failed in 2 scopes</span>"));
    assert!(page.contains("what rds did not say"));
    assert!(!page.contains(">0.0000<"));
}

#[test]
fn where_all_failed_the_cost_is_unknown() {
    let mut view = fixture::view();
    for service in &mut view.last_cycle.as_mut().unwrap().services {
        (service.figures, service.failed_scopes) = (None, 2);
    }
    let page = html(&view);
    assert!(page.contains("<strong>Failing</strong>"));
    assert!(page.contains(">Unknown</p>"));
}

#[test]
fn what_strangers_name_is_text_wherever_it_stands() {
    let mut view = fixture::view();
    let script = || SCRIPT.to_owned();
    view.agent.hostname = script();
    view.registration = Registration::Waiting { since: fixture::now(), reason: script() };
    view.outbox.in_memory_because = Some(script());
    view.sinks = vec![super::super::Sink {
        name: script(),
        address: Some(script()),
        ..fixture::sink_down()
    }];
    view.calls.operations = vec![(script(), 1)];
    view.history = vec![super::super::HistoryPoint {
        at: fixture::now(),
        by_service: vec![(script(), Some(fixture::rate("1")))],
    }];
    let cycle = view.last_cycle.as_mut().unwrap();
    cycle.services.push(fixture::service(SCRIPT, "1"));
    cycle.groups = vec![Group { key: script(), values: vec![fixture::value(SCRIPT, "1")] }];
    cycle.dearest = vec![Dear {
        id: script(),
        name: script(),
        service: script(),
        region: script(),
        rate: fixture::rate("1"),
    }];
    cycle.unpriced_reasons = vec![(script(), 1)];
    cycle.events = vec![Note { hint: Some(script()), ..note(SCRIPT, SCRIPT) }];
    cycle.errors = vec![script()];
    let page = html(&view);
    assert!(!page.contains("<script"));
    assert!(page.matches("&#60;script").count() >= 20);
    assert!(!page.contains("alert(\"1\")"), "quotes would end an attribute");
}

#[test]
fn lists_have_an_end_and_say_what_they_leave_out() {
    let mut view = fixture::view();
    let cycle = view.last_cycle.as_mut().unwrap();
    let values = (0..30).map(|index| fixture::value(&format!("team-{index:02}"), "1")).collect();
    cycle.groups = vec![Group { key: "team".to_owned(), values }];
    cycle.events = (0..60).map(|_| note("metrics_limited", "a message")).collect();
    cycle.events.push(note("service_failed", "the failure"));
    cycle.unpriced_reasons = (0..60).map(|index| (format!("reason {index}"), 1)).collect();
    let page = html(&view);
    assert!(page.contains("team-19") && !page.contains("team-20"));
    assert!(page.contains("10 more values") && page.contains(">10.0000<"));
    assert!(page.contains("the failure"), "failures come before other notes");
    assert_eq!(page.matches("a message").count(), 49);
    assert!(page.contains("11 more in the log"));
    assert!(page.contains("10 more reasons"));
}

#[test]
fn a_sink_that_is_down_says_since_when_and_why() {
    let mut view = fixture::view();
    view.sinks = vec![fixture::sink_down()];
    view.price_book = Some(PriceBook {
        newest: jiff::civil::date(2026, 8, 1),
        rows: 55_137,
        synced: None,
        failures: 0,
        trouble: None,
    });
    let page = html(&view);
    assert!(page.contains("<strong>Degraded</strong>"));
    assert!(page.contains("2026-08-07T12:03:00Z"));
    assert!(page.contains("(2 hours ago): <bdi>refused</bdi>"));
    assert!(page.contains("55,137 prices, the newest of 2026-08-01, 6 days old"));
}

#[test]
fn fetched_prices_say_how_old_they_are_and_what_is_wrong_with_them() {
    let mut view = fixture::view();
    let hours = |hours| view.now - jiff::SignedDuration::from_hours(hours);
    view.price_book = Some(PriceBook {
        newest: jiff::civil::date(2026, 8, 7),
        rows: 2_000,
        synced: Some(crate::admin::SyncedPrices { oldest: hours(3), newest: hours(1), tables: 1 }),
        failures: 1,
        trouble: Some("the last book was <damaged>".to_owned()),
    });
    let page = html(&view);
    assert!(page.contains("2,000 prices in 1 table fetched from the vendor, 3 hours old"));
    assert!(
        page.contains("the last book was &#60;damaged&#62;") || page.contains("&lt;damaged&gt;")
    );
}

#[test]
fn the_page_loads_nothing_and_runs_nothing() {
    let mut view = fixture::view();
    view.sinks = vec![fixture::sink_down()];
    let page = html(&view);
    for forbidden in ["<script", "<link rel=\"style", "src=", "@import", "url(http", "<form"] {
        assert!(!page.contains(forbidden), "{forbidden}");
    }
}
