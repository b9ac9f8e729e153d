//! One call to Google Cloud: a span, an attempt or several, one answer.

use std::future::Future;

use google_cloud_gax::options::RequestOptionsBuilder;
use serde::de::DeserializeOwned;

use super::{Google, GoogleError, Meter, Operation, Page};

/// A call that is to be made.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Call<'a> {
    google: &'a Google,
    meter: &'a Meter,
    operation: Operation,
    project: &'a str,
}

/// How often and how long a request is tried, and who counts that. It goes with the request through
/// the SDK.
#[derive(Debug, Clone)]
pub(crate) struct Attempts {}

impl Attempts {
    /// The request with its limits.
    pub(crate) fn of<B: RequestOptionsBuilder>(self, builder: B) -> B {
        builder
    }
}

impl<'a> Call<'a> {
    pub(super) fn new(
        google: &'a Google,
        meter: &'a Meter,
        operation: Operation,
        project: &'a str,
    ) -> Self {
        Self { google, meter, operation, project }
    }

    /// Asks once: `ask` makes the request of an SDK's client and sends it.
    ///
    /// # Errors
    /// Google refuses, cannot be reached, or its answer cannot be read.
    pub(crate) async fn once<T, F>(&self, ask: impl FnOnce(Attempts) -> F) -> Result<T, GoogleError>
    where
        F: Future<Output = google_cloud_gax::Result<T>>,
    {
        drop(ask);
        unimplemented!()
    }

    /// Asks for page after page: `ask` is given the page's token (empty for the first), `take` takes
    /// each page in. Pages have a limit, and a token that comes again is a failure.
    ///
    /// # Errors
    /// As for [`Self::once`]; the pages taken in so far are not the whole list then.
    pub(crate) async fn pages<P: Page, F>(
        &self,
        ask: impl FnMut(String, Attempts) -> F,
        take: impl FnMut(P),
    ) -> Result<(), GoogleError>
    where
        F: Future<Output = google_cloud_gax::Result<P>>,
    {
        drop((ask, take));
        unimplemented!()
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
        drop((path, query, token_key, take));
        unimplemented!()
    }
}
