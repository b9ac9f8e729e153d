//! Azure as a test's script plays it: no network, and a look at every request.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use azure_core::credentials::{AccessToken, TokenCredential, TokenRequestOptions};
use azure_core::http::headers::Headers;
use azure_core::http::{AsyncRawResponse, Body, HttpClient, Request};
use azure_core::time::OffsetDateTime;
use serde_json::Value;

use super::error::Lost;
use super::{Azure, Waits};
use crate::config::AzureConfig;
use crate::credentials::{Credential, Source};

/// A request as it would have been sent.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    /// `GET` or `POST`.
    pub(crate) method: String,
    /// The whole address.
    pub(crate) url: String,
    /// The bearer token.
    pub(crate) token: String,
    /// The body; null where there is none.
    pub(crate) body: Value,
}

impl Seen {
    /// A parameter of the query.
    pub(crate) fn query(&self, name: &str) -> Option<String> {
        let url = url::Url::parse(&self.url).unwrap();
        url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
    }
}

/// What comes back.
#[derive(Debug, Clone)]
pub(crate) enum Reply {
    /// A status, headers, and a body.
    Answer(u16, Vec<(&'static str, String)>, String),
    /// Nothing.
    Lost(Lost),
}

impl Reply {
    /// A good answer.
    pub(crate) fn json(body: &Value) -> Self {
        Self::Answer(200, Vec::new(), body.to_string())
    }

    /// A refusal.
    pub(crate) fn error(status: u16, code: &str) -> Self {
        let body = serde_json::json!({"error": {"code": code, "message": "as scripted"}});
        Self::Answer(status, Vec::new(), body.to_string())
    }

    /// With a header more.
    pub(crate) fn header(mut self, name: &'static str, value: &str) -> Self {
        if let Self::Answer(_, headers, _) = &mut self {
            headers.push((name, value.to_owned()));
        }
        self
    }
}

type Play = dyn Fn(usize, &Seen) -> Reply + Send + Sync;

/// A transport that answers each request as its script says: the number of requests before this
/// one, and the request.
#[derive(Clone)]
pub(crate) struct Script {
    play: Arc<Play>,
    seen: Arc<Mutex<Vec<Seen>>>,
}

impl std::fmt::Debug for Script {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Script")
    }
}

impl Script {
    pub(crate) fn new(play: impl Fn(usize, &Seen) -> Reply + Send + Sync + 'static) -> Self {
        Self { play: Arc::new(play), seen: Arc::default() }
    }

    /// What was sent so far.
    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    /// Azure behind this script, as one identity whose tokens are numbered.
    pub(crate) fn azure(&self) -> Azure {
        self.azure_with(&AzureConfig::default())
    }

    /// Azure as configured behind this script. Waits are short.
    pub(crate) fn azure_with(&self, config: &AzureConfig) -> Azure {
        let made = Arc::new(Mutex::new(0));
        let source = Source::new("a test", move || {
            let mut made = made.lock().unwrap();
            *made += 1;
            Ok(Arc::new(Numbered(*made)) as Arc<dyn TokenCredential>)
        });
        let credential = Credential::of(vec![source], Duration::from_secs(15));
        let waits = Waits {
            first: Duration::from_millis(1),
            longest: Duration::from_secs(5),
            spacing: Duration::from_millis(1),
        };
        let transport: Arc<dyn HttpClient> = Arc::new(self.clone());
        Azure::with(config, Arc::new(credential), &transport, waits).unwrap()
    }
}

#[async_trait::async_trait]
impl HttpClient for Script {
    async fn execute_request(&self, request: &Request) -> azure_core::Result<AsyncRawResponse> {
        let authorization = request.headers().get_optional_str(&"authorization".into());
        let token = authorization.and_then(|text| text.strip_prefix("Bearer "));
        let body = match request.body() {
            Body::Bytes(bytes) => serde_json::from_slice(bytes).unwrap_or_default(),
            Body::SeekableStream(_) => Value::Null,
        };
        let seen = Seen {
            method: request.method().to_string().to_ascii_uppercase(),
            url: request.url().to_string(),
            token: token.unwrap_or_default().to_owned(),
            body,
        };
        let before = {
            let mut all = self.seen.lock().unwrap();
            all.push(seen.clone());
            all.len() - 1
        };
        // Others get to run, as they would while an answer is on its way.
        tokio::task::yield_now().await;
        match (self.play)(before, &seen) {
            Reply::Lost(lost) => Err(lost.passing()),
            Reply::Answer(status, pairs, body) => {
                let mut headers = Headers::new();
                for (name, value) in pairs {
                    headers.insert(name, value);
                }
                Ok(AsyncRawResponse::from_bytes(status.into(), headers, body))
            }
        }
    }
}

/// Gives tokens that say which credential they come from, and what for: `1 https://…`.
#[derive(Debug)]
struct Numbered(usize);

#[async_trait::async_trait]
impl TokenCredential for Numbered {
    async fn get_token(
        &self,
        scopes: &[&str],
        _options: Option<TokenRequestOptions<'_>>,
    ) -> azure_core::Result<AccessToken> {
        let end = OffsetDateTime::now_utc() + Duration::from_secs(3_600);
        Ok(AccessToken::new(format!("{} {}", self.0, scopes.join(" ")), end))
    }
}
