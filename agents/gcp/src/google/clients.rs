//! What the door is put together from: credentials, Google's clients, an HTTP client for the rest.

use std::sync::Arc;

use google_cloud_asset_v1::client::AssetService;
use google_cloud_auth::credentials::Credentials;
use google_cloud_compute_v1::client::Snapshots;
use google_cloud_container_v1::client::ClusterManager;
use google_cloud_functions_v2::client::FunctionService;
use google_cloud_gax::client_builder::ClientBuilder;
use google_cloud_gax::client_builder::internal::{ClientFactory, with_follow_redirects};
use google_cloud_monitoring_v3::client::MetricService;
use google_cloud_sql_v1::client::SqlInstancesService;

use finops_core::agent::AgentError;

use super::Inner;
use super::attempts::Limits;
use super::identity::Identity;
use super::quote::innermost;
use super::rest::Rest;
use crate::config::GcpConfig;
use crate::endpoints::{Api, Endpoints};

/// Finds the credentials and makes the clients.
///
/// # Errors
/// There are no credentials, or they cannot be read, or TLS cannot be set up.
pub(super) async fn connect(config: &GcpConfig) -> Result<Inner, AgentError> {
    let limits = Limits::new(config.api_timeout, config.api_attempts);
    assemble(&config.endpoints, Identity::find()?, limits).await
}

/// Makes the clients for an identity.
///
/// # Errors
/// TLS cannot be set up.
pub(super) async fn assemble(
    endpoints: &Endpoints,
    identity: Arc<Identity>,
    limits: Limits,
) -> Result<Inner, AgentError> {
    let maker = Maker { endpoints, credentials: identity.credentials() };
    Ok(Inner {
        snapshots: maker.client(Api::Compute, Snapshots::builder()).await?,
        clusters: maker.client(Api::Container, ClusterManager::builder()).await?,
        functions: maker.client(Api::Functions, FunctionService::builder()).await?,
        databases: maker.client(Api::Sql, SqlInstancesService::builder()).await?,
        metrics: maker.client(Api::Monitoring, MetricService::builder()).await?,
        assets: maker.client(Api::Asset, AssetService::builder()).await?,
        rest: Rest::new(endpoints, Arc::clone(&identity))?,
        identity,
        limits,
    })
}

struct Maker<'a> {
    endpoints: &'a Endpoints,
    credentials: Credentials,
}

impl Maker<'_> {
    /// A client of Google's. It follows no redirects: an API leads nowhere else, and a token must not
    /// travel. The builder's switch for that is not documented; if a later version takes it away,
    /// this does not compile any more, rather than that redirects are followed unseen.
    async fn client<F, C>(
        &self,
        api: Api,
        builder: ClientBuilder<F, Credentials>,
    ) -> Result<C, AgentError>
    where
        F: ClientFactory<Client = C, Credentials = Credentials>,
    {
        let builder = builder.with_credentials(self.credentials.clone());
        let builder = match self.endpoints.get(api) {
            Some(address) => builder.with_endpoint(address.as_str()),
            None => builder,
        };
        with_follow_redirects(builder, false).build().await.map_err(|error| {
            let cause = innermost(&error);
            AgentError::Setup(format!("{} cannot be asked: {cause}", api.host()))
        })
    }
}
