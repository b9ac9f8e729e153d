//! A `Lease` of the cluster, by which replicas agree
//! (<https://kubernetes.io/docs/concepts/architecture/leases/>).

mod api;
mod failure;
mod record;

pub(super) use api::LeaseApi;
pub(super) use failure::LeaseFailure;
pub(super) use record::Record;
