//! Questions become requests.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use jiff::Timestamp;

use finops_core::daily::DailyFigures;
use finops_core::model::{Event, ServiceFailure};

use super::{Answer, Question};
use crate::arm::{Azure, Meter};

/// How many requests to Azure Monitor the cycle still may make. Scopes share it.
#[derive(Debug)]
pub(crate) struct MetricBudget(#[allow(dead_code)] AtomicU64);

impl MetricBudget {
    /// A ceiling for one cycle.
    pub(crate) fn new(requests: u64) -> Self {
        Self(AtomicU64::new(requests))
    }
}

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
    _azure: &Azure,
    _meter: &Meter,
    _daily: &DailyFigures,
    _budget: &Arc<MetricBudget>,
    _subscription: &str,
    _now: Timestamp,
    _questions: &[Question],
) -> Asked {
    Asked { answers: Vec::new(), failure: None, events: Vec::new() }
}
