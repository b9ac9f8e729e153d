//! Lists of Azure Resource Manager: subscriptions, and what is in them.

use serde_json::{Value, json};

use super::call::Call;
use super::errors::{denied, json_reply, no_subscription, refusal};
use crate::support::http::Reply;
use crate::support::identity::TENANT;
use crate::support::tenant::{Access, Subscription, Tenant, Thing};

/// How many things a page has.
const PAGE: usize = 200;
/// How many subscriptions a page has: fewer than there are.
const SUBSCRIPTIONS_PAGE: usize = 2;

/// The answer to a `GET` of Azure Resource Manager.
pub(super) fn answer(tenant: &Tenant, call: &Call) -> Reply {
    let parts: Vec<&str> = call.path.split('/').filter(|part| !part.is_empty()).collect();
    if call.request.method != "GET" {
        return refusal(405, "MethodNotAllowed", "The method is not allowed.");
    }
    match parts.as_slice() {
        ["subscriptions"] => {
            let all: Vec<Value> = tenant.subscriptions.iter().map(subscription).collect();
            page(call, &all, SUBSCRIPTIONS_PAGE)
        }
        ["subscriptions", id, rest @ ..] => match known(tenant, id) {
            None | Some(Subscription { access: Access::Gone, .. }) => no_subscription(id),
            Some(found) if rest.is_empty() => json_reply(200, &subscription(found)),
            Some(Subscription { access: Access::Nothing, .. }) => {
                denied(&action(call), &format!("/subscriptions/{id}"))
            }
            Some(found) => below(tenant, found, rest, call),
        },
        _ => refusal(404, "NotFound", "There is nothing at this path."),
    }
}

fn known<'a>(tenant: &'a Tenant, id: &str) -> Option<&'a Subscription> {
    tenant.subscriptions.iter().find(|known| known.id.eq_ignore_ascii_case(id))
}

fn subscription(of: &Subscription) -> Value {
    json!({
        "id": format!("/subscriptions/{}", of.id), "subscriptionId": of.id, "tenantId": TENANT,
        "displayName": of.name, "state": of.state, "authorizationSource": "RoleBased",
        "managedByTenants": [], "subscriptionPolicies": {
            "locationPlacementId": "Public_2014-09-01", "quotaId": "PayAsYouGo_2014-09-01",
            "spendingLimit": "Off" },
    })
}

/// What is in a subscription, or in a resource group of it.
fn below(tenant: &Tenant, of: &Subscription, rest: &[&str], call: &Call) -> Reply {
    if let ["resourceGroups" | "resourcegroups", group, ..] = rest {
        let mut own = tenant.things.iter().filter(|thing| thing.subscription == of.id);
        if !own.any(|thing| thing.group.eq_ignore_ascii_case(group)) {
            let text = format!("Resource group '{group}' could not be found.");
            return refusal(404, "ResourceGroupNotFound", &text);
        }
    }
    if rest.last() == Some(&"resources") {
        return anything(tenant, call);
    }
    let path = call.path.to_lowercase();
    let Some((above, provider)) = path.split_once("/providers/") else {
        return refusal(404, "NotFound", "There is nothing at this path.");
    };
    let parts: Vec<&str> = provider.split('/').collect();
    match parts.as_slice() {
        [namespace, kind] => things(tenant, call, &format!("{namespace}/{kind}"), above),
        [namespace, kind, name, below] => {
            let parent = format!("{above}/providers/{namespace}/{kind}/{name}");
            if tenant.things.iter().any(|thing| thing.id.eq_ignore_ascii_case(&parent)) {
                return things(tenant, call, &format!("{namespace}/{kind}/{below}"), &parent);
            }
            refusal(404, "ParentResourceNotFound", "The parent resource could not be found.")
        }
        [_, _, _] => {
            let mut things = tenant.things.iter();
            match things.find(|thing| thing.id.eq_ignore_ascii_case(&path)) {
                Some(thing) => json_reply(200, &thing.in_list(is_expanded(call))),
                None => refusal(404, "ResourceNotFound", "The resource was not found."),
            }
        }
        _ => refusal(404, "InvalidResourceType", "There is no such type."),
    }
}

/// The things of one type below a subscription, a resource group or another thing.
fn things(tenant: &Tenant, call: &Call, type_name: &str, parent: &str) -> Reply {
    let below = format!("{parent}/");
    let found: Vec<&Thing> = tenant
        .things
        .iter()
        .filter(|thing| thing.type_name.eq_ignore_ascii_case(type_name))
        .filter(|thing| thing.id.to_lowercase().starts_with(&below))
        .collect();
    let status_only = call.parameter("statusOnly") == Some("true");
    let form = |thing: &&Thing| {
        if status_only { thing.status() } else { thing.in_list(is_expanded(call)) }
    };
    page(call, &found.iter().map(form).collect::<Vec<_>>(), PAGE)
}

fn is_expanded(call: &Call) -> bool {
    call.parameter("$expand") == Some("instanceView")
}

/// Resources of any type, without their properties.
fn anything(tenant: &Tenant, call: &Call) -> Reply {
    let above = call.path.to_lowercase();
    let above = above.strip_suffix("resources").unwrap_or_default();
    let row =
        |thing: &Thing| json!({ "id": thing.id, "name": thing.name, "type": thing.type_name });
    let found = tenant.things.iter().filter(|it| it.id.to_lowercase().starts_with(above));
    let most = call.parameter("$top").and_then(|it| it.parse().ok()).unwrap_or(PAGE);
    page(call, &found.map(row).collect::<Vec<_>>(), most)
}

/// The action that a call needs.
pub(crate) fn action(call: &Call) -> String {
    let path = call.path.to_lowercase();
    if path.ends_with("/metrics:getbatch") {
        return "microsoft.insights/metrics/read".to_owned();
    }
    let Some((_, provider)) = path.rsplit_once("/providers/") else {
        let kind =
            if path.ends_with("/resources") { "subscriptions/resources" } else { "subscriptions" };
        return format!("microsoft.resources/{kind}/read");
    };
    let parts: Vec<&str> = provider.split('/').collect();
    let kinds: Vec<&str> = parts[1..].iter().step_by(2).copied().collect();
    format!("{}/{}/read", parts[0], kinds.join("/"))
}

/// One page of a list, with a link to the next.
fn page(call: &Call, all: &[Value], size: usize) -> Reply {
    let token = call.parameter("$skiptoken").unwrap_or("0");
    let Ok(from) = token.parse::<usize>() else {
        return refusal(400, "InvalidSkipToken", "The skip token is not valid.");
    };
    let until = (from + size).min(all.len());
    let mut body = json!({ "value": all[from.min(until)..until] });
    if until < all.len() {
        let query: Vec<String> = call
            .request
            .query
            .split('&')
            .filter(|part| !part.to_lowercase().contains("skiptoken"))
            .map(str::to_owned)
            .collect();
        let next = format!(
            "{}{}?{}&%24skiptoken={until}",
            call.base(),
            call.request.path,
            query.join("&")
        );
        body["nextLink"] = Value::from(next);
    }
    json_reply(200, &body).with("x-ms-ratelimit-remaining-subscription-reads", "249")
}
