//! Puts what the detectors found together.

use super::detectors::LOCAL;
use super::document::Fields;
use super::finding::Part;

/// What all detectors found, as one.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Merged {
    /// The document's `cloud`.
    pub(super) cloud: Fields,
    /// The document's `host`.
    pub(super) host: Fields,
    /// The document's `k8s`.
    pub(super) k8s: Fields,
    /// The service's name and version, as the platform has them.
    pub(super) service: Fields,
    /// The detectors that named another cloud than the one that counts.
    pub(super) strangers: Vec<&'static str>,
}

/// Merges `parts`, each with its detector's name, the most specific first: the first to name a key
/// wins. A part of another cloud than the first named one gives nothing but what it knows of the
/// pod, so that no document mixes two machines.
pub(super) fn merge<'a>(parts: impl IntoIterator<Item = (&'static str, &'a Part)>) -> Merged {
    let mut merged = Merged::default();
    for (name, part) in parts {
        let provider = part.cloud.get("provider");
        let first = merged.cloud.get("provider");
        let foreign = provider.is_some() && first.is_some() && provider != first;
        if foreign && name != LOCAL {
            merged.strangers.push(name);
            // A pod is the same whatever its node says of itself.
            if part.k8s.contains_key("pod.name") {
                fill(&mut merged.k8s, &part.k8s);
            }
            continue;
        }
        if same_host(&merged.host, part, name) {
            fill(&mut merged.host, &part.host);
        }
        // What nobody named a cloud for is no cloud.
        if !foreign && (provider.is_some() || first.is_some()) {
            fill(&mut merged.cloud, &part.cloud);
        }
        fill(&mut merged.k8s, &part.k8s);
        fill(&mut merged.service, &part.service);
    }
    // The clusters' detectors leave it to the metadata server, which may be silent.
    merged.cloud.entry("metadata_source").or_insert_with(|| "env".into());
    merged
}

/// Whether `part` speaks of the host that is known so far: two addresses are two hosts (a
/// container's and its node's), and the local name is only good for an address that is known to be
/// its own.
fn same_host(host: &Fields, part: &Part, name: &str) -> bool {
    match (host.get("ip"), part.host.get("ip")) {
        (Some(known), Some(other)) => known == other,
        _ => name != LOCAL || host.is_empty(),
    }
}

fn fill(known: &mut Fields, more: &Fields) {
    for (key, value) in more {
        if !known.contains_key(key) {
            known.insert(key.clone(), value.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn fields(value: Value) -> Fields {
        serde_json::from_value(value).unwrap()
    }

    fn part(cloud: Value, host: Value) -> Part {
        Part { cloud: fields(cloud), host: fields(host), ..Part::default() }
    }

    #[test]
    fn the_first_to_name_a_key_wins_key_by_key() {
        let eks = part(json!({ "provider": "aws", "platform": "eks" }), json!({}));
        let pod = part(json!({}), json!({ "name": "node-1", "ip": "10.0.0.1" }));
        let ec2 = part(
            json!({ "provider": "aws", "platform": "ec2", "region": "us-east-1" }),
            json!({ "name": "ip-10-0-0-1", "ip": "10.0.0.1", "public_ip": null }),
        );
        let merged = merge([("eks", &eks), ("kubernetes", &pod), ("ec2", &ec2)]);
        assert_eq!(
            merged.cloud,
            fields(json!({
                "provider": "aws",
                "platform": "eks",
                "region": "us-east-1",
                "metadata_source": "env",
            }))
        );
        let host = json!({ "name": "node-1", "ip": "10.0.0.1", "public_ip": null });
        assert_eq!(merged.host, fields(host));
    }

    #[test]
    fn two_clouds_make_no_chimera() {
        let ec2 = part(json!({ "provider": "aws" }), json!({ "name": "a" }));
        let gcp = part(
            json!({ "provider": "gcp", "region": "us-central1" }),
            json!({ "ip": "10.1.1.1" }),
        );
        let merged = merge([("ec2", &ec2), ("gcp", &gcp)]);
        assert_eq!(merged.cloud.get("region"), None);
        assert_eq!(merged.host, fields(json!({ "name": "a" })));
        assert_eq!(merged.strangers, ["gcp"]);
    }

    #[test]
    fn a_containers_address_is_not_mixed_with_its_nodes_name() {
        let task = part(json!({ "provider": "aws" }), json!({ "ip": "172.31.45.67" }));
        let node = part(
            json!({ "provider": "aws" }),
            json!({ "name": "node", "ip": "10.0.0.1", "public_ip": "54.91.123.45" }),
        );
        let merged = merge([("ecs", &task), ("ec2", &node)]);
        assert_eq!(merged.host, fields(json!({ "ip": "172.31.45.67" })));
    }

    #[test]
    fn the_local_name_helps_out_only_for_its_own_address() {
        let named = part(json!({ "provider": "aws" }), json!({ "name": "node" }));
        let addressed = part(json!({ "provider": "aws" }), json!({ "ip": "10.0.0.1" }));
        let local = part(json!({ "provider": "local" }), json!({ "name": "me", "ip": "10.0.0.1" }));
        let host = |first: &Part| merge([("ec2", first), (LOCAL, &local)]).host;
        assert_eq!(host(&named), fields(json!({ "name": "node" })));
        assert_eq!(host(&addressed), fields(json!({ "name": "me", "ip": "10.0.0.1" })));
        assert_eq!(host(&Part::default()), fields(json!({ "name": "me", "ip": "10.0.0.1" })));
    }
}
