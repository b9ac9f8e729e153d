//! Pods added up as their pages come: no pod is kept.

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::pod::{Billing, Pod};
use super::requests::Requests;

/// One page of a cluster's pods.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct PodPage {
    metadata: ListMetadata,
    items: Option<Vec<Item>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ListMetadata {
    #[serde(rename = "continue")]
    next: Option<String>,
}

/// A pod, or what is none.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Item {
    Pod(Box<Pod>),
    Odd(IgnoredAny),
}

/// What the billed pods of a cluster request together.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(in crate::services::gke) struct Sum {
    /// Those of the general-purpose class that are not Spot pods.
    pub(in crate::services::gke) requests: Requests,
    /// How many pods are billed in another way.
    pub(in crate::services::gke) other: u64,
    /// How many pods could not be read or counted, and what is odd about the first of them.
    pub(in crate::services::gke) odd: Option<(u64, String)>,
}

impl Sum {
    /// The sum of one page, for tests.
    #[cfg(test)]
    pub(in crate::services::gke) fn of(page: serde_json::Value) -> Self {
        let mut sum = Self::default();
        let page: PodPage = serde_json::from_value(page).unwrap();
        sum.add(&page);
        sum
    }

    /// Adds a page; the answer asks for the next one, where there is one.
    pub(super) fn add(&mut self, page: &PodPage) -> Option<String> {
        for item in page.items.iter().flatten() {
            match item {
                Item::Pod(pod) => self.add_pod(pod),
                Item::Odd(_) => self.note(|| "one is no pod as Kubernetes documents them".into()),
            }
        }
        page.metadata.next.clone().filter(|token| !token.is_empty())
    }

    fn add_pod(&mut self, pod: &Pod) {
        let odd = match pod.billing() {
            Billing::Nothing => return,
            Billing::Other => {
                self.other += 1;
                return;
            }
            Billing::Unknown => "is in no phase that says whether it runs".to_owned(),
            Billing::GeneralPurpose => match self.with(pod) {
                Ok(requests) => {
                    self.requests = requests;
                    return;
                }
                Err(reason) => reason,
            },
        };
        let metadata = &pod.metadata;
        self.note(|| format!("{}/{} {odd}", metadata.namespace, metadata.name));
    }

    fn with(&self, pod: &Pod) -> Result<Requests, String> {
        let requests = Requests::of(pod)?;
        let sum = self.requests.plus(&requests);
        sum.ok_or_else(|| "requests more than can be counted".to_owned())
    }

    fn note(&mut self, reason: impl FnOnce() -> String) {
        match &mut self.odd {
            Some((count, _)) => *count += 1,
            none => *none = Some((1, reason())),
        }
    }
}
