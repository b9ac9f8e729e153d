//! Snapshots of disks.
//! <https://cloud.google.com/compute/docs/reference/rest/v1/snapshots/list>

use std::fmt::Write as _;

use super::aggregated::PAGE;
use super::bytes::gibibytes;
use super::json::Fingerprint;
use super::page::Page;
use super::place::{Blocks, HOST, Project, region};
use super::times::Moment;
use super::{Gcp, SNAPSHOTS, json};
use crate::http::{Reply, Request};
use crate::names;
use crate::truth::{Cost, Sum};

/// A snapshot.
struct Snapshot {
    id: u64,
    name: String,
    /// A region, or one of `us`, `eu` and `asia`.
    location: &'static str,
    region: &'static str,
    archive: bool,
    disk_gib: u64,
    /// Bytes that it stores; `None` while it is being made.
    stored: Option<u64>,
    labels: Vec<(&'static str, &'static str)>,
    /// Seconds since 1970.
    created: i64,
}

impl Snapshot {
    fn of(gcp: &Gcp, project: &Project, index: u64) -> Self {
        let blocks = Blocks { total: gcp.count(SNAPSHOTS, project), places: gcp.size.regions };
        let region = region(blocks.find(index).0);
        let mut draw = project.draw("snapshot", index);
        let disk_gib = *draw.one(&[10, 20, 50, 100, 500]);
        Self {
            id: draw.bits() >> 2 | 1 << 61,
            name: names::name(&mut draw, index) + "-snapshot",
            location: match draw.below(10) {
                0..3 => region,
                _ if region.starts_with("europe") => "eu",
                _ if region.starts_with("asia") => "asia",
                _ if region.starts_with("us") => "us",
                _ => region,
            },
            region,
            archive: draw.percent(6),
            disk_gib,
            stored: (!draw.percent(1)).then(|| 1 + draw.below(disk_gib << 30)),
            labels: names::labels(&mut draw),
            created: 1_760_000_000 + i64::try_from(draw.below(30_000_000)).unwrap_or_default(),
        }
    }

    /// What it stores is billed, where it stores it.
    /// <https://cloud.google.com/compute/disks-image-pricing#disk>
    fn cost(&self, gcp: &Gcp) -> Cost {
        let place = match self.location {
            "us" => "us-multi",
            "eu" => "europe-multi",
            "asia" => "asia-multi",
            region => region,
        };
        let price = gcp.facts.price("gcp/disk", "snapshot", "", "GiB-Mo", place);
        // No list has a price of archives.
        let price = price.filter(|_| !self.archive);
        let gib = self.stored.map(gibibytes);
        Cost::FREE.and(price.zip(gib).map(|(price, gib)| price * gib))
    }
}

/// Lists the snapshots of a project.
pub(super) fn list(gcp: &Gcp, project: &Project, request: &Request) -> Result<Reply, Reply> {
    let all = gcp.count(SNAPSHOTS, project);
    let page = Page::of(request, ("maxResults", "pageToken"), all, PAGE)?;
    let mut body = String::with_capacity(page.len() * 1_300 + 500);
    let id = &project.id;
    let _ = write!(
        body,
        "{{\"kind\":\"compute#snapshotList\",\"id\":\"projects/{id}/global/snapshots\",\
         \"selfLink\":\"{HOST}projects/{id}/global/snapshots\""
    );
    // Without any the list is left out.
    if page.len() > 0 {
        body.push_str(",\"items\":[");
        for index in page.items.clone() {
            json::comma(&mut body);
            write(&mut body, id, &Snapshot::of(gcp, project, index));
        }
        body.push(']');
    }
    if let Some(next) = page.next {
        json::text(&mut body, "nextPageToken", next);
    }
    body.push('}');
    Ok(json::reply(body))
}

fn write(into: &mut String, project: &str, it: &Snapshot) {
    let Snapshot { id, name, location, region, disk_gib, .. } = it;
    let kind = if it.archive { "ARCHIVE" } else { "STANDARD" };
    let status = if it.stored.is_some() { "READY" } else { "CREATING" };
    let _ = write!(
        into,
        "{{\"kind\":\"compute#snapshot\",\"id\":\"{id}\",\"name\":\"{name}\",\
         \"creationTimestamp\":\"{}\",\"status\":\"{status}\",\"diskSizeGb\":\"{disk_gib}\",\
         \"sourceDisk\":\"{HOST}projects/{project}/zones/{region}-b/disks/{name}\",\
         \"sourceDiskId\":\"{}\",\"selfLink\":\"{HOST}projects/{project}/global/snapshots/{name}\",\
         \"storageLocations\":[\"{location}\"],\"snapshotType\":\"{kind}\",\"autoCreated\":true,\
         \"sourceSnapshotSchedulePolicy\":\"{HOST}projects/{project}/regions/{region}/resourcePolicies/nightly\",\
         \"labelFingerprint\":\"{}\",\"creationSizeBytes\":\"0\",\"downloadBytes\":\"0\"",
        Moment(it.created),
        id.rotate_left(7),
        Fingerprint(id % 997),
    );
    if let Some(stored) = it.stored {
        json::text(into, "storageBytes", stored);
        json::text(into, "storageBytesStatus", "UP_TO_DATE");
    }
    if !it.labels.is_empty() {
        into.push_str(",\"labels\":");
        json::labels(into, &it.labels);
    }
    into.push('}');
}

/// What the snapshots of a project cost.
pub(super) fn sum(gcp: &Gcp, project: &Project) -> Sum {
    let mut sum = Sum::default();
    for index in 0..gcp.count(SNAPSHOTS, project) {
        sum.add(&Snapshot::of(gcp, project, index).cost(gcp));
    }
    sum
}
