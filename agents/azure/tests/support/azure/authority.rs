//! The scripted authority: gives out tokens to the one application that it knows.
//!
//! <https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow>

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::json;
use url::form_urlencoded;

use super::errors::json_reply;
use crate::support::http::{Reply, Request};
use crate::support::identity::{ASSERTION, CLIENT, SECRET, TENANT, TOKEN};

/// What a token of Azure Resource Manager is for.
pub(crate) const ARM: &str = "https://management.azure.com";
/// What a token of the metrics batch API is for.
pub(crate) const METRICS: &str = "https://metrics.monitor.azure.com";

/// Gives out tokens, and remembers how many.
#[derive(Debug, Default)]
pub(crate) struct Authority {
    given: AtomicUsize,
}

impl Authority {
    /// A token for one audience, with or without a slash at its end.
    pub(crate) fn token(&self, audience: &str) -> String {
        let number = self.given.fetch_add(1, Ordering::Relaxed);
        format!("{TOKEN}:{number}:{}", audience.trim_end_matches('/'))
    }

    /// How many tokens it gave.
    pub(crate) fn given(&self) -> usize {
        self.given.load(Ordering::Relaxed)
    }

    /// The answer to a request for a token, or none where it is about something else.
    pub(super) fn answer(&self, request: &Request) -> Option<Reply> {
        let (tenant, rest) = request.path.strip_prefix('/')?.split_once('/')?;
        match rest {
            "oauth2/v2.0/token" if request.method == "POST" => Some(self.grant(tenant, request)),
            "v2.0/.well-known/openid-configuration" => Some(configuration(tenant, request)),
            _ => None,
        }
    }

    fn grant(&self, tenant: &str, request: &Request) -> Reply {
        if tenant != TENANT {
            return refusal(400, "invalid_request", "AADSTS90002: Tenant not found.");
        }
        let form: HashMap<_, _> = form_urlencoded::parse(&request.body).collect();
        let field = |name: &str| form.get(name).map(AsRef::as_ref).unwrap_or_default();
        if field("grant_type") != "client_credentials" {
            return refusal(400, "unsupported_grant_type", "AADSTS70003: not this grant type.");
        }
        if field("client_id") != CLIENT {
            return refusal(
                400,
                "unauthorized_client",
                "AADSTS700016: Application was not found in the directory.",
            );
        }
        let asserted = field("client_assertion") == ASSERTION
            && field("client_assertion_type")
                == "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
        if field("client_secret") != SECRET && !asserted {
            return refusal(
                401,
                "invalid_client",
                "AADSTS7000215: Invalid client secret provided. Ensure the secret being sent in \
                 the request is the client secret value, not the client secret ID.",
            );
        }
        let audience = field("scope").strip_suffix("/.default").unwrap_or_default();
        if ![ARM, METRICS].contains(&audience.trim_end_matches('/')) {
            return refusal(400, "invalid_scope", "AADSTS70011: The provided scope is not valid.");
        }
        let token = self.token(audience);
        json_reply(
            200,
            &json!({ "token_type": "Bearer", "expires_in": 3599, "ext_expires_in": 3599,
                     "access_token": token }),
        )
    }
}

fn configuration(tenant: &str, request: &Request) -> Reply {
    let host = request.header("host").unwrap_or_default();
    let base = format!("https://{host}/{tenant}");
    json_reply(
        200,
        &json!({ "issuer": format!("{base}/v2.0"),
                 "token_endpoint": format!("{base}/oauth2/v2.0/token"),
                 "authorization_endpoint": format!("{base}/oauth2/v2.0/authorize") }),
    )
}

fn refusal(status: u16, error: &str, description: &str) -> Reply {
    json_reply(
        status,
        &json!({ "error": error, "error_description": description,
                 "trace_id": "1f0c2b3a-0000-4000-8000-000000000000" }),
    )
}
