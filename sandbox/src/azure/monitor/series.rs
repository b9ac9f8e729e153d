//! What is asked, and the series that answer it.

use std::fmt::Write as _;

use jiff::Timestamp;

use super::figures::{self, Worth};
use super::moment;
use crate::azure::place::Place;
use crate::azure::refusals::bad;
use crate::azure::resolve::Target;
use crate::http::{Reply, Request};

/// A question.
pub(super) struct Asked {
    pub(super) namespace: String,
    pub(super) interval: String,
    metrics: Vec<String>,
    average: bool,
    total: bool,
    maximum: bool,
    /// Whether figures are told apart by their dimensions.
    pub(super) split: bool,
    /// The most series of a metric.
    top: usize,
    /// The beginnings of the periods: as text, and whether a day begins in one.
    periods: Vec<(String, bool)>,
}

impl Asked {
    /// Reads a question's parameters.
    ///
    /// # Errors
    /// What is missing.
    pub(super) fn of(
        request: &Request,
        filter: &str,
        start: &str,
        end: &str,
    ) -> Result<Self, Reply> {
        let needed = |name: &str| {
            let found = request.parameter(name).filter(|it| !it.is_empty());
            found.ok_or_else(|| bad(&format!("{name} is needed.")))
        };
        let interval = needed("interval")?;
        let step: i64 = match interval.as_str() {
            "PT1M" => 60,
            "PT5M" => 300,
            "PT1H" => 3_600,
            "P1D" => 86_400,
            other => return Err(bad(&format!("{other} is no time grain."))),
        };
        let (Some(start), Some(end)) = (moment(start), moment(end)) else {
            return Err(bad("The time span is not valid."));
        };
        let first = start.div_euclid(step) * step;
        let count = usize::try_from((end - first).div_euclid(step)).unwrap_or_default().min(1_500);
        let begins = (0_i64..).map(|index| first + index * step).take(count);
        let period = |at: i64| {
            let text = Timestamp::from_second(at).unwrap_or_default().to_string();
            (text, at.rem_euclid(86_400) < step)
        };
        let metrics: Vec<String> = needed("metricnames")?.split(',').map(str::to_owned).collect();
        if metrics.len() > 20 {
            return Err(bad("At most 20 metrics can be asked for."));
        }
        let statistics = needed("aggregation")?.to_lowercase();
        let has = |name: &str| statistics.split(',').any(|it| it == name);
        Ok(Self {
            namespace: needed("metricnamespace")?.to_lowercase(),
            interval,
            metrics,
            average: has("average"),
            total: has("total"),
            maximum: has("maximum"),
            split: request.parameter(filter).is_some(),
            top: request.parameter("top").and_then(|it| it.parse().ok()).unwrap_or(10),
            periods: begins.map(period).collect(),
        })
    }

    /// Writes the metrics of one resource.
    ///
    /// # Errors
    /// It has no such metric.
    pub(super) fn write(
        &self,
        into: &mut String,
        place: &Place,
        id: &str,
        target: &Target,
    ) -> Result<(), Reply> {
        into.push('[');
        for (index, metric) in self.metrics.iter().enumerate() {
            if index > 0 {
                into.push(',');
            }
            let found = figures::of(place, target, self, metric);
            let (unit, list) = found.ok_or_else(|| {
                bad(&format!(
                    "Failed to find metric configuration for provider: {}, metric: {metric}.",
                    self.namespace
                ))
            })?;
            let _ = write!(
                into,
                "{{\"id\":\"{id}/providers/Microsoft.Insights/metrics/{metric}\",\
                 \"type\":\"Microsoft.Insights/metrics\",\"name\":{{\"value\":\"{metric}\",\
                 \"localizedValue\":\"{metric}\"}},\"displayDescription\":\"{metric} of the \
                 resource, as Azure Monitor measures it\",\"unit\":\"{unit}\",\"timeseries\":["
            );
            for (index, figure) in list.iter().take(self.top).enumerate() {
                if index > 0 {
                    into.push(',');
                }
                self.write_series(into, &figure.dimensions, figure.worth);
            }
            into.push_str("],\"errorCode\":\"Success\"}");
        }
        into.push(']');
        Ok(())
    }

    fn write_series(&self, into: &mut String, dimensions: &[(&str, String)], worth: Worth) {
        into.push_str("{\"metadatavalues\":[");
        for (index, (name, value)) in dimensions.iter().enumerate() {
            let comma = if index > 0 { "," } else { "" };
            let _ = write!(
                into,
                "{comma}{{\"name\":{{\"value\":\"{name}\",\"localizedValue\":\"{name}\"}},\
                 \"value\":\"{value}\"}}"
            );
        }
        into.push_str("],\"data\":[");
        for (index, (at, daily)) in self.periods.iter().enumerate() {
            let comma = if index > 0 { "," } else { "" };
            let _ = write!(into, "{comma}{{\"timeStamp\":\"{at}\"");
            let (value, sum) = match worth {
                Worth::Gauge(value) => (value, false),
                Worth::Sum(value) => (value, true),
                Worth::Day(value) if *daily => (value, false),
                // Worked out once a day, in its first hour.
                Worth::Day(_) => {
                    into.push('}');
                    continue;
                }
            };
            for (asked, name) in [
                (self.average, "average"),
                (self.maximum && !sum, "maximum"),
                (self.total && sum, "total"),
            ] {
                if asked {
                    let _ = write!(into, ",\"{name}\":{value}");
                }
            }
            into.push('}');
        }
        into.push_str("]}");
    }
}
