//! Whole answers, cut answers and no answers.

use crate::support::http::Reply;
use crate::support::openfinops::refusal;
use crate::support::slow::raw;
use crate::{hasty, meet, once};

#[test]
fn a_document_that_is_refused_for_good_becomes_a_dead_letter() {
    for status in [400, 404, 422] {
        let met = meet(move |_| Some(refusal(status, "metrics must be an object")));
        met.assert_refused(&[&format!("status {status}"), "metrics must be an object"]);
    }
}

#[test]
fn any_answer_of_success_means_that_it_was_taken() {
    for status in [200, 201, 202, 204] {
        meet(move |_| Some(Reply::of(status, "text/plain", ""))).assert_delivered();
    }
}

#[test]
fn a_server_that_is_overloaded_gets_it_later() {
    for status in [502, 503, 504] {
        let met = meet(move |_| Some(refusal(status, "overloaded")));
        met.assert_kept(&[&format!("it answered {status}: "), "overloaded"]);
        assert!((2..=8).contains(&met.sent()), "{}", met.sent());
    }
}

#[test]
fn a_redirect_is_not_followed_and_said() {
    for status in [301, 302, 308] {
        let met = meet(move |_| {
            Some(Reply::of(status, "text/plain", "").with("location", "http://127.0.0.1:9/"))
        });
        met.assert_kept(&[&format!("it answered {status}, a redirect"), "give its own address"]);
    }
}

#[test]
fn a_status_that_nobody_knows_is_not_final() {
    meet(|_| Some(raw(b"HTTP/1.1 799 What\r\ncontent-length: 0\r\n\r\n")))
        .assert_kept(&["it answered 799"]);
}

#[test]
fn an_answer_whose_body_is_cut_counts_by_its_status() {
    let cut = |status| match refusal(status, "metrics must be an object") {
        Reply::Whole(answer) => Reply::Truncated(answer),
        other => other,
    };
    meet(move |_| Some(cut(200))).assert_delivered();
    meet(move |_| Some(cut(422))).assert_refused(&["status 422"]);
    meet(move |_| Some(cut(503))).assert_kept(&["it answered 503"]);
}

#[test]
fn an_answer_that_is_none_is_not_taken_for_one() {
    for bytes in [
        &b"HTTP/1.1 200 OK\r\ncontent-ty"[..],
        b"HTTP/1.1 2",
        b"\x15\x03\x01\x00\x02\x02\x46",
        b"SSH-2.0-OpenSSH_9.6\r\n",
        b"HTTP/1.1 0200 OK\r\n\r\n",
        b"",
    ] {
        let met = meet(move |_| Some(raw(bytes)));
        met.assert_kept(&["cannot be reached"]);
        assert!((2..=8).contains(&met.sent()), "{} for {bytes:?}", met.sent());
    }
}

#[test]
fn a_server_that_speaks_garbage_to_everything_is_one_sentence() {
    let (agent, _aws) = hasty();
    let server = crate::support::openfinops::OpenFinOps::scripted(|_, _| {
        Some(raw(b"220 mail.example ESMTP\r\n"))
    });
    let words = [&server.url(), "1 document is kept"].map(str::to_owned);
    once(&agent, &server.url()).assert_one_sentence(4, &words.each_ref().map(String::as_str));
    assert_eq!(agent.waiting().len(), 1);
}
