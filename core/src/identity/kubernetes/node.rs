//! What a node says about the cloud it runs in.

use std::collections::BTreeMap;

use super::super::document::Fields;
use super::objects::Node;
use super::part::put;

/// The labels that only nodes of a managed service have, and what its platform is called.
const PLATFORMS: [(&str, &str, &str); 3] = [
    ("aws", "eks.amazonaws.com/", "eks"),
    ("gcp", "cloud.google.com/gke-", "gke"),
    ("azure", "kubernetes.azure.com/", "aks"),
];

/// The keys of `cloud` that follow from the node's `spec.providerID`, and with it from its labels;
/// none without. <https://kubernetes.io/docs/reference/labels-annotations-taints/>
pub(super) fn cloud(node: &Node) -> Fields {
    let mut cloud = Fields::new();
    let provider_id = node.spec.as_ref().and_then(|spec| spec.provider_id.as_deref());
    let Some(provider) = provider_id.and_then(|id| provider(id, &mut cloud)) else {
        return Fields::new();
    };
    let no_labels = BTreeMap::new();
    let labels = node.metadata.labels.as_ref().unwrap_or(&no_labels);
    let label = |name: &str| labels.get(name).map(String::as_str).filter(|text| !text.is_empty());
    put(&mut cloud, "provider", Some(provider));
    put(&mut cloud, "region", label("topology.kubernetes.io/region"));
    put(&mut cloud, "machine.type", label("node.kubernetes.io/instance-type"));
    let platform = PLATFORMS.iter().find(|(of, prefix, _)| {
        *of == provider && labels.keys().any(|label| label.starts_with(prefix))
    });
    put(&mut cloud, "platform", platform.map(|(_, _, platform)| *platform));
    put(&mut cloud, "metadata_source", Some("kubernetes"));
    cloud
}

/// The provider that gave the node this id, with what the id holds put into `cloud`.
fn provider(id: &str, cloud: &mut Fields) -> Option<&'static str> {
    let (scheme, rest) = id.split_once("://")?;
    let parts: Vec<&str> = rest.trim_start_matches('/').split('/').collect();
    match (scheme, parts.as_slice()) {
        // On Fargate there is a task's id in place of the instance's.
        ("aws", [zone, instance, ..]) => {
            put(cloud, "availability_zone", Some(*zone));
            put(cloud, "instance.id", Some(*instance).filter(|id| id.starts_with("i-")));
            Some("aws")
        }
        ("gce", [project, zone, _]) => {
            put(cloud, "account.id", Some(*project));
            put(cloud, "availability_zone", Some(*zone));
            put(cloud, "region", zone.rsplit_once('-').map(|(region, _)| region));
            Some("gcp")
        }
        ("azure", ["subscriptions", subscription, ..]) => {
            put(cloud, "account.id", Some(*subscription));
            Some("azure")
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn cloud_of(provider_id: &str, labels: &Value) -> Value {
        let node = json!({"metadata": {"name": "n", "labels": labels},
            "spec": {"providerID": provider_id}});
        Value::Object(cloud(&serde_json::from_value(node).unwrap()))
    }

    #[test]
    fn a_node_of_eks_names_its_zone_its_instance_and_its_region() {
        let labels = json!({"eks.amazonaws.com/nodegroup": "general",
            "topology.kubernetes.io/region": "us-east-1",
            "node.kubernetes.io/instance-type": "m5.xlarge"});
        assert_eq!(
            cloud_of("aws:///us-east-1a/i-0b123456789abcdef", &labels),
            json!({"provider": "aws", "availability_zone": "us-east-1a", "region": "us-east-1",
                "instance.id": "i-0b123456789abcdef", "machine.type": "m5.xlarge",
                "platform": "eks", "metadata_source": "kubernetes"})
        );
    }

    #[test]
    fn a_node_of_fargate_has_no_instance() {
        assert_eq!(
            cloud_of("aws:///us-west-2b/6a8b4f2c/fargate-ip-192-168-1-2.internal", &json!({})),
            json!({"provider": "aws", "availability_zone": "us-west-2b",
                "metadata_source": "kubernetes"})
        );
    }

    #[test]
    fn a_node_of_gke_names_its_project_and_its_zone() {
        let labels = json!({"cloud.google.com/gke-nodepool": "default-pool",
            "node.kubernetes.io/instance-type": "e2-standard-4"});
        assert_eq!(
            cloud_of("gce://my-project-12345/us-central1-a/gke-n-1", &labels),
            json!({"provider": "gcp", "account.id": "my-project-12345",
                "availability_zone": "us-central1-a", "region": "us-central1",
                "machine.type": "e2-standard-4", "platform": "gke",
                "metadata_source": "kubernetes"})
        );
    }

    #[test]
    fn a_node_of_aks_names_its_subscription() {
        let id = "azure:///subscriptions/8ee4-11/resourceGroups/mc_g_c_eastus/providers/\
                  Microsoft.Compute/virtualMachineScaleSets/pool/virtualMachines/0";
        let labels = json!({"kubernetes.azure.com/cluster": "mc_g_c_eastus",
            "topology.kubernetes.io/region": "eastus"});
        assert_eq!(
            cloud_of(id, &labels),
            json!({"provider": "azure", "account.id": "8ee4-11", "region": "eastus",
                "platform": "aks", "metadata_source": "kubernetes"})
        );
    }

    #[test]
    fn labels_of_another_service_name_no_platform() {
        let labels = json!({"kubernetes.azure.com/cluster": "copied"});
        let cloud = cloud_of("aws:///us-east-1a/i-0b1", &labels);
        assert_eq!(cloud.get("platform"), None);
    }

    #[test]
    fn without_a_providers_id_nothing_is_said_of_a_cloud() {
        let labels = json!({"topology.kubernetes.io/region": "us-east-1"});
        for id in ["", "kind://docker/kind/kind-worker", "k3s://node", "aws", "gce://p"] {
            assert_eq!(cloud_of(id, &labels), json!({}), "{id}");
        }
        assert!(cloud(&Node::default()).is_empty());
    }
}
