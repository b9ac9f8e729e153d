//! A thousand cycles need no more memory than two hundred. A test alone, since it looks at the
//! memory of the whole process.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod support;

use std::time::Duration;

use finops_core::delivery::Pacing;

use support::agent::{Running, Synthetic};
use support::sink::Nowhere;
use support::{memory, until};

/// Cycles that are not looked at.
const WARM_UP: u64 = 400;

#[test]
fn a_thousand_cycles_need_no_more_memory_than_two_hundred() {
    // Database work comes from one thread: how many there happen to be, each with an allocator's
    // arena of its own, is not what this is about.
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .max_blocking_threads(1)
        .build()
        .unwrap();
    runtime.block_on(a_thousand_cycles());
}

async fn a_thousand_cycles() {
    let folder = tempfile::tempdir().unwrap();
    let pacing = Pacing { interval: Duration::from_secs(1), rate: 1_000_000 };
    let agent = Synthetic::new(folder.path(), Box::new(Nowhere), pacing);
    agent.order(u64::MAX);
    let running = Running::start(agent, Duration::from_millis(5));
    let after = async |cycles: u64| {
        let over = || async { (running.monitor.record().cycles >= cycles).then_some(()) };
        until("so many cycles", over).await;
        memory::resident()
    };
    // SQLite's caches fill first.
    after(WARM_UP).await;
    let early = after(WARM_UP + 200).await;
    let late = after(WARM_UP + 1_000).await;
    let grown = late.saturating_sub(early);
    eprintln!("{} KiB after 200 cycles, {} KiB after 1,000", early / 1024, late / 1024);
    assert!(grown < 2 * 1024 * 1024, "{grown} bytes more after 1,000 cycles than after 200");
    running.end().await;
}
