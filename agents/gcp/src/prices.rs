//! What lets the agent read Google's price list: an API key, or who the agent is anyway.

use std::sync::Arc;

use async_trait::async_trait;
use http::HeaderMap;

use finops_pricing::sync::Authorization;
use finops_pricing::sync::gcp::{ApiKey, Gcp};

use crate::config::GcpConfig;
use crate::google::own_headers;

/// Google's price list, as configured.
#[must_use]
pub(crate) fn vendor(config: &GcpConfig) -> Gcp {
    let authorization: Arc<dyn Authorization> = match &config.price_api_key {
        Some(key) => Arc::new(ApiKey::new(key.clone())),
        None => Arc::new(OwnIdentity),
    };
    Gcp::new(config.prices.url.clone(), Some(authorization))
}

/// The agent's own credentials, found anew for each table: they are asked for once a day.
struct OwnIdentity;

#[async_trait]
impl Authorization for OwnIdentity {
    async fn headers(&self) -> Result<HeaderMap, String> {
        let remedy = "give an API key with prices.api_key_file";
        let headers = own_headers().await.map_err(|error| format!("{error}; or {remedy}"))?;
        Ok(headers)
    }
}
