//! One request to Azure.

use serde_json::Value;
use url::form_urlencoded;

use super::errors::refusal;
use crate::support::http::{Reply, Request};
use crate::support::identity::TOKEN;

/// A request that Azure got.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    pub(crate) request: Request,
    /// The path, with nothing escaped.
    pub(crate) path: String,
    query: Vec<(String, String)>,
    /// What its token is for; none where it has none.
    pub(crate) audience: Option<String>,
}

impl Call {
    /// Reads a request.
    pub(super) fn of(request: &Request) -> Self {
        let bearer = request.header("authorization").and_then(|it| it.strip_prefix("Bearer "));
        let token = bearer.and_then(|it| it.strip_prefix(TOKEN)?.strip_prefix(':'));
        let audience = token.and_then(|it| it.split_once(':')).map(|(_, it)| it.to_owned());
        let query = form_urlencoded::parse(request.query.as_bytes()).into_owned().collect();
        // A plus is a plus in a path, and escapes are the query's.
        let path = format!("path={}", request.path.replace('+', "%2B").replace('&', "%26"));
        let path = form_urlencoded::parse(path.as_bytes()).next().unwrap().1.into_owned();
        Self { request: request.clone(), path, query, audience }
    }

    /// Whether `part` is in the path, in any case.
    pub(crate) fn is_to(&self, part: &str) -> bool {
        self.path.to_lowercase().contains(&part.to_lowercase())
    }

    /// Whether the path ends so, in any case.
    pub(crate) fn ends_in(&self, end: &str) -> bool {
        self.path.to_lowercase().ends_with(&end.to_lowercase())
    }

    /// A parameter of the query; names are read in any case, as Azure does.
    pub(crate) fn parameter(&self, name: &str) -> Option<&str> {
        let mut query = self.query.iter();
        query.find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// The body.
    pub(crate) fn body(&self) -> Value {
        serde_json::from_slice(&self.request.body).unwrap_or_default()
    }

    /// Where this server answers.
    pub(super) fn base(&self) -> String {
        format!("https://{}", self.request.header("host").unwrap_or_default())
    }

    /// Lets only tokens for `audience` through.
    pub(super) fn admit(&self, audience: &str) -> Result<(), Reply> {
        let (code, message) = match self.audience.as_deref() {
            Some(own) if own == audience => return Ok(()),
            Some(own) => (
                "InvalidAuthenticationTokenAudience",
                format!(
                    "The access token has been obtained for wrong audience or resource '{own}'. \
                     It should exactly match with one of the allowed audiences '{audience}'."
                ),
            ),
            None => (
                "AuthenticationFailed",
                "Authentication failed. The 'Authorization' header is missing.".to_owned(),
            ),
        };
        Err(refusal(401, code, &message))
    }
}
