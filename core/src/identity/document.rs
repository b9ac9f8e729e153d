//! The identity document, in the guides' own keys.

use serde::Serialize;
use serde_json::{Map, Value};

/// The keys of one object of the document, spelled as the guides spell them (`account.id`,
/// `pod_labels`).
pub type Fields = Map<String, Value>;

/// Who a process is: what `identify` prints and what every document carries under `agent`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Identity {
    /// The cloud it runs on: `provider`, `region`, `platform`, `metadata_source`, …
    pub cloud: Fields,
    /// The machine: `name`, `ip`, and on EC2 `public_ip`.
    pub host: Fields,
    /// The pod, its namespace, node, owners and services; left out outside Kubernetes.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub k8s: Fields,
    /// The process: `pid`, `executable`, `command_line` with secrets redacted.
    pub process: Fields,
    /// What it is built with and runs on: `telemetry.sdk.name`, `runtime.name`, `os.type`, …
    pub resource: Fields,
    /// The service: `name` and `version`.
    pub service: Fields,
    /// The name of the environment: `prod`, `staging`, `dev`.
    pub environment: String,
}

impl Identity {
    /// The service's name, as metrics and events label it.
    #[must_use]
    pub fn service_name(&self) -> &str {
        text(&self.service, "name")
    }

    /// The cloud's name: `aws`, `azure`, `gcp` or `local`.
    #[must_use]
    pub fn provider(&self) -> &str {
        text(&self.cloud, "provider")
    }
}

fn text<'a>(fields: &'a Fields, key: &str) -> &'a str {
    fields.get(key).and_then(Value::as_str).unwrap_or("unknown")
}
