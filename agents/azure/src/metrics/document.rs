//! What Azure Monitor answers, and the figures in it.
//!
//! <https://learn.microsoft.com/rest/api/monitor/metrics-batch/batch>,
//! <https://learn.microsoft.com/rest/api/monitor/metrics/list>

use jiff::Timestamp;
use rust_decimal::Decimal;
use serde::Deserialize;
use serde_json::value::RawValue;

use finops_core::model::ServiceFailure;

use super::number::exact;
use super::span::{Span, figure};
use super::{Figure, Metric, Query, Statistic};

/// The most series that one answer may have for a metric. By default ten are given, and the rest
/// left out in silence.
pub(super) const TOP: usize = 1_000;

/// The answer for a batch.
#[derive(Deserialize)]
pub(super) struct Batch {
    /// One for each resource.
    pub(super) values: Vec<OfResource>,
}

/// The answer for one resource: of the batch, or of a request about that resource alone.
#[derive(Deserialize)]
pub(super) struct OfResource {
    #[serde(default)]
    resourceid: Option<String>,
    /// One for each metric.
    value: Vec<OfMetric>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct OfMetric {
    #[serde(default)]
    id: Option<String>,
    #[serde(default)]
    name: Option<Name>,
    #[serde(default)]
    timeseries: Option<Vec<Series>>,
    #[serde(default)]
    error_code: Option<String>,
    #[serde(default)]
    error_message: Option<String>,
}

#[derive(Deserialize)]
struct Name {
    #[serde(default)]
    value: Option<String>,
}

#[derive(Deserialize)]
struct Series {
    #[serde(default)]
    metadatavalues: Option<Vec<DimensionValue>>,
    #[serde(default)]
    data: Option<Vec<Point>>,
}

#[derive(Deserialize)]
struct DimensionValue {
    #[serde(default)]
    name: Option<Name>,
    #[serde(default)]
    value: Option<String>,
}

/// One period. Numbers stay text until they are decimals.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Point {
    #[serde(default)]
    time_stamp: Option<String>,
    #[serde(default)]
    average: Option<Box<RawValue>>,
    #[serde(default)]
    total: Option<Box<RawValue>>,
    #[serde(default)]
    maximum: Option<Box<RawValue>>,
}

/// What follows a resource's identifier in that of one of its metrics.
const METRICS: &str = "/providers/microsoft.insights/metrics/";

impl OfResource {
    /// Whether it is about `target`. Azure Monitor may say so by its metrics' identifiers only.
    pub(super) fn is_about(&self, target: &str) -> bool {
        let of_metric = || {
            let id = self.value.first()?.id.as_deref()?;
            let end = id.to_ascii_lowercase().find(METRICS)?;
            id.get(..end)
        };
        let own = self.resourceid.as_deref().or_else(of_metric);
        let plain = |id: &str| id.trim_matches('/').to_lowercase();
        own.is_some_and(|own| plain(own) == plain(target))
    }

    /// The figures that answer `query`.
    ///
    /// # Errors
    /// Azure Monitor has no answer for one of the metrics, or not one that can be used.
    pub(super) fn figures(&self, query: &Query, span: Span) -> Result<Vec<Figure>, ServiceFailure> {
        let mut figures = Vec::new();
        for metric in query.metrics {
            let problem = |code: &str, text: &str| ServiceFailure {
                error: format!("{code}: {} {}: {text}", query.namespace, metric.name),
                hint: Some("the next cycle asks again; if it stays so, report it".to_owned()),
            };
            let found = self.value.iter().find(|found| found.is(metric.name));
            let found = found.ok_or_else(|| problem("NoAnswer", "the answer leaves it out"))?;
            if let Some(code) = found.error_code.as_deref().filter(|code| *code != "Success") {
                let said = found.error_message.as_deref().unwrap_or("no reason is given");
                return Err(problem(&crate::arm::quote(code), &crate::arm::quote(said)));
            }
            let series = found.timeseries.as_deref().unwrap_or_default();
            if series.len() >= TOP {
                return Err(problem("TooMany", "it has more series than an answer holds"));
            }
            for series in series {
                let values = series.values(metric.statistic).map_err(|text| {
                    let text = crate::arm::quote(&text);
                    problem("BadReply", &format!("its value {text} is no number that fits"))
                })?;
                figures.extend(of_series(query, metric, span, series, &values));
            }
        }
        Ok(figures)
    }
}

fn of_series(
    query: &Query,
    metric: &Metric,
    span: Span,
    series: &Series,
    values: &[(Option<Timestamp>, Decimal)],
) -> Option<Figure> {
    let value = figure(query.window, metric.statistic, span, values)?;
    let dimensions = query.dimensions.iter().map(|name| series.dimension(name)).collect();
    Some(Figure { metric: metric.name.to_owned(), dimensions, value })
}

impl OfMetric {
    fn is(&self, name: &str) -> bool {
        let own = self.name.as_ref().and_then(|name| name.value.as_deref());
        own.is_some_and(|own| own.eq_ignore_ascii_case(name))
    }
}

/// How many metrics are in an answer for one resource or for many, once all values are read.
#[cfg(test)]
pub(super) fn count(text: &str) -> Result<usize, String> {
    let many = serde_json::from_str::<Batch>(text).map(|batch| batch.values);
    let one = || serde_json::from_str::<OfResource>(text).map(|one| vec![one]);
    let resources = many.or_else(|_| one()).map_err(|error| error.to_string())?;
    let metrics: Vec<&OfMetric> = resources.iter().flat_map(|resource| &resource.value).collect();
    for series in metrics.iter().filter_map(|metric| metric.timeseries.as_ref()).flatten() {
        for statistic in [Statistic::Average, Statistic::Total, Statistic::Maximum] {
            series.values(statistic)?;
        }
    }
    Ok(metrics.len())
}

impl Series {
    /// A dimension's value; Azure Monitor writes its name in small letters.
    fn dimension(&self, name: &str) -> String {
        let values = self.metadatavalues.iter().flatten();
        let mut named = values.filter(|value| {
            let own = value.name.as_ref().and_then(|name| name.value.as_deref());
            own.is_some_and(|own| own.eq_ignore_ascii_case(name))
        });
        named.next().and_then(|value| value.value.clone()).unwrap_or_default()
    }

    /// The values that are there.
    ///
    /// # Errors
    /// The first that is no number.
    fn values(&self, statistic: Statistic) -> Result<Vec<(Option<Timestamp>, Decimal)>, String> {
        let mut values = Vec::new();
        for point in self.data.iter().flatten() {
            let number = match statistic {
                Statistic::Average => &point.average,
                Statistic::Total => &point.total,
                Statistic::Maximum => &point.maximum,
            };
            let Some(number) = number else {
                continue;
            };
            let at = point.time_stamp.as_deref().and_then(|text| text.parse().ok());
            values.push((at, exact(number.get()).ok_or_else(|| number.get().to_owned())?));
        }
        Ok(values)
    }
}
