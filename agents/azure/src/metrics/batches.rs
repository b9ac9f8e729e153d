//! Questions become batches: those of one query in one region, fifty resources at a time.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures::future::BoxFuture;
use futures::{FutureExt as _, StreamExt as _, stream};
use jiff::Timestamp;

use finops_core::model::{Event, ServiceFailure};

use super::budget::{Allowance, MONITOR};
use super::request::{Asker, RESOURCES_PER_BATCH};
use super::span::Span;
use super::{Answer, Query, Question};
use crate::arm::{ArmError, Trouble, is_region};

/// How many batches of one scope are on their way at once.
const SIDE_BY_SIDE: usize = 4;

/// A resource, and the questions about it that one answer settles.
#[derive(Debug, Clone)]
pub(super) struct Target<'a> {
    pub(super) query: &'static Query,
    pub(super) id: &'a str,
    /// Their indices.
    pub(super) questions: Vec<usize>,
}

/// One request's worth of targets.
#[derive(Debug)]
struct Chunk<'a> {
    query: &'static Query,
    region: &'a str,
    targets: Vec<Target<'a>>,
}

/// What came of the batches.
#[derive(Debug, Default)]
pub(super) struct Round<'a> {
    /// Answers, by the indices of the questions.
    pub(super) answers: Vec<(Vec<usize>, Answer)>,
    /// What is to be asked one by one, in order.
    pub(super) singles: Vec<Target<'a>>,
}

/// What is known of the batch API of one region.
#[derive(Debug, Clone)]
enum Verdict {
    /// It cannot be used; single requests may do.
    OneByOne(Arc<ServiceFailure>),
    /// It does not answer, and would not the next time.
    Failed(Arc<ServiceFailure>),
}

/// The batch API, as far as it is known in this cycle.
pub(super) struct Batches<'a> {
    pub(super) asker: Asker<'a>,
    pub(super) budget: &'a Allowance<'a>,
    pub(super) now: Timestamp,
    /// By region; of all regions under the empty name.
    verdicts: Mutex<BTreeMap<String, Verdict>>,
}

impl<'a> Batches<'a> {
    pub(super) fn new(asker: Asker<'a>, budget: &'a Allowance<'a>, now: Timestamp) -> Self {
        Self { asker, budget, now, verdicts: Mutex::default() }
    }

    /// Asks the questions of these indices.
    pub(super) async fn ask<'q>(&self, questions: &'q [Question], indices: &[usize]) -> Round<'q> {
        let calls: Vec<BoxFuture<'_, Round<'q>>> =
            chunks(questions, indices).into_iter().map(|chunk| self.one(chunk).boxed()).collect();
        let mut rounds = stream::iter(calls).buffered(SIDE_BY_SIDE);
        let mut all = Round::default();
        while let Some(round) = rounds.next().await {
            all.answers.extend(round.answers);
            all.singles.extend(round.singles);
        }
        all
    }

    async fn one<'q>(&self, chunk: Chunk<'q>) -> Round<'q> {
        if !is_region(chunk.region) || chunk.region.eq_ignore_ascii_case("unknown") {
            return Round { singles: chunk.targets, ..Round::default() };
        }
        match self.verdict(chunk.region) {
            Some(Verdict::OneByOne(_)) => {
                return Round { singles: chunk.targets, ..Round::default() };
            }
            Some(Verdict::Failed(failure)) => return chunk.failed(&failure),
            None => {}
        }
        // What is not asked stays without an answer: over the ceiling.
        if !self.budget.take() {
            return Round::default();
        }
        let span = Span::of(chunk.query.window, self.now);
        let ids: Vec<&str> = chunk.targets.iter().map(|target| target.id).collect();
        let document = match self.asker.batch(chunk.query, span, chunk.region, &ids).await {
            Ok(document) => document,
            Err(error) => return self.failed(chunk, error),
        };
        let mut round = Round::default();
        for target in chunk.targets {
            match document.values.iter().find(|found| found.is_about(target.id)) {
                Some(found) => {
                    let answer = match found.figures(target.query, span) {
                        Ok(figures) => Answer::Figures(figures),
                        Err(failure) => Answer::Failed(Arc::new(failure)),
                    };
                    round.answers.push((target.questions, answer));
                }
                // No answer is not the same as no value.
                None => round.singles.push(target),
            }
        }
        round
    }

    fn failed<'q>(&self, chunk: Chunk<'q>, error: ArmError) -> Round<'q> {
        let failure = Arc::new(error.failure);
        let gone = failure.error.starts_with("Resource");
        let (place, verdict) = match error.trouble {
            // The right is needed on the subscription, so it is missing in all regions.
            Trouble::Denied | Trouble::Unauthenticated => {
                ("", Verdict::OneByOne(Arc::clone(&failure)))
            }
            Trouble::Unreachable => (chunk.region, Verdict::OneByOne(Arc::clone(&failure))),
            Trouble::NotFound if !gone => (chunk.region, Verdict::OneByOne(Arc::clone(&failure))),
            Trouble::Throttled | Trouble::TimedOut | Trouble::BadReply => {
                (chunk.region, Verdict::Failed(Arc::clone(&failure)))
            }
            // One resource without such a metric, or gone, fails the others with it.
            Trouble::NotFound | Trouble::Refused => {
                return Round { singles: chunk.targets, ..Round::default() };
            }
        };
        let one_by_one = matches!(verdict, Verdict::OneByOne(_));
        self.lock().entry(place.to_owned()).or_insert(verdict);
        if one_by_one {
            return Round { singles: chunk.targets, ..Round::default() };
        }
        chunk.failed(&failure)
    }

    fn verdict(&self, region: &str) -> Option<Verdict> {
        let verdicts = self.lock();
        verdicts.get("").or_else(|| verdicts.get(region)).cloned()
    }

    /// That resources are asked about one by one, and what to do about it.
    pub(super) fn event(&self) -> Option<Event> {
        let verdicts = self.lock();
        let mut closed = verdicts.iter().filter_map(|(region, verdict)| match verdict {
            Verdict::OneByOne(failure) => Some((region, failure)),
            Verdict::Failed(_) => None,
        });
        let (region, failure) = closed.next()?;
        let place = match (region.as_str(), closed.count()) {
            ("", _) => "in this subscription".to_owned(),
            (region, 0) => format!("in {region}"),
            (region, more) => format!("in {region} and {more} more"),
        };
        let message = format!(
            "the metrics batch API cannot be used {place}, so resources are asked about one by \
             one: {}",
            failure.error
        );
        let mut event = Event::now("metrics_one_by_one", Some(MONITOR), message);
        event.hint.clone_from(&failure.hint);
        Some(event)
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Verdict>> {
        // Each change is one step, so a poisoned lock is as good.
        self.verdicts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<'q> Chunk<'q> {
    /// Every question failed for one reason.
    fn failed(self, failure: &Arc<ServiceFailure>) -> Round<'q> {
        let failed = |target: Target<'q>| (target.questions, Answer::Failed(Arc::clone(failure)));
        Round { answers: self.targets.into_iter().map(failed).collect(), singles: Vec::new() }
    }
}

fn chunks<'q>(questions: &'q [Question], indices: &[usize]) -> Vec<Chunk<'q>> {
    let mut groups: BTreeMap<(&str, &str), Vec<Target<'q>>> = BTreeMap::new();
    let mut known: HashMap<(&str, String), (&str, usize)> = HashMap::new();
    for &index in indices {
        let question = &questions[index];
        let query = question.query;
        let target = (query.name, question.target.to_lowercase());
        // A resource is asked about once, whatever its questions say of its region.
        if let Some(&(region, position)) = known.get(&target) {
            if let Some(group) = groups.get_mut(&(query.name, region)) {
                group[position].questions.push(index);
            }
            continue;
        }
        let group = groups.entry((query.name, &*question.region)).or_default();
        known.insert(target, (&*question.region, group.len()));
        group.push(Target { query, id: &question.target, questions: vec![index] });
    }
    let mut chunks = Vec::new();
    for ((_, region), targets) in groups {
        let mut targets = targets.into_iter().peekable();
        while let Some(first) = targets.peek() {
            let query = first.query;
            let some = targets.by_ref().take(RESOURCES_PER_BATCH).collect();
            chunks.push(Chunk { query, region, targets: some });
        }
    }
    chunks
}
