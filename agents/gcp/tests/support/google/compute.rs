//! Compute Engine: aggregated lists and snapshots.
//! <https://cloud.google.com/compute/docs/reference/rest/v1/instances/aggregatedList>

use serde_json::{Map, Value, json};

use super::call::Call;
use super::errors::json_reply;
use super::pages::page;
use crate::support::fleet::{Fleet, Kind, Thing};
use crate::support::http::Reply;

/// Every place, with something in it or not: Google lists them all.
const PLACES: [&str; 14] = [
    "regions/europe-west1",
    "regions/us-central1",
    "zones/africa-south1-a",
    "zones/asia-east1-a",
    "zones/europe-west1-b",
    "zones/europe-west1-c",
    "zones/europe-west1-d",
    "zones/us-central1-a",
    "zones/us-central1-b",
    "zones/us-central1-c",
    "zones/us-central1-f",
    "zones/us-east1-b",
    "zones/us-east1-c",
    "zones/us-west4-a",
];

/// Answers what Compute Engine answers.
pub(super) fn answer(fleet: &Fleet, call: &Call) -> Option<Reply> {
    let rest = call.path.strip_prefix("/compute/v1/projects/")?;
    let (project, what) = rest.split_once('/')?;
    let reply = match what {
        "aggregated/instances" => aggregated(fleet, call, project, Kind::Instance, "instances"),
        "aggregated/disks" => aggregated(fleet, call, project, Kind::Disk, "disks"),
        "global/snapshots" => snapshots(fleet, call, project),
        _ => return None,
    };
    Some(reply.unwrap_or_else(|reply| reply))
}

/// Items are counted over all places; a place without any on the page says so.
fn aggregated(
    fleet: &Fleet,
    call: &Call,
    project: &str,
    kind: Kind,
    list: &str,
) -> Result<Reply, Reply> {
    let mut all = fleet.of(project, kind);
    all.sort_by(|one, other| one.place.cmp(&other.place));
    let page = page(call, all, ("maxResults", "pageToken"), 500)?;
    let mut items = Map::new();
    for place in PLACES {
        items.insert(
            place.to_owned(),
            json!({ "warning": {
                "code": "NO_RESULTS_ON_PAGE",
                "message": format!("There are no results for scope '{place}' on this page."),
                "data": [{ "key": "scope", "value": place }] } }),
        );
    }
    for Thing { place, body, .. } in page.items {
        let scope = items.entry(place.clone()).or_insert_with(|| json!({}));
        if scope[list].is_null() {
            *scope = json!({ list: [] });
        }
        scope[list].as_array_mut().unwrap().push(body.clone());
    }
    let link =
        format!("https://www.googleapis.com/compute/v1/projects/{project}/aggregated/{list}");
    Ok(reply(
        json!({ "kind": format!("compute#{}AggregatedList", list.trim_end_matches('s')),
        "id": format!("projects/{project}/aggregated/{list}"), "items": items,
        "selfLink": link }),
        page.next,
    ))
}

fn snapshots(fleet: &Fleet, call: &Call, project: &str) -> Result<Reply, Reply> {
    let all = fleet.of(project, Kind::Snapshot);
    let page = page(call, all, ("maxResults", "pageToken"), 500)?;
    let items: Vec<&Value> = page.items.iter().map(|thing| &thing.body).collect();
    let mut body = json!({ "kind": "compute#snapshotList",
        "id": format!("projects/{project}/global/snapshots"),
        "selfLink": format!("https://www.googleapis.com/compute/v1/projects/{project}/global/snapshots") });
    // Without any the list is left out.
    if !items.is_empty() {
        body["items"] = json!(items);
    }
    Ok(reply(body, page.next))
}

fn reply(mut body: Value, next: Option<String>) -> Reply {
    if let Some(next) = next {
        body["nextPageToken"] = json!(next);
    }
    json_reply(200, &body)
}
