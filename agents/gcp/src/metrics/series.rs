//! From time series to figures.

use std::collections::BTreeMap;

use google_cloud_monitoring_v3::model::typed_value::Value;
use google_cloud_monitoring_v3::model::{Point, TimeSeries};
use rust_decimal::Decimal;

use super::request::Span;
use super::{Figure, Query};

/// The end of a value's time, in seconds since 1970 and billionths; of two values the one without it is
/// the older.
type End = Option<(i64, i32)>;

/// The newest value of each figure, over all pages: a series may go on on the next one.
#[derive(Debug)]
pub(super) struct Newest<'a> {
    query: &'a Query,
    span: Span,
    /// By the values of the query's labels, in their order.
    found: BTreeMap<Vec<String>, (End, Figure)>,
}

impl<'a> Newest<'a> {
    pub(super) fn new(query: &'a Query, span: Span) -> Self {
        Self { query, span, found: BTreeMap::new() }
    }

    /// Takes a series in. What has no value is as good as absent.
    pub(super) fn take(&mut self, series: &TimeSeries) {
        let within = |point: &&Point| end(point).is_none_or(|(second, _)| second > self.span.start);
        let newest = series
            .points
            .iter()
            .filter(within)
            .filter_map(|point| Some((end(point), value(point)?)))
            .reduce(|newest, point| if point.0 > newest.0 { point } else { newest });
        let Some((at, (value, count))) = newest else {
            return;
        };
        let labels: Vec<String> = self.query.by.iter().map(|field| label(series, field)).collect();
        let known = self.found.get(&labels).map(|(at, _)| *at);
        if known.is_none_or(|known| at > known) {
            let figure = Figure { labels: labels.clone(), value, count };
            self.found.insert(labels, (at, figure));
        }
    }

    /// All figures, in the order of their labels.
    pub(super) fn figures(self) -> Vec<Figure> {
        self.found.into_values().map(|(_, figure)| figure).collect()
    }
}

/// When the time of a value ends, where that is told.
fn end(point: &Point) -> End {
    let end = point.interval.as_ref()?.end_time?;
    Some((end.seconds(), end.nanos()))
}

/// A value, and of a distribution how many there were. What is no number is none.
fn value(point: &Point) -> Option<(Decimal, Option<u64>)> {
    match point.value.as_ref()?.value.as_ref()? {
        Value::Int64Value(whole) => Some((Decimal::from(*whole), None)),
        Value::DoubleValue(double) => Some((exact(*double)?, None)),
        Value::DistributionValue(distribution) => {
            let count = u64::try_from(distribution.count).ok()?;
            Some((exact(distribution.mean)?, Some(count)))
        }
        _ => None,
    }
}

/// The shortest number that is this double and no other: what was written before it became one. `None`
/// for what is no number, or larger than a decimal holds.
fn exact(double: f64) -> Option<Decimal> {
    double.to_string().parse().ok()
}

/// The value of a label by its field: `resource.label.instance_id`, `metric.labels.state`,
/// `metadata.user_labels.team`.
fn label(series: &TimeSeries, field: &str) -> String {
    let mut parts = field.splitn(3, '.');
    let (of, kind, name) = (parts.next(), parts.next(), parts.next().unwrap_or_default());
    let found = match (of, kind) {
        (Some("resource"), _) => {
            series.resource.as_ref().and_then(|resource| resource.labels.get(name))
        }
        (Some("metric"), _) => series.metric.as_ref().and_then(|metric| metric.labels.get(name)),
        (Some("metadata"), Some("user_labels")) => {
            series.metadata.as_ref().and_then(|metadata| metadata.user_labels.get(name))
        }
        (Some("metadata"), Some("system_labels")) => {
            let labels = series.metadata.as_ref().and_then(|all| all.system_labels.as_ref());
            let label = labels.and_then(|labels| labels.get(name)?.as_str());
            return label.unwrap_or_default().to_owned();
        }
        _ => None,
    };
    found.cloned().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubles_keep_every_digit() {
        for (double, text) in [
            (0.003_493_569_565_840_033_4, "0.0034935695658400334"),
            (1e21, "1000000000000000000000"),
            (-0.5, "-0.5"),
            (1e-300, "0"),
        ] {
            assert_eq!(exact(double), Some(text.parse().unwrap()), "{text}");
        }
        for none in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1e300] {
            assert_eq!(exact(none), None, "{none}");
        }
    }
}
