//! A cluster's own Kubernetes API.

use serde::de::DeserializeOwned;

use super::{Google, GoogleError, Meter};

/// Where a cluster's Kubernetes API answers.
#[derive(Debug, Clone)]
pub(crate) struct ClusterAddress {
    /// An address or a name, with a port where it is not 443.
    pub endpoint: String,
    /// The certificate of the cluster's own authority, as PEM; the system's authorities without.
    pub certificate: Option<Vec<u8>>,
}

impl Google {
    /// Pages of a list of a cluster's Kubernetes API.
    ///
    /// # Errors
    /// The cluster refuses, cannot be reached, or its answer cannot be read.
    pub(crate) async fn cluster_pages<T: DeserializeOwned>(
        &self,
        meter: &Meter,
        cluster: &ClusterAddress,
        path: &str,
        query: &[(&str, &str)],
        take: impl FnMut(T) -> Option<String>,
    ) -> Result<(), GoogleError> {
        drop((meter, cluster, path, query, take));
        unimplemented!()
    }
}
