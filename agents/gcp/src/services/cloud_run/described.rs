//! Services of Cloud Run as they are listed: in the form of Knative.

use std::collections::HashMap;

use rust_decimal::Decimal;
use serde::Deserialize;
use serde_json::Value as Json;

use finops_core::model::{Costs, Resource};
use finops_pricing::gcp::functions::cloud_run;

use super::SERVICE;
use crate::scope::GcpScope;
use crate::services::reading::{bytes, known};
use crate::services::record::{figure, time};

/// What a service tells of itself.
/// <https://cloud.google.com/run/docs/reference/rest/v1/namespaces.services>
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Described {
    metadata: Option<Metadata>,
    spec: Option<Spec>,
    status: Option<Status>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Metadata {
    labels: Option<HashMap<String, String>>,
    annotations: Option<HashMap<String, String>>,
    creation_timestamp: Option<String>,
}

impl Metadata {
    fn annotation(&self, key: &str) -> Option<&str> {
        self.annotations.as_ref()?.get(key).map(String::as_str)
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Spec {
    template: Option<Template>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Template {
    metadata: Option<Metadata>,
    spec: Option<Revision>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Revision {
    container_concurrency: Option<i64>,
    timeout_seconds: Option<i64>,
    containers: Option<Vec<Container>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Container {
    resources: Option<Limits>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Limits {
    limits: Option<HashMap<String, String>>,
}

impl Container {
    fn limit(&self, key: &str) -> Option<&str> {
        self.resources.as_ref()?.limits.as_ref()?.get(key).map(String::as_str)
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Status {
    conditions: Option<Vec<Condition>>,
    url: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Condition {
    r#type: Option<String>,
    status: Option<String>,
}

/// A text somewhere in a service, also in one that cannot be read as a whole.
fn text<'a>(service: &'a Json, pointer: &str) -> &'a str {
    service.pointer(pointer).and_then(Json::as_str).unwrap_or_default()
}

/// Where a service runs; empty where it does not say.
pub(super) fn location(service: &Json) -> &str {
    text(service, "/metadata/labels/cloud.googleapis.com~1location")
}

/// Whether a service is a function of the second generation, which is listed as a function, by the
/// label that Cloud Run functions puts on what it manages.
/// <https://cloud.google.com/functions/docs/concepts/version-comparison>
pub(super) fn is_function(service: &Json) -> bool {
    text(service, "/metadata/labels/goog-managed-by") == "cloudfunctions"
}

/// A service; what cannot be read of it is its reason for having no price.
pub(super) fn resource(scope: &GcpScope, service: &Json) -> Resource {
    let location = location(service);
    let region = known(scope, location).unwrap_or_else(|| scope.scope.region.clone());
    let name = text(service, "/metadata/name");
    let id = format!("projects/{}/locations/{location}/services/{name}", scope.project());
    let mut resource = Resource::new(SERVICE, &id, &region);
    resource.name = (!name.is_empty()).then(|| name.into());
    match Described::deserialize(service) {
        Ok(described) => describe(scope, &mut resource, &described),
        Err(error) => {
            let reason = format!("what Google says of it cannot be read: {error}");
            resource.costs = Costs::unpriced("executions", reason);
        }
    }
    resource
}

fn describe(scope: &GcpScope, resource: &mut Resource, described: &Described) {
    resource.costs = cloud_run(&resource.region);
    let status = described.status.as_ref();
    resource.state = status.and_then(state).map(|state| scope.share(state));
    let attributes = &mut resource.attributes;
    let metadata = described.metadata.as_ref();
    if let Some(metadata) = metadata {
        if let Some(labels) = &metadata.labels {
            resource.tags = scope.tags(labels);
        }
        let ingress = metadata.annotation("run.googleapis.com/ingress");
        attributes.set_known("ingress", ingress.map(|ingress| scope.share(ingress)));
        let created = metadata.creation_timestamp.as_deref();
        attributes.set_known("created_at", time(created));
    }
    attributes.set_known("url", status.and_then(|status| status.url.as_deref()));
    let template = described.spec.as_ref().and_then(|spec| spec.template.as_ref());
    // A service's own bounds come before those of its revision.
    let bound = |own: &str, revision: &str| -> Option<i64> {
        let own = metadata.and_then(|metadata| metadata.annotation(own));
        let revision = template.and_then(|it| it.metadata.as_ref()?.annotation(revision));
        own.or(revision)?.parse().ok()
    };
    let least = bound("run.googleapis.com/minScale", "autoscaling.knative.dev/minScale");
    attributes.set("min_instances", least.unwrap_or_default());
    let most = bound("run.googleapis.com/maxScale", "autoscaling.knative.dev/maxScale");
    attributes.set_known("max_instances", most);
    if let Some(template) = template {
        describe_template(resource, template);
    }
}

fn describe_template(resource: &mut Resource, template: &Template) {
    let attributes = &mut resource.attributes;
    // Unless this says otherwise, processors are there while requests are being worked on.
    // https://cloud.google.com/run/docs/configuring/billing-settings
    let throttled = template.metadata.as_ref();
    let throttled = throttled.and_then(|it| it.annotation("run.googleapis.com/cpu-throttling"));
    attributes.set("cpu_always_allocated", throttled == Some("false"));
    let Some(revision) = &template.spec else { return };
    attributes.set_known("concurrency", revision.container_concurrency);
    attributes.set_known("timeout_seconds", revision.timeout_seconds);
    let Some(containers) = &revision.containers else { return };
    attributes.set_known("containers", i64::try_from(containers.len()).ok());
    attributes.set_known("cpu", sum(containers, "cpu", processors).map(figure));
    let memory = sum(containers, "memory", bytes);
    let megabytes = memory.and_then(|memory| memory.checked_div(Decimal::from(1_u64 << 20)));
    attributes.set_known("memory_mb", megabytes.map(|memory| figure(memory.round_dp(2))));
    if containers.iter().any(|container| container.limit("nvidia.com/gpu").is_some()) {
        let gpus = sum(containers, "nvidia.com/gpu", processors);
        attributes.set_known("gpus", gpus.map(figure));
    }
}

/// The limits of one kind of all containers together; one that has none is left out, one that
/// cannot be read leaves the sum unknown.
fn sum(containers: &[Container], key: &str, read: fn(&str) -> Option<Decimal>) -> Option<Decimal> {
    let mut limits = containers.iter().filter_map(|container| container.limit(key)).peekable();
    limits.peek()?;
    limits.try_fold(Decimal::ZERO, |sum, limit| sum.checked_add(read(limit)?))
}

/// Processors: `1000m`, `2`, `.5`.
fn processors(text: &str) -> Option<Decimal> {
    match text.strip_suffix('m') {
        Some(thousandths) => {
            thousandths.parse::<Decimal>().ok()?.checked_div(Decimal::ONE_THOUSAND)
        }
        None => text.parse().ok(),
    }
}

/// Whether a service can take requests, in a word.
fn state(status: &Status) -> Option<&'static str> {
    let conditions = status.conditions.as_ref()?;
    let ready = conditions.iter().find(|condition| condition.r#type.as_deref() == Some("Ready"))?;
    match ready.status.as_deref()? {
        "True" => Some("Ready"),
        "False" => Some("NotReady"),
        _ => Some("Unknown"),
    }
}
