//! What a pod requests in all.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde::Deserialize;

use super::pod::Pod;
use super::quantity::quantity;

/// Amounts by the name of what there is an amount of (`cpu`, `memory`, `nvidia.com/gpu`), as
/// Kubernetes writes them.
pub(super) type Amounts = BTreeMap<String, Amount>;

/// An amount: a text, or a number where somebody wrote one.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(untagged)]
pub(super) enum Amount {
    /// `250m`
    Text(String),
    /// `2`
    Number(serde_json::Number),
}

/// What pods request: vCPUs, and bytes of memory and of ephemeral storage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::services::gke) struct Requests {
    /// Processors, in vCPUs.
    pub(in crate::services::gke) vcpus: Decimal,
    memory: Decimal,
    ephemeral_storage: Decimal,
}

/// A GiB in bytes.
const GIB: Decimal = Decimal::from_parts(1 << 30, 0, 0, false, 0);

impl Requests {
    /// What a pod requests; or why that is not known.
    pub(super) fn of(pod: &Pod) -> Result<Self, String> {
        let requests = Self {
            vcpus: effective(pod, "cpu")?,
            memory: effective(pod, "memory")?,
            ephemeral_storage: effective(pod, "ephemeral-storage")?,
        };
        // Autopilot gives every pod some of both.
        // <https://cloud.google.com/kubernetes-engine/docs/concepts/autopilot-resource-requests>
        if requests.vcpus.is_zero() || requests.memory.is_zero() {
            return Err("requests no processor or no memory".to_owned());
        }
        Ok(requests)
    }

    /// Both together; `None` where that cannot be counted any more.
    pub(super) fn plus(&self, other: &Self) -> Option<Self> {
        Some(Self {
            vcpus: self.vcpus.checked_add(other.vcpus)?,
            memory: self.memory.checked_add(other.memory)?,
            ephemeral_storage: self.ephemeral_storage.checked_add(other.ephemeral_storage)?,
        })
    }

    /// Memory in GiB.
    pub(in crate::services::gke) fn memory_gib(&self) -> Decimal {
        self.memory / GIB
    }

    /// Ephemeral storage in GiB.
    pub(in crate::services::gke) fn ephemeral_storage_gib(&self) -> Decimal {
        self.ephemeral_storage / GIB
    }
}

/// What Kubernetes keeps free for a pod: what its containers request together with those sidecars
/// that go on beside them, or what it takes to start it, whichever is more. Init containers run one
/// after the other, each beside the sidecars before it. What the pod requests as a whole goes
/// before; its overhead comes on top.
/// <https://kubernetes.io/docs/concepts/workloads/pods/init-containers/#resource-sharing-within-containers>
/// <https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/#resource-sharing-within-containers>
fn effective(pod: &Pod, name: &str) -> Result<Decimal, String> {
    let overhead = amount(pod.spec.overhead.as_ref(), name)?;
    if let Some(whole) = pod.requests().filter(|requests| requests.contains_key(name)) {
        return add(amount(Some(whole), name)?, overhead);
    }
    let (mut sidecars, mut start) = (Decimal::ZERO, Decimal::ZERO);
    for container in pod.init_containers() {
        let own = add(amount(container.requests(), name)?, sidecars)?;
        start = start.max(own);
        if container.is_sidecar() {
            sidecars = own;
        }
    }
    let mut run = sidecars;
    for container in pod.containers() {
        run = add(run, amount(container.requests(), name)?)?;
    }
    add(run.max(start), overhead)
}

fn add(one: Decimal, other: Decimal) -> Result<Decimal, String> {
    one.checked_add(other).ok_or_else(|| "requests more than can be counted".to_owned())
}

/// Zero where nothing is requested.
fn amount(amounts: Option<&Amounts>, name: &str) -> Result<Decimal, String> {
    let written = match amounts.and_then(|amounts| amounts.get(name)) {
        None => return Ok(Decimal::ZERO),
        Some(Amount::Text(text)) => text.clone(),
        Some(Amount::Number(number)) => number.to_string(),
    };
    quantity(&written).ok_or_else(|| format!("requests {name} of \"{}\"", short(&written)))
}

/// The beginning of a text that may be anything.
fn short(text: &str) -> String {
    text.chars().take(40).collect()
}
