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
/// only, and never without TLS: a mirror gets none.
pub(crate) fn vendor(config: &GcpConfig) -> Box<dyn Vendor> {
    let google: Url = BASE.parse().expect("a constant address, which a test parses");
    let base = config.prices.url.clone().unwrap_or_else(|| google.clone());
    let authorization: Arc<dyn Authorization> = match &config.price_api_key {
        Some(key) => Arc::new(ApiKey(key.clone())),
        None if base.origin() == google.origin() => Arc::new(OwnIdentity::default()),
        None => Arc::new(Nobody),
    };
    Box::new(Gcp::new(base, Some(authorization)))
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

    fn remedy(&self) -> Option<&'static str> {
        Some(
            "enable cloudbilling.googleapis.com in the project of the credentials, or give an API \
             key for the price list with prices.api_key_file",
        )
    }
}

/// No credentials at all.
struct Nobody;

#[async_trait]
impl Authorization for Nobody {
    async fn headers(&self) -> Result<HeaderMap, String> {
        Ok(HeaderMap::new())
    }

    fn remedy(&self) -> Option<&'static str> {
        Some(
            "the agent's own credentials are sent to https://cloudbilling.googleapis.com only: \
             where this address wants an API key, give it with prices.api_key_file",
        )
    }
}

#[cfg(test)]
mod tests {
    use finops_pricing::sync::{Fetch, FetchError, Wanted};

    use super::*;

    /// The catalogue has no index.
    struct Nothing;

    #[async_trait]
    impl Fetch for Nothing {
        async fn small(&self, url: &Url) -> Result<Vec<u8>, FetchError> {
            unreachable!("{url} was asked for")
        }
    }

    /// What lets requests in to the catalogue at an address, or at Google's own.
    async fn authorization(address: Option<&str>, key: Option<&str>) -> Arc<dyn Authorization> {
        let mut config = GcpConfig::default();
        config.prices.url = address.map(|address| address.parse().unwrap());
        config.price_api_key = key.map(Into::into);
        let (vendor, wanted) = (vendor(&config), Wanted::everything());
        let plan = vendor.plan(&Nothing, &wanted).await.unwrap();
        plan.requests.into_iter().next().unwrap().authorization.unwrap()
    }

    async fn headers(authorization: &dyn Authorization) -> HeaderMap {
        authorization.headers().await.unwrap()
    }

    #[tokio::test]
    async fn the_agents_own_credentials_are_for_google_with_tls_only() {
        let own = OwnIdentity::default().remedy();
        for google in [None, Some(BASE), Some("https://cloudbilling.googleapis.com:443/mine")] {
            assert_eq!(authorization(google, None).await.remedy(), own, "{google:?}");
        }
        for mirror in [
            "http://cloudbilling.googleapis.com",
            "https://cloudbilling.googleapis.com:8443",
            "https://cloudbilling.googleapis.com.example.com",
            "https://prices.example.com",
            "http://127.0.0.1:8080",
        ] {
            let nobody = authorization(Some(mirror), None).await;
            assert_eq!(nobody.remedy(), Nobody.remedy(), "{mirror}");
            assert!(headers(&*nobody).await.is_empty(), "{mirror}");
        }
    }

    #[tokio::test]
    async fn a_key_goes_where_it_is_configured_to_go_and_nothing_beside_it() {
        for address in [None, Some("https://prices.example.com")] {
            let headers = headers(&*authorization(address, Some("AIza")).await).await;
            assert_eq!(headers.len(), 1);
            assert_eq!(headers["x-goog-api-key"], "AIza");
            assert!(headers["x-goog-api-key"].is_sensitive());
        }
    }
}
