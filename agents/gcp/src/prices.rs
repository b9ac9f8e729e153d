//! Where the prices of Google Cloud come from, as configured, and what lets the agent in.

use std::collections::BTreeSet;
use std::sync::Arc;

use async_trait::async_trait;
use http::HeaderMap;
use url::Url;

use finops_pricing::sync::gcp::{ApiKey, BASE, Gcp};
use finops_pricing::sync::{Authorization, Vendor};

use crate::config::GcpConfig;
use crate::google::OwnHeaders;

/// The Cloud Billing Catalog.
///
/// A key is sent wherever it is configured to go. The agent's own credentials are sent to Google
/// only: a mirror gets none.
pub(crate) fn vendor(config: &GcpConfig) -> Box<dyn Vendor> {
    let google: Url = BASE.parse().expect("a constant address, which a test parses");
    let authorization: Option<Arc<dyn Authorization>> =
        match (&config.price_api_key, &config.prices.url) {
            (Some(key), _) => Some(Arc::new(ApiKey(key.clone()))),
            (None, Some(url)) if url.host() != google.host() => None,
            (None, _) => Some(Arc::new(OwnIdentity::default())),
        };
    Box::new(Gcp::new(config.prices.url.clone().unwrap_or(google), authorization))
}

/// Every address that is configured for it.
pub(crate) fn addresses(config: &GcpConfig) -> Vec<Url> {
    config.prices.url.iter().cloned().collect()
}

/// The regions that are configured.
pub(crate) fn regions(config: &GcpConfig) -> BTreeSet<String> {
    config.regions.iter().cloned().collect()
}

/// The agent's own credentials.
#[derive(Default)]
struct OwnIdentity(OwnHeaders);

#[async_trait]
impl Authorization for OwnIdentity {
    async fn headers(&self) -> Result<HeaderMap, String> {
        self.0.get().await.map_err(|error| {
            format!("{error}; or give an API key for the price list with prices.api_key_file")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_of_the_catalogue_is_one() {
        vendor(&GcpConfig::default());
    }
}
