//! What the door is put together from: credentials, Google's clients, an HTTP client for the rest.

use google_cloud_auth::credentials::Credentials;

use finops_core::agent::AgentError;

use super::Inner;
use crate::config::GcpConfig;

/// Finds the credentials and makes the clients.
pub(super) async fn connect(_config: &GcpConfig) -> Result<Inner, AgentError> {
    unimplemented!()
}

/// Gets a first token.
pub(super) async fn authenticate(_credentials: &Credentials) -> Result<(), AgentError> {
    unimplemented!()
}
