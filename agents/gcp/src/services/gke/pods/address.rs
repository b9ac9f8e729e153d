//! Where a cluster's own Kubernetes API answers, and who vouches for it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use google_cloud_container_v1::model::Cluster;

use crate::google::ClusterAddress;

/// The cluster's name where that is open to traffic from outside, whose certificate the system's
/// authorities vouch for; else its address, for which the cluster's own authority does.
/// <https://cloud.google.com/kubernetes-engine/docs/concepts/network-isolation>
pub(super) fn of(cluster: &Cluster) -> Result<ClusterAddress, String> {
    if let Some(name) = open_name(cluster) {
        return Ok(ClusterAddress { endpoint: name.to_owned(), certificate: None });
    }
    if cluster.endpoint.is_empty() {
        return Err("Google names no address of its Kubernetes API that is open to others".into());
    }
    let certificate = authority(cluster)?;
    Ok(ClusterAddress { endpoint: cluster.endpoint.clone(), certificate: Some(certificate) })
}

/// `gke-….us-central1.gke.goog`
fn open_name(cluster: &Cluster) -> Option<&str> {
    let endpoints = cluster.control_plane_endpoints_config.as_ref()?;
    let named = endpoints.dns_endpoint_config.as_ref()?;
    let open = named.allow_external_traffic == Some(true) && !named.endpoint.is_empty();
    open.then_some(&*named.endpoint)
}

/// The certificate of the cluster's own authority, as PEM.
fn authority(cluster: &Cluster) -> Result<Vec<u8>, String> {
    let encoded = cluster.master_auth.as_ref().map_or("", |auth| &auth.cluster_ca_certificate);
    if encoded.is_empty() {
        return Err("Google does not give the certificate of its authority".to_owned());
    }
    let decoded = STANDARD.decode(encoded.trim());
    decoded.map_err(|_| "the certificate of its authority is not base64".to_owned())
}
