//! Servers that say when to come back.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use crate::meet;
use crate::support::http::Reply;
use crate::support::openfinops::{INGEST, refusal};

/// A refusal for now, with this header.
fn later(when: &str) -> Reply {
    refusal(429, "slower").with("retry-after", when)
}

/// A date of HTTP, so many seconds from now.
fn date(seconds: i64) -> String {
    let at = Timestamp::now() + SignedDuration::from_secs(seconds);
    at.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

/// How long the agent left the server alone before its second try.
fn waited(met: &crate::Met) -> Duration {
    let sent = met.server.requests(INGEST);
    assert_eq!(sent.len(), 2);
    sent[1].at - sent[0].at
}

#[test]
fn seconds_are_waited_for() {
    let met = meet(|before| (before == 0).then(|| later("2")));
    met.assert_delivered();
    assert!(waited(&met) >= Duration::from_secs(2), "{:?}", waited(&met));
}

#[test]
fn a_date_is_waited_for() {
    // A date has whole seconds: of three, more than two are left.
    let met = meet(|before| (before == 0).then(|| later(&date(3))));
    met.assert_delivered();
    assert!(waited(&met) >= Duration::from_millis(1_900), "{:?}", waited(&met));
}

#[test]
fn a_date_that_has_passed_asks_for_no_wait() {
    meet(|before| (before == 0).then(|| later(&date(-3_600)))).assert_delivered();
}

#[test]
fn a_time_that_is_far_away_is_left_to_the_next_run() {
    for when in [date(3_600), "3600".to_owned(), u64::MAX.to_string()] {
        let met = meet(move |_| Some(later(&when)));
        met.assert_kept(&["it answered 429: ", "slower"]);
        assert_eq!(met.sent(), 1, "it asked to be left alone");
    }
}

#[test]
fn a_time_that_is_none_is_not_waited_for() {
    for when in ["soon", "-5", "99999999999999999999999", ""] {
        meet(move |before| (before == 0).then(|| later(when))).assert_delivered();
    }
}
