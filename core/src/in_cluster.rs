//! The API server of the Kubernetes cluster that this process runs in: its address, who signs its
//! certificate, and the token to show it, each where the kubelet puts it
//! (<https://kubernetes.io/docs/tasks/run-application/access-api-from-pod/>).

use std::error::Error;
use std::time::Duration;

use reqwest::{Certificate, Client, redirect};
use secrecy::SecretString;
use url::Url;

use crate::identity::Surroundings;

/// Set by the kubelet in every container: the API server's address.
pub(crate) const HOST_VARIABLE: &str = "KUBERNETES_SERVICE_HOST";

/// Its port.
pub(crate) const PORT_VARIABLE: &str = "KUBERNETES_SERVICE_PORT";

/// Where the kubelet mounts the service account's token into each container.
pub(crate) const TOKEN_FILE: &str = "/var/run/secrets/kubernetes.io/serviceaccount/token";

/// Who signed the API server's certificate, beside the token.
const AUTHORITY_FILE: &str = "/var/run/secrets/kubernetes.io/serviceaccount/ca.crt";

/// The namespace of the pod, beside the token.
const NAMESPACE_FILE: &str = "/var/run/secrets/kubernetes.io/serviceaccount/namespace";

/// Why the API server cannot be called at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NoAccess {
    /// A file that the kubelet puts there is not: what it is, and where it should be.
    #[error("the Kubernetes API is not asked: there is no {0} in {1}")]
    Missing(&'static str, &'static str),
    /// The address or the certificate is of no use: the server, and why.
    #[error("the Kubernetes API at {0} cannot be called: {1}")]
    Unusable(String, String),
}

/// The address of the API server.
pub(crate) fn address(around: &Surroundings) -> String {
    let host = around.variable(HOST_VARIABLE).unwrap_or_default();
    let port = around.variable(PORT_VARIABLE).unwrap_or("443");
    if host.contains(':') && !host.starts_with('[') {
        format!("https://[{host}]:{port}")
    } else {
        format!("https://{host}:{port}")
    }
}

/// The token as the file has it now: the kubelet renews it.
pub(crate) fn token(around: &Surroundings) -> Result<SecretString, NoAccess> {
    let token = around.file(TOKEN_FILE).ok_or(NoAccess::Missing("token", TOKEN_FILE))?;
    Ok(SecretString::from(token))
}

/// The namespace that the pod is in.
pub(crate) fn namespace(around: &Surroundings) -> Result<String, NoAccess> {
    around.file(NAMESPACE_FILE).ok_or(NoAccess::Missing("namespace", NAMESPACE_FILE))
}

/// A client that trusts the cluster's authority and nobody else, and the API server's address. A call
/// ends after `limit`.
pub(crate) fn client(around: &Surroundings, limit: Duration) -> Result<(Url, Client), NoAccess> {
    let url = address(around);
    let authority = around.file(AUTHORITY_FILE);
    let authority = authority.ok_or(NoAccess::Missing("certificate authority", AUTHORITY_FILE))?;
    let unusable = |error: &(dyn Error + 'static)| {
        NoAccess::Unusable(url.clone(), innermost(error).to_string())
    };
    let base = Url::parse(&url).map_err(|error| unusable(&error))?;
    let authorities = Certificate::from_pem_bundle(authority.as_bytes());
    if authorities.as_ref().is_ok_and(Vec::is_empty) {
        return Err(NoAccess::Unusable(url, "there is no certificate in ca.crt".to_owned()));
    }
    let client = authorities.and_then(|authorities| {
        Client::builder()
            // A proxy, or where a redirect leads, would get the token.
            .no_proxy()
            .redirect(redirect::Policy::none())
            .https_only(true)
            .tls_certs_only(authorities)
            .timeout(limit)
            .build()
    });
    Ok((base, client.map_err(|error| unusable(&error))?))
}

/// The error at the bottom says what happened; those above it say in whose hands.
pub(crate) fn innermost<'a>(error: &'a (dyn Error + 'static)) -> &'a (dyn Error + 'static) {
    let mut error = error;
    while let Some(source) = error.source() {
        error = source;
    }
    error
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url_of(variables: [(&str, &str); 2]) -> String {
        address(&Surroundings::scripted(variables, "/nowhere", "pod"))
    }

    #[test]
    fn the_address_is_the_kubelets() {
        let host = (HOST_VARIABLE, "10.96.0.1");
        assert_eq!(url_of([host, (PORT_VARIABLE, "6443")]), "https://10.96.0.1:6443");
        assert_eq!(url_of([host, (PORT_VARIABLE, "")]), "https://10.96.0.1:443");
        let six = (HOST_VARIABLE, "fd00:10:96::1");
        assert_eq!(url_of([six, (PORT_VARIABLE, "443")]), "https://[fd00:10:96::1]:443");
    }
}
