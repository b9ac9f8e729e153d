//! Google Kubernetes Engine, known by the token's issuer.

use super::super::finding::{Finding, Part};
use super::super::surroundings::Surroundings;
use super::signs::{Issuer, issuer};
use super::{gcp, put};

/// The cluster's project, region and name. Where the values are from is left to the metadata
/// server.
pub(super) fn detect(around: &Surroundings) -> Finding {
    let Some(Issuer::Gke { project, location, cluster }) = issuer(around) else {
        return Finding::NotHere;
    };
    let mut part = Part::default();
    put(&mut part.cloud, "provider", Some("gcp"));
    put(&mut part.cloud, "region", Some(gcp::region(&location)));
    put(&mut part.cloud, "account.id", Some(project));
    put(&mut part.cloud, "platform", Some("gke"));
    put(&mut part.k8s, "cluster.name", Some(cluster));
    Finding::Here(Box::new(part), Vec::new())
}
