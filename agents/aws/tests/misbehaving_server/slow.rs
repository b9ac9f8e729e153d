//! Servers that take their time, or everybody else's memory.

use std::time::Duration;

use crate::meet;
use crate::support::http::Reply;
use crate::support::slow::{dripping_body, dripping_head, endless_head, flood, only_interim};

#[test]
fn a_server_that_never_answers_costs_two_timeouts_at_most() {
    let met = meet(|_| Some(Reply::Hang));
    met.assert_kept(&["no answer in time", "check its address and that it runs"]);
    assert!(met.sent() <= 4, "{}", met.sent());
}

#[test]
fn a_head_that_drips_is_no_answer() {
    meet(|_| Some(dripping_head())).assert_kept(&["no answer in time"]);
}

#[test]
fn interim_answers_for_ever_are_no_answer() {
    meet(|_| Some(only_interim())).assert_kept(&["no answer in time"]);
}

#[test]
fn a_head_without_an_end_is_not_read_to_its_end() {
    meet(|_| Some(endless_head())).assert_kept(&["cannot be reached"]);
}

#[test]
fn a_body_that_drips_for_ever_is_not_waited_for() {
    let met = meet(|_| Some(dripping_body(200)));
    met.assert_delivered();
    assert_eq!(met.sent(), 1);
    assert!(met.ran.took < Duration::from_secs(10), "{:?}", met.ran);
    meet(|_| Some(dripping_body(400))).assert_refused(&["status 400"]);
    meet(|_| Some(dripping_body(503))).assert_kept(&["it answered 503"]);
}

#[test]
fn a_body_of_a_hundred_megabytes_is_not_read() {
    let met = meet(|_| Some(flood(200, 100)));
    met.assert_delivered();
    assert_eq!(met.sent(), 1);
    meet(|_| Some(flood(400, 100))).assert_refused(&["status 400"]);
}
