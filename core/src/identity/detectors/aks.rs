//! Azure Kubernetes Service, known by the token's issuer.

use super::super::finding::{Finding, Part};
use super::super::surroundings::Surroundings;
use super::put;
use super::signs::{Issuer, issuer};

/// The cluster's region. Where the values are from is left to the metadata server.
pub(super) fn detect(around: &Surroundings) -> Finding {
    let Some(Issuer::Aks { region }) = issuer(around) else {
        return Finding::NotHere;
    };
    let mut part = Part::default();
    put(&mut part.cloud, "provider", Some("azure"));
    put(&mut part.cloud, "region", Some(region));
    put(&mut part.cloud, "platform", Some("aks"));
    Finding::Here(Box::new(part), Vec::new())
}
