//! The APIs of Google Cloud that the agent asks, and where they answer.

use std::collections::BTreeMap;

use url::Url;

/// An API of Google Cloud.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Api {
    /// Machines, disks, snapshots.
    Compute,
    /// Clusters.
    Container,
    /// Functions of both generations.
    Functions,
    /// Services of Cloud Run.
    Run,
    /// Databases.
    Sql,
    /// Buckets.
    Storage,
    /// Metrics.
    Monitoring,
    /// The search for projects.
    Asset,
}

impl Api {
    /// Every API.
    pub const ALL: &'static [Self] = &[
        Self::Compute,
        Self::Container,
        Self::Functions,
        Self::Run,
        Self::Sql,
        Self::Storage,
        Self::Monitoring,
        Self::Asset,
    ];

    /// The host, which is also the name by which the API is enabled: `compute.googleapis.com`.
    #[must_use]
    pub const fn host(self) -> &'static str {
        match self {
            Self::Compute => "compute.googleapis.com",
            Self::Container => "container.googleapis.com",
            Self::Functions => "cloudfunctions.googleapis.com",
            Self::Run => "run.googleapis.com",
            Self::Sql => "sqladmin.googleapis.com",
            Self::Storage => "storage.googleapis.com",
            Self::Monitoring => "monitoring.googleapis.com",
            Self::Asset => "cloudasset.googleapis.com",
        }
    }

    /// The setting that says where it answers: `endpoints.compute`.
    #[must_use]
    pub const fn setting(self) -> &'static str {
        match self {
            Self::Compute => "endpoints.compute",
            Self::Container => "endpoints.container",
            Self::Functions => "endpoints.functions",
            Self::Run => "endpoints.run",
            Self::Sql => "endpoints.sql",
            Self::Storage => "endpoints.storage",
            Self::Monitoring => "endpoints.monitoring",
            Self::Asset => "endpoints.asset",
        }
    }
}

/// Where the APIs answer that do not answer at Google's own hosts: https, or http on this machine.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Endpoints(BTreeMap<Api, Url>);

impl Endpoints {
    /// Says where an API answers.
    pub fn set(&mut self, api: Api, address: Url) {
        self.0.insert(api, address);
    }

    /// Where an API answers, where that was set.
    #[must_use]
    pub fn get(&self, api: Api) -> Option<&Url> {
        self.0.get(&api)
    }
}
