//! What the records of every service have in common.

use jiff::Timestamp;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;

use finops_core::model::{Resource, Value};

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

/// A figure of Azure Monitor: whole where it is whole.
pub(super) fn figure(value: Decimal) -> Value {
    match value.normalize() {
        whole if whole.scale() == 0 => whole
            .to_i64()
            .map_or_else(|| Value::Number(whole.to_f64().unwrap_or(f64::INFINITY)), Value::Integer),
        other => Value::Number(other.to_f64().unwrap_or(f64::INFINITY)),
    }
}

/// A time of Azure's as RFC 3339 in UTC, without fractions of a second.
pub(super) fn time(text: Option<&str>) -> Option<String> {
    let at: Timestamp = text?.parse().ok()?;
    Timestamp::new(at.as_second(), 0).ok().map(|at| at.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_whole_where_they_can_be() {
        assert_eq!(figure("12.50".parse().unwrap()), Value::Number(12.5));
        assert_eq!(figure("12.00".parse().unwrap()), Value::Integer(12));
    }

    #[test]
    fn times_have_one_form() {
        let time = |text| time(Some(text));
        assert_eq!(
            time("2026-05-01T21:50:23.627047+02:00").as_deref(),
            Some("2026-05-01T19:50:23Z")
        );
        assert_eq!(time("yesterday"), None);
    }
}
