//! One run of a collector, and what came of it.

use std::panic::AssertUnwindSafe;
use std::time::{Duration, Instant};

use futures::FutureExt as _;
use jiff::Timestamp;
use serde_json::{Map, Value};
use tracing::{Instrument as _, Span};

use finops_core::model::{Reading, ServiceFailure};
use finops_core::telemetry;

use crate::collectors::{CollectError, Collected, Collector};

/// One run of a collector, and what came of it.
#[derive(Debug, Clone)]
pub(crate) struct Measurement {
    pub(crate) collector: String,
    pub(crate) outcome: Result<Collected, CollectError>,
    pub(crate) collected_at: Timestamp,
    pub(crate) duration: Duration,
}

impl Measurement {
    /// Runs `collector` once, as a part of a cycle.
    pub(crate) async fn take(collector: &dyn Collector) -> Self {
        let span = tracing::info_span!("service", service.name = collector.name());
        Self::take_within(collector, span).await
    }

    /// Runs `collector` once, on a beat of its own: that is no part of a cycle's trace, and a trace
    /// for each of a hundred runs a second would be of no use to anyone.
    pub(crate) async fn take_apart(collector: &dyn Collector) -> Self {
        Self::take_within(collector, Span::none()).await
    }

    /// A panic in a collector is its failure alone.
    async fn take_within(collector: &dyn Collector, span: Span) -> Self {
        let begin = Instant::now();
        let collecting = AssertUnwindSafe(async { collector.collect().await }).catch_unwind();
        let outcome = match collecting.instrument(span.clone()).await {
            Ok(outcome) => outcome,
            Err(_) => Err(CollectError::new("the collector met an internal error (a panic)")
                .hint("the log has more; if the collector is the agent's own, please report it")),
        };
        if let Err(error) = &outcome {
            telemetry::fail(&span, "ServiceFailed", &error.error);
        }
        Self {
            collector: collector.name().to_owned(),
            outcome,
            collected_at: Timestamp::now(),
            duration: begin.elapsed(),
        }
    }

    /// A run that came to nothing.
    pub(crate) fn failed(collector: &str, error: CollectError, duration: Duration) -> Self {
        let collected_at = Timestamp::now();
        Self { collector: collector.to_owned(), outcome: Err(error), collected_at, duration }
    }

    /// Why it failed, where it did.
    pub(crate) fn failure(&self) -> Option<ServiceFailure> {
        let error = self.outcome.as_ref().err()?;
        Some(ServiceFailure { error: error.error.clone(), hint: error.hint.clone() })
    }

    /// What was measured, for documents.
    pub(crate) fn reading(&self, more: Map<String, Value>) -> Reading {
        let (outcome, mut details, lines) = match &self.outcome {
            Ok(found) => (Ok(found.data.clone()), found.details.clone(), found.lines.clone()),
            Err(error) => {
                let failure =
                    ServiceFailure { error: error.error.clone(), hint: error.hint.clone() };
                (Err(failure), error.details.clone(), Vec::new())
            }
        };
        details.extend(more);
        Reading {
            collector: self.collector.clone().into(),
            outcome,
            details,
            collected_at: self.collected_at,
            duration: self.duration,
            lines,
        }
    }
}
