//! The real OpenFinOps server is away for five hundred cycles. A test alone, since it looks at the
//! memory of the whole process.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod arrivals;
mod line;
#[path = "../../../lab/server.rs"]
mod server;
#[path = "../support/mod.rs"]
mod support;

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use finops_core::agent::Agent as _;
use finops_core::delivery::{Pacing, SinkStatus};
use finops_core::sinks::OpenFinOps;

use arrivals::Arrivals;
use line::Line;
use server::Server;
use support::agent::{ID, REGIONS, Running, Synthetic};
use support::{memory, until};

/// Cycles before, during and after the outage.
const BEFORE: u64 = 10;
const DURING: u64 = 500;
const AFTER: u64 = 10;
/// A sink that is down is tried about once in it.
const PATIENCE: Duration = Duration::from_secs(1);
/// Documents a second, after a burst of a hundred.
const RATE: u32 = 120;
const BURST: f64 = 100.0;

async fn status(running: &Running) -> SinkStatus {
    running.agent.delivery().status().await.remove(0)
}

/// Waits until so many documents were delivered since the process started.
async fn delivered(running: &Running, documents: u64) {
    let all = || async { (status(running).await.delivered >= documents).then_some(()) };
    until("everything is delivered", all).await;
}

/// Documents of so many cycles.
const fn documents(cycles: u64) -> u64 {
    cycles * REGIONS.len() as u64
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_was_away_for_five_hundred_cycles_gets_every_document() {
    let folder = tempfile::tempdir().unwrap();
    let first = Server::start();
    let line = Line::to(first.address()).await;
    let sink = OpenFinOps::new("server", line.url(), None).unwrap();
    let pacing = Pacing { interval: PATIENCE, rate: RATE };
    let agent = Synthetic::new(folder.path(), Box::new(sink), pacing);
    let running = Running::start(agent, Duration::from_millis(10));
    running.agent.order(BEFORE);
    delivered(&running, documents(BEFORE)).await;
    assert!(running.agent.delivery().is_registered());

    // The server goes, with all that it knew.
    line.cut();
    drop(first);
    memory::reset_peak();
    let (resident, cycles) = (memory::resident(), running.monitor.record().cycles);
    let gone = Instant::now();
    running.agent.order(DURING);
    let all_wait = || async {
        let waiting = status(&running).await.depth.documents;
        (waiting >= documents(DURING)).then_some(waiting)
    };
    assert_eq!(until("all cycles are collected", all_wait).await, documents(DURING));
    assert!(running.monitor.record().cycles - cycles >= DURING - 1, "collecting stopped");
    assert!(status(&running).await.trouble.is_some());
    // A document and a registration at each try, one try in no less than three quarters of an
    // interval, and a few more at the beginning, while the connection could be a passing matter.
    let allowed = 10.0 + 2.0 * gone.elapsed().as_secs_f64() / (0.75 * PATIENCE.as_secs_f64());
    let attempts = line.refused();
    assert!(f64::from(attempts) <= allowed, "{attempts} attempts where {allowed:.0} would do");
    eprintln!("{attempts} attempts in an outage of {:.1} s", gone.elapsed().as_secs_f64());

    // Another comes in its place, which knows nothing of the agent.
    let second = Server::start();
    let expected = documents(DURING + AFTER);
    let arrivals = Arrivals::await_at(&second, expected);
    let before = status(&running).await.delivered;
    let (back, mut sent) = (Instant::now(), 0);
    line.connect(second.address());
    running.agent.order(AFTER);
    while sent < expected {
        assert!(back.elapsed() < Duration::from_secs(300), "only {sent} documents went out");
        sent = status(&running).await.delivered - before;
        // The time is taken after the count: the bound is one from above.
        let allowed = BURST + f64::from(RATE) * back.elapsed().as_secs_f64();
        assert!(sent as f64 <= allowed, "{sent} documents where {allowed:.0} may have gone");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let took = back.elapsed().as_secs_f64();
    let grown = memory::peak().saturating_sub(resident);
    eprintln!("{sent} documents in {took:.1} s, {} KiB more at the peak", grown / 1024);
    assert!(grown < 10 * 1024 * 1024, "{grown} bytes more than when the outage began");

    // Each document once, and those of a region in the order of collection.
    let mut cycles_of: BTreeMap<String, Vec<u64>> = BTreeMap::new();
    for (region, cycle) in arrivals.read() {
        cycles_of.entry(region).or_default().push(cycle);
    }
    let all: Vec<u64> = (BEFORE + 1..=BEFORE + DURING + AFTER).collect();
    assert_eq!(cycles_of.keys().map(String::as_str).collect::<Vec<_>>(), REGIONS);
    for (region, cycles) in cycles_of {
        assert_eq!(cycles, all, "{region}");
    }
    let agents = second.get("/api/v1/agents").await;
    assert_eq!(agents["agents"][0]["agent_id"], ID, "{agents}");
    assert_eq!(agents["agents"][0]["status"], "healthy", "{agents}");
    assert!(status(&running).await.trouble.is_none());
    running.end().await;
}
