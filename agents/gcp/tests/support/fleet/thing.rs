//! A resource, as Google lists it.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::expected::{Cost, Expected};

/// Where resources are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Instance,
    Disk,
    Snapshot,
    Cluster,
    Function,
    /// Of Cloud Run.
    Service,
    Database,
    Bucket,
}

impl Kind {
    /// The service in whose list the agent has it.
    fn service(self) -> &'static str {
        match self {
            Self::Instance => "compute",
            Self::Disk => "disks",
            Self::Snapshot => "snapshots",
            Self::Cluster => "gke",
            Self::Function => "functions",
            Self::Service => "cloud_run",
            Self::Database => "sql",
            Self::Bucket => "storage",
        }
    }
}

/// A figure of Cloud Monitoring.
#[derive(Debug, Clone)]
pub(crate) struct Figure {
    pub(crate) metric: &'static str,
    /// The type of the monitored resource: `gce_instance`.
    pub(crate) resource: &'static str,
    /// `resource.label.instance_id` and so on.
    labels: BTreeMap<String, String>,
    pub(crate) worth: Worth,
}

/// What a figure says of the last period.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Worth {
    Number(Decimal),
    Distribution { count: u64, mean: f64 },
}

impl Figure {
    /// The value of a label, or of `resource.type`; empty where there is none.
    pub(crate) fn label(&self, name: &str) -> &str {
        match name {
            "resource.type" => self.resource,
            name => self.labels.get(name).map_or("", String::as_str),
        }
    }
}

/// A resource.
#[derive(Debug, Clone)]
pub(crate) struct Thing {
    pub(crate) project: &'static str,
    pub(crate) kind: Kind,
    /// `zones/us-central1-a`, `regions/us-central1`, `global`.
    pub(crate) place: String,
    pub(crate) name: String,
    /// As Google lists it, with the names of enums.
    pub(crate) body: Value,
    pub(crate) figures: Vec<Figure>,
    /// None where it is no record.
    pub(crate) expected: Option<Expected>,
}

impl Thing {
    /// Something somewhere.
    pub(crate) fn new(
        project: &'static str,
        kind: Kind,
        place: &str,
        name: &str,
        body: Value,
    ) -> Self {
        let (place, name) = (place.to_owned(), name.to_owned());
        Self { project, kind, place, name, body, figures: Vec::new(), expected: None }
    }

    /// Its region: that of its zone.
    pub(crate) fn region(&self) -> &str {
        let place = self.place.rsplit('/').next().unwrap_or_default();
        match place.rsplit_once('-') {
            Some((region, zone)) if zone.len() == 1 => region,
            _ => place,
        }
    }

    /// One more key, or another value.
    pub(crate) fn with(mut self, key: &str, value: Value) -> Self {
        self.body[key] = value;
        self
    }

    /// A figure of its own: metric, type of the monitored resource, labels.
    pub(crate) fn does(
        mut self,
        metric: &'static str,
        resource: &'static str,
        labels: &[(&str, &str)],
        worth: Worth,
    ) -> Self {
        let labels = labels.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        self.figures.push(Figure { metric, resource, labels: labels.collect(), worth });
        self
    }

    /// It is a record, and costs that.
    pub(crate) fn costs(mut self, cost: Cost) -> Self {
        let (service, name) = (self.kind.service(), self.name.clone());
        self.expected = Some(Expected { service, name, cost, keys: BTreeMap::new() });
        self
    }

    /// Its record has this key, too.
    pub(crate) fn says(mut self, key: &'static str, value: impl Into<Value>) -> Self {
        self.expected.as_mut().unwrap().keys.insert(key, value.into());
        self
    }
}

/// The address of something of Compute Engine.
pub(crate) fn link(project: &str, rest: &str) -> String {
    format!("https://www.googleapis.com/compute/v1/projects/{project}/{rest}")
}

/// A number as Google gives them to resources: always the same for a name.
pub(crate) fn id(project: &str, name: &str) -> String {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    for byte in project.bytes().chain([b'/']).chain(name.bytes()) {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    (hash >> 1).to_string()
}

/// A figure that is a whole number.
pub(crate) fn whole(number: u64) -> Worth {
    Worth::Number(Decimal::from(number))
}

/// A decimal figure.
pub(crate) fn exactly(text: &str) -> Worth {
    Worth::Number(text.parse().unwrap())
}

/// Nothing.
pub(crate) fn empty() -> Value {
    json!({})
}
