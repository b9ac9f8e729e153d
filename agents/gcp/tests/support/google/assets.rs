//! Cloud Asset Inventory: the search for projects.
//! <https://cloud.google.com/asset-inventory/docs/reference/rest/v1/TopLevel/searchAllResources>

use serde_json::{Value, json};

use super::call::Call;
use super::errors::{denied, invalid, json_reply};
use super::pages::page;
use crate::support::fleet::{FOLDER, Fleet, LEAVING, ORGANIZATION};
use crate::support::http::Reply;

/// Answers a search.
pub(super) fn answer(fleet: &Fleet, call: &Call) -> Reply {
    let place = call.path.trim_start_matches("/v1/").trim_end_matches(":searchAllResources");
    if ![format!("folders/{FOLDER}"), format!("organizations/{ORGANIZATION}")]
        .contains(&place.to_owned())
    {
        return denied(call);
    }
    if call.parameters("assetTypes") != ["cloudresourcemanager.googleapis.com/Project"] {
        return invalid("the asset types are not valid");
    }
    let mut found: Vec<Value> =
        fleet.projects.iter().enumerate().map(|it| asset(it, "ACTIVE")).collect();
    match call.parameter("query") {
        // The search is not always up to the day.
        Some("state:ACTIVE" | "state=ACTIVE") => {}
        Some("") | None => found.push(asset((99, &LEAVING), "DELETE_REQUESTED")),
        Some(_) => return invalid("the query is not valid"),
    }
    let page = match page(call, found, ("pageSize", "pageToken"), 500) {
        Ok(page) => page,
        Err(reply) => return reply,
    };
    let mut body = json!({ "results": page.items });
    if let Some(next) = page.next {
        body["nextPageToken"] = json!(next);
    }
    json_reply(200, &body)
}

fn asset((number, id): (usize, &&'static str), state: &str) -> Value {
    let number = 900_000_000_001 + number;
    json!({
        "name": format!("//cloudresourcemanager.googleapis.com/projects/{id}"),
        "assetType": "cloudresourcemanager.googleapis.com/Project",
        "project": format!("projects/{number}"), "displayName": id,
        "organization": format!("organizations/{ORGANIZATION}"),
        "folders": [format!("folders/{FOLDER}")], "location": "global", "state": state,
        "additionalAttributes": { "projectId": id },
        "createTime": "2023-05-04T03:02:01Z",
        "parentFullResourceName":
            format!("//cloudresourcemanager.googleapis.com/folders/{FOLDER}"),
        "parentAssetType": "cloudresourcemanager.googleapis.com/Folder",
    })
}
