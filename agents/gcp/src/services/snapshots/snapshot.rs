//! One snapshot as a resource, with its cost.
//!
//! <https://cloud.google.com/compute/docs/reference/rest/v1/snapshots>

use google_cloud_compute_v1::model::Snapshot;
use google_cloud_compute_v1::model::snapshot::SnapshotType;

use finops_core::model::{Attributes, Costs, Resource};
use finops_pricing::gcp::disk::{self as pricing, snapshot};

use crate::scope::{GcpScope, last_part};
use crate::services::record::{self, count};

/// The location of a snapshot that tells none.
const NOWHERE: &str = "global";

/// The snapshot. Its region is where it is stored: one, or a multi-region (`us`).
pub(super) fn resource(scope: &GcpScope, found: &Snapshot) -> Resource {
    let location = scope.share(&location(found));
    let name = found.name.as_deref().unwrap_or_default();
    let made_up = || format!("projects/{}/global/snapshots/{name}", scope.project());
    let id = found.self_link.as_deref().and_then(record::path).unwrap_or_else(made_up);
    let mut resource = Resource::new("snapshot", &id, &location);
    resource.name = Some(name.into()).filter(|_| !name.is_empty());
    resource.state = found.status.as_ref().and_then(|it| it.name()).map(|it| scope.share(it));
    resource.tags = scope.tags(&found.labels);
    set_attributes(scope, &mut resource.attributes, found);
    resource.costs = costs(scope, &location, found);
    resource
}

/// Where it is stored, in lower case. There is one location, though it comes as a list.
/// <https://cloud.google.com/compute/docs/disks/snapshots#selecting_a_storage_location>
pub(super) fn location(snapshot: &Snapshot) -> String {
    let stored = snapshot.storage_locations.first().filter(|place| !place.is_empty());
    let place = stored.or(snapshot.region.as_ref()).map_or(NOWHERE, |place| last_part(place));
    place.to_lowercase()
}

fn set_attributes(scope: &GcpScope, attributes: &mut Attributes, snapshot: &Snapshot) {
    attributes.set_known("snapshot_id", snapshot.id.map(|number| number.to_string()));
    let stored = snapshot.storage_locations.first();
    attributes.set_known("location", stored.map(|place| scope.share(place)));
    let kind = snapshot.snapshot_type.as_ref().map_or(Some("STANDARD"), |kind| kind.name());
    attributes.set_known("snapshot_type", kind.map(|kind| scope.share(kind)));
    attributes.set_known("stored_bytes", snapshot.storage_bytes);
    attributes.set_known("disk_size_gb", snapshot.disk_size_gb);
    attributes.set_known("source_disk", snapshot.source_disk.as_deref().and_then(record::path));
    attributes.set("auto_created", snapshot.auto_created == Some(true));
    attributes.set_known("created_at", record::time(snapshot.creation_timestamp.as_deref()));
}

fn costs(scope: &GcpScope, location: &str, found: &Snapshot) -> Costs {
    let archive = match &found.snapshot_type {
        None | Some(SnapshotType::Standard) => false,
        Some(SnapshotType::Archive) => true,
        Some(other) => {
            let kind = other.name().unwrap_or("without a name");
            let reason = format!("the price of snapshots of the type {kind} is not known");
            return Costs::unpriced("storage", reason);
        }
    };
    if location == NOWHERE {
        return Costs::unpriced("storage", "Google does not say where the snapshot is stored");
    }
    let stored_bytes = count(found.storage_bytes);
    snapshot(scope.prices(), &pricing::Snapshot { stored_bytes, location, archive })
}
