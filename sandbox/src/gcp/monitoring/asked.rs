//! Which metric is asked for, of which time, and how it is put together.

use jiff::{SignedDuration, Timestamp};

use super::metrics::{DELTA, DOUBLE, Metric, Word};
use crate::gcp::errors;
use crate::gcp::json::Enums;
use crate::http::{Reply, Request};

/// The metric that a filter names.
pub(super) fn metric(filter: &str) -> Option<&str> {
    let (_, rest) = filter.split_once("metric.type")?;
    rest.split('"').nth(1)
}

/// What is wanted of it.
#[derive(Debug)]
pub(super) struct Asked {
    /// Without values.
    pub(super) headers: bool,
    /// Begins and ends, the newest first.
    pub(super) periods: Vec<(Timestamp, Timestamp)>,
    mean: bool,
    delta: bool,
    pub(super) enums: Enums,
}

impl Asked {
    /// Reads a request.
    ///
    /// # Errors
    /// It makes no sense, or asks for series put together otherwise than is known here.
    pub(super) fn of(request: &Request, metric: &Metric) -> Result<Self, Reply> {
        let is = |name: &str, word: &str, number: &str| {
            request.parameter(name).is_some_and(|given| given == word || given == number)
        };
        let aligner = "aggregation.perSeriesAligner";
        let reducer = "aggregation.crossSeriesReducer";
        let asked = Self {
            headers: is("view", "HEADERS", "1"),
            periods: Vec::new(),
            mean: is(aligner, "ALIGN_MEAN", "12") || is(reducer, "REDUCE_MEAN", "1"),
            delta: is(aligner, "ALIGN_DELTA", "1"),
            enums: Enums::of(request),
        };
        if asked.headers {
            return Ok(asked);
        }
        if asked.delta != (metric.kind == DELTA) {
            return Err(errors::invalid("The aligner does not go with the metric's kind."));
        }
        let fields = form_urlencoded::parse(request.query.as_bytes());
        let by = fields.filter(|(key, _)| key == "aggregation.groupByFields");
        let by: Vec<String> = by.map(|(_, field)| field.replace(".labels.", ".label.")).collect();
        if by != metric.by {
            return Err(errors::invalid("The sandbox does not group the metric by these fields."));
        }
        Ok(Self { periods: periods(request)?, ..asked })
    }

    /// How many values a series has, or 1.
    pub(super) fn values(&self) -> u64 {
        self.periods.len().max(1) as u64
    }

    /// What kind of metric comes of it.
    pub(super) fn metric_kind(&self, metric: &Metric) -> Word {
        if self.delta { DELTA } else { metric.kind }
    }

    /// What kind of value comes of it.
    pub(super) fn value_kind(&self, metric: &Metric) -> Word {
        if self.mean { DOUBLE } else { metric.value }
    }
}

/// The periods of the interval, counted from its end.
fn periods(request: &Request) -> Result<Vec<(Timestamp, Timestamp)>, Reply> {
    let time = |name: &str| -> Option<Timestamp> { request.parameter(name)?.parse().ok() };
    let (start, end) = (time("interval.startTime"), time("interval.endTime"));
    let (Some(start), Some(end)) = (start, end) else {
        return Err(errors::invalid("The interval has no start or no end."));
    };
    let length = request.parameter("aggregation.alignmentPeriod").unwrap_or_default();
    let length = length.strip_suffix('s').and_then(|text| text.parse::<i64>().ok());
    let Some(length) = length.filter(|seconds| *seconds >= 60) else {
        return Err(errors::invalid("The alignment period has to be 60 seconds at least."));
    };
    let mut periods = Vec::new();
    let mut last = end;
    while last > start && periods.len() < 10 {
        let first = last - SignedDuration::from_secs(length);
        periods.push((first, last));
        last = first;
    }
    Ok(periods)
}
