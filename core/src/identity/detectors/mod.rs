//! One file for each place a process can be in.

mod aks;
mod azure;
mod ec2;
mod ecs;
mod eks;
mod gcp;
mod gke;
mod lambda;
mod local;
mod signs;

use std::time::Duration;

use futures::FutureExt as _;
use futures::future::BoxFuture;

use super::client::Client;
use super::document::Fields;
use super::finding::{Finding, Trouble};
use super::kubernetes;
use super::surroundings::Surroundings;

pub(super) use signs::in_kubernetes;

/// What a detector may use.
pub(super) struct Asking {
    /// Environment, files and the host's name.
    pub(super) around: Surroundings,
    /// The way to metadata servers; `None` where no network may be used.
    pub(super) client: Option<Client>,
    /// How long all detectors together may take.
    pub(super) deadline: Duration,
}

/// A place, and how to find out whether this is it.
pub(super) struct Detector {
    /// Its name in reports.
    pub(super) name: &'static str,
    /// Whether environment and files speak for it. Needs no network.
    pub(super) worth_asking: fn(&Surroundings) -> bool,
    /// Whether it asks metadata servers where it may.
    pub(super) asks: bool,
    /// Whether it knows something without a network.
    pub(super) offline: bool,
    /// What to do where it does not answer in time.
    pub(super) remedy: &'static str,
    /// Finds out.
    pub(super) detect: for<'a> fn(&'a Asking) -> BoxFuture<'a, Finding>,
}

/// All detectors, the most specific first: the first to name a key wins.
pub(super) const DETECTORS: &[Detector] = &[
    Detector {
        name: "lambda",
        worth_asking: lambda::worth_asking,
        asks: false,
        offline: true,
        remedy: "",
        detect: |asking| at_once(lambda::detect(&asking.around)),
    },
    Detector {
        name: "ecs",
        worth_asking: ecs::worth_asking,
        asks: true,
        offline: true,
        remedy: ecs::REMEDY,
        detect: |asking| ecs::detect(asking).boxed(),
    },
    Detector {
        name: "eks",
        worth_asking: eks::worth_asking,
        asks: false,
        offline: true,
        remedy: "",
        detect: |asking| at_once(eks::detect(&asking.around)),
    },
    Detector {
        name: "gke",
        worth_asking: in_kubernetes,
        asks: false,
        offline: true,
        remedy: "",
        detect: |asking| at_once(gke::detect(&asking.around)),
    },
    Detector {
        name: "aks",
        worth_asking: in_kubernetes,
        asks: false,
        offline: true,
        remedy: "",
        detect: |asking| at_once(aks::detect(&asking.around)),
    },
    Detector {
        name: "kubernetes",
        worth_asking: kubernetes::worth_asking,
        asks: true,
        offline: true,
        remedy: "",
        detect: |asking| kubernetes::detect(&asking.around, asking.deadline * 9 / 10).boxed(),
    },
    Detector {
        name: "ec2",
        worth_asking: ec2::worth_asking,
        asks: true,
        offline: false,
        remedy: ec2::REMEDY,
        detect: |asking| ec2::detect(asking).boxed(),
    },
    Detector {
        name: "gcp",
        worth_asking: gcp::worth_asking,
        asks: true,
        offline: false,
        remedy: gcp::REMEDY,
        detect: |asking| gcp::detect(asking).boxed(),
    },
    Detector {
        name: "azure",
        worth_asking: azure::worth_asking,
        asks: true,
        offline: false,
        remedy: azure::REMEDY,
        detect: |asking| azure::detect(asking).boxed(),
    },
    Detector {
        name: LOCAL,
        worth_asking: |_| true,
        asks: false,
        offline: true,
        remedy: "",
        detect: |asking| at_once(local::detect(&asking.around)),
    },
];

/// The name of the detector that fills in where no other answers.
pub(super) const LOCAL: &str = "local";

/// What any machine knows of itself.
pub(super) fn local(around: &Surroundings) -> Finding {
    local::detect(around)
}

/// What the platform calls the service, by the environment alone.
pub(super) fn service(around: &Surroundings) -> Fields {
    let lambda = lambda::service(around);
    if lambda.is_empty() { gcp::service(around) } else { lambda }
}

fn at_once(finding: Finding) -> BoxFuture<'static, Finding> {
    std::future::ready(finding).boxed()
}

/// The client, or why a metadata server cannot be asked.
fn client(asking: &Asking) -> Result<&Client, Trouble> {
    asking.client.as_ref().ok_or_else(|| Trouble::new("no metadata server may be asked"))
}

/// Puts `value` under `key`, where there is one.
fn put(fields: &mut Fields, key: &str, value: Option<impl Into<String>>) {
    if let Some(value) = value {
        fields.insert(key.to_owned(), value.into().into());
    }
}
