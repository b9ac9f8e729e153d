//! Batches of 500 metrics, and the pages of their answers.

use std::collections::BTreeMap;
use std::sync::Arc;

use aws_sdk_cloudwatch::Client;
use aws_sdk_cloudwatch::types::{Dimension, MetricDataQuery, MetricStat, ScanBy, StatusCode};
use aws_smithy_types::DateTime;
use futures::future::BoxFuture;
use futures::{FutureExt as _, StreamExt as _, stream};
use jiff::Timestamp;
use rust_decimal::Decimal;

use super::budget::most_important;
use super::{Answer, Metric, Question, Statistic, Window};
use crate::failure::failure;
use crate::meter::Meter;
use crate::pages;
use finops_core::model::ServiceFailure;

/// The most metrics that one `GetMetricData` call takes
/// (<https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html>).
const METRICS_PER_CALL: usize = 500;

/// How many calls are on their way at once; AWS allows 50 a second for an account and region.
const CALLS_SIDE_BY_SIDE: usize = 4;

/// Asks for the `granted` most important of `questions`; the answers are in the questions' order.
///
/// A call that fails leaves its metrics and those after them unanswered, and the failure is
/// returned beside the answers.
pub(crate) async fn fetch(
    client: &Client,
    meter: &Meter,
    now: Timestamp,
    questions: &[&Question],
    granted: usize,
) -> (Vec<Answer>, Option<ServiceFailure>) {
    let mut answers = vec![Answer::OverCeiling; questions.len()];
    let mut failed: Option<Arc<ServiceFailure>> = None;
    let mut by_window: BTreeMap<Window, Vec<usize>> = BTreeMap::new();
    for index in most_important(questions, granted) {
        by_window.entry(questions[index].metric.window).or_default().push(index);
    }
    let batches: Vec<(Window, &[usize])> = by_window
        .iter()
        .flat_map(|(window, indices)| {
            indices.chunks(METRICS_PER_CALL).map(move |batch| (*window, batch))
        })
        .collect();
    let calls: Vec<BoxFuture<'_, _>> = batches
        .iter()
        .map(|(window, batch)| ask(client, meter, now, *window, questions, batch).boxed())
        .collect();
    let mut asked = stream::iter(calls).buffered(CALLS_SIDE_BY_SIDE);
    for (_, batch) in &batches {
        // After a failure nothing more is asked: the call was already retried, and each further
        // one would wait as long again.
        let values = match failed {
            Some(_) => None,
            None => asked.next().await,
        };
        match values {
            Some(Ok(values)) => {
                for (index, value) in batch.iter().zip(values) {
                    answers[*index] = value.answer(&questions[*index].metric);
                }
            }
            Some(Err(failure)) => failed = Some(Arc::new(failure)),
            None => {}
        }
        if let Some(failure) = &failed {
            for index in *batch {
                answers[*index] = Answer::Failed(Arc::clone(failure));
            }
        }
    }
    let unanswered = answers.iter().find_map(|answer| match answer {
        Answer::Failed(failure) => Some((**failure).clone()),
        _ => None,
    });
    (answers, unanswered)
}

/// What has come of one metric so far.
#[derive(Debug, Clone, Default)]
struct Received {
    value: Option<Decimal>,
    /// What CloudWatch said last of how it went: `Complete`, `PartialData`, `InternalError`, …
    status: Option<StatusCode>,
}

impl Received {
    /// No value is an answer only where CloudWatch says that this is all: a zero would look alike.
    fn answer(self, metric: &Metric) -> Answer {
        if self.status == Some(StatusCode::Complete) {
            return self.value.map_or(Answer::NoData, Answer::Value);
        }
        let Metric { namespace, name, .. } = metric;
        let status = self.status.as_ref().map_or("no answer", StatusCode::as_str);
        Answer::Failed(Arc::new(ServiceFailure {
            error: format!("{status}: cloudwatch:GetMetricData gave no whole {namespace} {name}"),
            hint: Some("the next cycle asks again; if it stays so, ask AWS's support".to_owned()),
        }))
    }
}

/// One batch: what came, in the batch's order.
async fn ask(
    client: &Client,
    meter: &Meter,
    now: Timestamp,
    window: Window,
    questions: &[&Question],
    batch: &[usize],
) -> Result<Vec<Received>, ServiceFailure> {
    let span = Span::of(window, now);
    let queries = batch
        .iter()
        .enumerate()
        .map(|(position, index)| query(position, questions[*index], span.period))
        .collect();
    meter.metrics_requested(batch.len());
    let mut pages = client
        .get_metric_data()
        .set_metric_data_queries(Some(queries))
        .start_time(DateTime::from_secs(span.start))
        .end_time(DateTime::from_secs(span.end))
        .scan_by(ScanBy::TimestampDescending)
        .into_paginator()
        .send();
    let mut values = vec![Received::default(); batch.len()];
    let mut page_count = pages::Count::default();
    while let Some(page) = pages.next().await {
        let page = page.map_err(|error| failure("cloudwatch:GetMetricData", &error))?;
        page_count.next("cloudwatch:GetMetricData", page.next_token())?;
        for result in page.metric_data_results() {
            let position = result.id().and_then(|id| id.strip_prefix('m')?.parse::<usize>().ok());
            let Some(received) = position.and_then(|position| values.get_mut(position)) else {
                continue;
            };
            received.status = result.status_code().cloned();
            let slot = &mut received.value;
            match window {
                // The newest comes first; a later page holds only older values.
                Window::Latest | Window::Daily => {
                    *slot = slot.or_else(|| result.values().first().copied().and_then(exact));
                }
                Window::LastHour => {
                    for value in result.values().iter().copied().filter_map(exact) {
                        *slot = Some(slot.unwrap_or_default() + value);
                    }
                }
            }
        }
    }
    Ok(values)
}

fn query(position: usize, question: &Question, period: i32) -> MetricDataQuery {
    let metric = &question.metric;
    let dimensions = metric
        .dimensions
        .iter()
        .map(|(name, value)| Dimension::builder().name(name).value(value).build())
        .collect();
    let statistic = match metric.statistic {
        Statistic::Average => "Average",
        Statistic::Sum => "Sum",
    };
    let named = aws_sdk_cloudwatch::types::Metric::builder()
        .namespace(metric.namespace)
        .metric_name(metric.name)
        .set_dimensions(Some(dimensions))
        .build();
    let stat = MetricStat::builder().metric(named).period(period).stat(statistic).build();
    MetricDataQuery::builder()
        .id(format!("m{position}"))
        .metric_stat(stat)
        .return_data(true)
        .build()
}

/// The seconds since 1970 that a window covers, and the length of one value in it.
struct Span {
    start: i64,
    end: i64,
    period: i32,
}

impl Span {
    /// Starts and ends lie on multiples of the period, and the running period is left out: its
    /// sums are not complete.
    fn of(window: Window, now: Timestamp) -> Self {
        let now = now.as_second();
        let (period, length, step) = match window {
            Window::Latest => (300, 900, 300),
            Window::LastHour => (60, 3_600, 60),
            Window::Daily => (86_400, 3 * 86_400, 86_400),
        };
        let end = match window {
            // A day's storage value carries the day's first second and comes within the day.
            Window::Daily => now - now.rem_euclid(step) + step,
            Window::Latest | Window::LastHour => now - now.rem_euclid(step),
        };
        Self { start: end - length, end, period }
    }
}

/// A float as the decimal that it is printed as.
fn exact(value: f64) -> Option<Decimal> {
    let text = value.to_string();
    text.parse().ok().or_else(|| Decimal::from_scientific(&text).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_leave_out_the_running_period() {
        let now: Timestamp = "2026-11-20T10:07:31Z".parse().unwrap();
        let at = |seconds: i64| Timestamp::from_second(seconds).unwrap().to_string();
        let latest = Span::of(Window::Latest, now);
        assert_eq!(
            (at(latest.start), at(latest.end)),
            ("2026-11-20T09:50:00Z".into(), "2026-11-20T10:05:00Z".into())
        );
        let hour = Span::of(Window::LastHour, now);
        assert_eq!(
            (at(hour.start), at(hour.end)),
            ("2026-11-20T09:07:00Z".into(), "2026-11-20T10:07:00Z".into())
        );
        let daily = Span::of(Window::Daily, now);
        assert_eq!(
            (at(daily.start), at(daily.end)),
            ("2026-11-18T00:00:00Z".into(), "2026-11-21T00:00:00Z".into())
        );
    }

    #[test]
    fn floats_become_the_decimals_they_print_as() {
        assert_eq!(exact(0.1), Some("0.1".parse().unwrap()));
        assert_eq!(exact(12_000.0), Some("12000".parse().unwrap()));
        assert_eq!(exact(f64::NAN), None);
    }
}
