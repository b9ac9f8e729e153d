//! An API key as what lets requests in.

use std::fmt;

use async_trait::async_trait;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use secrecy::{ExposeSecret as _, SecretString};

use super::super::Authorization;

/// The header that carries a key, so that no address has it.
/// <https://cloud.google.com/docs/authentication/api-keys-use#using-with-rest>
const HEADER: HeaderName = HeaderName::from_static("x-goog-api-key");

/// An API key of Google Cloud that may call `cloudbilling.googleapis.com`.
#[derive(Clone)]
pub struct ApiKey(pub SecretString);

impl fmt::Debug for ApiKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("ApiKey")
    }
}

#[async_trait]
impl Authorization for ApiKey {
    async fn headers(&self) -> Result<HeaderMap, String> {
        let key = self.0.expose_secret().trim();
        if key.is_empty() {
            return Err("the API key of Google Cloud is empty: set one, or none".to_owned());
        }
        let mut value = HeaderValue::from_str(key).map_err(|_| {
            "the API key of Google Cloud has characters that no key has: set it anew".to_owned()
        })?;
        value.set_sensitive(true);
        Ok(HeaderMap::from_iter([(HEADER, value)]))
    }

    fn remedy(&self) -> Option<&'static str> {
        Some(
            "set an API key that may call cloudbilling.googleapis.com, of a project in which that \
             API is enabled",
        )
    }
}
