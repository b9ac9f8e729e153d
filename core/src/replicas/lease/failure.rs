//! Why a Lease could not be read or written: one sentence, and what to do.

use thiserror::Error;

use crate::in_cluster::NoAccess;

/// Why a Lease could not be read or written.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum LeaseFailure {
    /// This is no pod, or one without a service account's token.
    #[error("{0}; a lease takes a pod with its service account's token")]
    NoAccess(#[from] NoAccess),
    /// Another replica wrote it first.
    #[error("another replica wrote it first")]
    Conflict,
    /// The service account may not: the verb.
    #[error(
        "the Kubernetes API denies {0} on leases; grant the pod's service account get, create and \
         update on leases (apiGroup coordination.k8s.io) in its namespace"
    )]
    Denied(&'static str),
    /// The token is refused.
    #[error(
        "the Kubernetes API refuses the service account's token; see whether the kubelet still \
         renews it"
    )]
    Unauthorized,
    /// There is no connection, no answer in time, or one that breaks off.
    #[error("the Kubernetes API does not answer: {0}")]
    Unreachable(String),
    /// Another status than those above.
    #[error("the Kubernetes API answers with status {0}")]
    Status(u16),
    /// What comes back is not a Lease of this name.
    #[error("the answer of the Kubernetes API is not the lease that was asked for: {0}")]
    Strange(String),
}
