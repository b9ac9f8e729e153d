//! A server that is away for a while.

use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use serde_json::Value;

use crate::healthy;
use crate::support::http::Reply;
use crate::support::openfinops::{INGEST, OpenFinOps};
use crate::support::running::wait_until;

#[test]
fn a_server_that_is_away_is_left_alone_and_gets_everything_in_order_when_it_is_back() {
    let (up, tried) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
    let (is_up, trying) = (Arc::clone(&up), Arc::clone(&tried));
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let server = OpenFinOps::listen(listener, move |_, _| {
        trying.fetch_add(1, Ordering::Relaxed);
        (!is_up.load(Ordering::Relaxed)).then_some(Reply::Reset)
    });
    let (agent, _aws) = healthy();
    let running = agent.serve(&server.url(), &[]);
    running.wait_for_cycles(2);
    // Two cycles take an interval: a registration, a probe or two, and what was on the way.
    let while_down = tried.load(Ordering::Relaxed);
    assert!((1..=10).contains(&while_down), "{while_down} tries");
    assert_eq!(running.logged("the sink does not work"), 1, "told once");
    let stored: Vec<Value> = agent
        .waiting()
        .iter()
        .map(|id| serde_json::from_str(&agent.document(id)).unwrap())
        .collect();
    assert!(stored.len() >= 2, "collecting went on");

    up.store(true, Ordering::Relaxed);
    running.wait_for_log("the sink works again");
    wait_until("nothing waits", || agent.waiting().is_empty());
    let ran = running.terminate();
    assert!(!ran.stderr.contains("cut off"), "{ran:?}");
    // Those that were tried in vain come again; each one's last try is the one that was taken.
    let sent = server.requests(INGEST);
    let taken = sent.iter().enumerate().filter(|(index, request)| {
        !sent[index + 1..].iter().any(|later| later.body == request.body)
    });
    let taken: Vec<Value> =
        taken.map(|(_, request)| serde_json::from_slice(&request.body).unwrap()).collect();
    assert_eq!(taken[..stored.len()], stored[..], "all of them, the oldest first");
}
