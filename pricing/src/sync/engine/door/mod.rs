//! The one way out: which hosts are asked, how often, and how much of an answer is taken.

mod answer;
mod place;
mod unpack;

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use finops_core::sinks::RetryPolicy;
use reqwest::header::{ACCEPT_ENCODING, CONTENT_ENCODING, HeaderMap, HeaderValue};
use reqwest::{Client, Response, StatusCode, redirect};
use url::Url;

pub(super) use answer::is_bounded;
pub(super) use place::{public, same_origin, shown};
pub(super) use unpack::{Bounded, unpacked};

use super::settings::Settings;
use crate::sync::{Authorization, Fetch, FetchError};

/// How many redirects of a host to itself are followed.
const REDIRECTS: usize = 5;
/// The longest wait between two tries where the vendor asks for none.
const LONGEST_BACKOFF: Duration = Duration::from_secs(30);

/// A client of price APIs, and what went through it.
pub(super) struct Door {
    http: Client,
    bases: Vec<Url>,
    retry: RetryPolicy,
    longest_wait: Duration,
    largest_index: u64,
    requests: AtomicU64,
    bytes: AtomicU64,
}

/// A try that failed.
pub(super) struct Fault {
    /// What failed, for a person.
    pub(super) error: FetchError,
    /// Whether it is worth another try.
    pub(super) again: Again,
}

/// Whether something is worth another try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Again {
    /// It will fail in the same way.
    Never,
    /// It may pass.
    Later,
    /// It may pass, and the vendor says when.
    After(Duration),
}

/// The tries of one request.
pub(super) struct Tries<'a> {
    door: &'a Door,
    made: u32,
}

impl Door {
    /// # Errors
    /// The TLS library could not be set up.
    pub(super) fn new(settings: &Settings) -> Result<Self, reqwest::Error> {
        let http = Client::builder()
            .user_agent(&settings.user_agent)
            .connect_timeout(settings.connect_timeout)
            .read_timeout(settings.read_timeout)
            .redirect(redirect::Policy::custom(follow))
            .referer(false)
            // What is fetched is kept as it was sent, so that a download can go on.
            .no_gzip()
            .no_brotli()
            .no_deflate()
            .no_zstd()
            .build()?;
        let (base, cap) = (settings.backoff, LONGEST_BACKOFF);
        Ok(Self {
            http,
            bases: settings.bases.clone(),
            retry: RetryPolicy { attempts: settings.attempts.max(1), base, cap },
            longest_wait: settings.longest_wait,
            largest_index: settings.largest_index,
            requests: AtomicU64::new(0),
            bytes: AtomicU64::new(0),
        })
    }

    /// How many requests were made, and how many bytes of bodies came.
    pub(super) fn counted(&self) -> (u64, u64) {
        (self.requests.load(Ordering::Relaxed), self.bytes.load(Ordering::Relaxed))
    }

    /// Counts bytes of a body that a caller reads itself.
    pub(super) fn count(&self, bytes: usize) {
        self.bytes.fetch_add(bytes as u64, Ordering::Relaxed);
    }

    /// For a request that is tried several times.
    pub(super) fn tries(&self) -> Tries<'_> {
        Tries { door: self, made: 0 }
    }

    /// One try: the answer, if its status is one of `expected`.
    pub(super) async fn ask(
        &self,
        url: &Url,
        headers: HeaderMap,
        authorization: Option<&dyn Authorization>,
        expected: &[StatusCode],
    ) -> Result<Response, Fault> {
        place::let_out(url, &self.bases).map_err(|problem| Fault::never(url, problem))?;
        let mut all = HeaderMap::new();
        if let Some(authorization) = authorization {
            all = authorization.headers().await.map_err(|problem| Fault::never(url, problem))?;
            all.values_mut().for_each(|value| value.set_sensitive(true));
        }
        all.extend(headers);
        all.insert(ACCEPT_ENCODING, HeaderValue::from_static("gzip"));
        self.requests.fetch_add(1, Ordering::Relaxed);
        let sent = self.http.get(url.clone()).headers(all).send().await;
        let answer = sent.map_err(|error| Fault::silent(url, &error))?;
        if expected.contains(&answer.status()) {
            return Ok(answer);
        }
        let remedy = authorization.and_then(Authorization::remedy);
        Err(answer::refused(url, answer, remedy).await)
    }

    /// The body of `url`, tried several times: at most `limit` bytes, unpacked.
    ///
    /// # Errors
    /// The answer is none, or not 200, or larger.
    pub(super) async fn body(
        &self,
        url: &Url,
        authorization: Option<&dyn Authorization>,
        limit: u64,
        told: &(dyn Fn(u64) + Sync),
    ) -> Result<Vec<u8>, FetchError> {
        let mut tries = self.tries();
        loop {
            match self.body_once(url, authorization, limit, told).await {
                Ok(body) => return Ok(body),
                Err(fault) => tries.again(fault).await?,
            }
        }
    }

    async fn body_once(
        &self,
        url: &Url,
        authorization: Option<&dyn Authorization>,
        limit: u64,
        told: &(dyn Fn(u64) + Sync),
    ) -> Result<Vec<u8>, Fault> {
        let mut answer = self.ask(url, HeaderMap::new(), authorization, &[StatusCode::OK]).await?;
        answer::is_bounded(&answer).map_err(|problem| Fault::never(url, problem))?;
        let packed = encoding(answer.headers()).map_err(|problem| Fault::never(url, problem))?;
        let mut body = Vec::new();
        loop {
            let chunk = answer.chunk().await.map_err(|error| Fault::silent(url, &error))?;
            let Some(chunk) = chunk else { break };
            self.count(chunk.len());
            told(chunk.len() as u64);
            if (body.len() + chunk.len()) as u64 > limit {
                return Err(Fault::never(url, too_large(limit)));
            }
            body.extend_from_slice(&chunk);
        }
        if packed { unpack::all(&body, limit).map_err(|fault| fault.at(url)) } else { Ok(body) }
    }
}

#[async_trait]
impl Fetch for Door {
    async fn small(&self, url: &Url) -> Result<Vec<u8>, FetchError> {
        self.body(url, None, self.largest_index, &|_| {}).await
    }
}

impl Tries<'_> {
    /// Waits for the next try.
    ///
    /// # Errors
    /// There is none: the fault's.
    pub(super) async fn again(&mut self, fault: Fault) -> Result<(), FetchError> {
        self.made += 1;
        let mut error = fault.error;
        let wait = match fault.again {
            Again::Never => return Err(error),
            _ if self.made >= self.door.retry.attempts => return Err(error),
            Again::Later => self.door.retry.wait(self.made + 1),
            Again::After(wait) if wait <= self.door.longest_wait => wait,
            Again::After(wait) => {
                let note = format!("; it asks for {} seconds of rest", wait.as_secs());
                error.problem.push_str(&note);
                return Err(error);
            }
        };
        tracing::debug!(url = error.url, problem = error.problem, ?wait, "asking again");
        tokio::time::sleep(wait).await;
        Ok(())
    }

    /// The request got on: what failed before does not count any more.
    pub(super) fn got_on(&mut self) {
        self.made = 0;
    }
}

impl Fault {
    /// What will fail in the same way.
    pub(super) fn never(url: &Url, problem: String) -> Self {
        let error = FetchError { url: shown(url), problem, status: None };
        Self { error, again: Again::Never }
    }

    /// What may pass.
    pub(super) fn later(url: &Url, problem: String) -> Self {
        Self { again: Again::Later, ..Self::never(url, problem) }
    }

    /// No answer, or the end of one did not come.
    pub(super) fn silent(url: &Url, error: &reqwest::Error) -> Self {
        let (problem, again) = answer::silence(error);
        Self { again, ..Self::never(url, problem) }
    }
}

/// The body is packed with gzip.
///
/// # Errors
/// It is packed in a way that was not asked for.
pub(super) fn encoding(headers: &HeaderMap) -> Result<bool, String> {
    let Some(value) = headers.get(CONTENT_ENCODING) else { return Ok(false) };
    match value.as_bytes() {
        value if value.eq_ignore_ascii_case(b"gzip") || value == b"x-gzip" => Ok(true),
        value if value.is_empty() || value.eq_ignore_ascii_case(b"identity") => Ok(false),
        other => Err(format!(
            "it is packed as {}, which was not asked for; look for a proxy in between",
            String::from_utf8_lossy(other)
        )),
    }
}

/// What is said of a document beyond its bound.
pub(super) fn too_large(limit: u64) -> String {
    format!("the document is larger than {limit} bytes, which no price list is; check the address")
}

/// Follows a host to itself only: another could be anybody's, and would see the authorization.
fn follow(attempt: redirect::Attempt<'_>) -> redirect::Action {
    let home = attempt.previous().first().is_some_and(|first| same_origin(first, attempt.url()));
    if !home {
        let problem = format!(
            "it redirects to another host, {}, which is not followed; configure that address if it is the right one",
            attempt.url().host_str().unwrap_or_default()
        );
        return attempt.error(problem);
    }
    if attempt.previous().len() > REDIRECTS {
        return attempt
            .error(format!("it redirects more than {REDIRECTS} times; check the address"));
    }
    attempt.follow()
}
