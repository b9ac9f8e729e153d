//! The authority: gives out tokens for a client's secret.
//! <https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow>

use std::time::{SystemTime, UNIX_EPOCH};

use http::StatusCode;
use serde_json::json;
use xxhash_rust::xxh3::xxh3_64_with_seed;

use super::refusals::{json as answer, nothing, of_authority, token};
use crate::http::{Reply, Request};

/// The tenant.
pub(super) const TENANT: &str = "5a5a5a5a-0000-4000-8000-000000000001";
/// The application that may read everything.
pub(super) const CLIENT: &str = "5a5a5a5a-0000-4000-8000-000000000002";
/// One that may not call Resource Graph.
pub(super) const CLIENT_WITHOUT_GRAPH: &str = "5a5a5a5a-0000-4000-8000-000000000003";
/// The secret of both.
pub(super) const SECRET: &str = "sandbox";

/// What tokens of Azure Resource Manager and of the metrics API are for.
pub(super) const MANAGEMENT: &str = "https://management.azure.com";
pub(super) const METRICS: &str = "https://metrics.monitor.azure.com";

/// Seconds for which a token is good.
const LIFETIME: u64 = 3_599;

/// Who asks, once its token is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Caller {
    pub(super) may_use_graph: bool,
}

/// A token.
#[derive(Debug)]
pub(super) struct Token {
    pub(super) text: String,
    /// Seconds since 1970.
    pub(super) until: u64,
    /// Seconds.
    pub(super) lifetime: u64,
}

/// Gives out tokens and reads them again; nothing of them is kept.
#[derive(Debug)]
pub(super) struct Authority {
    pub(super) seed: u64,
}

impl Authority {
    /// The answer to what is asked of the authority.
    pub(super) fn answer(&self, request: &Request) -> Reply {
        let base = format!("https://{}/{TENANT}", request.header("host"));
        let path = request.path.trim_start_matches('/');
        match path.split_once('/') {
            Some((_, "oauth2/v2.0/token")) => self.grant(request),
            Some((_, "v2.0/.well-known/openid-configuration")) => answer(
                json!({ "issuer": format!("{base}/v2.0"),
                        "token_endpoint": format!("{base}/oauth2/v2.0/token"),
                        "authorization_endpoint": format!("{base}/oauth2/v2.0/authorize"),
                        "jwks_uri": format!("{base}/discovery/v2.0/keys"),
                        "token_endpoint_auth_methods_supported": ["client_secret_post"] })
                .to_string(),
            ),
            // <https://learn.microsoft.com/entra/identity-platform/authentication-national-cloud>
            Some(("common", "discovery/instance")) => answer(
                json!({ "tenant_discovery_endpoint":
                            format!("{base}/v2.0/.well-known/openid-configuration"),
                        "api-version": "1.1", "metadata": [] })
                .to_string(),
            ),
            _ => nothing("NotFound", "There is nothing at this path."),
        }
    }

    fn grant(&self, request: &Request) -> Reply {
        let field = |name: &str| request.field(name).unwrap_or_default();
        let client = field("client_id");
        let (status, error, description) = if !request.path.contains(TENANT) {
            (400, "invalid_request", "AADSTS90002: Tenant not found.")
        } else if field("grant_type") != "client_credentials" {
            (400, "unsupported_grant_type", "AADSTS70003: The grant type is not supported.")
        } else if ![CLIENT, CLIENT_WITHOUT_GRAPH].contains(&client.as_str()) {
            (400, "unauthorized_client", "AADSTS700016: Application was not found.")
        } else if field("client_secret") != SECRET {
            (401, "invalid_client", "AADSTS7000215: Invalid client secret provided.")
        } else {
            let scope = field("scope");
            let audience = scope.trim_end_matches("/.default").trim_end_matches('/');
            match self.token(audience, &client) {
                Some(Token { text, lifetime, .. }) => {
                    let given = json!({ "token_type": "Bearer", "expires_in": lifetime,
                                        "ext_expires_in": lifetime, "access_token": text });
                    return answer(given.to_string());
                }
                None => (400, "invalid_scope", "AADSTS70011: The provided scope is not valid."),
            }
        };
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST);
        of_authority(status, error, description)
    }

    /// A token for an audience; `None` where nobody knows it.
    pub(super) fn token(&self, audience: &str, client: &str) -> Option<Token> {
        [MANAGEMENT, METRICS].contains(&audience).then(|| {
            let until = now() + LIFETIME;
            let text = format!("{client}.{until}.{:016x}", self.sum(audience, client, until));
            Token { text, until, lifetime: LIFETIME }
        })
    }

    fn sum(&self, audience: &str, client: &str, until: u64) -> u64 {
        xxh3_64_with_seed(format!("{audience} {client} {until}").as_bytes(), self.seed)
    }

    /// Who asks with a request's token.
    ///
    /// # Errors
    /// It has none, or one that this authority did not give for `audience`, or not for so long.
    pub(super) fn admit(&self, request: &Request, audience: &str) -> Result<Caller, Reply> {
        let Some(given) = request.header("authorization").strip_prefix("Bearer ") else {
            return Err(token(
                "AuthenticationFailed",
                "Authentication failed. The 'Authorization' header is missing.",
            ));
        };
        let mut parts = given.split('.');
        let mut part = || parts.next().unwrap_or_default();
        let (client, until, sum) = (part(), part(), part());
        let until: u64 = until.parse().unwrap_or_default();
        if format!("{:016x}", self.sum(audience, client, until)) != sum {
            return Err(token("InvalidAuthenticationToken", "The access token is invalid."));
        }
        if until < now() {
            return Err(token(
                "ExpiredAuthenticationToken",
                "The access token expiry UTC time is earlier than current UTC time.",
            ));
        }
        Ok(Caller { may_use_graph: client == CLIENT })
    }
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asking(token: &str) -> Request {
        let mut headers = http::HeaderMap::new();
        let value = format!("Bearer {token}").parse().expect("a header");
        headers.insert("authorization", value);
        Request {
            method: http::Method::GET,
            path: "/subscriptions".to_owned(),
            query: String::new(),
            headers,
            body: bytes::Bytes::new(),
        }
    }

    #[test]
    fn a_token_is_for_its_audience_and_its_time_and_cannot_be_made_up() {
        let authority = Authority { seed: 7 };
        let token = authority.token(MANAGEMENT, CLIENT_WITHOUT_GRAPH).expect("a token").text;
        let caller = authority.admit(&asking(&token), MANAGEMENT).expect("it is taken");
        assert!(!caller.may_use_graph);
        let old = format!("{CLIENT}.1.{:016x}", authority.sum(MANAGEMENT, CLIENT, 1));
        let other = token.replace(CLIENT_WITHOUT_GRAPH, CLIENT);
        for (token, audience) in
            [(&token, METRICS), (&old, MANAGEMENT), (&other, MANAGEMENT), (&String::new(), METRICS)]
        {
            let refused = authority.admit(&asking(token), audience).expect_err("it is refused");
            assert_eq!(refused.status, StatusCode::UNAUTHORIZED, "{token}");
        }
        assert!(authority.token("https://vault.azure.net", CLIENT).is_none());
    }
}
