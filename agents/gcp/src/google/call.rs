//! One call to Google Cloud: a span, an attempt or several, one answer.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use finops_core::telemetry;
use serde::de::DeserializeOwned;
use tracing::field::Empty;
use tracing::{Instrument as _, Span};

use super::attempts::{Attempts, Tries};
use super::identity::Identity;
use super::pages::Turns;
use super::refusal;
use super::{Google, GoogleError, Meter, Operation, Page, Trouble};

/// What a call is about, to tell of it.
#[derive(Debug, Clone, Copy)]
pub(super) struct About<'a> {
    /// What is asked.
    pub operation: Operation,
    /// The project, or `organizations/1`, or `folders/1`.
    pub place: &'a str,
    /// Who is asked: `compute.googleapis.com`, or a cluster's address.
    pub host: &'a str,
    /// Which failures are none to the caller: traces do not tell of them as such.
    pub expected: fn(&GoogleError) -> bool,
}

impl About<'_> {
    fn span(&self) -> Span {
        tracing::info_span!(
            "api_call",
            otel.kind = "client",
            rpc.system = "google-api",
            rpc.service = self.host,
            rpc.method = self.operation.method,
            http.response.status_code = Empty,
            rpc.attempts = Empty,
        )
    }
}

/// A call that is to be made.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Call<'a> {
    google: &'a Google,
    meter: &'a Meter,
    operation: Operation,
    project: &'a str,
    expected: fn(&GoogleError) -> bool,
}

impl<'a> Call<'a> {
    pub(super) fn new(
        google: &'a Google,
        meter: &'a Meter,
        operation: Operation,
        project: &'a str,
    ) -> Self {
        Self { google, meter, operation, project, expected: |_| false }
    }

    /// The same call, to which these failures are answers: traces do not tell of them as failures.
    pub(crate) fn expecting(self, expected: fn(&GoogleError) -> bool) -> Self {
        Self { expected, ..self }
    }

    /// Asks once: `ask` makes the request of an SDK's client and sends it.
    ///
    /// # Errors
    /// Google refuses, cannot be reached, or its answer cannot be read.
    pub(crate) async fn once<T, F>(&self, ask: impl FnOnce(Attempts) -> F) -> Result<T, GoogleError>
    where
        F: Future<Output = google_cloud_gax::Result<T>>,
    {
        let inner = &self.google.inner;
        let tries = Arc::new(Tries::new(inner.limits, self.meter, self.operation.method));
        let asking = ask(Attempts { tries: Arc::clone(&tries) });
        watched(&self.about(), &inner.identity, &tries, asking).await
    }

    /// Asks for page after page: `ask` is given the page's token (empty for the first), `take` takes
    /// each page in. Pages have a limit, and a token that comes again is a failure.
    ///
    /// # Errors
    /// As for [`Self::once`]; the pages taken in so far are not the whole list then.
    pub(crate) async fn pages<P: Page, F>(
        &self,
        mut ask: impl FnMut(String, Attempts) -> F,
        mut take: impl FnMut(P),
    ) -> Result<(), GoogleError>
    where
        F: Future<Output = google_cloud_gax::Result<P>>,
    {
        let mut turns = Turns::default();
        while let Some(token) = turns.next() {
            let page = self.once(|attempts| ask(token, attempts)).await?;
            turns.follow(page.next_page_token()).map_err(|problem| self.odd(problem))?;
            take(page);
        }
        Ok(())
    }

    /// The same by a `GET` of `path` below the API's address (`/storage/v1/b`), for what the SDKs'
    /// clients do not list. The token of the next page travels as `token_key` (`pageToken`).
    ///
    /// # Errors
    /// As for [`Self::pages`].
    pub(crate) async fn rest_pages<P: Page + DeserializeOwned>(
        &self,
        path: &str,
        query: &[(&str, &str)],
        token_key: &str,
        take: impl FnMut(P),
    ) -> Result<(), GoogleError> {
        let (rest, api) = (&self.google.inner.rest, self.operation.api);
        let ask = |token: String, attempts: Attempts| async move {
            let mut query = query.to_vec();
            if !token.is_empty() {
                query.push((token_key, &token));
            }
            rest.get(&attempts.tries, api, path, &query).await
        };
        self.pages(ask, take).await
    }

    /// The first page by such a `GET`, and no other.
    ///
    /// # Errors
    /// As for [`Self::once`].
    pub(crate) async fn rest_once<P: DeserializeOwned>(
        &self,
        path: &str,
        query: &[(&str, &str)],
    ) -> Result<P, GoogleError> {
        let (rest, api) = (&self.google.inner.rest, self.operation.api);
        let ask = async |attempts: Attempts| rest.get(&attempts.tries, api, path, query).await;
        self.once(ask).await
    }

    /// An answer of which something is wrong, though each part can be read.
    pub(crate) fn odd(&self, problem: &str) -> GoogleError {
        refusal::odd(&self.about(), problem)
    }

    fn about(&self) -> About<'a> {
        About {
            operation: self.operation,
            place: self.project,
            host: self.operation.api.host(),
            expected: self.expected,
        }
    }
}

/// Waits for what was asked, in a span that tells of it.
///
/// # Errors
/// As for [`Call::once`].
pub(super) async fn watched<T>(
    about: &About<'_>,
    identity: &Identity,
    tries: &Tries,
    asking: impl Future<Output = google_cloud_gax::Result<T>>,
) -> Result<T, GoogleError> {
    let span = about.span();
    // The tries end before; waiting for a token that never comes does not.
    let most = tries.limits.whole() + Duration::from_secs(1);
    let asked = tokio::time::timeout(most, asking.instrument(span.clone())).await;
    if matches!(asked, Ok(Ok(_))) {
        tries.answered();
    }
    span.record("rpc.attempts", tries.sent());
    if let Some(status) = tries.status() {
        span.record("http.response.status_code", status);
    }
    let failed = match asked {
        Ok(Ok(answer)) => return Ok(answer),
        Ok(Err(error)) => refusal::of(about, &error, tries.limits),
        Err(_) => refusal::no_answer(about, most),
    };
    if failed.trouble == Trouble::Unauthenticated {
        identity.refused();
    }
    if !(about.expected)(&failed) {
        tell(&span, &failed, tries.status());
    }
    Err(failed)
}

fn tell(span: &Span, failed: &GoogleError, status: Option<u16>) {
    let (kind, said) = match (failed.trouble, status) {
        (_, Some(status)) => ("ServiceError", format!("it answered {status}")),
        (Trouble::TimedOut, _) => ("TimeoutError", "no answer in time".to_owned()),
        (Trouble::BadReply, _) => ("ResponseError", "the answer cannot be read".to_owned()),
        _ => ("DispatchFailure", "it could not be sent".to_owned()),
    };
    telemetry::fail(span, kind, &said);
}
