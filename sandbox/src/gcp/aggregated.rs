//! Lists of what all zones and regions of a project have.
//! <https://cloud.google.com/compute/docs/reference/rest/v1/instances/aggregatedList>

use std::fmt::Write as _;
use std::ops::Range;

use super::fields::{Chosen, Field, Wanted};
use super::json;
use super::page::Page;
use super::place::{REGIONS, ZONES, Zone};
use crate::http::{Reply, Request};

/// The most that a page has.
pub(super) const PAGE: u64 = 500;

/// A list to be.
pub(super) struct List {
    /// What it is called in addresses and in the answer: `instances`.
    pub(super) name: &'static str,
    /// `compute#instanceAggregatedList`
    pub(super) kind: &'static str,
    /// How many items it has.
    pub(super) total: u64,
    /// Bytes of an item with all its fields, to make room for.
    pub(super) length: usize,
    /// What is where: `zones/us-central1-a`, and which numbers of the list.
    pub(super) places: Vec<(String, Range<u64>)>,
}

/// One page of a list. Items are counted over all places; a place without any on the page says so.
///
/// # Errors
/// The request makes no sense: Google's refusal.
pub(super) fn aggregated<T>(
    request: &Request,
    project: &str,
    list: &List,
    fields: &[Field<T>],
    make: impl Fn(u64) -> T,
) -> Result<String, Reply> {
    let page = Page::of(request, ("maxResults", "pageToken"), list.total, PAGE)?;
    let wanted = Wanted::of(request.parameter("fields").as_deref());
    let length = if request.query.contains("fields=") { list.length / 2 } else { list.length };
    let mut body = String::with_capacity(page.len() * length + 20_000);
    body.push_str("{\"kind\":\"");
    // What nobody wants is written and taken back: there is little of it.
    body.push_str(list.kind);
    let name = list.name;
    let _ = write!(
        body,
        "\",\"id\":\"projects/{project}/aggregated/{name}\",\"selfLink\":\
         \"https://www.googleapis.com/compute/v1/projects/{project}/aggregated/{name}\""
    );
    if wanted.part("kind").is_none() {
        body.truncate(1);
    }
    if let Some(items) = wanted.part("items") {
        json::comma(&mut body);
        body.push_str("\"items\":{");
        places(&mut body, project, list, &page.items, items, fields, make);
        body.push('}');
    }
    if let Some(next) = page.next.filter(|_| wanted.part("nextPageToken").is_some()) {
        json::comma(&mut body);
        let _ = write!(body, "\"nextPageToken\":\"{next}\"");
    }
    body.push('}');
    Ok(body)
}

fn places<T>(
    into: &mut String,
    project: &str,
    list: &List,
    page: &Range<u64>,
    wanted: &Wanted,
    fields: &[Field<T>],
    make: impl Fn(u64) -> T,
) {
    for (place, all) in &list.places {
        let here = all.start.max(page.start)..all.end.min(page.end);
        if here.is_empty() {
            nothing(into, place, wanted);
            continue;
        }
        json::comma(into);
        let _ = write!(into, "\"{place}\":{{\"{}\":[", list.name);
        if let Some(wanted) = wanted.part(place).and_then(|place| place.part(list.name)) {
            let chosen = Chosen::of(fields, wanted);
            for index in here {
                json::comma(into);
                chosen.write(into, project, &make(index));
            }
        }
        into.push_str("]}");
    }
    // Google names every zone that there is.
    for zone in 0..REGIONS.len() as u64 * ZONES {
        let place = format!("zones/{}", Zone(zone));
        if !list.places.iter().any(|(used, _)| *used == place) {
            nothing(into, &place, wanted);
        }
    }
}

/// A place without items on the page.
fn nothing(into: &mut String, place: &str, wanted: &Wanted) {
    let Some(warning) = wanted.part(place).and_then(|place| place.part("warning")) else { return };
    json::comma(into);
    let _ = write!(into, "\"{place}\":{{\"warning\":{{\"code\":\"NO_RESULTS_ON_PAGE\"");
    if warning.part("message").is_some() {
        let _ = write!(
            into,
            ",\"message\":\"There are no results for scope '{place}' on this page.\",\
             \"data\":[{{\"key\":\"scope\",\"value\":\"{place}\"}}]"
        );
    }
    into.push_str("}}");
}
