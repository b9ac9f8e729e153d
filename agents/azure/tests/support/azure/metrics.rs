//! Azure Monitor: batches of one region and subscription, and single resources.
//!
//! <https://learn.microsoft.com/rest/api/monitor/metrics-batch/batch>,
//! <https://learn.microsoft.com/rest/api/monitor/metrics/list>

use jiff::Timestamp;
use serde_json::{Value, json};

use super::call::Call;
use super::errors::{json_reply, refusal};
use super::series::{self, Asked};
use crate::support::http::Reply;
use crate::support::tenant::{Figures, Tenant};

/// The most resources that a batch asks for.
const MOST: usize = 50;

/// Whether a call is to the batch API.
pub(super) fn is_batch(call: &Call) -> bool {
    call.ends_in("/metrics:getBatch")
}

/// `POST /{region}/subscriptions/{id}/metrics:getBatch`.
pub(super) fn batch(tenant: &Tenant, call: &Call) -> Reply {
    let parts: Vec<&str> = call.path.split('/').collect();
    let ["", region, "subscriptions", subscription, _] = parts.as_slice() else {
        return refusal(404, "NotFound", "There is nothing at this path.");
    };
    let body = call.body();
    let ids: Vec<&str> =
        body["resourceids"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    if call.request.method != "POST" || ids.is_empty() || ids.len() > MOST {
        return refusal(400, "BadRequest", "Between 1 and 50 resource ids are needed.");
    }
    let span = (call.parameter("starttime"), call.parameter("endtime"));
    let (Some(start), Some(end)) = (span.0.and_then(exact_moment), span.1.and_then(exact_moment))
    else {
        return refusal(400, "BadRequest", "starttime and endtime are needed.");
    };
    let asked = match asked(call, start, end) {
        Ok(asked) => asked,
        Err(reply) => return reply,
    };
    let mut values = Vec::new();
    for id in ids {
        let found = match tenant.figures(id) {
            Some(found) if found.subscription.eq_ignore_ascii_case(subscription) => found,
            _ => return refusal(400, "BadRequest", &format!("{id} is not of this subscription.")),
        };
        if found.location != *region {
            return refusal(400, "BadRequest", &format!("{id} is not in {region}."));
        }
        match metrics_of(id, found, &asked) {
            Ok(value) => values.push(json!({
                "starttime": span.0, "endtime": span.1, "interval": call.parameter("interval"),
                "namespace": asked.namespace, "resourceregion": region, "resourceid": id,
                "value": value })),
            Err(reply) => return reply,
        }
    }
    json_reply(200, &json!({ "values": values }))
}

/// `GET {resource}/providers/Microsoft.Insights/metrics`.
pub(super) fn single(tenant: &Tenant, call: &Call) -> Reply {
    let at = call.path.to_lowercase().rfind("/providers/microsoft.insights/metrics");
    let id = at.map_or("", |at| &call.path[..at]);
    let Some(found) = tenant.figures(id) else {
        return refusal(404, "ResourceNotFound", "The resource was not found.");
    };
    let timespan = call.parameter("timespan").unwrap_or_default();
    let span = timespan.split_once('/').and_then(|(from, to)| Some((moment(from)?, moment(to)?)));
    let Some((start, end)) = span else {
        return refusal(400, "BadRequest", "The time span is not valid.");
    };
    let asked = match asked(call, start, end) {
        Ok(asked) => asked,
        Err(reply) => return reply,
    };
    match metrics_of(id, found, &asked) {
        Ok(value) => json_reply(
            200,
            &json!({ "cost": 0, "timespan": timespan, "interval": call.parameter("interval"),
                     "value": value, "namespace": asked.namespace,
                     "resourceregion": found.location }),
        ),
        Err(reply) => reply,
    }
}

/// `yyyy-MM-ddTHH:mm:ss.fffZ`, as the batch API's document has it.
fn exact_moment(text: &str) -> Option<i64> {
    Some(text).filter(|text| text.len() == 24 && text.ends_with('Z')).and_then(moment)
}

fn moment(text: &str) -> Option<i64> {
    text.parse::<Timestamp>().ok().map(Timestamp::as_second)
}

/// What both forms have in common.
fn asked(call: &Call, start: i64, end: i64) -> Result<Asked<'_>, Reply> {
    let needed = |name: &str| {
        let missing = || refusal(400, "BadRequest", &format!("{name} is needed."));
        call.parameter(name).filter(|it| !it.is_empty()).ok_or_else(missing)
    };
    let interval = match needed("interval")? {
        "PT1M" => 60,
        "PT5M" => 300,
        "PT15M" => 900,
        "PT1H" => 3_600,
        "P1D" => 86_400,
        other => return Err(refusal(400, "BadRequest", &format!("{other} is no time grain."))),
    };
    let metrics: Vec<&str> = needed("metricnames")?.split(',').collect();
    if metrics.len() > 20 {
        return Err(refusal(400, "BadRequest", "At most 20 metrics can be asked for."));
    }
    let filter = call.parameter("filter").or(call.parameter("$filter"));
    Ok(Asked {
        namespace: needed("metricnamespace")?,
        metrics,
        aggregations: needed("aggregation")?.split(',').collect(),
        filter,
        // The default cuts in silence, as Azure's does.
        top: call.parameter("top").and_then(|it| it.parse().ok()).unwrap_or(10),
        start,
        end,
        interval,
    })
}

/// The metrics of one resource.
fn metrics_of(id: &str, found: &Figures, asked: &Asked<'_>) -> Result<Vec<Value>, Reply> {
    if !found.namespace.eq_ignore_ascii_case(asked.namespace) {
        let text = format!("{id} has no metrics in namespace {}.", asked.namespace);
        return Err(refusal(400, "BadRequest", &text));
    }
    let mut known = series::known(&found.namespace).to_vec();
    known.retain(|name| !found.lacks.contains(name));
    let one = |name: &&str| {
        if !known.iter().any(|known| known.eq_ignore_ascii_case(name)) {
            return Err(refusal(
                400,
                "BadRequest",
                &format!(
                    "Failed to find metric configuration for provider: {}, metric: {name}, Valid \
                     metrics: {}",
                    found.namespace,
                    known.join(",")
                ),
            ));
        }
        Ok(json!({
            "id": format!("{id}/providers/Microsoft.Insights/metrics/{name}"),
            "type": "Microsoft.Insights/metrics",
            "name": { "value": name, "localizedValue": name },
            "displayDescription": "", "unit": "Unspecified", "errorCode": "Success",
            "timeseries": series::of(found, name, asked),
        }))
    };
    asked.metrics.iter().map(one).collect()
}
