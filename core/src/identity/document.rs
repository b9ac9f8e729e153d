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

    /// Where in a cloud or cluster this is, for people: `aws ec2 us-east-1a i-0b123456789abcdef`.
    /// `None` for a machine in none.
    #[must_use]
    pub fn place(&self) -> Option<String> {
        let of = |fields: &'_ Fields, keys: &[&str]| {
            keys.iter().find_map(|key| Some(fields.get(*key)?.as_str()?.to_owned()))
        };
        let pod = of(&self.k8s, &["pod.name"])
            .map(|pod| format!("{}/{pod}", text(&self.k8s, "namespace.name")));
        let words = [
            of(&self.cloud, &["provider"]).filter(|name| name != "local"),
            of(&self.cloud, &["platform"]),
            of(&self.cloud, &["availability_zone", "region"]),
            pod.or_else(|| of(&self.cloud, &["instance.id"])),
        ];
        let words: Vec<String> = words.into_iter().flatten().collect();
        (!words.is_empty()).then(|| words.join(" "))
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

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn place(cloud: Value, k8s: Value) -> Option<String> {
        let fields = |value| serde_json::from_value(value).unwrap();
        Identity { cloud: fields(cloud), k8s: fields(k8s), ..Identity::default() }.place()
    }

    #[test]
    fn a_place_is_said_in_a_few_words() {
        let instance = json!({
            "provider": "aws", "region": "us-east-1", "availability_zone": "us-east-1a",
            "platform": "ec2", "instance.id": "i-0b123456789abcdef",
        });
        let words = place(instance, json!({})).unwrap();
        assert_eq!(words, "aws ec2 us-east-1a i-0b123456789abcdef");
        let pod = json!({ "namespace.name": "default", "pod.name": "myapp-1" });
        let eks = json!({ "provider": "aws", "region": "us-east-1", "platform": "eks" });
        assert_eq!(place(eks, pod).unwrap(), "aws eks us-east-1 default/myapp-1");
        assert_eq!(
            place(json!({ "provider": "local", "metadata_source": "none" }), json!({})),
            None
        );
    }
}
