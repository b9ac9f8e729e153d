//! What the records of every service have in common.

use std::collections::HashMap;

pub(super) use finops_core::model::{figure, time};

/// The labels by which GKE tells whose node a machine is.
/// <https://cloud.google.com/kubernetes-engine/docs/how-to/creating-managing-labels>
pub(super) const CLUSTER_LABEL: &str = "goog-k8s-cluster-name";
/// The same, of the node pool.
pub(super) const NODE_POOL_LABEL: &str = "goog-k8s-node-pool-name";

/// What the names of nodes begin with that Autopilot manages.
/// <https://cloud.google.com/kubernetes-engine/docs/concepts/about-autopilot-mode-standard-clusters>
const AUTOPILOT_NODE: &str = "gk3-";

/// A resource's path in lower case, `projects/p/zones/z/disks/d`, from its address in any form:
/// `https://www.googleapis.com/compute/v1/projects/…`. `None` where the address has no project.
pub(super) fn path(address: &str) -> Option<String> {
    let address = address.to_ascii_lowercase();
    let start = match address.find("/projects/") {
        Some(slash) => slash + 1,
        None if address.starts_with("projects/") => 0,
        None => return None,
    };
    Some(address[start..].to_owned())
}

/// A number that is not negative.
pub(super) fn count(number: Option<i64>) -> Option<u64> {
    number.and_then(|number| u64::try_from(number).ok())
}

/// Whether a machine, or the boot disk of one, is a node that Autopilot manages: its pods are
/// billed (service `gke`), and not what they run on. Google does not list such nodes; where it
/// does, nothing may count twice.
/// <https://cloud.google.com/kubernetes-engine/pricing#autopilot_mode>
pub(super) fn is_autopilot_node(name: &str, labels: &HashMap<String, String>) -> bool {
    name.starts_with(AUTOPILOT_NODE) && labels.contains_key(CLUSTER_LABEL)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_resource_has_one_path_whatever_form_its_address_has() {
        let path = |address| path(address);
        for address in [
            "https://www.googleapis.com/compute/v1/projects/Web-1/zones/us-east1-b/disks/d",
            "https://compute.example.com/projects/web-1/zones/us-east1-b/disks/d",
            "projects/web-1/zones/us-east1-b/disks/d",
        ] {
            assert_eq!(path(address).as_deref(), Some("projects/web-1/zones/us-east1-b/disks/d"));
        }
        assert_eq!((path("zones/us-east1-b/disks/d"), path("")), (None, None));
    }

    #[test]
    fn a_node_of_autopilot_is_known_by_its_name_and_its_cluster() {
        let cluster = HashMap::from([(CLUSTER_LABEL.to_owned(), "web".to_owned())]);
        assert!(is_autopilot_node("gk3-web-pool-1-abcd", &cluster));
        assert!(!is_autopilot_node("gke-web-pool-1-abcd", &cluster));
        assert!(!is_autopilot_node("gk3-of-my-own", &HashMap::new()));
    }
}
