//! Running for months.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt as _;
use jiff::Timestamp;
use tokio_util::sync::CancellationToken;

use super::cycle;
use super::notify;
use super::plan::{Plan, Shutdown};
use crate::agent::Agent;
use crate::history;
use crate::inventory;
use crate::outbox::Outbox;

/// How often a full outbox of the policy `block` is looked at.
const FULL_WAIT: Duration = Duration::from_secs(1);

/// How long giving up a lease may take: another replica takes over later without it.
const GIVE_UP: Duration = Duration::from_secs(2);

/// Cycle after cycle, with sending and registering beside it.
pub(crate) async fn run<A: Agent + ?Sized>(agent: &A, plan: &Plan, shutdown: &Shutdown) {
    agent.delivery().begin();
    let ending = CancellationToken::new();
    let sending = Box::pin(async {
        let registration = tokio::select! {
            registration = agent.registration() => registration,
            () = ending.cancelled() => return,
        };
        agent.delivery().run(&registration, plan.heartbeat, &ending).await;
    });
    let replaced = CancellationToken::new();
    let cycling = Box::pin(async {
        cycles(agent, plan, shutdown).await;
        ending.cancel();
        if shutdown.now.is_cancelled() {
            let given_up = tokio::time::timeout(GIVE_UP, agent.replica().give_up()).await;
            if given_up.is_err() {
                tracing::debug!("the lease stays until it runs out");
            }
        }
        // Whoever takes over sends what waits.
        if !shutdown.now.is_cancelled() {
            replaced.cancel();
        }
    });
    let upkeep = async {
        if AssertUnwindSafe(agent.upkeep()).catch_unwind().await.is_err() {
            tracing::error!("what goes on beside the cycles broke off; cycles go on without it");
        }
        std::future::pending::<()>().await;
    };
    let replica = agent.replica();
    let standing = async {
        tokio::select! {
            () = replica.keep() => {}
            () = shutdown.now.cancelled() => std::future::pending().await,
        }
    };
    let overdue = async {
        shutdown.now.cancelled().await;
        tokio::time::sleep(plan.grace).await;
    };
    tokio::select! {
        _ = futures::future::join(sending, cycling) => {}
        () = replaced.cancelled() => {}
        () = upkeep => {}
        () = standing => {}
        () = overdue => tracing::warn!("the grace period is over; the rest is in the outbox"),
    }
}

async fn cycles<A: Agent + ?Sized>(agent: &A, plan: &Plan, shutdown: &Shutdown) {
    let mut starts = agent.replica().starts(plan);
    while let Some(turn) = starts.next(shutdown.asked()).await {
        let outbox = agent.delivery().outbox();
        if !room(outbox, shutdown).await {
            break;
        }
        let mut report = cycle::bounded(agent, plan, &turn, shutdown).await;
        agent.delivery().sum_up(&mut report).await;
        report.log(plan.monitor.record().last_cycle.as_deref());
        notify::status(&report);
        plan.monitor.cycle_ended(report);
        tidy(outbox, plan.retention).await;
    }
}

/// Waits while the outbox is full and its policy is to block; `false` where the agent is to end.
async fn room(outbox: &Arc<Outbox>, shutdown: &Shutdown) -> bool {
    let mut told = false;
    loop {
        let asked = Arc::clone(outbox);
        let full = tokio::task::spawn_blocking(move || asked.is_blocking()).await;
        if !full.unwrap_or(false) {
            return true;
        }
        if !told {
            told = true;
            tracing::warn!("the outbox is full: no cycle begins before a sink has made room");
        }
        tokio::select! {
            () = tokio::time::sleep(FULL_WAIT) => {}
            () = shutdown.asked() => return false,
        }
    }
}

/// Forgets old history and gives back disk.
async fn tidy(outbox: &Arc<Outbox>, retention: Duration) {
    let outbox = Arc::clone(outbox);
    let tidied = tokio::task::spawn_blocking(move || {
        let now = Timestamp::now();
        let purged = outbox.change(|it| {
            history::purge(it, retention, now)?;
            inventory::purge(it, retention, now)
        });
        if let Err(error) = purged {
            tracing::debug!(%error, "old history stays");
        }
        outbox.tidy();
    });
    // What could not be tidied is tidied after the next cycle.
    let _ = tidied.await;
}
