//! A pod, as far as its price depends on it.
//! <https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/>

use std::collections::BTreeMap;

use serde::Deserialize;

use super::requests::Amounts;

/// A pod.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub(super) struct Pod {
    pub(super) metadata: Metadata,
    pub(super) spec: Spec,
    status: Status,
}

/// What a pod is called.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub(super) struct Metadata {
    pub(super) name: String,
    pub(super) namespace: String,
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
struct Status {
    phase: Option<String>,
}

/// What was asked for.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Spec {
    node_selector: Option<BTreeMap<String, String>>,
    affinity: Option<Affinity>,
    containers: Option<Vec<Container>>,
    init_containers: Option<Vec<Container>>,
    resources: Option<Resources>,
    pub(super) overhead: Option<Amounts>,
}

/// One container of a pod.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Container {
    resources: Option<Resources>,
    restart_policy: Option<String>,
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
struct Resources {
    requests: Option<Amounts>,
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Affinity {
    node_affinity: Option<NodeAffinity>,
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
struct NodeAffinity {
    #[serde(rename = "requiredDuringSchedulingIgnoredDuringExecution")]
    required: Option<Required>,
    #[serde(rename = "preferredDuringSchedulingIgnoredDuringExecution")]
    preferred: Option<Vec<Preferred>>,
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Required {
    node_selector_terms: Option<Vec<Term>>,
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
struct Preferred {
    preference: Term,
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Term {
    match_expressions: Option<Vec<Expression>>,
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
struct Expression {
    key: String,
    operator: String,
    values: Option<Vec<String>>,
}

/// How Google bills a pod.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Billing {
    /// Not at all: it is the system's, or does not run.
    Nothing,
    /// By what it requests, at the price of the general-purpose class.
    GeneralPurpose,
    /// In another way, or at another price.
    Other,
    /// Whether it runs is not known.
    Unknown,
}

impl Pod {
    /// How Google bills it. Pods of the system are free; the others cost while they run.
    /// <https://cloud.google.com/kubernetes-engine/pricing#autopilot_mode>
    pub(super) fn billing(&self) -> Billing {
        if is_of_the_system(&self.metadata.namespace) {
            return Billing::Nothing;
        }
        match self.status.phase.as_deref() {
            Some("Pending" | "Succeeded" | "Failed") => Billing::Nothing,
            Some("Running") if self.is_special() => Billing::Other,
            Some("Running") => Billing::GeneralPurpose,
            _ => Billing::Unknown,
        }
    }

    /// What is requested for the pod as a whole.
    /// <https://kubernetes.io/docs/tasks/configure-pod-container/assign-pod-level-resources/>
    pub(super) fn requests(&self) -> Option<&Amounts> {
        self.spec.resources.as_ref()?.requests.as_ref()
    }

    /// The containers that do the work.
    pub(super) fn containers(&self) -> impl Iterator<Item = &Container> {
        self.spec.containers.iter().flatten()
    }

    /// The containers that start before, in this order.
    pub(super) fn init_containers(&self) -> impl Iterator<Item = &Container> {
        self.spec.init_containers.iter().flatten()
    }

    /// Whether it asks for nodes of another price: Spot, another compute class, accelerators,
    /// another architecture or series. A pod that only prefers those may be on them.
    fn is_special(&self) -> bool {
        let selected = self.spec.node_selector.iter().flatten();
        let mut selected = selected.map(|(key, value)| is_special(key, value));
        let all = self.containers().chain(self.init_containers());
        let requests = all.filter_map(Container::requests).chain(self.requests());
        selected.any(|special| special)
            || self.terms().any(Term::is_special)
            || requests.flat_map(Amounts::keys).any(|name| is_accelerator(name))
    }

    fn terms(&self) -> impl Iterator<Item = &Term> {
        let affinity = self.spec.affinity.as_ref().and_then(|all| all.node_affinity.as_ref());
        let required = affinity.and_then(|affinity| affinity.required.as_ref());
        let required = required.and_then(|required| required.node_selector_terms.as_ref());
        let preferred = affinity.and_then(|affinity| affinity.preferred.as_ref());
        let preferred = preferred.into_iter().flatten().map(|preferred| &preferred.preference);
        required.into_iter().flatten().chain(preferred)
    }
}

impl Container {
    /// What it requests.
    pub(super) fn requests(&self) -> Option<&Amounts> {
        self.resources.as_ref()?.requests.as_ref()
    }

    /// Whether it goes on beside the others, where it is an init container.
    pub(super) fn is_sidecar(&self) -> bool {
        self.restart_policy.as_deref() == Some("Always")
    }
}

impl Term {
    fn is_special(&self) -> bool {
        self.match_expressions.iter().flatten().any(Expression::is_special)
    }
}

impl Expression {
    fn is_special(&self) -> bool {
        match &*self.operator {
            "NotIn" | "DoesNotExist" => false,
            "In" => self.values.iter().flatten().any(|value| is_special(&self.key, value)),
            _ => is_special(&self.key, ""),
        }
    }
}

/// The namespaces that Google's own pods are in. Names that begin with `kube-` are Kubernetes' own;
/// nobody else can run anything in the others on Autopilot.
/// <https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/>
fn is_of_the_system(namespace: &str) -> bool {
    namespace.starts_with("kube-")
        || namespace.starts_with("gke-managed-")
        || ["gke-gmp-system", "gmp-system", "gmp-public"].contains(&namespace)
}

/// Whether a label of nodes asks for those of another price. The class `autopilot` is the
/// general-purpose one.
/// <https://cloud.google.com/kubernetes-engine/docs/concepts/about-built-in-compute-classes>
/// <https://cloud.google.com/kubernetes-engine/docs/how-to/autopilot-spot-pods>
fn is_special(label: &str, value: &str) -> bool {
    match label {
        "cloud.google.com/compute-class" => value != "autopilot",
        "cloud.google.com/gke-spot" | "cloud.google.com/gke-preemptible" => value != "false",
        "cloud.google.com/gke-provisioning" => value != "standard",
        "kubernetes.io/arch" | "beta.kubernetes.io/arch" => value != "amd64",
        "cloud.google.com/machine-family" | "cloud.google.com/gke-accelerator" => true,
        _ => label.starts_with("cloud.google.com/gke-tpu"),
    }
}

/// Processors, memory and storage are named plainly; devices with their maker's domain.
fn is_accelerator(resource: &str) -> bool {
    resource.starts_with("nvidia.com/") || resource.starts_with("google.com/tpu")
}
