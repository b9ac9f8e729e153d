//! Clusters' own APIs, asked with the agent's token: what runs in them.

use std::net::IpAddr;
use std::time::Duration;

use google_cloud_gax::error::Error;
use http::header::{ACCEPT, AUTHORIZATION};
use reqwest::Certificate;
use reqwest::redirect::Policy;
use serde::de::DeserializeOwned;
use url::{Host, Url};

use super::attempts::{Tries, USER_AGENT};
use super::call::{About, watched};
use super::pages::Turns;
use super::quote::innermost;
use super::rest::{CONNECT_TIMEOUT, LARGEST_BODY, read, tried, whole};
use super::{Google, GoogleError, Meter, Operation, refusal};
use crate::endpoints::Api;

/// Reading the pods of a cluster, by the permission of Google Cloud that allows it.
/// <https://cloud.google.com/kubernetes-engine/docs/reference/api-permissions>
const PODS: Operation = Operation {
    api: Api::Container,
    method: "container.pods.list",
    permission: "container.pods.list",
};

/// Where a cluster's own API answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ClusterAddress {
    /// An address or a name, with a port where it is not 443: `34.1.2.3`.
    pub endpoint: String,
    /// Whose certificates it shows, as PEM; where there is none, the system's roots know them.
    pub certificate: Option<Vec<u8>>,
}

impl Google {
    /// Reads a list of a cluster's own API page by page, by a `GET` of `path` (`/api/v1/pods`). `take`
    /// takes each page in and gives the token of the next, if there is one. The token that goes with
    /// it is the agent's own, so `cluster` must be what Google's API says of a cluster.
    ///
    /// # Errors
    /// The cluster refuses, cannot be reached, or its answer cannot be read; the pages taken in so
    /// far are not the whole list then.
    pub(crate) async fn cluster_pages<T: DeserializeOwned>(
        &self,
        meter: &Meter,
        cluster: &ClusterAddress,
        path: &str,
        query: &[(&str, &str)],
        mut take: impl FnMut(T) -> Option<String>,
    ) -> Result<(), GoogleError> {
        let place = "the project of the cluster";
        let about = About { operation: PODS, place, host: &cluster.endpoint, expected: |_| false };
        let odd = |problem: &str| refusal::odd(&about, problem);
        let url = address(cluster, path).ok_or_else(|| odd("the cluster's address is none"))?;
        let http = client(cluster, &url).map_err(|problem| odd(&problem))?;
        let mut turns = Turns::default();
        while let Some(token) = turns.next() {
            let mut url = url.clone();
            let token = Some(("continue", &*token)).filter(|(_, token)| !token.is_empty());
            url.query_pairs_mut().extend_pairs(query).extend_pairs(token);
            let page = self.cluster_page(&about, meter, &http, &url).await?;
            turns.follow(take(page).as_deref()).map_err(odd)?;
        }
        Ok(())
    }

    async fn cluster_page<T: DeserializeOwned>(
        &self,
        about: &About<'_>,
        meter: &Meter,
        http: &reqwest::Client,
        url: &Url,
    ) -> Result<T, GoogleError> {
        let inner = &self.inner;
        let tries = Tries::new(inner.limits, meter, about.operation.method);
        let once = |time: Duration| async move {
            let mut headers = inner.identity.headers().await.map_err(Error::authentication)?;
            let mut request =
                http.get(url.clone()).timeout(time).header(ACCEPT, "application/json");
            // What else Google's APIs are told (whose quota it is) is none of the cluster's business.
            if let Some(token) = headers.remove(AUTHORIZATION) {
                request = request.header(AUTHORIZATION, token);
            }
            whole(request, LARGEST_BODY).await
        };
        let asking = async { read(&tried(&tries, once).await?) };
        watched(about, &inner.identity, &tries, asking).await
    }
}

/// `https://ENDPOINT/path`, where the endpoint is nothing but a host and a port: a token goes there.
fn address(cluster: &ClusterAddress, path: &str) -> Option<Url> {
    let mut url = Url::parse(&format!("https://{}", cluster.endpoint)).ok()?;
    let bare = url.username().is_empty()
        && url.password().is_none()
        && url.path() == "/"
        && url.query().is_none()
        && url.fragment().is_none();
    bare.then(|| url.set_path(path))?;
    Some(url)
}

/// A client for one cluster: its certificates, no redirects, and no proxy to private addresses, which
/// are this network's own.
fn client(cluster: &ClusterAddress, url: &Url) -> Result<reqwest::Client, String> {
    let mut builder = reqwest::Client::builder()
        .user_agent(USER_AGENT)
        .https_only(true)
        .redirect(Policy::none())
        .connect_timeout(CONNECT_TIMEOUT);
    if is_private(url) {
        builder = builder.no_proxy();
    }
    if let Some(certificate) = &cluster.certificate {
        let unreadable = "the certificate that Google names for the cluster cannot be read";
        let found = Certificate::from_pem_bundle(certificate)
            .map_err(|error| format!("{unreadable}: {}", innermost(&error)))?;
        if found.is_empty() {
            return Err(unreadable.to_owned());
        }
        builder = builder.tls_certs_only(found);
    }
    builder.build().map_err(|error| format!("TLS cannot be set up: {}", innermost(&error)))
}

fn is_private(url: &Url) -> bool {
    let address = match url.host() {
        Some(Host::Ipv4(address)) => IpAddr::V4(address),
        Some(Host::Ipv6(address)) => IpAddr::V6(address),
        Some(Host::Domain(name)) => return name == "localhost",
        None => return false,
    };
    match address {
        IpAddr::V4(address) => {
            // 100.64.0.0/10 is for networks behind carriers, and used for clusters.
            let shared = address.octets()[0] == 100 && address.octets()[1] & 0xC0 == 64;
            address.is_private() || address.is_loopback() || address.is_link_local() || shared
        }
        IpAddr::V6(address) => address.is_unique_local() || address.is_loopback(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(endpoint: &str) -> Option<String> {
        let cluster = ClusterAddress { endpoint: endpoint.to_owned(), certificate: None };
        address(&cluster, "/api/v1/pods").map(String::from)
    }

    #[test]
    fn a_token_goes_to_a_host_and_nowhere_else() {
        assert_eq!(at("34.1.2.3").as_deref(), Some("https://34.1.2.3/api/v1/pods"));
        let named = at("gke-1.us-central1.gke.goog:8443");
        assert_eq!(named.as_deref(), Some("https://gke-1.us-central1.gke.goog:8443/api/v1/pods"));
        for odd in ["", "evil@34.1.2.3", "34.1.2.3/path", "34.1.2.3?x=", "34.1.2.3#", "a b"] {
            assert_eq!(at(odd), None, "{odd}");
        }
    }

    #[test]
    fn private_addresses_are_this_networks_own() {
        for (endpoint, private) in [
            ("10.0.0.2", true),
            ("172.16.0.2", true),
            ("192.168.7.7", true),
            ("100.64.0.2", true),
            ("34.1.2.3", false),
            ("100.128.0.2", false),
            ("gke-1.us-central1.gke.goog", false),
        ] {
            let url = Url::parse(&format!("https://{endpoint}")).unwrap();
            assert_eq!(is_private(&url), private, "{endpoint}");
        }
    }
}
