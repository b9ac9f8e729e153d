//! Resource Graph, as far as one agent's questions go.
//!
//! <https://learn.microsoft.com/rest/api/azureresourcegraph/resourcegraph/resources/resources>

use serde_json::{Value, json};

use super::call::Call;
use super::errors::{json_reply, refusal};
use crate::support::http::Reply;
use crate::support::tenant::{Access, Tenant, Thing};

/// The most rows that one answer has.
const MOST: usize = 1000;
/// Instances of uniform scale sets: they are in a table of their own.
const INSTANCES: &str = "microsoft.compute/virtualmachinescalesets/virtualmachines";

/// The answer to a query.
pub(super) fn answer(tenant: &Tenant, call: &Call) -> Reply {
    let body = call.body();
    let query = body["query"].as_str().unwrap_or_default().to_lowercase();
    let subscriptions: Vec<&str> =
        body["subscriptions"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    if call.request.method != "POST" || query.is_empty() || subscriptions.is_empty() {
        return refusal(400, "BadRequest", "A query and its subscriptions are needed.");
    }
    let format = body["options"]["resultFormat"].as_str().unwrap_or("objectArray");
    if !format.eq_ignore_ascii_case("objectArray") {
        return refusal(400, "BadRequest", "Only object arrays are scripted.");
    }
    // What the identity may not see is left out without a word.
    let seen = |id: &str| {
        tenant.subscriptions.iter().any(|known| known.id == id && known.access == Access::All)
    };
    if !subscriptions.iter().any(|id| seen(&id.to_lowercase())) {
        return refusal(
            400,
            "NoValidSubscriptionsInQueryRequest",
            "There must be at least one subscription that is eligible to contain resources.",
        );
    }
    let mut found: Vec<&Thing> = tenant
        .things
        .iter()
        .filter(|thing| subscriptions.iter().any(|id| id.eq_ignore_ascii_case(thing.subscription)))
        .filter(|thing| seen(thing.subscription) && is_asked_for(&query, thing))
        .collect();
    found.sort_by_key(|thing| (thing.subscription, thing.id.to_lowercase()));
    page(&found, &body["options"])
}

/// Whether a query, in lower case, is about a thing.
fn is_asked_for(query: &str, thing: &Thing) -> bool {
    let type_name = thing.type_name.to_lowercase();
    let table = if type_name == INSTANCES { "computeresources" } else { "resources" };
    let quoted = |quote| query.contains(&format!("{quote}{type_name}{quote}"));
    if !query.trim_start().starts_with(table) || !(quoted('\'') || quoted('"')) {
        return false;
    }
    let Some((_, groups)) = query.split_once("resourcegroup in~") else { return true };
    let groups = groups.split_once(')').map_or(groups, |(groups, _)| groups);
    let names = groups.trim_start_matches([' ', '(']).split(',');
    let mut names = names.map(|name| name.trim().trim_matches(['\'', '"']));
    names.any(|name| name.eq_ignore_ascii_case(&thing.group))
}

fn page(found: &[&Thing], options: &Value) -> Reply {
    let number = |key: &str| options[key].as_u64().and_then(|it| usize::try_from(it).ok());
    let size = number("$top").unwrap_or(MOST);
    if size == 0 || size > MOST {
        return refusal(400, "BadRequest", "$top must be from 1 to 1000.");
    }
    let from = match options["$skipToken"].as_str().filter(|token| !token.is_empty()) {
        None => number("$skip").unwrap_or(0),
        Some(token) => match token.strip_prefix("after-").and_then(|it| it.parse().ok()) {
            Some(from) => from,
            None => return refusal(400, "InvalidSkipToken", "The skip token is not valid."),
        },
    };
    let until = (from + size).min(found.len());
    let rows: Vec<Value> = found[from.min(until)..until].iter().map(|it| it.in_graph()).collect();
    let mut body = json!({
        "totalRecords": found.len(), "count": rows.len(), "data": rows, "facets": [],
        "resultTruncated": "false",
    });
    if until < found.len() {
        body["$skipToken"] = Value::from(format!("after-{until}"));
    }
    json_reply(200, &body)
        .with("x-ms-user-quota-remaining", "14")
        .with("x-ms-user-quota-resets-after", "00:00:05")
        .with("x-ms-ratelimit-remaining-tenant-resource-requests", "14")
}
