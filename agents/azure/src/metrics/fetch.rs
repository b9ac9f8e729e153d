//! Questions become requests: the kept figures first, then the most important, in batches, and one
//! by one where there is no other way.

use std::sync::Arc;

use jiff::Timestamp;

use finops_core::daily::DailyFigures;
use finops_core::model::{Event, ServiceFailure};

use super::batches::Batches;
use super::budget::{MetricBudget, limited};
use super::kept::Kept;
use super::request::Asker;
use super::singles::Singles;
use super::{Answer, Importance, Question};
use crate::arm::{Azure, Meter};

/// What came of asking: an answer for each question, in order; the first failure, which is told of
/// as the service `monitor`; and what an operator should know of.
pub(crate) struct Asked {
    /// An answer for each question.
    pub answers: Vec<Answer>,
    /// The first failure.
    pub failure: Option<ServiceFailure>,
    /// The ceiling was reached, or the batch API was denied.
    pub events: Vec<Event>,
}

/// Asks Azure Monitor. `subscription` is whose resources they are.
pub(crate) async fn fetch(
    azure: &Azure,
    meter: &Meter,
    daily: &DailyFigures,
    budget: &Arc<MetricBudget>,
    subscription: &str,
    now: Timestamp,
    questions: &[Question],
) -> Asked {
    let mut kept = Kept::on(daily, subscription, now);
    let mut answers: Vec<Option<Answer>> =
        questions.iter().map(|question| kept.answer(question)).collect();
    let asker = Asker { azure, meter, subscription };
    let allowance = budget.allowance();
    let batches = Batches::new(asker, &allowance, now);
    let singles = Singles::new(asker, &allowance, now);
    // One importance after the other, also where one takes many requests: the ceiling leaves out
    // the least important.
    for importance in [Importance::Cost, Importance::Activity, Importance::Machine] {
        if importance != Importance::Cost {
            allowance.keep_to_share();
        }
        let open: Vec<usize> = (0..questions.len())
            .filter(|&index| answers[index].is_none())
            .filter(|&index| questions[index].query.importance == importance)
            .collect();
        let round = batches.ask(questions, &open).await;
        let mut answered = round.answers;
        answered.extend(singles.ask(round.singles).await);
        for (indices, answer) in answered {
            for index in indices {
                answers[index] = Some(answer.clone());
            }
        }
    }
    let answers: Vec<Answer> =
        answers.into_iter().map(|answer| answer.unwrap_or(Answer::OverCeiling)).collect();
    kept.keep(questions, &answers);
    let failure = answers.iter().find_map(|answer| match answer {
        Answer::Failed(failure) => Some((**failure).clone()),
        _ => None,
    });
    let events = limited(questions, &answers).into_iter().chain(batches.event()).collect();
    Asked { answers, failure, events }
}
