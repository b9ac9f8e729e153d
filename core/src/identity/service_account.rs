//! What the token of the pod's service account says about where it was issued and to whom.
//!
//! The signature is not verified: the token is this process's own, and what it says is used as a
//! description, never to grant anything. The claims are those of bound tokens:
//! <https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/#schema-for-service-account-private-claims>

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;

use super::surroundings::Surroundings;
use crate::in_cluster::TOKEN_FILE;

/// The claims of a service account's token.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Claims {
    /// Who issued it: a URL that names the cluster, and with it the cloud.
    pub(super) issuer: Option<String>,
    /// The pod's namespace.
    pub(super) namespace: Option<String>,
    /// The pod it was issued to.
    pub(super) pod: Option<Named>,
    /// The service account it stands for.
    pub(super) service_account: Option<Named>,
    /// The node's name; only tokens of Kubernetes 1.30 and later have it.
    pub(super) node: Option<String>,
}

/// An object of the cluster, as a claim names it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(super) struct Named {
    /// Its name.
    pub(super) name: String,
    /// Its uid, where the claim has one.
    pub(super) uid: Option<String>,
}

/// What is read of the payload. A token of before 1.21 has its claims at the top, dotted.
#[derive(Deserialize)]
struct Payload {
    iss: Option<String>,
    #[serde(rename = "kubernetes.io")]
    bound: Option<Bound>,
    #[serde(rename = "kubernetes.io/serviceaccount/namespace")]
    old_namespace: Option<String>,
    #[serde(rename = "kubernetes.io/serviceaccount/service-account.name")]
    old_name: Option<String>,
    #[serde(rename = "kubernetes.io/serviceaccount/service-account.uid")]
    old_uid: Option<String>,
}

#[derive(Deserialize)]
struct Bound {
    namespace: Option<String>,
    pod: Option<Named>,
    serviceaccount: Option<Named>,
    node: Option<Named>,
}

/// The claims of the token that is mounted into this container, if there is one that can be read.
pub(super) fn claims(around: &Surroundings) -> Option<Claims> {
    read(&around.file(TOKEN_FILE)?)
}

/// The claims of `token`: three parts of base64url, the middle one JSON.
fn read(token: &str) -> Option<Claims> {
    let payload = token.split('.').nth(1)?;
    let payload = URL_SAFE_NO_PAD.decode(payload.trim_end_matches('=')).ok()?;
    let payload: Payload = serde_json::from_slice(&payload).ok()?;
    let old = payload.old_name.map(|name| Named { name, uid: payload.old_uid });
    let bound = payload.bound;
    let (namespace, pod, service_account, node) = bound.map_or((None, None, None, None), |it| {
        (it.namespace, it.pod, it.serviceaccount, it.node.map(|node| node.name))
    });
    Some(Claims {
        issuer: payload.iss,
        namespace: namespace.or(payload.old_namespace),
        pod,
        service_account: service_account.or(old),
        node,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A token with `payload`, and a signature that nobody checks.
    fn token(payload: &str) -> String {
        format!("eyJhbGciOiJSUzI1NiJ9.{}.c2lnbmF0dXJl", URL_SAFE_NO_PAD.encode(payload))
    }

    fn named(name: &str, uid: &str) -> Option<Named> {
        Some(Named { name: name.to_owned(), uid: Some(uid.to_owned()) })
    }

    #[test]
    fn a_bound_token_names_its_pod_its_account_and_its_node() {
        let token = token(
            r#"{"aud":["https://kubernetes.default.svc"],"exp":1792000000,
                "iss":"https://oidc.eks.us-east-1.amazonaws.com/id/ABC",
                "kubernetes.io":{"namespace":"payments",
                    "node":{"name":"ip-10-0-45-123.ec2.internal","uid":"n-1"},
                    "pod":{"name":"api-xyz","uid":"p-1"},
                    "serviceaccount":{"name":"api-sa","uid":"sa-1"},"warnafter":1}}"#,
        );
        let claims = read(&token).unwrap();
        assert_eq!(
            claims,
            Claims {
                issuer: Some("https://oidc.eks.us-east-1.amazonaws.com/id/ABC".to_owned()),
                namespace: Some("payments".to_owned()),
                pod: named("api-xyz", "p-1"),
                service_account: named("api-sa", "sa-1"),
                node: Some("ip-10-0-45-123.ec2.internal".to_owned()),
            }
        );
    }

    #[test]
    fn an_old_token_names_its_account_and_no_pod() {
        let token = token(
            r#"{"iss":"kubernetes/serviceaccount",
                "kubernetes.io/serviceaccount/namespace":"default",
                "kubernetes.io/serviceaccount/service-account.name":"default",
                "kubernetes.io/serviceaccount/service-account.uid":"sa-2"}"#,
        );
        let claims = read(&token).unwrap();
        assert_eq!(claims.namespace.as_deref(), Some("default"));
        assert_eq!(claims.service_account, named("default", "sa-2"));
        assert_eq!(claims.pod, None);
    }

    #[test]
    fn what_is_no_token_has_no_claims() {
        for text in ["", "opaque", "a.b.c", "..", "e30.e30", "a.W10.c"] {
            let claims = read(text);
            assert!(claims.is_none() || claims == Some(Claims::default()), "{text}: {claims:?}");
        }
    }

    #[test]
    fn a_pod_without_a_mounted_token_has_no_claims() {
        let empty = tempfile::tempdir().unwrap();
        assert_eq!(claims(&Surroundings::scripted([], empty.path(), "pod")), None);
    }
}
