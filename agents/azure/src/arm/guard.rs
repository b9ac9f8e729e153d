//! A transport that reaches one place only: what is secret is sent nowhere else.

use std::sync::Arc;

use azure_core::http::{AsyncRawResponse, HttpClient, Request};
use url::Url;

use super::error::{Lost, Trouble};

/// Where requests may go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Place {
    /// This scheme, host and port, whatever the path.
    Origin(Url),
    /// Hosts of one scheme and port that differ in a region's name, which stands between the two
    /// texts.
    Regions {
        /// An address of the place, for scheme and port.
        like: Url,
        /// What the host begins with.
        prefix: String,
        /// What it ends with.
        suffix: String,
    },
}

impl Place {
    /// Whether `url` is there, and shows no user name or password.
    pub(crate) fn holds(&self, url: &Url) -> bool {
        if !url.username().is_empty() || url.password().is_some() {
            return false;
        }
        let same = |like: &Url| {
            url.scheme() == like.scheme()
                && url.port_or_known_default() == like.port_or_known_default()
        };
        match self {
            Self::Origin(origin) => same(origin) && url.host() == origin.host(),
            Self::Regions { like, prefix, suffix } => {
                let region = url
                    .host_str()
                    .and_then(|host| host.strip_prefix(prefix.as_str())?.strip_suffix(&**suffix));
                same(like) && region.is_some_and(is_region)
            }
        }
    }
}

/// Regions are letters and digits: `westeurope`, `eastus2`.
pub(crate) fn is_region(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|letter| letter.is_ascii_alphanumeric())
}

/// Sends what is for the place, and refuses everything else.
#[derive(Debug)]
pub(crate) struct Guarded {
    /// Where requests may go.
    pub place: Place,
    /// What sends them.
    pub transport: Arc<dyn HttpClient>,
}

#[async_trait::async_trait]
impl HttpClient for Guarded {
    async fn execute_request(&self, request: &Request) -> azure_core::Result<AsyncRawResponse> {
        if !self.place.holds(request.url()) {
            let host = request.url().host_str().unwrap_or("no host");
            let cause = format!("a request to {host} was not sent: credentials are not for it");
            let remedy = "check the settings endpoints.* and what answers there".to_owned();
            return Err(Lost { trouble: Trouble::BadReply, cause, remedy }.lasting());
        }
        self.transport.execute_request(request).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        text.parse().unwrap()
    }

    #[test]
    fn a_place_is_a_scheme_a_host_and_a_port() {
        let place = Place::Origin(url("https://management.azure.com/base"));
        for there in ["https://management.azure.com/x?y", "https://MANAGEMENT.azure.com:443/"] {
            assert!(place.holds(&url(there)), "{there}");
        }
        for elsewhere in [
            "http://management.azure.com/",
            "https://management.azure.com:8443/",
            "https://management.azure.com.example.org/",
            "https://someone@management.azure.com/",
            "https://:word@management.azure.com/",
        ] {
            assert!(!place.holds(&url(elsewhere)), "{elsewhere}");
        }
    }

    #[test]
    fn regions_differ_in_letters_and_digits_only() {
        let place = Place::Regions {
            like: url("https://x.metrics.monitor.azure.com/"),
            prefix: String::new(),
            suffix: ".metrics.monitor.azure.com".to_owned(),
        };
        assert!(place.holds(&url("https://eastus2.metrics.monitor.azure.com/subscriptions/s")));
        for elsewhere in [
            "https://a.b.metrics.monitor.azure.com/",
            "https://.metrics.monitor.azure.com/",
            "https://eastus2.metrics.monitor.azure.com:444/",
            "https://eastus2.metrics.monitor.azure.cn/",
        ] {
            assert!(!place.holds(&url(elsewhere)), "{elsewhere}");
        }
    }
}
