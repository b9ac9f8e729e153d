//! The door to Azure Resource Manager, Resource Graph and the metrics batch API.

mod address;
mod call;
mod error;
mod guard;
mod open;
mod pace;
mod pages;
mod quote;
mod refusal;
mod transport;

#[cfg(test)]
pub(crate) mod scripted;
#[cfg(test)]
mod tests;

pub(crate) use error::{ArmError, Lost, Trouble};
pub(crate) use guard::{Guarded, Place, is_region};
pub(crate) use pace::Waits;
pub(crate) use quote::{chain, innermost, quote};
pub(crate) use transport::Network;

use std::sync::Arc;

use azure_core::http::{HttpClient, Method};
use bytes::Bytes;
use serde::Serialize;
use serde::de::DeserializeOwned;
use url::Url;

use finops_core::agent::AgentError;
pub(crate) use finops_core::meter::Meter;

use crate::config::AzureConfig;
use crate::credentials::Credential;
use call::{Call, Door};
use pages::{Page, Pages};

/// What to do about an answer that has another form than documented.
const CUT_OR_CHANGED: &str =
    "something between the agent and Azure cuts or changes replies: check proxies; else report it";

/// What is asked, and what it takes to be allowed to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Operation {
    /// The action that the identity needs: `Microsoft.Compute/disks/read`.
    pub permission: &'static str,
    /// The version of the API: `2024-03-02`.
    pub api_version: &'static str,
}

/// Azure, as one identity sees it. Cloning is cheap and shares credentials and connections.
#[derive(Debug, Clone)]
pub(crate) struct Azure {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    arm: Door,
    metrics: Door,
    /// Where Azure Resource Manager answers.
    base: Url,
    place: Place,
    /// Where the metrics API answers, with `{region}` in it.
    template: String,
    audience: &'static str,
    credential: Arc<Credential>,
}

impl Azure {
    /// Makes ready to ask; nothing is sent yet.
    ///
    /// # Errors
    /// The certificates or the credentials' files cannot be read, or credentials are incomplete.
    pub(crate) fn new(config: &AzureConfig) -> Result<Self, AgentError> {
        let network: Arc<dyn HttpClient> = Arc::new(Network::to_azure(config)?);
        let credential = Credential::new(config, Arc::clone(&network))?;
        Self::with(config, Arc::new(credential), &network, Waits::default())
    }

    /// Gets a first token.
    ///
    /// # Errors
    /// There is no identity, or the authority refuses it or cannot be reached.
    pub(crate) async fn authenticate(&self) -> Result<(), AgentError> {
        self.inner.credential.authenticate(self.inner.audience).await
    }

    /// `GET`s one document at `path` (from the root, without the host).
    pub(crate) async fn get<T: DeserializeOwned>(
        &self,
        meter: &Meter,
        operation: Operation,
        path: &str,
        query: &[(&str, &str)],
    ) -> Result<T, ArmError> {
        let url = self.below_base(operation, path, query)?;
        let call = Call::new(meter, operation, path);
        read(operation, &self.inner.arm.ask(&call, Method::Get, &url, None).await?)
    }

    /// `GET`s a list with all its pages (`value`, `nextLink`): never to another host than Azure
    /// Resource Manager's, and never without an end. A list that is cut short is an error.
    pub(crate) async fn list<T: DeserializeOwned>(
        &self,
        meter: &Meter,
        operation: Operation,
        path: &str,
        query: &[(&str, &str)],
    ) -> Result<Vec<T>, ArmError> {
        let mut next = Some(self.below_base(operation, path, query)?);
        let mut pages = Pages::default();
        let mut all = Vec::new();
        while let Some(url) = next {
            let call = Call::new(meter, operation, path);
            let body = self.inner.arm.ask(&call, Method::Get, &url, None).await?;
            let page: Page<T> = read(operation, &body)?;
            next = pages.next(operation.permission, &self.inner.place, &page)?;
            all.extend(page.value);
        }
        Ok(all)
    }

    /// `POST`s to Azure Resource Manager.
    pub(crate) async fn post<B: Serialize + Sync, T: DeserializeOwned>(
        &self,
        meter: &Meter,
        operation: Operation,
        path: &str,
        body: &B,
    ) -> Result<T, ArmError> {
        let url = self.below_base(operation, path, &[])?;
        let call = Call::new(meter, operation, path);
        let body = written(operation, body)?;
        read(operation, &self.inner.arm.ask(&call, Method::Post, &url, Some(body)).await?)
    }

    /// `POST`s to the metrics batch API of a region.
    pub(crate) async fn post_metrics<B: Serialize + Sync, T: DeserializeOwned>(
        &self,
        meter: &Meter,
        operation: Operation,
        region: &str,
        path: &str,
        query: &[(&str, &str)],
        body: &B,
    ) -> Result<T, ArmError> {
        let base = address::of_region(&self.inner.template, region);
        let base = base.map_err(|problem| unaskable(operation, &problem))?;
        let url = with_version(operation, &base, path, query)?;
        let call = Call::elsewhere(meter, operation, path);
        let body = written(operation, body)?;
        read(operation, &self.inner.metrics.ask(&call, Method::Post, &url, Some(body)).await?)
    }

    fn below_base(
        &self,
        operation: Operation,
        path: &str,
        query: &[(&str, &str)],
    ) -> Result<Url, ArmError> {
        with_version(operation, &self.inner.base, path, query)
    }
}

fn with_version(
    operation: Operation,
    base: &Url,
    path: &str,
    query: &[(&str, &str)],
) -> Result<Url, ArmError> {
    let mut query = query.to_vec();
    query.push(("api-version", operation.api_version));
    address::below(base, path, &query).map_err(|problem| {
        unaskable(operation, &format!("{} cannot be asked for: {problem}", quote(path)))
    })
}

/// A call that was not made: nothing of Azure's has such an identifier or region.
fn unaskable(operation: Operation, problem: &str) -> ArmError {
    let hint = "Azure's own identifiers are not like that: report it with the resource's type";
    ArmError::bad_reply(&format!("{}: {problem}", operation.permission), hint)
}

fn written<B: Serialize>(operation: Operation, body: &B) -> Result<Bytes, ArmError> {
    serde_json::to_vec(body)
        .map(Bytes::from)
        .map_err(|error| unaskable(operation, &format!("the question cannot be written: {error}")))
}

fn read<T: DeserializeOwned>(operation: Operation, body: &[u8]) -> Result<T, ArmError> {
    serde_json::from_slice(body).map_err(|error| {
        let error = quote(&error.to_string());
        let text = format!("the answer to {} cannot be read: {error}", operation.permission);
        ArmError::bad_reply(&text, CUT_OR_CHANGED)
    })
}
