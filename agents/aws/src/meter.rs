//! Counts what is asked of AWS: every attempt, by operation.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::{
    BeforeTransmitInterceptorContextRef, FinalizerInterceptorContextRef, InterceptorContext,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpResponse, Metadata};
use aws_smithy_runtime_api::client::retries::classifiers::{
    ClassifyRetry, RetryAction, RetryClassifierPriority,
};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;
use rust_decimal::Decimal;

use finops_core::model::CollectionStats;

/// What CloudWatch charges for one metric asked for through `GetMetricData`: 0.01 USD for 1,000,
/// in every commercial region (<https://aws.amazon.com/cloudwatch/pricing/>). Also the price of
/// one `ListMetrics` request; neither's free tier is taken off.
const PER_METRIC: Decimal = Decimal::from_parts(1, 0, 0, false, 5);

/// Counts the requests of one scope. Cloning shares the counts.
#[derive(Debug, Clone, Default)]
pub(crate) struct Meter {
    counts: Arc<Mutex<Counts>>,
}

#[derive(Debug, Default)]
struct Counts {
    attempts: u64,
    executions: u64,
    throttled: u64,
    metrics: u64,
    operations: BTreeMap<String, u64>,
}

impl Meter {
    /// Notes that `count` metrics were asked for.
    pub(crate) fn metrics_requested(&self, count: usize) {
        self.with(|counts| counts.metrics += count as u64);
    }

    /// The counts so far.
    #[must_use]
    pub(crate) fn stats(&self) -> CollectionStats {
        self.with(|counts| {
            let listed = counts.operations.get("cloudwatch:ListMetrics").copied().unwrap_or(0);
            CollectionStats {
                api_calls: counts.attempts,
                retries: counts.attempts.saturating_sub(counts.executions),
                throttled: counts.throttled,
                estimated_api_cost: Some(PER_METRIC * Decimal::from(counts.metrics + listed)),
                metrics_requested: counts.metrics,
                operations: counts.operations.clone(),
                ..CollectionStats::default()
            }
        })
    }

    fn with<T>(&self, work: impl FnOnce(&mut Counts) -> T) -> T {
        // Counting cannot leave the counts half changed, so a poisoned lock is as good.
        work(&mut self.counts.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Intercept for Meter {
    fn name(&self) -> &'static str {
        "Meter"
    }

    fn read_before_attempt(
        &self,
        _context: &BeforeTransmitInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let operation = config
            .load::<Metadata>()
            .map(|metadata| format!("{}:{}", iam_prefix(metadata.service()), metadata.name()));
        self.with(|counts| {
            counts.attempts += 1;
            if let Some(operation) = operation {
                *counts.operations.entry(operation).or_default() += 1;
            }
        });
        Ok(())
    }

    fn read_after_attempt(
        &self,
        context: &FinalizerInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        _config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if context.response().is_some_and(is_throttled) {
            self.with(|counts| counts.throttled += 1);
        }
        Ok(())
    }

    fn read_after_execution(
        &self,
        _context: &FinalizerInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        _config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        self.with(|counts| counts.executions += 1);
        Ok(())
    }
}

/// Error codes, or parts of them, by which AWS says that it is asked too often. RDS and CloudWatch
/// say so under status 400.
const THROTTLING_CODES: [&str; 5] =
    ["Throttl", "TooManyRequests", "RequestLimitExceeded", "BandwidthLimitExceeded", "SlowDown"];

fn is_throttled(response: &HttpResponse) -> bool {
    let status = response.status();
    let names_a_code = || {
        let body = response.body().bytes().unwrap_or_default();
        let text = String::from_utf8_lossy(body);
        THROTTLING_CODES.iter().any(|code| text.contains(code))
    };
    matches!(status.as_u16(), 429 | 503)
        || ((status.is_client_error() || status.is_server_error()) && names_a_code())
}

/// The prefix that IAM actions of an SDK's service have.
fn iam_prefix(service: &str) -> String {
    match service {
        "Resource Groups Tagging API" => "tag".to_owned(),
        other => other.to_ascii_lowercase().replace(' ', ""),
    }
}

/// Tries again on any 429: the SDKs know throttling by its error codes only, and a proxy or an
/// overloaded front end answers without one.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TooManyRequests;

impl ClassifyRetry for TooManyRequests {
    fn classify_retry(&self, context: &InterceptorContext) -> RetryAction {
        match context.response().map(|response| response.status().as_u16()) {
            Some(429) => RetryAction::throttling_error(),
            _ => RetryAction::NoActionIndicated,
        }
    }

    fn name(&self) -> &'static str {
        "TooManyRequests"
    }

    fn priority(&self) -> RetryClassifierPriority {
        RetryClassifierPriority::run_before(RetryClassifierPriority::http_status_code_classifier())
    }
}
