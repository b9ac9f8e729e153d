//! How often functions ran and how long, for Prometheus.

use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};

use prometheus::core::Collector as _;
use prometheus::proto::MetricFamily;
use prometheus::{
    Histogram, HistogramOpts, HistogramVec, IntCounter, IntCounterVec, Opts, Registry,
};
use tracing::callsite::Identifier;

use super::described::Described;
use super::render::severity;
use super::state::State;

/// The bounds of `function_duration_seconds`: from a millisecond to five minutes.
const BUCKETS: [f64; 15] =
    [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 30.0, 100.0, 300.0];

/// Counts of recorded spans. Of a trace that is sampled out nothing is counted.
pub struct Metrics {
    calls: IntCounterVec,
    durations: HistogramVec,
    dropped: IntCounterVec,
    known: RwLock<HashMap<Key, (IntCounter, Histogram)>>,
}

/// A place in the code, whether the span failed, and whether the identity is known.
#[derive(PartialEq, Eq, Hash)]
struct Key(Identifier, bool, bool);

/// Why events did not get where they should.
#[derive(Debug, Clone, Copy)]
pub(super) enum Reason {
    /// The queue was full, or telemetry had been shut down.
    QueueFull,
    /// The file could not be written.
    File,
    /// The receiver did not take them.
    Receiver,
    /// The OpenTelemetry collector did not take them.
    Otlp,
}

impl Metrics {
    pub(super) fn new() -> Result<Self, prometheus::Error> {
        let calls = Opts::new(
            "function_calls_total",
            "Recorded calls of functions that ended. Sampled-out traces are not counted.",
        );
        let labels = ["function_name", "service", "environment", "severity", "cloud_provider"];
        let durations = HistogramOpts::new(
            "function_duration_seconds",
            "How long recorded calls of functions took.",
        );
        let dropped = Opts::new(
            "telemetry_events_dropped_total",
            "Events, or spans on their way to OpenTelemetry, that were given up.",
        );
        let dropped = IntCounterVec::new(dropped, &["reason"])?;
        for reason in Reason::ALL {
            // Nothing given up is zero, and not unknown.
            dropped.with_label_values(&[reason.label()]);
        }
        Ok(Self {
            calls: IntCounterVec::new(calls, &labels)?,
            durations: HistogramVec::new(
                durations.buckets(BUCKETS.to_vec()),
                &["function_name", "service"],
            )?,
            dropped,
            known: RwLock::default(),
        })
    }

    /// Adds the metrics to a registry: `function_calls_total`, `function_duration_seconds` and
    /// `telemetry_events_dropped_total`.
    ///
    /// # Errors
    /// The registry has metrics of these names.
    pub fn register(&self, registry: &Registry) -> Result<(), prometheus::Error> {
        registry.register(Box::new(self.calls.clone()))?;
        registry.register(Box::new(self.durations.clone()))?;
        registry.register(Box::new(self.dropped.clone()))
    }

    /// What there is to show at this moment, as Prometheus' text format groups it.
    #[must_use]
    pub fn families(&self) -> Vec<MetricFamily> {
        let all = [self.calls.collect(), self.durations.collect(), self.dropped.collect()];
        // Of a function that was never called there is nothing to show.
        all.into_iter().flatten().filter(|family| !family.get_metric().is_empty()).collect()
    }

    /// Events that were given up so far, for any reason.
    #[must_use]
    pub fn dropped(&self) -> u64 {
        Reason::ALL
            .into_iter()
            .map(|reason| self.dropped.with_label_values(&[reason.label()]).get())
            .sum()
    }

    pub(super) fn drop_events(&self, reason: Reason, count: u64) {
        self.dropped.with_label_values(&[reason.label()]).inc_by(count);
    }

    /// Counts a span that ended after `duration` nanoseconds.
    pub(super) fn count(&self, state: &State, identity: &Described, known: bool, duration: u64) {
        let failed = state.failure.is_some();
        let key = Key(state.metadata.callsite(), failed, known);
        let seconds = duration as f64 / 1e9;
        let handles = self.known.read().unwrap_or_else(PoisonError::into_inner);
        if let Some((calls, durations)) = handles.get(&key) {
            calls.inc();
            durations.observe(seconds);
            return;
        }
        drop(handles);
        let name = state.metadata.name();
        let calls = self.calls.with_label_values(&[
            name,
            &identity.service,
            &identity.environment,
            severity(state, failed),
            &identity.provider,
        ]);
        let durations = self.durations.with_label_values(&[name, &identity.service]);
        calls.inc();
        durations.observe(seconds);
        let mut handles = self.known.write().unwrap_or_else(PoisonError::into_inner);
        handles.insert(key, (calls, durations));
    }
}

impl Reason {
    /// Every reason there is.
    const ALL: [Self; 4] = [Self::QueueFull, Self::File, Self::Receiver, Self::Otlp];

    fn label(self) -> &'static str {
        match self {
            Self::QueueFull => "queue_full",
            Self::File => "file",
            Self::Receiver => "receiver",
            Self::Otlp => "otlp",
        }
    }
}

#[cfg(test)]
mod tests {
    use prometheus::TextEncoder;

    use super::*;

    #[test]
    fn before_anything_happened_there_is_a_page_that_says_so() {
        let families = Metrics::new().unwrap().families();
        let text = TextEncoder::new().encode_to_string(&families).unwrap();
        assert!(text.contains("telemetry_events_dropped_total{reason=\"receiver\"} 0"), "{text}");
        assert!(!text.contains("function_calls_total"), "{text}");
    }
}
