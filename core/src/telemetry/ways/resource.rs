//! The identity in OpenTelemetry's words.
//! <https://opentelemetry.io/docs/specs/semconv/resource/>

use opentelemetry::{Array, KeyValue, StringValue, Value as OtelValue};
use opentelemetry_sdk::Resource;
use serde_json::Value;

use crate::identity::{Fields, Identity};

/// Our keys of a part, and OpenTelemetry's.
type Names = &'static [(&'static str, &'static str)];

const CLOUD: Names = &[
    ("provider", "cloud.provider"),
    ("region", "cloud.region"),
    ("availability_zone", "cloud.availability_zone"),
    ("account.id", "cloud.account.id"),
    ("instance.id", "host.id"),
    ("machine.type", "host.type"),
    ("image.id", "host.image.id"),
];

const HOST: Names = &[("name", "host.name")];

const K8S: Names = &[
    ("cluster.name", "k8s.cluster.name"),
    ("namespace.name", "k8s.namespace.name"),
    ("node.name", "k8s.node.name"),
    ("pod.name", "k8s.pod.name"),
    ("pod.uid", "k8s.pod.uid"),
    ("container.name", "k8s.container.name"),
    ("container.id", "container.id"),
    ("deployment_name", "k8s.deployment.name"),
    ("replicaset_name", "k8s.replicaset.name"),
    ("statefulset_name", "k8s.statefulset.name"),
    ("daemonset_name", "k8s.daemonset.name"),
    ("job_name", "k8s.job.name"),
    ("cronjob_name", "k8s.cronjob.name"),
];

const PROCESS: Names = &[
    ("pid", "process.pid"),
    ("executable", "process.executable.path"),
    ("command_line", "process.command_line"),
];

const RESOURCE: Names = &[
    ("telemetry.sdk.name", "telemetry.sdk.name"),
    ("telemetry.sdk.version", "telemetry.sdk.version"),
    ("runtime.name", "process.runtime.name"),
    ("runtime.version", "process.runtime.version"),
    ("os.type", "os.type"),
    ("os.description", "os.description"),
];

const SERVICE: Names = &[("name", "service.name"), ("version", "service.version")];

/// The resource that spans are of: that of the identity, or before it is known only `service`.
pub(super) fn resource(identity: Option<&Identity>, service: &str) -> Resource {
    let mut attributes = vec![KeyValue::new("service.name", service.to_owned())];
    if let Some(identity) = identity {
        attributes = described(identity);
    }
    Resource::builder_empty().with_attributes(attributes).build()
}

fn described(identity: &Identity) -> Vec<KeyValue> {
    let mut attributes = Vec::new();
    let mut add = |fields: &Fields, names: Names| {
        for (ours, theirs) in names {
            attributes.extend(fields.get(*ours).and_then(value).map(|v| KeyValue::new(*theirs, v)));
        }
    };
    add(&identity.service, SERVICE);
    // `local` is no cloud.
    if identity.provider() != "local" {
        add(&identity.cloud, CLOUD);
    }
    add(&identity.host, HOST);
    add(&identity.k8s, K8S);
    add(&identity.process, PROCESS);
    add(&identity.resource, RESOURCE);
    let environment = identity.environment.clone();
    attributes.push(KeyValue::new("deployment.environment.name", environment));
    attributes.push(KeyValue::new("telemetry.sdk.language", "rust"));
    if let Some(ip) = identity.host.get("ip").and_then(Value::as_str) {
        let ip = Array::String(vec![StringValue::from(ip.to_owned())]);
        attributes.push(KeyValue::new("host.ip", OtelValue::Array(ip)));
    }
    if let Some(platform) = identity.cloud.get("platform").and_then(Value::as_str) {
        let platform = platform_name(identity.provider(), platform);
        attributes.extend(platform.map(|name| KeyValue::new("cloud.platform", name)));
    }
    attributes
}

/// <https://opentelemetry.io/docs/specs/semconv/attributes-registry/cloud/#cloud-platform>
fn platform_name(provider: &str, platform: &str) -> Option<String> {
    match (provider, platform) {
        ("aws", name) => Some(format!("aws_{name}")),
        ("gcp", "compute") => Some("gcp_compute_engine".to_owned()),
        ("gcp", "gke") => Some("gcp_kubernetes_engine".to_owned()),
        ("gcp", name) => Some(format!("gcp_{name}")),
        ("azure", name) => Some(format!("azure.{name}")),
        _ => None,
    }
}

fn value(value: &Value) -> Option<OtelValue> {
    match value {
        Value::String(text) => Some(OtelValue::from(text.clone())),
        Value::Number(number) => number.as_i64().map(OtelValue::I64),
        Value::Bool(value) => Some(OtelValue::Bool(*value)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn fields(value: Value) -> Fields {
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn an_instance_is_described_in_opentelemetrys_words() {
        let identity = Identity {
            cloud: fields(json!({
                "provider": "aws", "region": "us-east-1", "platform": "ec2",
                "account.id": "123456789012", "instance.id": "i-0b123456789abcdef",
            })),
            host: fields(json!({ "name": "ip-172-31-23-45", "ip": "172.31.23.45" })),
            k8s: Fields::new(),
            process: fields(json!({ "pid": 3421 })),
            resource: fields(json!({ "runtime.name": "rust" })),
            service: fields(json!({ "name": "user-api", "version": "1.2.3" })),
            environment: "prod".to_owned(),
        };
        let resource = resource(Some(&identity), "unused");
        for (name, expected) in [
            ("service.name", "user-api"),
            ("service.version", "1.2.3"),
            ("deployment.environment.name", "prod"),
            ("cloud.provider", "aws"),
            ("cloud.platform", "aws_ec2"),
            ("cloud.account.id", "123456789012"),
            ("host.id", "i-0b123456789abcdef"),
            ("host.name", "ip-172-31-23-45"),
            ("process.pid", "3421"),
            ("process.runtime.name", "rust"),
        ] {
            let found = resource.get(&opentelemetry::Key::new(name)).map(|value| value.to_string());
            assert_eq!(found.as_deref(), Some(expected), "{name}");
        }
    }

    #[test]
    fn platforms_have_opentelemetrys_names() {
        for (provider, platform, expected) in [
            ("aws", "eks", "aws_eks"),
            ("gcp", "compute", "gcp_compute_engine"),
            ("gcp", "gke", "gcp_kubernetes_engine"),
            ("azure", "vm", "azure.vm"),
        ] {
            assert_eq!(platform_name(provider, platform).as_deref(), Some(expected));
        }
        assert_eq!(platform_name("local", "none"), None);
    }
}
