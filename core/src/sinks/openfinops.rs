//! The OpenFinOps server: bounded in time and size, tokens sent to their own host only.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bytes::Bytes;
use futures::future::BoxFuture;
use jiff::Timestamp;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue, RETRY_AFTER};
use reqwest::{Client, Response, redirect};
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use super::retry::{RetryPolicy, is_final};
use super::{SendError, Sink, Tries};
use crate::telemetry;
use crate::wire::Registration;

/// How long connecting may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);
/// How long one registration may take, retries included.
const REGISTER_DEADLINE: Duration = Duration::from_secs(5);
/// How long one snapshot's request may take where nothing else is configured.
const INGEST_TIMEOUT: Duration = Duration::from_secs(30);
/// The longest `Retry-After` that is waited for within one delivery; a longer one is left to the
/// next.
const LONGEST_RETRY_AFTER: Duration = Duration::from_secs(10);
/// What to do about a server that does not answer.
const REMEDY: &str = "check its address and that it runs";
/// What to do about a certificate that is not trusted.
const CERTIFICATE_REMEDY: &str =
    "check its certificate; a private authority belongs to the system's, or into SSL_CERT_FILE";
/// How much of an answer is read, to quote it.
const ANSWER_BYTES: usize = 4 * 1024;
/// How long an answer is read, to quote it.
const ANSWER_TIME: Duration = Duration::from_secs(2);

/// A client of one OpenFinOps server.
#[derive(Debug)]
pub struct OpenFinOps {
    name: String,
    http: Client,
    base: Url,
    token: Option<SecretString>,
    timeout: Duration,
    retries: AtomicU64,
}

impl OpenFinOps {
    /// The sink `name` at `base`.
    ///
    /// # Errors
    /// The TLS library could not be set up (no usable certificate store).
    pub fn new(
        name: impl Into<String>,
        base: Url,
        token: Option<SecretString>,
    ) -> Result<Self, reqwest::Error> {
        let http = Client::builder()
            .user_agent(concat!("openfinops-agent/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(CONNECT_TIMEOUT)
            // A redirect could carry the token to another host.
            .redirect(redirect::Policy::none())
            .build()?;
        let (name, retries) = (name.into(), AtomicU64::new(0));
        Ok(Self { name, http, base, token, timeout: INGEST_TIMEOUT, retries })
    }

    /// With another bound on the time that one document's request may take, the answer's head
    /// included.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// `path` below the server's address, which may itself have a path.
    fn url(&self, path: &str) -> Url {
        let mut url = self.base.clone();
        let joined = format!("{}/{path}", url.path().trim_end_matches('/'));
        url.set_path(&joined);
        url
    }

    async fn ask_health(&self) -> Result<(), SendError> {
        let url = self.url("health");
        let request = self.http.get(url.clone()).timeout(REGISTER_DEADLINE);
        let answer = request.send().await.map_err(|error| unreachable(&url, describe(&error)))?;
        if answer.status().is_success() {
            return Ok(());
        }
        let status = answer.status().as_u16();
        Err(SendError::Refused { url: url.to_string(), status, answer: self.quote(answer).await })
    }

    async fn tell(&self, registration: &Registration, tries: Tries) -> Result<(), SendError> {
        let url = self.url("api/v1/agents/register");
        let body = Bytes::from(serde_json::to_vec(registration).unwrap_or_default());
        let policy = RetryPolicy::REGISTER.limited(tries);
        let sending = self.post(&url, body, None, policy, REGISTER_DEADLINE);
        match tokio::time::timeout(REGISTER_DEADLINE, sending).await {
            Ok(result) => result,
            Err(_) => {
                let seconds = REGISTER_DEADLINE.as_secs();
                Err(unreachable(&url, format!("no answer within {seconds} seconds; {REMEDY}")))
            }
        }
    }

    async fn post(
        &self,
        url: &Url,
        body: Bytes,
        key: Option<&str>,
        policy: RetryPolicy,
        timeout: Duration,
    ) -> Result<(), SendError> {
        let headers = self.headers(key);
        let (mut attempt, mut silences) = (1, 0);
        loop {
            let request = self.http.post(url.clone()).headers(headers.clone()).timeout(timeout);
            let (reason, status, asked) = match request.body(body.clone()).send().await {
                Ok(answer) if answer.status().is_success() => return Ok(()),
                Ok(answer) => {
                    let (status, asked) = (answer.status().as_u16(), retry_after(answer.headers()));
                    let answer = self.quote(answer).await;
                    if is_final(status) {
                        return Err(SendError::Refused { url: url.to_string(), status, answer });
                    }
                    (temporary(status, &answer), status, asked)
                }
                Err(error) => {
                    silences += u32::from(error.is_timeout());
                    (describe(&error), 0, None)
                }
            };
            attempt += 1;
            let wait = asked.unwrap_or_else(|| policy.wait(attempt));
            // A server that is silent costs the whole timeout each time: twice is enough.
            if attempt > policy.attempts || wait > LONGEST_RETRY_AFTER || silences >= 2 {
                return Err(SendError::Unreachable {
                    url: url.to_string(),
                    reason,
                    retry_after: asked,
                    failing: status == 500,
                });
            }
            tracing::debug!(%url, attempt, ?wait, reason, "sending again");
            self.retries.fetch_add(1, Ordering::Relaxed);
            tokio::time::sleep(wait).await;
        }
    }

    /// The start of an answer, on one line.
    async fn quote(&self, answer: Response) -> String {
        let text = beginning(answer).await;
        let mut line = text.split_whitespace().collect::<Vec<_>>().join(" ");
        // Some servers repeat a request's headers in their errors.
        if let Some(token) = &self.token {
            line = line.replace(token.expose_secret(), "[token]");
        }
        line.chars().take(200).collect()
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
        // What the server does with the request belongs to the same trace.
        let context = telemetry::current().map(|context| context.to_string());
        if let Some(value) = context.and_then(|context| HeaderValue::try_from(context).ok()) {
            headers.insert("traceparent", value);
        }
        if let Some(value) = key.and_then(|key| HeaderValue::from_str(key).ok()) {
            headers.insert("Idempotency-Key", value);
        }
        headers
    }
}

impl Sink for OpenFinOps {
    fn name(&self) -> &str {
        &self.name
    }

    fn address(&self) -> String {
        self.base.to_string()
    }

    fn registers(&self) -> bool {
        true
    }

    fn register<'a>(
        &'a self,
        registration: &'a Registration,
        tries: Tries,
    ) -> BoxFuture<'a, Result<(), SendError>> {
        Box::pin(self.tell(registration, tries))
    }

    fn send<'a>(
        &'a self,
        document: Bytes,
        key: &'a str,
        tries: Tries,
    ) -> BoxFuture<'a, Result<(), SendError>> {
        Box::pin(async move {
            let url = self.url("api/v1/telemetry/ingest");
            let policy = RetryPolicy::INGEST.limited(tries);
            self.post(&url, document, Some(key), policy, self.timeout).await
        })
    }

    fn health(&self) -> BoxFuture<'_, Result<(), SendError>> {
        Box::pin(self.ask_health())
    }

    fn retries(&self) -> u64 {
        self.retries.load(Ordering::Relaxed)
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

/// The wait that the server asked for: a number of seconds, or a date (RFC 9110, 10.2.3).
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let at = jiff::fmt::rfc2822::parse(text).ok()?.timestamp();
    // A date that has passed asks for no wait at all.
    Some(Duration::try_from(at.duration_since(Timestamp::now())).unwrap_or_default())
}

/// The start of an answer. One that drips is cut where its time is over.
async fn beginning(mut answer: Response) -> String {
    let mut text = Vec::new();
    let reading = async {
        while text.len() < ANSWER_BYTES {
            match answer.chunk().await {
                Ok(Some(chunk)) => text.extend_from_slice(&chunk),
                Ok(None) | Err(_) => break,
            }
        }
    };
    let _ = tokio::time::timeout(ANSWER_TIME, reading).await;
    String::from_utf8_lossy(&text).into_owned()
}

fn unreachable(url: &Url, reason: String) -> SendError {
    SendError::Unreachable { url: url.to_string(), reason, retry_after: None, failing: false }
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
    let cause = cause.to_string();
    let remedy = if cause.contains("certificate") { CERTIFICATE_REMEDY } else { REMEDY };
    format!("{cause}; {remedy}")
}
