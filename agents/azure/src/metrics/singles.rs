//! Resources asked about one by one, where the batch API cannot be used.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures::future::BoxFuture;
use futures::{FutureExt as _, StreamExt as _, stream};
use jiff::Timestamp;

use super::Answer;
use super::batches::Target;
use super::brake::Brake;
use super::budget::Allowance;
use super::request::Asker;
use super::span::Span;
use crate::arm::{ArmError, Trouble};

/// How many single requests of one scope are on their way at once.
const SIDE_BY_SIDE: usize = 8;

/// Single requests, and when to stop them.
pub(super) struct Singles<'a> {
    asker: Asker<'a>,
    budget: &'a Allowance<'a>,
    now: Timestamp,
    brakes: Mutex<Brakes>,
}

#[derive(Debug, Default)]
struct Brakes {
    /// Of all requests of the scope: no right, no connection.
    scope: Brake,
    /// Of one query's: Azure Monitor knows no such metric.
    queries: HashMap<&'static str, Brake>,
}

impl<'a> Singles<'a> {
    pub(super) fn new(asker: Asker<'a>, budget: &'a Allowance<'a>, now: Timestamp) -> Self {
        Self { asker, budget, now, brakes: Mutex::default() }
    }

    /// Asks about each target; what is over the ceiling gets no answer.
    pub(super) async fn ask(&self, targets: Vec<Target<'_>>) -> Vec<(Vec<usize>, Answer)> {
        let calls: Vec<BoxFuture<'_, _>> =
            targets.into_iter().map(|target| self.one(target).boxed()).collect();
        stream::iter(calls).buffered(SIDE_BY_SIDE).filter_map(std::future::ready).collect().await
    }

    async fn one(&self, target: Target<'_>) -> Option<(Vec<usize>, Answer)> {
        let name = target.query.name;
        let stopped = {
            let mut brakes = self.lock();
            let of_scope = brakes.scope.reason();
            of_scope.or_else(|| brakes.queries.entry(name).or_default().reason())
        };
        if let Some(reason) = stopped {
            return Some((target.questions, Answer::Failed(reason)));
        }
        if !self.budget.take() {
            return None;
        }
        let span = Span::of(target.query.window, self.now);
        let answer = match self.asker.one(target.query, span, target.id).await {
            Ok(document) => {
                let mut brakes = self.lock();
                brakes.scope.success();
                brakes.queries.entry(name).or_default().success();
                match document.figures(target.query, span) {
                    Ok(figures) => Answer::Figures(figures),
                    Err(failure) => Answer::Failed(Arc::new(failure)),
                }
            }
            Err(error) => self.failed(name, error),
        };
        Some((target.questions, answer))
    }

    fn failed(&self, name: &'static str, error: ArmError) -> Answer {
        let failure = Arc::new(error.failure);
        let mut brakes = self.lock();
        match error.trouble {
            Trouble::Denied => brakes.scope.failure(&failure, false),
            Trouble::Unauthenticated
            | Trouble::Unreachable
            | Trouble::Throttled
            | Trouble::TimedOut => brakes.scope.failure(&failure, true),
            Trouble::Refused => brakes.queries.entry(name).or_default().failure(&failure, false),
            // A resource that is gone, or one odd answer, says nothing of the others.
            Trouble::NotFound | Trouble::BadReply => {}
        }
        Answer::Failed(failure)
    }

    fn lock(&self) -> MutexGuard<'_, Brakes> {
        // Each change is one step, so a poisoned lock is as good.
        self.brakes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
