//! The HTTP client: bounded in time and size, tokens sent to their own host only.

use std::time::Duration;

use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue, RETRY_AFTER};
use reqwest::{Client, Response, redirect};
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use super::retry::{RetryPolicy, is_final};
use crate::wire::Registration;

/// How long connecting may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);
/// How long one registration may take, retries included.
const REGISTER_DEADLINE: Duration = Duration::from_secs(5);
/// How long one snapshot's request may take, the answer included.
const INGEST_TIMEOUT: Duration = Duration::from_secs(30);
/// The longest `Retry-After` that is waited for; a longer one is left to the next cycle.
const LONGEST_RETRY_AFTER: Duration = Duration::from_secs(10);
/// What to do about a server that does not answer.
const REMEDY: &str = "check its address and that it runs";
/// How much of an answer is read, to quote it.
const ANSWER_BYTES: usize = 4 * 1024;

/// Why a document was not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// The server will never take this document.
    #[error("{url} refused it with status {status}: {answer}")]
    Refused {
        /// Where it was sent.
        url: String,
        /// The HTTP status.
        status: u16,
        /// What the server said.
        answer: String,
    },
    /// The server could not be reached, or asked to come back later.
    #[error("{url} cannot be reached: {reason}")]
    Unreachable {
        /// Where it was sent.
        url: String,
        /// What went wrong at the last try.
        reason: String,
    },
}

/// A client of one OpenFinOps server.
#[derive(Debug, Clone)]
pub struct ServerClient {
    http: Client,
    base: Url,
    token: Option<SecretString>,
}

impl ServerClient {
    /// A client of the server at `base`.
    ///
    /// # Errors
    /// The TLS library could not be set up (no usable certificate store).
    pub fn new(base: Url, token: Option<SecretString>) -> Result<Self, reqwest::Error> {
        let http = Client::builder()
            .user_agent(concat!("openfinops-agent/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(CONNECT_TIMEOUT)
            // A redirect could carry the token to another host.
            .redirect(redirect::Policy::none())
            .build()?;
        Ok(Self { http, base, token })
    }

    /// The server's address.
    #[must_use]
    pub fn address(&self) -> &Url {
        &self.base
    }

    /// Registers the agent.
    ///
    /// # Errors
    /// The server refused, or could not be reached within a few seconds.
    pub async fn register(&self, registration: &Registration) -> Result<(), SendError> {
        let url = self.url("api/v1/agents/register");
        let body = serde_json::to_vec(registration).unwrap_or_default();
        let sending = self.post(&url, body, None, RetryPolicy::REGISTER, REGISTER_DEADLINE);
        match tokio::time::timeout(REGISTER_DEADLINE, sending).await {
            Ok(result) => result,
            Err(_) => Err(SendError::Unreachable {
                url: url.to_string(),
                reason: format!(
                    "no answer within {} seconds; {REMEDY}",
                    REGISTER_DEADLINE.as_secs()
                ),
            }),
        }
    }

    /// Sends one snapshot document. `key` names it, so that a receiver can drop a repeat.
    ///
    /// # Errors
    /// The server refused this document for good, or could not be reached.
    pub async fn ingest(&self, document: Vec<u8>, key: &str) -> Result<(), SendError> {
        let url = self.url("api/v1/telemetry/ingest");
        self.post(&url, document, Some(key), RetryPolicy::INGEST, INGEST_TIMEOUT).await
    }

    /// Asks for the server's health.
    ///
    /// # Errors
    /// The server could not be reached, or is not healthy.
    pub async fn health(&self) -> Result<(), SendError> {
        let url = self.url("health");
        let answer = self
            .http
            .get(url.clone())
            .timeout(Duration::from_secs(5))
            .send()
            .await
            .map_err(|error| unreachable(&url, &error))?;
        if answer.status().is_success() {
            return Ok(());
        }
        let status = answer.status().as_u16();
        Err(SendError::Refused { url: url.to_string(), status, answer: quote(answer).await })
    }

    /// `path` below the server's address, which may itself have a path.
    fn url(&self, path: &str) -> Url {
        let mut url = self.base.clone();
        let joined = format!("{}/{path}", url.path().trim_end_matches('/'));
        url.set_path(&joined);
        url
    }

    async fn post(
        &self,
        url: &Url,
        body: Vec<u8>,
        key: Option<&str>,
        policy: RetryPolicy,
        timeout: Duration,
    ) -> Result<(), SendError> {
        let headers = self.headers(key);
        let body = bytes::Bytes::from(body);
        let (mut attempt, mut silences) = (1, 0);
        loop {
            let request = self.http.post(url.clone()).headers(headers.clone()).timeout(timeout);
            let (reason, wait) = match request.body(body.clone()).send().await {
                Ok(answer) if answer.status().is_success() => return Ok(()),
                Ok(answer) => {
                    let status = answer.status().as_u16();
                    let asked = retry_after(answer.headers());
                    let url = url.to_string();
                    let answer = quote(answer).await;
                    if is_final(status) {
                        return Err(SendError::Refused { url, status, answer });
                    }
                    (temporary(status, &answer), asked)
                }
                Err(error) => {
                    silences += u32::from(error.is_timeout());
                    (describe(&error), None)
                }
            };
            attempt += 1;
            let wait = wait.unwrap_or_else(|| policy.wait(attempt));
            // A server that is silent costs the whole timeout each time: twice is enough.
            if attempt > policy.attempts || wait > LONGEST_RETRY_AFTER || silences >= 2 {
                return Err(SendError::Unreachable { url: url.to_string(), reason });
            }
            tracing::debug!(%url, attempt, ?wait, reason, "sending again");
            tokio::time::sleep(wait).await;
        }
    }

    fn headers(&self, key: Option<&str>) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        // Both values were checked to be visible ASCII: the token by the configuration, the key
        // is a UUID and a number.
        if let Some(token) = &self.token {
            let bearer = format!("Bearer {}", token.expose_secret());
            if let Ok(mut value) = HeaderValue::from_str(&bearer) {
                value.set_sensitive(true);
                headers.insert(AUTHORIZATION, value);
            }
        }
        if let Some(value) = key.and_then(|key| HeaderValue::from_str(key).ok()) {
            headers.insert("Idempotency-Key", value);
        }
        headers
    }
}

/// Why an answer was not taken for one, where the next may be.
fn temporary(status: u16, answer: &str) -> String {
    match status {
        300..400 => {
            format!("it answered {status}, a redirect, which is not followed; give its own address")
        }
        _ if answer.is_empty() => format!("it answered {status}"),
        _ => format!("it answered {status}: {answer}"),
    }
}

/// The wait that the server asked for, in seconds. (A date is left to the policy's own wait.)
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let seconds = headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds))
}

/// The start of an answer, on one line.
async fn quote(mut answer: Response) -> String {
    let mut text = Vec::new();
    while text.len() < ANSWER_BYTES {
        match answer.chunk().await {
            Ok(Some(chunk)) => text.extend_from_slice(&chunk),
            Ok(None) | Err(_) => break,
        }
    }
    let text = String::from_utf8_lossy(&text);
    let line: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    line.chars().take(200).collect()
}

fn unreachable(url: &Url, error: &reqwest::Error) -> SendError {
    SendError::Unreachable { url: url.to_string(), reason: describe(error) }
}

/// The innermost cause: `Connection refused (os error 111)` says more than 'error sending request'.
fn describe(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        return format!("no answer in time; {REMEDY}");
    }
    let mut cause: &dyn std::error::Error = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    format!("{cause}; {REMEDY}")
}
