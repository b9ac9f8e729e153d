//! Tokens: which are taken, and who gives them out.

use std::sync::{Mutex, PoisonError};

use http::{Method, StatusCode};
use jiff::Timestamp;
use serde_json::json;
use xxhash_rust::xxh3::xxh3_64_with_seed;

use super::key::Key;
use crate::http::{Reply, Request};

/// How long a token is good, in seconds.
/// <https://cloud.google.com/docs/authentication/token-types#access>
const LIFE: i64 = 3_600;

/// How every token begins that is given out here.
const GIVEN: &str = "ya29.sandbox-";

/// The grant by which a service account asks for one.
/// <https://developers.google.com/identity/protocols/oauth2/service-account#authorizingrequests>
const GRANT: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";

/// Who gives tokens out and takes them.
#[derive(Debug)]
pub(super) struct Tokens {
    /// The service account's key.
    pub(super) key: Key,
    seed: u64,
    /// The last one that was signed with the key, and until when it is good: to look at a signature
    /// once, and not with every request.
    seen: Mutex<(String, i64)>,
}

impl Tokens {
    /// Tokens of a fleet.
    pub(super) fn new(seed: u64) -> Self {
        Self { key: Key::new(), seed, seen: Mutex::default() }
    }

    /// Whether a request has a token that is good.
    pub(super) fn admits(&self, request: &Request) -> bool {
        let now = Timestamp::now().as_second();
        let token = request.header("authorization").strip_prefix("Bearer ");
        token.and_then(|token| self.good_until(token)).is_some_and(|until| now < until)
    }

    fn good_until(&self, token: &str) -> Option<i64> {
        if let Some(given) = token.strip_prefix(GIVEN) {
            let (until, mark) = given.split_once('-')?;
            let until = until.parse().ok()?;
            return (mark == self.mark(until)).then_some(until);
        }
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.0 != token {
            *seen = (token.to_owned(), self.key.signed_until(token)?);
        }
        Some(seen.1)
    }

    /// What shows that a token was given out here.
    fn mark(&self, until: i64) -> String {
        format!("{:016x}", xxh3_64_with_seed(&until.to_le_bytes(), self.seed))
    }

    /// A new token, as the endpoint and the metadata server give it.
    pub(super) fn give(&self) -> Reply {
        let until = Timestamp::now().as_second() + LIFE;
        let token = format!("{GIVEN}{until}-{}", self.mark(until));
        Reply::json(
            &json!({ "access_token": token, "expires_in": LIFE - 1, "token_type": "Bearer" }),
        )
    }

    /// The token endpoint of service accounts.
    pub(super) fn exchange(&self, request: &Request) -> Reply {
        let assertion = request.field("assertion").unwrap_or_default();
        let asked =
            request.method == Method::POST && request.field("grant_type").as_deref() == Some(GRANT);
        let now = Timestamp::now().as_second();
        match self.key.signed_until(&assertion) {
            Some(until) if asked && now < until => self.give(),
            _ => {
                let why = "Invalid JWT Signature.";
                Reply::json(&json!({ "error": "invalid_grant", "error_description": why }))
                    .status(StatusCode::BAD_REQUEST)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asking(token: &str) -> Request {
        let mut headers = http::HeaderMap::new();
        let value = format!("Bearer {token}").parse().expect("a header");
        headers.insert("authorization", value);
        let (path, query, body) = (String::new(), String::new(), bytes::Bytes::new());
        Request { method: Method::GET, path, query, headers, body }
    }

    #[test]
    fn tokens_are_taken_that_were_given_out_and_have_not_expired() {
        let tokens = Tokens::new(7);
        let given = tokens.give();
        let given: serde_json::Value = serde_json::from_slice(&given.body).expect("JSON");
        let given = given["access_token"].as_str().expect("a token");
        assert!(tokens.admits(&asking(given)));
        let past = format!("{GIVEN}1000-{}", tokens.mark(1_000));
        for token in [past.as_str(), "ya29.other", "a.b.c", ""] {
            assert!(!tokens.admits(&asking(token)), "{token}");
        }
    }
}
