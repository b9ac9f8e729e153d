//! The door to Azure Resource Manager.

mod error;
mod meter;

pub(crate) use error::{ArmError, Trouble};
pub(crate) use meter::Meter;

use serde::Serialize;
use serde::de::DeserializeOwned;

use finops_core::agent::AgentError;

use crate::config::AzureConfig;

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
pub(crate) struct Azure {}

impl Azure {
    /// Makes ready to ask; nothing is sent yet.
    ///
    /// # Errors
    /// The certificates or the credentials' files cannot be read, or credentials are incomplete.
    pub(crate) fn new(_config: &AzureConfig) -> Result<Self, AgentError> {
        Ok(Self {})
    }

    /// Gets a first token.
    ///
    /// # Errors
    /// There is no identity, or the authority refuses it or cannot be reached.
    pub(crate) async fn authenticate(&self) -> Result<(), AgentError> {
        Ok(())
    }

    /// `GET`s one document at `path` (from the root, without the host).
    pub(crate) async fn get<T: DeserializeOwned>(
        &self,
        _meter: &Meter,
        _operation: Operation,
        _path: &str,
        _query: &[(&str, &str)],
    ) -> Result<T, ArmError> {
        unimplemented!()
    }

    /// `GET`s a list with all its pages (`value`, `nextLink`): never to another host than Azure
    /// Resource Manager's, and never without an end. A list that is cut short is an error.
    pub(crate) async fn list<T: DeserializeOwned>(
        &self,
        _meter: &Meter,
        _operation: Operation,
        _path: &str,
        _query: &[(&str, &str)],
    ) -> Result<Vec<T>, ArmError> {
        unimplemented!()
    }

    /// `POST`s to Azure Resource Manager.
    pub(crate) async fn post<B: Serialize + Sync, T: DeserializeOwned>(
        &self,
        _meter: &Meter,
        _operation: Operation,
        _path: &str,
        _body: &B,
    ) -> Result<T, ArmError> {
        unimplemented!()
    }

    /// `POST`s to the metrics batch API of a region.
    pub(crate) async fn post_metrics<B: Serialize + Sync, T: DeserializeOwned>(
        &self,
        _meter: &Meter,
        _operation: Operation,
        _region: &str,
        _path: &str,
        _query: &[(&str, &str)],
        _body: &B,
    ) -> Result<T, ArmError> {
        unimplemented!()
    }
}
