//! Cloud Asset Inventory: the search for the projects below a folder.
//! <https://cloud.google.com/asset-inventory/docs/reference/rest/v1/TopLevel/searchAllResources>

use std::fmt::Write as _;

use super::page::Page;
use super::place::{FOLDER, Project};
use super::{Gcp, errors, json};
use crate::http::{Reply, Request};

/// The most that a page has.
const PAGE: u64 = 500;

const PROJECT: &str = "cloudresourcemanager.googleapis.com/Project";

/// Answers a search below `place` (`folders/1`).
pub(super) fn search(gcp: &Gcp, request: &Request, place: &str) -> Result<Reply, Reply> {
    if place != format!("folders/{FOLDER}") {
        return Err(errors::denied("asset", place));
    }
    if request.parameter("assetTypes").is_some_and(|kind| kind != PROJECT) {
        return Ok(json::reply("{}".to_owned()));
    }
    let page = Page::of(request, ("pageSize", "pageToken"), gcp.size.accounts, PAGE)?;
    let mut body = String::with_capacity(page.len() * 800 + 100);
    body.push_str("{\"results\":[");
    for index in page.items.clone() {
        json::comma(&mut body);
        write(&mut body, &Project::new(&gcp.size, index));
    }
    body.push(']');
    if let Some(next) = page.next {
        json::text(&mut body, "nextPageToken", next);
    }
    body.push('}');
    Ok(json::reply(body))
}

fn write(into: &mut String, project: &Project) {
    let (id, number) = (&project.id, project.number());
    let _ = write!(
        into,
        "{{\"name\":\"//cloudresourcemanager.googleapis.com/projects/{id}\",\"assetType\":\"{PROJECT}\",\
         \"project\":\"projects/{number}\",\"folders\":[\"folders/{FOLDER}\"],\
         \"organization\":\"organizations/500000000001\",\"displayName\":\"{id}\",\"location\":\"global\",\
         \"additionalAttributes\":{{\"projectId\":\"{id}\"}},\"createTime\":\"2024-05-04T03:02:01Z\",\
         \"state\":\"ACTIVE\",\
         \"parentFullResourceName\":\"//cloudresourcemanager.googleapis.com/folders/{FOLDER}\",\
         \"parentAssetType\":\"cloudresourcemanager.googleapis.com/Folder\"}}"
    );
}
