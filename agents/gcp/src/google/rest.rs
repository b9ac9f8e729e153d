//! Our own way to Google, for what its clients do not list: bounded in time and size, with the same
//! tries and refusals as theirs.

use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use google_cloud_gax::Result;
use google_cloud_gax::backoff_policy::BackoffPolicy as _;
use google_cloud_gax::error::Error;
use google_cloud_gax::retry_policy::RetryPolicy as _;
use google_cloud_gax::retry_result::RetryResult;
use google_cloud_gax::retry_state::RetryState;
use http::header::HOST;
use reqwest::RequestBuilder;
use reqwest::redirect::Policy;
use serde::de::DeserializeOwned;
use tokio::time::Instant;
use url::Url;

use finops_core::agent::AgentError;

use super::attempts::{Tries, USER_AGENT};
use super::identity::Identity;
use super::quote::innermost;
use crate::endpoints::{Api, Endpoints};

/// The longest answer that is read, in bytes.
pub(super) const LARGEST_BODY: usize = 64 << 20;

/// How long to wait for a connection.
pub(super) const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// Cloud Storage and Cloud Run, by `GET`.
#[derive(Debug)]
pub(super) struct Rest {
    http: reqwest::Client,
    identity: Arc<Identity>,
    endpoints: Endpoints,
    pub(super) largest: usize,
}

impl Rest {
    /// https, but where an address on this machine was set, which may be http; the system's
    /// certificates, the environment's proxy, no redirects.
    ///
    /// # Errors
    /// TLS cannot be set up.
    pub(super) fn new(
        endpoints: &Endpoints,
        identity: Arc<Identity>,
    ) -> std::result::Result<Self, AgentError> {
        let plain = |api| endpoints.get(api).is_some_and(|url: &Url| url.scheme() == "http");
        let http = reqwest::Client::builder()
            .user_agent(USER_AGENT)
            .https_only(!Api::ALL.iter().any(|api| plain(*api)))
            .redirect(Policy::none())
            .connect_timeout(CONNECT_TIMEOUT)
            .build()
            .map_err(|error| {
                let cause = innermost(&error);
                let remedy = "install the system's certificates (ca-certificates)";
                AgentError::Setup(format!("Google cannot be asked over TLS: {cause}; {remedy}"))
            })?;
        Ok(Self { http, identity, endpoints: endpoints.clone(), largest: LARGEST_BODY })
    }

    /// Reads the JSON at `path` below the API's address.
    ///
    /// # Errors
    /// Google refuses, cannot be reached, or its answer cannot be read.
    pub(super) async fn get<T: DeserializeOwned>(
        &self,
        tries: &Tries,
        api: Api,
        path: &str,
        query: &[(&str, &str)],
    ) -> Result<T> {
        let url = self.address(api, path, query)?;
        let body = tried(tries, |time| {
            let mut request = self.http.get(url.clone()).timeout(time);
            if let Some(host) = self.host(api) {
                request = request.header(HOST, host);
            }
            async {
                let headers = self.identity.headers().await.map_err(Error::authentication)?;
                whole(request.headers(headers), self.largest).await
            }
        });
        read(&body.await?)
    }

    fn address(&self, api: Api, path: &str, query: &[(&str, &str)]) -> Result<Url> {
        let mut url = match self.endpoints.get(api) {
            Some(address) => address.clone(),
            None => Url::parse(&format!("https://{}", api.host())).map_err(Error::binding)?,
        };
        let whole =
            format!("{}/{}", url.path().trim_end_matches('/'), path.trim_start_matches('/'));
        url.set_path(&whole);
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        Ok(url)
    }

    /// The API's own name, where it is asked at an address that serves several: Google then tells
    /// them apart by it. An address for one region is a name of its own.
    /// <https://cloud.google.com/vpc/docs/configure-private-google-access#domain-options>
    fn host(&self, api: Api) -> Option<&'static str> {
        let address = self.endpoints.get(api)?.host_str()?;
        let shared = address.strip_suffix(".googleapis.com")?;
        let service = api.host().strip_suffix(".googleapis.com").unwrap_or(api.host());
        let regional = shared.ends_with(".rep") || shared.ends_with(&format!("-{service}"));
        (!regional).then(|| api.host())
    }
}

/// Tries `once`, which is given the time that it may take, as often as it may be.
///
/// # Errors
/// That of the last try.
pub(super) async fn tried<T, F>(tries: &Tries, mut once: impl FnMut(Duration) -> F) -> Result<T>
where
    F: Future<Output = Result<T>>,
{
    let begin = Instant::now().into_std();
    let mut state = RetryState::new(true).set_start(begin);
    loop {
        let left = tries.remaining_time(&state).unwrap_or(tries.limits.timeout);
        state.attempt_count += 1;
        let error = match once(left.min(tries.limits.timeout)).await {
            Ok(answer) => return Ok(answer),
            Err(error) => error,
        };
        match tries.on_error(&state, error) {
            RetryResult::Permanent(error) | RetryResult::Exhausted(error) => return Err(error),
            RetryResult::Continue(error) => {
                let wait = tries.on_failure(&state);
                if tries.remaining_time(&state).is_some_and(|left| left < wait) {
                    return Err(error);
                }
                tokio::time::sleep(wait).await;
            }
        }
    }
}

/// Sends a request and reads the whole body of a good answer, if it is not too long.
///
/// # Errors
/// As Google's library has them: a refusal with its body, a lost connection, no answer in time.
pub(super) async fn whole(request: RequestBuilder, largest: usize) -> Result<Bytes> {
    let mut response = request.send().await.map_err(lost)?;
    let mut body = BytesMut::new();
    let told = response.content_length().unwrap_or(0);
    if told > largest as u64 {
        return Err(too_long(largest));
    }
    while let Some(chunk) = response.chunk().await.map_err(lost)? {
        if body.len() + chunk.len() > largest {
            return Err(too_long(largest));
        }
        body.extend_from_slice(&chunk);
    }
    let body = body.freeze();
    if response.status().is_success() {
        return Ok(body);
    }
    let status = response.status().as_u16();
    Err(Error::http(status, std::mem::take(response.headers_mut()), body))
}

/// Reads an answer's JSON.
///
/// # Errors
/// It is none, or not what was asked for.
pub(super) fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T> {
    match body.trim_ascii().first() {
        None => Err(Error::deser(Odd("it is empty".to_owned()))),
        Some(b'<') => Err(Error::deser(Odd("it is HTML or XML".to_owned()))),
        Some(_) => serde_json::from_slice(body).map_err(Error::deser),
    }
}

fn too_long(largest: usize) -> Error {
    Error::deser(Odd(format!("it is longer than {largest} bytes")))
}

fn lost(error: reqwest::Error) -> Error {
    match error {
        error if error.is_connect() => Error::connect(error),
        error if error.is_timeout() => Error::timeout(error),
        error => Error::io(error),
    }
}

/// What is wrong with an answer.
#[derive(Debug)]
struct Odd(String);

impl fmt::Display for Odd {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for Odd {}
