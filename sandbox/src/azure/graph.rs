//! Azure Resource Graph, as far as the agents' queries go.
//! <https://learn.microsoft.com/rest/api/azureresourcegraph/resourcegraph/resources/resources>

use http::StatusCode;
use serde::Deserialize;

use super::Azure;
use super::json::Form;
use super::kind::Kind;
use super::place::Place;
use super::refusals::{bad, json, refusal};
use super::rows::{self, Shelf};
use crate::http::{Reply, Request};

/// The most rows of one answer.
/// <https://learn.microsoft.com/azure/governance/resource-graph/concepts/work-with-data>
const PAGE: u64 = 1_000;
/// About how long a row is, in bytes.
const ROW: usize = 3_000;

#[derive(Deserialize)]
struct Query {
    subscriptions: Vec<String>,
    query: String,
    #[serde(default)]
    options: Options,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Options {
    #[serde(rename = "$top")]
    top: Option<u64>,
    #[serde(rename = "$skipToken")]
    skip_token: Option<String>,
}

/// The two tables that hold resources.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Table {
    Resources,
    /// Instances of uniform scale sets.
    Instances,
}

impl Table {
    /// The table of a query, where it is one of those that the agents ask: all types of a table,
    /// by subscription and identifier. The probe for one row is one, too.
    fn of(query: &str) -> Option<Self> {
        let query = query.to_lowercase();
        if query.contains("resourcegroup in~") {
            return None;
        }
        let names = |kind: &Kind| query.contains(&format!("'{}'", kind.small_name()));
        let ordered = query.contains("| order by subscriptionid asc, id asc");
        let (instance, all) = (Kind::Instance, Kind::ALL);
        if query.starts_with("computeresources |") && names(&instance) && ordered {
            return Some(Self::Instances);
        }
        let mut others = all.iter().filter(|kind| **kind != instance);
        let probe = query == "resources | project id | order by id asc";
        let whole = query.starts_with("resources |") && ordered && others.all(names);
        (probe || whole).then_some(Self::Resources)
    }

    fn count(self, place: &Place) -> u64 {
        match self {
            Self::Resources => rows::count(place),
            Self::Instances => Shelf::Instances.count(place),
        }
    }

    fn find(self, place: &Place, index: u64) -> Option<(Shelf, u64)> {
        match self {
            Self::Resources => rows::find(place, index),
            Self::Instances => Some((Shelf::Instances, index)),
        }
    }
}

pub(super) fn answer(azure: &Azure, request: &Request) -> Reply {
    let Ok(asked) = serde_json::from_slice::<Query>(&request.body) else {
        return bad("A query and its subscriptions are needed.");
    };
    let Some(table) = Table::of(&asked.query) else {
        return refusal(
            StatusCode::BAD_REQUEST,
            "InvalidQuery",
            "The sandbox answers the agents' own queries only.",
        );
    };
    let size = asked.options.top.unwrap_or(100);
    if !(1..=PAGE).contains(&size) {
        return bad("$top must be from 1 to 1000.");
    }
    // What cannot be seen is left out without a word.
    let mut places: Vec<Place> =
        asked.subscriptions.iter().filter_map(|id| Place::find(&azure.size, id)).collect();
    if places.is_empty() {
        return refusal(
            StatusCode::BAD_REQUEST,
            "NoValidSubscriptionsInQueryRequest",
            "There must be at least one subscription that is eligible to contain resources.",
        );
    }
    places.sort_by(|one, other| one.id.cmp(&other.id));
    places.dedup_by(|one, other| one.id == other.id);
    let start = match asked.options.skip_token.as_deref().filter(|token| !token.is_empty()) {
        None => 0,
        Some(token) => match token.strip_prefix("sandbox-").and_then(|it| it.parse().ok()) {
            Some(start) => start,
            None => return bad("The skip token is not valid."),
        },
    };
    json(page(table, &places, start, size))
        .with("x-ms-user-quota-remaining", "14")
        .with("x-ms-user-quota-resets-after", "00:00:05")
        .with("x-ms-ratelimit-remaining-tenant-resource-requests", "14")
}

fn page(table: Table, places: &[Place], start: u64, size: u64) -> String {
    let all: u64 = places.iter().map(|place| table.count(place)).sum();
    let end = all.min(start.saturating_add(size));
    let count = end.saturating_sub(start);
    let mut text = String::with_capacity(usize::try_from(count).unwrap_or_default() * ROW + 200);
    text.push_str(&format!("{{\"totalRecords\":{all},\"count\":{count},\"data\":["));
    let (mut first, mut any) = (0, false);
    for place in places {
        let here = table.count(place);
        let from = start.clamp(first, first + here) - first;
        let until = end.clamp(first, first + here) - first;
        for index in from..until {
            if let Some((shelf, index)) = table.find(place, index) {
                if any {
                    text.push(',');
                }
                any = true;
                shelf.write(&mut text, place, Form::Graph, index);
            }
        }
        first += here;
    }
    text.push_str("],\"facets\":[],\"resultTruncated\":\"false\"");
    if end < all {
        text.push_str(&format!(",\"$skipToken\":\"sandbox-{end}\""));
    }
    text.push('}');
    text
}
