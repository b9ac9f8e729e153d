//! One cycle, and what can cut it off.

use std::future::poll_fn;
use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use futures::stream::FuturesUnordered;
use futures::{FutureExt as _, StreamExt as _};

use tracing::{Instrument as _, Span};

use super::plan::{Plan, Shutdown};
use super::report::CycleReport;
use crate::agent::{Agent, AgentError};
use crate::replicas::Turn;
use crate::telemetry;

/// The share of the grace period that a running cycle gets; the rest is for sending.
const COLLECTING_SHARE: f64 = 0.5;

/// The span of one cycle: the root of its trace.
pub(crate) fn span() -> Span {
    tracing::info_span!("cycle")
}

/// How many snapshots are made into documents and stored at once: while one waits for the disk, the
/// next is written, and scopes go on being collected. Each holds its snapshot until it is stored.
const STORED_SIDE_BY_SIDE: usize = 2;

/// Collects every scope and stores it as it comes, for as long as it is this agent's `turn`.
pub(crate) async fn collect<A: Agent + ?Sized>(agent: &A, turn: &Turn, report: &mut CycleReport) {
    let mut snapshots = pin!(agent.collect().fuse());
    let mut storing = FuturesUnordered::new();
    loop {
        let room = storing.len() < STORED_SIDE_BY_SIDE;
        tokio::select! {
            biased;
            Some(stored) = storing.next() => report.errors.extend(Result::err(stored)),
            collected = snapshots.next(), if room => match collected {
                Some(Ok(snapshot)) => {
                    // An agent that was held up may find that another has taken over.
                    if let Err(why) = turn.still() {
                        report.errors.push(AgentError::Unfinished(cut_off(report.scopes, &why)));
                        break;
                    }
                    report.add(&snapshot);
                    storing.push(agent.delivery().store(snapshot));
                }
                Some(Err(error)) => {
                    telemetry::record_error(&error);
                    report.errors.push(error);
                }
                None => break,
            },
        }
    }
    while let Some(stored) = storing.next().await {
        report.errors.extend(stored.err());
    }
    report.elsewhere = agent.replica().elsewhere();
}

fn cut_off(scopes: usize, why: &str) -> String {
    format!("the cycle was cut off after {scopes} scopes: {why}")
}

/// One cycle of many: it ends at its deadline and within the grace period, and a panic ends it
/// alone.
pub(super) async fn bounded<A: Agent + ?Sized>(
    agent: &A,
    plan: &Plan,
    turn: &Turn,
    shutdown: &Shutdown,
) -> CycleReport {
    let mut report = CycleReport::new(agent.group_by());
    let span = span();
    // The report is a sum of whole snapshots, whenever adding stops.
    let collecting =
        AssertUnwindSafe(collect(agent, turn, &mut report)).catch_unwind().instrument(span.clone());
    let cut = tokio::select! {
        biased;
        done = while_it_lasts(turn, collecting) => match done {
            Ok(done) => done.err().map(|_| "it met an internal error".to_owned()),
            Err(why) => Some(why),
        },
        () = tokio::time::sleep(plan.deadline) => Some(late(plan.deadline)),
        why = turn.lost() => Some(why),
        () = stopping(plan, shutdown) => Some("the agent was stopped".to_owned()),
    };
    if let Some(why) = cut {
        let message = cut_off(report.scopes, &why);
        telemetry::fail(&span, "Unfinished", &message);
        report.errors.push(AgentError::Unfinished(message));
    }
    report.finish();
    report
}

/// Goes on with `work` while the right to it is there, which is looked at before each step: who was
/// held up does not take another step first.
async fn while_it_lasts<T>(turn: &Turn, work: impl Future<Output = T>) -> Result<T, String> {
    let mut work = pin!(work);
    poll_fn(|context| match turn.still() {
        Ok(()) => work.as_mut().poll(context).map(Ok),
        Err(why) => Poll::Ready(Err(why)),
    })
    .await
}

fn late(deadline: Duration) -> String {
    let seconds = deadline.as_secs();
    format!("it took longer than {seconds} s; raise cycle_deadline or collect fewer scopes")
}

async fn stopping(plan: &Plan, shutdown: &Shutdown) {
    shutdown.now.cancelled().await;
    tokio::time::sleep(plan.grace.mul_f64(COLLECTING_SHARE)).await;
}
