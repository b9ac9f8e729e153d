//! Amazon EKS, known by the token's issuer and by what EKS puts into a pod's environment.

use super::super::finding::{Finding, Part};
use super::super::surroundings::Surroundings;
use super::put;
use super::signs::{Issuer, Maker, in_kubernetes, issuer, maker, region_name};

/// Whether this is a pod, or has credentials as EKS gives them to pods.
pub(super) fn worth_asking(around: &Surroundings) -> bool {
    in_kubernetes(around) || has_credentials(around)
}

/// Where EKS mounts a pod's credentials: roles for service accounts, and pod identities.
/// <https://docs.aws.amazon.com/eks/latest/userguide/pod-configuration.html>
/// <https://docs.aws.amazon.com/eks/latest/userguide/pod-id-how-it-works.html>
fn has_credentials(around: &Surroundings) -> bool {
    let names = |variable: &str, what: &str| {
        around.variable(variable).is_some_and(|file| file.contains(what))
    };
    names("AWS_WEB_IDENTITY_TOKEN_FILE", "eks.amazonaws.com")
        || names("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "eks-pod-identity")
}

/// The cluster's region. Host and pod are the Kubernetes detector's.
pub(super) fn detect(around: &Surroundings) -> Finding {
    let named = around.variable("AWS_REGION").or_else(|| around.variable("AWS_DEFAULT_REGION"));
    let named = named.and_then(region_name);
    let region = match issuer(around) {
        Some(Issuer::Eks { region }) => Some(region),
        Some(Issuer::Gke { .. } | Issuer::Aks { .. }) => return Finding::NotHere,
        _ if has_credentials(around) => named,
        // A region alone is a weak sign: it is also set to reach AWS from elsewhere.
        Some(Issuer::Other) => return Finding::NotHere,
        None => match maker(around) {
            Some(Maker::Google | Maker::Microsoft) => return Finding::NotHere,
            _ if named.is_none() => return Finding::NotHere,
            _ => named,
        },
    };
    let mut part = Part::default();
    put(&mut part.cloud, "provider", Some("aws"));
    put(&mut part.cloud, "region", region);
    put(&mut part.cloud, "platform", Some("eks"));
    put(&mut part.cloud, "metadata_source", Some("env"));
    Finding::Here(Box::new(part), Vec::new())
}
