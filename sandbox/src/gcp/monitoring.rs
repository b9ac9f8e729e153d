//! Cloud Monitoring: time series, put together as the agent asks for them.
//! <https://cloud.google.com/monitoring/api/ref_v3/rest/v3/projects.timeSeries/list>

mod asked;
mod figures;
mod metrics;

use std::fmt::Write as _;

use asked::Asked;
use figures::{Labels, Value};
use metrics::Metric;

use super::page::Page;
use super::place::Project;
use super::{Gcp, errors, json};
use crate::http::{Reply, Request};

/// The most values of a page.
const PAGE: u64 = 100_000;

/// Answers a request for time series.
pub(super) fn list(gcp: &Gcp, project: &Project, request: &Request) -> Result<Reply, Reply> {
    let filter = request.parameter("filter").unwrap_or_default();
    let name =
        asked::metric(&filter).ok_or_else(|| errors::invalid("The filter has no metric."))?;
    let metric = Metric::find(name).ok_or_else(|| errors::no_metric(name))?;
    let asked = Asked::of(request, metric)?;
    let all = figures::count(gcp, project, metric.of);
    // Pages are of so many values, and each thing has some.
    let most = (PAGE / asked.values() / figures::each(metric.of)).max(1);
    let page = Page::of(request, ("pageSize", "pageToken"), all, most)?;
    let mut body = String::with_capacity(page.len() * 400 + 1_000);
    body.push_str("{\"timeSeries\":[");
    let empty = body.len();
    for index in page.items.clone() {
        figures::each_series(gcp, project, metric, index, &mut |labels, value| {
            json::comma(&mut body);
            write(&mut body, metric, &asked, labels, &value);
        });
    }
    if body.len() == empty {
        body.clear();
        body.push('{');
    } else {
        body.push(']');
    }
    if let Some(next) = page.next {
        json::text(&mut body, "nextPageToken", next);
    }
    json::text(&mut body, "unit", metric.unit);
    body.push('}');
    Ok(json::reply(body))
}

fn write(into: &mut String, metric: &Metric, asked: &Asked, labels: Labels<'_>, value: &Value) {
    let _ = write!(into, "{{\"metric\":{{\"type\":\"{}\",\"labels\":{{", metric.name);
    write_labels(into, metric, labels, "metric.label.");
    let _ = write!(into, "}}}},\"resource\":{{\"type\":\"{}\",\"labels\":{{", metric.resource);
    write_labels(into, metric, labels, "resource.label.");
    into.push_str("}}");
    let kind = asked.value_kind(metric);
    asked.enums.word(into, "metricKind", asked.metric_kind(metric));
    asked.enums.word(into, "valueType", kind);
    if asked.headers {
        into.push('}');
        return;
    }
    into.push_str(",\"points\":[");
    for (start, end) in &asked.periods {
        json::comma(into);
        let _ = write!(
            into,
            "{{\"interval\":{{\"startTime\":\"{start}\",\"endTime\":\"{end}\"}},\"value\":{{"
        );
        // Writing to a string does not fail.
        let _ = match (value, kind.0) {
            (Value::Whole(whole), "INT64") => write!(into, "\"int64Value\":\"{whole}\""),
            (Value::Whole(whole), _) => write!(into, "\"doubleValue\":{whole}"),
            (Value::Thousandths(part), _) => {
                write!(into, "\"doubleValue\":{}.{:03}", part / 1_000, part % 1_000)
            }
            (Value::Distribution { count, mean }, _) => write!(
                into,
                "\"distributionValue\":{{\"count\":\"{count}\",\"mean\":{mean},\"bucketOptions\":\
                 {{\"exponentialBuckets\":{{\"numFiniteBuckets\":64,\"growthFactor\":1.4,\"scale\":10}}}},\
                 \"bucketCounts\":[\"0\",\"{count}\"]}}"
            ),
        };
        into.push_str("}}");
    }
    into.push_str("]}");
}

/// The labels whose field begins so.
fn write_labels(into: &mut String, metric: &Metric, labels: Labels<'_>, start: &str) {
    for (field, value) in metric.by.iter().zip(labels) {
        if let Some(name) = field.strip_prefix(start) {
            json::text(into, name, value);
        }
    }
}
