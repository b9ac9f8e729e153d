//! Cloud Monitoring: time series, put together as they are asked for.
//! <https://cloud.google.com/monitoring/api/ref_v3/rest/v3/projects.timeSeries/list>

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;
use serde_json::{Value, json};

use super::call::Call;
use super::enums::{is, numbered};
use super::errors::{invalid, json_reply, old};
use super::pages::page;
use crate::support::fleet::{Figure, Fleet, Worth};
use crate::support::http::Reply;

/// The metrics that there are: type, kind, type of value.
/// <https://cloud.google.com/monitoring/api/metrics_gcp>,
/// <https://cloud.google.com/monitoring/api/metrics_opsagent>
const METRICS: [(&str, &str, &str); 14] = [
    ("compute.googleapis.com/instance/cpu/utilization", "GAUGE", "DOUBLE"),
    ("compute.googleapis.com/instance/network/received_bytes_count", "DELTA", "INT64"),
    ("compute.googleapis.com/instance/network/sent_bytes_count", "DELTA", "INT64"),
    ("agent.googleapis.com/memory/percent_used", "GAUGE", "DOUBLE"),
    ("cloudfunctions.googleapis.com/function/execution_count", "DELTA", "INT64"),
    ("cloudfunctions.googleapis.com/function/execution_times", "DELTA", "DISTRIBUTION"),
    ("run.googleapis.com/request_count", "DELTA", "INT64"),
    ("cloudsql.googleapis.com/database/cpu/utilization", "GAUGE", "DOUBLE"),
    ("cloudsql.googleapis.com/database/network/connections", "GAUGE", "INT64"),
    ("cloudsql.googleapis.com/database/postgresql/num_backends", "GAUGE", "INT64"),
    ("cloudsql.googleapis.com/database/disk/bytes_used", "GAUGE", "INT64"),
    ("storage.googleapis.com/storage/v2/total_bytes", "GAUGE", "DOUBLE"),
    ("storage.googleapis.com/storage/v2/total_count", "GAUGE", "DOUBLE"),
    ("storage.googleapis.com/storage/total_bytes", "GAUGE", "DOUBLE"),
];

/// What a request asks for.
struct Asked<'a> {
    metric: &'a str,
    /// What labels must be.
    conditions: Vec<(String, &'a str)>,
    kind: &'static str,
    value_type: &'static str,
    /// The ends of the periods, the newest first.
    periods: Vec<(Timestamp, Timestamp)>,
    by: Vec<&'a str>,
    mean: bool,
}

/// Answers a request for time series.
pub(super) fn answer(fleet: &Fleet, call: &Call) -> Reply {
    series(fleet, call).unwrap_or_else(|reply| reply)
}

fn series(fleet: &Fleet, call: &Call) -> Result<Reply, Reply> {
    let asked = asked(call)?;
    let mut groups: BTreeMap<Vec<String>, Vec<&Figure>> = BTreeMap::new();
    for figure in fleet.figures(call.project().unwrap_or_default(), asked.metric) {
        let fits = |(label, value): &(String, &str)| figure.label(label) == *value;
        if asked.conditions.iter().all(fits) {
            let key = asked.by.iter().map(|label| figure.label(&singular(label)).to_owned());
            groups.entry(key.collect()).or_default().push(figure);
        }
    }
    let all: Vec<Value> =
        groups.into_iter().map(|(key, figures)| asked.series(&key, &figures)).collect();
    let page = page(call, all, ("pageSize", "pageToken"), 100_000)?;
    let mut body = json!({ "unit": "1" });
    if !page.items.is_empty() {
        body["timeSeries"] = page.items.into_iter().map(|one| numbered(call, one)).collect();
    }
    if let Some(next) = page.next {
        body["nextPageToken"] = json!(next);
    }
    Ok(json_reply(200, &body))
}

/// Labels are written in both ways: `metric.label.state`, `metric.labels.state`.
fn singular(label: &str) -> String {
    label.trim().replace(".labels.", ".label.")
}

fn asked(call: &Call) -> Result<Asked<'_>, Reply> {
    let filter = call.parameter("filter").unwrap_or_default();
    let mut conditions = Vec::new();
    for part in filter.split(" AND ") {
        let (label, value) =
            part.split_once('=').ok_or_else(|| invalid("the filter cannot be read"))?;
        conditions.push((singular(label), value.trim().trim_matches('"')));
    }
    let metric = match conditions.iter().position(|(label, _)| label == "metric.type") {
        Some(at) => conditions.remove(at).1,
        None => return Err(invalid("the filter must name one metric.type")),
    };
    let Some((_, kind, value_type)) = METRICS.iter().find(|(name, ..)| *name == metric) else {
        let text = format!("Cannot find metric(s) that match type = \"{metric}\".");
        return Err(old(404, "notFound", &text));
    };
    let aligner = call.parameter("aggregation.perSeriesAligner");
    let period = periods(call)?;
    let (mean, sum) = (is(aligner, "ALIGN_MEAN", 12), is(aligner, "ALIGN_SUM", 14));
    let fits = match (*kind, *value_type) {
        ("GAUGE", _) => mean || sum || is(aligner, "ALIGN_NEXT_OLDER", 4),
        ("DELTA", "DISTRIBUTION") => sum || is(aligner, "ALIGN_DELTA", 1),
        _ => mean || sum || is(aligner, "ALIGN_DELTA", 1),
    };
    if !fits {
        return Err(invalid("the aligner cannot be used with the metric's kind and type"));
    }
    let reducer = call.parameter("aggregation.crossSeriesReducer");
    let mean_of_all = is(reducer, "REDUCE_MEAN", 1);
    if !mean_of_all && !is(reducer, "REDUCE_SUM", 4) {
        return Err(invalid("the reducer is not one that is scripted"));
    }
    let value_type = match (mean || mean_of_all, *value_type) {
        (true, "INT64") => "DOUBLE",
        (_, value_type) => value_type,
    };
    let by = call.parameters("aggregation.groupByFields");
    let kind = if is(aligner, "ALIGN_DELTA", 1) { "DELTA" } else { "GAUGE" };
    Ok(Asked { metric, conditions, kind, value_type, periods: period, by, mean: mean_of_all })
}

/// The periods of the interval: those that end in it, counted from its end.
fn periods(call: &Call) -> Result<Vec<(Timestamp, Timestamp)>, Reply> {
    let time = |name: &str| {
        let text = call.parameter(name).unwrap_or_default();
        text.parse::<Timestamp>().map_err(|_| invalid(&format!("{name} is no time: {text:?}")))
    };
    let (start, end) = (time("interval.startTime")?, time("interval.endTime")?);
    let length = call.parameter("aggregation.alignmentPeriod").unwrap_or_default();
    let length = length.strip_suffix('s').and_then(|text| text.parse::<i64>().ok());
    let length = length.filter(|seconds| *seconds >= 60);
    let length = length.ok_or_else(|| invalid("the alignment period is too short"))?;
    if end > Timestamp::now() + SignedDuration::from_secs(300) || start >= end {
        return Err(invalid("the interval is not valid"));
    }
    let mut periods = Vec::new();
    let mut last = end;
    while last > start && periods.len() < 3 {
        let first = last - SignedDuration::from_secs(length);
        periods.push((first, last));
        last = first;
    }
    Ok(periods)
}

impl Asked<'_> {
    /// One series. Its newest point has what is true; the older ones have something else.
    fn series(&self, key: &[String], figures: &[&Figure]) -> Value {
        let mut labels = json!({ "metric": {}, "resource": {} });
        for (label, value) in self.by.iter().zip(key) {
            if let Some((of, name)) = singular(label).split_once(".label.") {
                labels[of][name] = json!(value);
            }
        }
        let point = |(older, (start, end)): (usize, &(Timestamp, Timestamp))| {
            json!({ "interval": { "startTime": start.to_string(), "endTime": end.to_string() },
                    "value": self.value(figures, older) })
        };
        let points: Vec<Value> = self.periods.iter().enumerate().map(point).collect();
        json!({
            "metric": { "type": self.metric, "labels": labels["metric"] },
            "resource": { "type": figures[0].resource, "labels": labels["resource"] },
            "metricKind": self.kind, "valueType": self.value_type, "points": points,
        })
    }

    /// The value of all figures together, and so much more.
    fn value(&self, figures: &[&Figure], more: usize) -> Value {
        let more = Decimal::from(more);
        let count = Decimal::from(figures.len());
        let numbers = figures.iter().filter_map(|figure| match figure.worth {
            Worth::Number(number) => Some(number),
            Worth::Distribution { .. } => None,
        });
        let sum: Decimal = numbers.sum();
        let whole = if self.mean { sum / count } else { sum } + more;
        match self.value_type {
            "INT64" => json!({ "int64Value": whole.to_string() }),
            "DISTRIBUTION" => json!({ "distributionValue": distribution(figures) }),
            _ => json!({ "doubleValue": whole.to_f64().unwrap() }),
        }
    }
}

/// All distributions as one.
fn distribution(figures: &[&Figure]) -> Value {
    let (mut count, mut sum) = (0, 0.0);
    for figure in figures {
        if let Worth::Distribution { count: own, mean } = figure.worth {
            count += own;
            // Counts of the tests are small.
            sum += mean * f64::from(u32::try_from(own).unwrap());
        }
    }
    let mean = if count == 0 { 0.0 } else { sum / f64::from(u32::try_from(count).unwrap()) };
    json!({ "count": count.to_string(), "mean": mean,
            "bucketOptions": { "exponentialBuckets": { "numFiniteBuckets": 64, "growthFactor": 1.4,
                                                      "scale": 10.0 } },
            "bucketCounts": ["0", count.to_string()] })
}
