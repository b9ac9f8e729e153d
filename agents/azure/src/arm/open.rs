//! What the door is put together from: the SDK's pipelines, tokens, our transport.

use std::sync::Arc;

use azure_core::http::policies::Policy;
use azure_core::http::policies::auth::BearerTokenAuthorizationPolicy;
use azure_core::http::{
    ClientOptions, ExponentialRetryOptions, HttpClient, Pipeline, RetryOptions, Transport,
};
use azure_core::time::Duration;

use finops_core::agent::AgentError;

use super::call::{Door, Tries};
use super::guard::{Guarded, Place};
use super::pace::{Pace, Waits};
use super::{Azure, Inner, address};
use crate::config::AzureConfig;
use crate::credentials::Credential;

impl Azure {
    /// Azure behind `transport`.
    ///
    /// # Errors
    /// `endpoints.metrics` is no address.
    pub(super) fn with(
        config: &AzureConfig,
        credential: Arc<Credential>,
        transport: &Arc<dyn HttpClient>,
        waits: Waits,
    ) -> Result<Self, AgentError> {
        let endpoints = &config.endpoints;
        let place = Place::Origin(endpoints.arm.clone());
        let regions = address::of_regions(&endpoints.metrics).ok_or_else(|| {
            let setting = &endpoints.metrics;
            let remedy = "write https://{region}.host or https://host";
            AgentError::Setup(format!("endpoints.metrics is \"{setting}\", no address; {remedy}"))
        })?;
        let opener = Opener { config, credential: &credential, transport, waits };
        let arm = opener.open(place.clone(), config.cloud.arm_audience());
        let metrics = opener.open(regions, config.cloud.metrics_audience());
        let inner = Inner {
            arm,
            metrics,
            base: endpoints.arm.clone(),
            place,
            template: endpoints.metrics.clone(),
            audience: config.cloud.arm_audience(),
            credential,
        };
        Ok(Self { inner: Arc::new(inner) })
    }
}

/// What both doors have in common.
struct Opener<'a> {
    config: &'a AzureConfig,
    credential: &'a Arc<Credential>,
    transport: &'a Arc<dyn HttpClient>,
    waits: Waits,
}

impl Opener<'_> {
    /// A door to one place, with tokens of one audience.
    fn open(&self, place: Place, audience: &'static str) -> Door {
        let credential = Arc::clone(self.credential);
        let tokens = BearerTokenAuthorizationPolicy::new(credential, [audience]);
        let tries = Tries {
            pace: Arc::new(Pace::new(self.waits)),
            credential: Arc::clone(self.credential),
        };
        let guarded = Guarded { place, transport: Arc::clone(self.transport) };
        let options = ClientOptions {
            retry: self.retries(),
            transport: Some(Transport::new(Arc::new(guarded))),
            ..ClientOptions::default()
        };
        let each_try: Vec<Arc<dyn Policy>> = vec![Arc::new(tokens), Arc::new(tries)];
        let name = option_env!("CARGO_PKG_NAME");
        let version = option_env!("CARGO_PKG_VERSION");
        Door { pipeline: Pipeline::new(name, version, options, Vec::new(), each_try, None) }
    }

    fn retries(&self) -> RetryOptions {
        let repeats = self.config.api_attempts.saturating_sub(1);
        if repeats == 0 {
            return RetryOptions::none();
        }
        let duration = |time| Duration::try_from(time).unwrap_or(Duration::MINUTE);
        RetryOptions::exponential(ExponentialRetryOptions {
            initial_delay: duration(self.waits.first),
            max_retries: repeats,
            // All tries of one call together: a service that never answers must not hold up the
            // cycle. One long wait for a quota has its place beside two whole tries.
            max_total_elapsed: duration(self.config.api_timeout * 2 + self.waits.longest),
            max_delay: Duration::seconds(10),
        })
    }
}
