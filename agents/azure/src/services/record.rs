//! What the records of every service have in common.

use finops_core::model::Resource;
pub(super) use finops_core::model::{figure, time};

use crate::inventory::Row;
use crate::scope::AzureScope;

/// A resource as far as every row tells: identifier in lower case, name, region, zone, tags, and
/// the attributes `location` and `resource_group`.
pub(super) fn resource(scope: &AzureScope, kind: &'static str, row: &Row) -> Resource {
    let region = scope.region(row);
    let mut resource = Resource::new(kind, &row.id.to_lowercase(), &region);
    resource.name = Some(row.name.as_str().into()).filter(|_| !row.name.is_empty());
    resource.zone = row.zones.iter().flatten().next().map(|zone| scope.share(zone));
    resource.tags = scope.tags(row);
    resource.attributes.set("location", region);
    let group = row.part("resourceGroups").map(|group| scope.share(group));
    resource.attributes.set_known("resource_group", group);
    resource
}
