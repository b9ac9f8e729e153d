//! Lists of Azure Resource Manager: subscriptions, and what is in them, type by type.

use std::fmt::Write as _;
use std::ops::Range;

use super::Azure;
use super::authority::TENANT;
use super::json::Form;
use super::kind::Kind;
use super::place::{Place, subscription_id};
use super::refusals::{bad, json, nothing};
use super::resolve;
use super::rows::{self, Shelf};
use super::sets;
use super::sql::{self, Database, Pool, Server};
use crate::http::{Reply, Request};

/// How many resources a page has.
const PAGE: u64 = 200;

/// The answer to a `GET` of Azure Resource Manager.
pub(super) fn answer(azure: &Azure, request: &Request) -> Reply {
    if request.parameter("api-version").is_none() {
        return bad("The api-version query parameter (?api-version=) is required.");
    }
    let path = request.path.to_lowercase();
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    match parts.as_slice() {
        ["subscriptions"] => subscriptions(azure, request),
        ["subscriptions", id, rest @ ..] => match Place::find(&azure.size, id) {
            Some(place) => below(request, &place, rest),
            None => nothing(
                "SubscriptionNotFound",
                &format!("The subscription '{id}' could not be found."),
            ),
        },
        _ => nothing("NotFound", "There is nothing at this path."),
    }
}

fn subscriptions(azure: &Azure, request: &Request) -> Reply {
    list(request, azure.size.accounts, PAGE, |text, index| {
        let id = subscription_id(index);
        let _ = write!(
            text,
            "{{\"id\":\"/subscriptions/{id}\",\"authorizationSource\":\"RoleBased\",\
             \"managedByTenants\":[],\"subscriptionId\":\"{id}\",\"tenantId\":\"{TENANT}\",\
             \"displayName\":\"Sandbox {index}\",\"state\":\"Enabled\",\"subscriptionPolicies\":{{\
             \"locationPlacementId\":\"Public_2014-09-01\",\"quotaId\":\"PayAsYouGo_2014-09-01\",\
             \"spendingLimit\":\"Off\"}}}}"
        );
    })
}

/// What is in a subscription. Lists of single resource groups are not there.
fn below(request: &Request, place: &Place, rest: &[&str]) -> Reply {
    let type_name = |namespace: &str, kind: &str| Kind::named(&format!("{namespace}/{kind}"));
    match rest {
        ["resources"] => {
            let most = request.parameter("$top").and_then(|it| it.parse().ok()).unwrap_or(PAGE);
            let all = rows::count(place);
            list(request, all, most.clamp(1, PAGE), |text, index| {
                if let Some((shelf, index)) = rows::find(place, index) {
                    shelf.write(text, place, Form::List, index);
                }
            })
        }
        ["providers", namespace, kind] => match type_name(namespace, kind) {
            Some(Kind::Server) => list(request, place.counts.servers, PAGE, |text, index| {
                Server::of(place, index).write(text, place, Form::List);
            }),
            Some(kind) => whole(request, place, kind),
            None => nothing("InvalidResourceType", "There is no such type."),
        },
        ["resourcegroups", _, "providers", namespace, kind, name, child] => {
            let Some(kind) = type_name(namespace, &format!("{kind}/{child}")) else {
                return nothing("InvalidResourceType", "There is no such type.");
            };
            let end = format!("/{child}");
            let path = request.path.to_lowercase();
            children(request, place, kind, path.strip_suffix(&end).unwrap_or_default(), name)
        }
        _ => nothing("NotFound", "There is nothing at this path."),
    }
}

/// Everything of a type in a subscription.
fn whole(request: &Request, place: &Place, kind: Kind) -> Reply {
    let shelves = rows::listed(kind);
    let states = request.parameter("statusOnly").is_some_and(|it| it == "true");
    let form = if states { Form::States } else { form(request) };
    let all = shelves.iter().map(|shelf| shelf.count(place)).sum();
    list(request, all, PAGE, |text, mut index| {
        for shelf in shelves {
            let count = shelf.count(place);
            if index < count {
                return shelf.write(text, place, form, index);
            }
            index -= count;
        }
    })
}

/// What belongs to another resource, whose identifier in small letters is `parent`.
fn children(request: &Request, place: &Place, kind: Kind, parent: &str, name: &str) -> Reply {
    let missing = || nothing("ParentResourceNotFound", "The parent resource could not be found.");
    if kind == Kind::Instance {
        let Some((index, set)) = resolve::set(place, parent) else { return missing() };
        let first = sets::first_instance(place, index);
        return list(request, set.instances(place), PAGE, |text, number| {
            Shelf::Instances.write(text, place, form(request), first + number);
        });
    }
    let number = Kind::Server.number(name).filter(|it| *it < place.counts.servers);
    let Some((number, server)) = number.map(|number| (number, Server::of(place, number))) else {
        return missing();
    };
    if !server.id.eq_ignore_ascii_case(parent) {
        return missing();
    }
    let length = |range: &Range<u64>| range.end - range.start;
    match kind {
        Kind::Database => {
            let all = sql::databases(place, number);
            list(request, length(&all) + 1, PAGE, |text, index| {
                if index < length(&all) {
                    let index = all.start + index;
                    Database::of(place, number, &server, index).write(text, place, Form::List);
                } else {
                    server.write_master(text, place, Form::List);
                }
            })
        }
        Kind::Pool => {
            let all = sql::pools(place, number);
            list(request, length(&all), PAGE, |text, index| {
                Pool::of(place, &server, all.start + index).write(text, place, Form::List);
            })
        }
        _ => nothing("InvalidResourceType", "There is no such type."),
    }
}

fn form(request: &Request) -> Form {
    match request.parameter("$expand").as_deref() {
        Some("instanceView") => Form::Expanded,
        _ => Form::List,
    }
}

/// One page of `all` rows, with a link to the next.
fn list(request: &Request, all: u64, size: u64, write: impl Fn(&mut String, u64)) -> Reply {
    let token = request.parameter("$skiptoken");
    let Ok(start) = token.as_deref().unwrap_or("0").parse::<u64>() else {
        return bad("The skip token is not valid.");
    };
    let end = all.min(start.saturating_add(size));
    let mut text = String::with_capacity(512 << 10);
    text.push_str("{\"value\":[");
    for index in start.min(end)..end {
        if index > start {
            text.push(',');
        }
        write(&mut text, index);
    }
    text.push(']');
    if end < all {
        let kept = request.query.split('&').filter(|part| !part.contains("skiptoken"));
        let kept: Vec<&str> = kept.collect();
        let _ = write!(
            text,
            ",\"nextLink\":\"https://{}{}?{}&%24skiptoken={end}\"",
            request.header("host"),
            request.path,
            kept.join("&")
        );
    }
    text.push('}');
    json(text).with("x-ms-ratelimit-remaining-subscription-reads", "249")
}
