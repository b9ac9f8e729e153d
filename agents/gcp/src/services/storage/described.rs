//! Buckets as they are listed.

use std::collections::HashMap;

use serde::Deserialize;
use serde_json::Value as Json;

use finops_core::model::{Costs, Resource, Value};
use finops_pricing::gcp::storage::Bucket;

use super::BUCKET;
use super::sizes::Bytes;
use crate::scope::GcpScope;
use crate::services::reading::known;
use crate::services::record::time;

/// Seconds in a day.
const DAY: i64 = 86_400;

/// The component that stands for a bucket that could not be read.
const UNREADABLE: &str = "bucket";

/// What a bucket tells of itself.
/// <https://cloud.google.com/storage/docs/json_api/v1/buckets#resource-representations>
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Described {
    location_type: Option<String>,
    storage_class: Option<String>,
    time_created: Option<String>,
    labels: Option<HashMap<String, String>>,
    versioning: Option<Switch>,
    autoclass: Option<Switch>,
    soft_delete_policy: Option<SoftDelete>,
    lifecycle: Option<Lifecycle>,
    iam_configuration: Option<IamConfiguration>,
    custom_placement_config: Option<Placement>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Switch {
    enabled: Option<bool>,
}

impl Switch {
    /// What was never switched on is left out.
    fn is_on(switch: Option<&Self>) -> bool {
        switch.and_then(|switch| switch.enabled).unwrap_or_default()
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct SoftDelete {
    /// A whole number as text.
    retention_duration_seconds: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Lifecycle {
    rule: Option<Vec<Json>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct IamConfiguration {
    public_access_prevention: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Placement {
    data_locations: Option<Vec<String>>,
}

/// Where a bucket is: `US-CENTRAL1`, `US`, `NAM4`; empty where it does not say.
pub(super) fn location(bucket: &Json) -> &str {
    text(bucket, "location")
}

/// A text of a bucket, also of one that cannot be read as a whole.
fn text<'a>(bucket: &'a Json, key: &str) -> &'a str {
    bucket.get(key).and_then(Json::as_str).unwrap_or_default()
}

/// A bucket; its costs follow once what it holds is known.
pub(super) fn resource(scope: &GcpScope, bucket: &Json) -> Resource {
    let location = location(bucket).to_ascii_lowercase();
    let region = known(scope, &location).unwrap_or_else(|| scope.scope.region.clone());
    let name = text(bucket, "name");
    let mut resource = Resource::new(BUCKET, name, &region);
    resource.name = (!name.is_empty()).then(|| name.into());
    resource.attributes.set_known("location", known(scope, &location));
    match Described::deserialize(bucket) {
        Ok(_) if name.is_empty() || location.is_empty() => {
            let reason = "Google does not say how it is called, or where it is";
            resource.costs = Costs::unpriced(UNREADABLE, reason);
        }
        Ok(described) => set_attributes(scope, &mut resource, &described),
        Err(error) => {
            let reason = format!("what Google says of it cannot be read: {error}");
            resource.costs = Costs::unpriced(UNREADABLE, reason);
        }
    }
    resource
}

fn set_attributes(scope: &GcpScope, resource: &mut Resource, it: &Described) {
    resource.costs = Costs::unpriced("storage", "what it holds was not asked for");
    if let Some(labels) = &it.labels {
        resource.tags = scope.tags(labels);
    }
    let shared = |text: Option<&str>| text.map(|text| scope.share(text));
    let attributes = &mut resource.attributes;
    attributes.set_known("location_type", shared(it.location_type.as_deref()));
    attributes.set_known("storage_class", shared(it.storage_class.as_deref()));
    attributes.set_known("created_at", time(it.time_created.as_deref()));
    attributes.set("versioning", Switch::is_on(it.versioning.as_ref()));
    attributes.set("autoclass", Switch::is_on(it.autoclass.as_ref()));
    let policy = it.soft_delete_policy.as_ref();
    let seconds = policy.and_then(|policy| policy.retention_duration_seconds.as_deref());
    let seconds: Option<i64> = seconds.and_then(|seconds| seconds.parse().ok());
    attributes.set_known("soft_delete_days", seconds.map(|seconds| seconds / DAY));
    let rules = it.lifecycle.as_ref().and_then(|lifecycle| lifecycle.rule.as_ref());
    let rules = i64::try_from(rules.map_or(0, Vec::len)).ok();
    attributes.set_known("lifecycle_rules", rules);
    let access = it.iam_configuration.as_ref();
    let access = access.and_then(|access| access.public_access_prevention.as_deref());
    attributes.set_known("public_access_prevention", shared(access));
    let places = it.custom_placement_config.as_ref();
    let places = places.and_then(|placement| placement.data_locations.as_deref());
    if let Some(places) = places.filter(|places| !places.is_empty()) {
        let region = |place: &String| Value::from(scope.share(&place.to_ascii_lowercase()));
        attributes.set("data_locations", Value::List(places.iter().map(region).collect()));
    }
}

/// Whether a listed bucket could be read.
pub(super) fn is_readable(bucket: &Resource) -> bool {
    bucket.costs.unpriced.iter().all(|part| part.component != UNREADABLE)
}

/// The bucket for pricing.
pub(super) fn describe(bucket: &Resource, bytes: Result<Bytes, &'static str>) -> Bucket {
    let attributes = &bucket.attributes;
    let places = match attributes.get("data_locations") {
        Some(Value::List(places)) => places.as_slice(),
        _ => &[],
    };
    let place = |value: &Value| match value {
        Value::Text(place) => Some(place.to_string()),
        _ => None,
    };
    let (stored, soft_deleted) = match bytes {
        Ok(bytes) => (Ok(bytes.stored), Ok(bytes.soft_deleted)),
        Err(reason) => (Err(reason), Err(reason)),
    };
    Bucket {
        location: attributes.text("location").unwrap_or_default().to_owned(),
        data_locations: places.iter().filter_map(place).collect(),
        autoclass: attributes.get("autoclass") == Some(&Value::Flag(true)),
        stored,
        soft_deleted,
    }
}
