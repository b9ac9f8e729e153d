//! What is read of the API's objects: the few fields that the identity needs of each, spelled as in
//! <https://kubernetes.io/docs/reference/kubernetes-api/>. The whole types would be megabytes of code
//! for fields that nobody looks at.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::DeserializeOwned;

/// Labels, annotations, selectors and quantities: names and texts.
pub(super) type Texts = BTreeMap<String, String>;

/// An object of the API, and its place there.
pub(super) trait Object: DeserializeOwned {
    /// Its group; empty for the core one.
    const GROUP: &'static str;
    /// Its kind.
    const KIND: &'static str;
    /// Its kind in URLs and roles.
    const PLURAL: &'static str;

    /// What it says it is.
    fn kind(&self) -> &str;

    /// What every object has.
    fn metadata(&self) -> &ObjectMeta;

    /// The path under which objects of its kind are.
    fn path(namespace: Option<&str>) -> String {
        let group = match Self::GROUP {
            "" => "/api/v1".to_owned(),
            group => format!("/apis/{group}/v1"),
        };
        let namespace = namespace.map(|name| format!("/namespaces/{name}")).unwrap_or_default();
        format!("{group}{namespace}/{}", Self::PLURAL)
    }
}

/// What every object has.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct ObjectMeta {
    pub(super) name: Option<String>,
    pub(super) uid: Option<String>,
    pub(super) labels: Option<Texts>,
    pub(super) annotations: Option<Texts>,
    pub(super) owner_references: Option<Vec<OwnerReference>>,
}

/// Who an object belongs to.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct OwnerReference {
    pub(super) api_version: String,
    pub(super) kind: String,
    pub(super) name: String,
    pub(super) controller: Option<bool>,
}

/// Gives each type its object's place in the API.
macro_rules! objects {
    ($($object:ident in $group:literal as $plural:literal;)*) => {$(
        impl Object for $object {
            const GROUP: &'static str = $group;
            const KIND: &'static str = stringify!($object);
            const PLURAL: &'static str = $plural;

            fn kind(&self) -> &str {
                &self.kind
            }

            fn metadata(&self) -> &ObjectMeta {
                &self.metadata
            }
        }
    )*};
}

objects! {
    Pod in "" as "pods";
    Namespace in "" as "namespaces";
    Node in "" as "nodes";
    Service in "" as "services";
    ReplicaSet in "apps" as "replicasets";
    Job in "batch" as "jobs";
}

/// A pod.
#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct Pod {
    #[serde(default)]
    pub(super) kind: String,
    pub(super) metadata: ObjectMeta,
    pub(super) spec: Option<PodSpec>,
    pub(super) status: Option<PodStatus>,
}

/// How a pod is to run.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PodSpec {
    pub(super) node_name: Option<String>,
    pub(super) service_account_name: Option<String>,
    pub(super) containers: Vec<Container>,
    pub(super) init_containers: Option<Vec<Container>>,
}

/// A container of a pod.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Container {
    pub(super) name: String,
    pub(super) restart_policy: Option<String>,
    pub(super) resources: Option<Resources>,
}

/// What a container asks for and may use, as the API spells quantities: `500m`, `1Gi`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub(super) struct Resources {
    pub(super) requests: Option<Texts>,
    pub(super) limits: Option<Texts>,
}

/// How a pod runs.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PodStatus {
    pub(super) phase: Option<String>,
    #[serde(rename = "podIP")]
    pub(super) pod_ip: Option<String>,
    #[serde(rename = "hostIP")]
    pub(super) host_ip: Option<String>,
    pub(super) container_statuses: Option<Vec<ContainerStatus>>,
    pub(super) init_container_statuses: Option<Vec<ContainerStatus>>,
    pub(super) ephemeral_container_statuses: Option<Vec<ContainerStatus>>,
}

/// How a container runs.
#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct ContainerStatus {
    pub(super) name: String,
    #[serde(rename = "containerID")]
    pub(super) container_id: Option<String>,
}

/// A namespace.
#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct Namespace {
    #[serde(default)]
    pub(super) kind: String,
    pub(super) metadata: ObjectMeta,
}

/// A node.
#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct Node {
    #[serde(default)]
    pub(super) kind: String,
    pub(super) metadata: ObjectMeta,
    pub(super) spec: Option<NodeSpec>,
}

/// What a node is.
#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct NodeSpec {
    #[serde(rename = "providerID")]
    pub(super) provider_id: Option<String>,
}

/// A service. In a list it does not say its kind.
#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct Service {
    #[serde(default)]
    pub(super) kind: String,
    pub(super) metadata: ObjectMeta,
    pub(super) spec: Option<ServiceSpec>,
}

/// Where a service leads.
#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct ServiceSpec {
    #[serde(rename = "type")]
    pub(super) kind: Option<String>,
    pub(super) selector: Option<Texts>,
}

/// A ReplicaSet, of which only its owner counts.
#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct ReplicaSet {
    #[serde(default)]
    pub(super) kind: String,
    pub(super) metadata: ObjectMeta,
}

/// A Job, of which only its owner counts.
#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct Job {
    #[serde(default)]
    pub(super) kind: String,
    pub(super) metadata: ObjectMeta,
}

/// A page of a list.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct List<T> {
    pub(super) kind: String,
    #[serde(default)]
    pub(super) metadata: ListMeta,
    pub(super) items: Vec<T>,
}

/// Where a list goes on.
#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct ListMeta {
    #[serde(rename = "continue")]
    pub(super) rest: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_those_of_the_api_reference() {
        assert_eq!(Pod::path(Some("payments")), "/api/v1/namespaces/payments/pods");
        assert_eq!(Node::path(None), "/api/v1/nodes");
        assert_eq!(ReplicaSet::path(Some("a")), "/apis/apps/v1/namespaces/a/replicasets");
        assert_eq!(Job::path(Some("a")), "/apis/batch/v1/namespaces/a/jobs");
    }
}
