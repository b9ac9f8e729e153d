//! What a collector is.

use futures::future::BoxFuture;
use serde_json::{Map, Value};

use finops_core::model::Resource;

/// Something that measures: the machine, its containers, a plugin command, a program's own code.
pub trait Collector: Send + Sync {
    /// Its name in documents: `system_metrics`.
    fn name(&self) -> &str;

    /// Measures once.
    fn collect(&self) -> BoxFuture<'_, Result<Collected, CollectError>>;

    /// Whether it finds resources that cost something.
    fn finds_resources(&self) -> bool {
        false
    }
}

/// What a collector measured.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Collected {
    /// The figures, as documents carry them.
    pub data: Map<String, Value>,
    /// The same for a person, in a few short lines: `cpu 3.2 % of 2 vCPUs`.
    pub lines: Vec<String>,
    /// What the machine has, where the collector knows.
    pub capacity: Capacity,
    /// What it found that costs something; `None` of a collector that only measures.
    pub resources: Option<Vec<Resource>>,
    /// What else its record says: a command's exit status, its standard error.
    pub details: Map<String, Value>,
}

/// What a machine has, and is paid for. What is not known is `None`, never zero.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Capacity {
    /// Logical processors that are online.
    pub vcpus: Option<u64>,
    /// Memory in bytes.
    pub memory_bytes: Option<u64>,
    /// The sizes of the local disks' file systems in bytes, each device once.
    pub disk_bytes: Option<u64>,
    /// Graphics processors.
    pub gpus: Option<u64>,
}

/// Why a collector could not measure.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{error}")]
pub struct CollectError {
    /// What failed, on what.
    pub error: String,
    /// What to do about it.
    pub hint: Option<String>,
    /// What else its record says: a command's exit status, its standard error.
    pub details: Map<String, Value>,
}

impl CollectError {
    /// A failure without advice.
    #[must_use]
    pub fn new(error: impl Into<String>) -> Self {
        Self { error: error.into(), hint: None, details: Map::new() }
    }

    /// The same with advice.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}
