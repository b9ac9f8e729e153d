//! Azure Monitor: the metrics of up to fifty resources of a region at once, or of one.
//! <https://learn.microsoft.com/rest/api/monitor/metrics-batch/batch>,
//! <https://learn.microsoft.com/rest/api/monitor/metrics/list>

mod figures;
mod series;

use std::fmt::Write as _;

use jiff::Timestamp;
use serde::Deserialize;

use super::Azure;
use super::place::{Place, REGIONS};
use super::refusals::{bad, json, nothing};
use super::resolve::Target;
use crate::http::{Reply, Request};
use series::Asked;

/// The most resources that a batch asks for.
const MOST: usize = 50;

/// What a single request's path ends with, in small letters.
pub(super) const SINGLE: &str = "/providers/microsoft.insights/metrics";

#[derive(Deserialize)]
struct Resources {
    resourceids: Vec<String>,
}

/// `POST /{region}/subscriptions/{id}/metrics:getBatch`.
pub(super) fn batch(azure: &Azure, request: &Request, region: &str, account: &str) -> Reply {
    let Some(place) = Place::find(&azure.size, account) else {
        return nothing("SubscriptionNotFound", "The subscription could not be found.");
    };
    let ids = match serde_json::from_slice::<Resources>(&request.body) {
        Ok(body) if (1..=MOST).contains(&body.resourceids.len()) => body.resourceids,
        _ => return bad("Between 1 and 50 resource ids are needed."),
    };
    let moment = |name: &str| request.parameter(name).unwrap_or_default();
    let (start, end) = (moment("starttime"), moment("endtime"));
    let asked = match Asked::of(request, "filter", &start, &end) {
        Ok(asked) => asked,
        Err(reply) => return reply,
    };
    let mut text = String::with_capacity(ids.len() * (16 << 10));
    text.push_str("{\"values\":[");
    for (index, id) in ids.iter().enumerate() {
        let target = Target::find(&place, id);
        let Some(target) = target.filter(|target| REGIONS[target.region()].0 == region) else {
            return bad(&format!("{id} is not in {region} of this subscription."));
        };
        if index > 0 {
            text.push(',');
        }
        let _ = write!(
            text,
            "{{\"starttime\":\"{start}\",\"endtime\":\"{end}\",\"interval\":\"{}\",\
             \"namespace\":\"{}\",\"resourceregion\":\"{region}\",\"resourceid\":\"{id}\",\"value\":",
            asked.interval, asked.namespace
        );
        if let Err(reply) = asked.write(&mut text, &place, id, &target) {
            return reply;
        }
        text.push('}');
    }
    text.push_str("]}");
    json(text)
}

/// `GET {resource}/providers/Microsoft.Insights/metrics`.
pub(super) fn single(azure: &Azure, request: &Request, account: &str) -> Reply {
    let end = request.path.len().saturating_sub(SINGLE.len());
    let id = &request.path[..end];
    let found = Place::find(&azure.size, account)
        .and_then(|place| Target::find(&place, id).map(|target| (place, target)));
    let Some((place, target)) = found else {
        return nothing("ResourceNotFound", "The resource was not found.");
    };
    let span = request.parameter("timespan").unwrap_or_default();
    let (start, end) = span.split_once('/').unwrap_or_default();
    let asked = match Asked::of(request, "$filter", start, end) {
        Ok(asked) => asked,
        Err(reply) => return reply,
    };
    let mut text = String::with_capacity(16 << 10);
    let _ = write!(
        text,
        "{{\"cost\":0,\"timespan\":\"{span}\",\"interval\":\"{}\",\"namespace\":\"{}\",\
         \"resourceregion\":\"{}\",\"value\":",
        asked.interval,
        asked.namespace,
        REGIONS[target.region()].0
    );
    if let Err(reply) = asked.write(&mut text, &place, id, &target) {
        return reply;
    }
    text.push('}');
    json(text).with("x-ms-ratelimit-remaining-subscription-reads", "249")
}

/// Seconds since 1970.
fn moment(text: &str) -> Option<i64> {
    text.parse::<Timestamp>().ok().map(Timestamp::as_second)
}
