//! The ways to a token that the settings and the environment tell of.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use azure_core::cloud::{CloudConfiguration, CustomConfiguration};
use azure_core::credentials::{AccessToken, Secret as SdkSecret, TokenCredential};
use azure_core::http::{
    ClientOptions, ExponentialRetryOptions, HttpClient, RetryOptions, Transport,
};
use azure_identity::{
    AzureCliCredential, AzureCliCredentialOptions, AzureDeveloperCliCredential,
    AzureDeveloperCliCredentialOptions, ClientAssertionCredentialOptions, ClientSecretCredential,
    ClientSecretCredentialOptions, Executor, ManagedIdentityCredential,
    ManagedIdentityCredentialOptions, UserAssignedId, WorkloadIdentityCredential,
    WorkloadIdentityCredentialOptions,
};
use secrecy::{ExposeSecret as _, SecretString};
use tokio::sync::OnceCell;
use url::Url;

use finops_core::agent::AgentError;

use super::authority::Authority;
use super::machine::{METADATA, PROBE, Probed};
use super::reason::reason;
use super::secret::{Secret, without};
use crate::arm::{Guarded, Lost, Network, Place, Trouble};
use crate::config::{AzureConfig, CredentialConfig, CredentialKind};

/// How long one way may take for a token.
const ONE_WAY: Duration = Duration::from_secs(10);

type Made = azure_core::Result<Arc<dyn TokenCredential>>;

/// One way to a token.
pub(crate) struct Source {
    /// What it is called: `client secret`.
    pub(crate) name: &'static str,
    make: Box<dyn Fn() -> Made + Send + Sync>,
    secret: Option<Secret>,
    patience: Duration,
}

impl fmt::Debug for Source {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Source").field("name", &self.name).finish_non_exhaustive()
    }
}

impl Source {
    /// A way whose credential `make` makes, as often as it has to be made anew.
    pub(crate) fn new(name: &'static str, make: impl Fn() -> Made + Send + Sync + 'static) -> Self {
        Self { name, make: Box::new(make), secret: None, patience: ONE_WAY }
    }

    /// The credential, made anew.
    pub(super) fn make(&self) -> Result<Arc<dyn TokenCredential>, Lost> {
        (self.make)().map_err(|error| reason(self.name, &error))
    }

    /// With another patience than [`ONE_WAY`].
    #[cfg(test)]
    pub(super) fn within(self, patience: Duration) -> Self {
        Self { patience, ..self }
    }

    /// A token, within `patience` and the way's own.
    pub(super) async fn ask(
        &self,
        credential: &dyn TokenCredential,
        scopes: &[&str],
        patience: Duration,
    ) -> Result<AccessToken, Lost> {
        let patience = patience.min(self.patience);
        match tokio::time::timeout(patience, credential.get_token(scopes, None)).await {
            Ok(Ok(token)) => Ok(token),
            Ok(Err(error)) => Err(self.clean(reason(self.name, &error))),
            Err(_) => Err(Lost {
                trouble: Trouble::TimedOut,
                cause: format!("no answer within {} seconds", patience.as_secs()),
                remedy: "check DNS, the proxy and the firewall on the way to the authority"
                    .to_owned(),
            }),
        }
    }

    /// Nobody that is sent the secret may bring it into a text.
    fn clean(&self, lost: Lost) -> Lost {
        match self.secret.as_ref().and_then(|secret| secret.read().ok()) {
            Some(secret) => Lost { cause: without(&lost.cause, &secret), ..lost },
            None => lost,
        }
    }
}

/// What the ways depend on beside the settings.
pub(super) struct Surroundings {
    /// `AZURE_CLIENT_SECRET`.
    pub(super) secret: Option<SecretString>,
    /// `IDENTITY_ENDPOINT`: App Service's own.
    pub(super) identity_endpoint: Option<String>,
    /// The way to the authority.
    pub(super) network: Arc<dyn HttpClient>,
    /// The way to identity endpoints of the machine itself.
    pub(super) direct: Arc<dyn HttpClient>,
    /// What runs developer tools; the library's own where there is none.
    pub(super) executor: Option<Arc<dyn Executor>>,
}

impl Surroundings {
    /// This process's.
    ///
    /// # Errors
    /// The HTTP library could not be set up.
    pub(super) fn of_this_process(network: Arc<dyn HttpClient>) -> Result<Self, AgentError> {
        let variable = |name| std::env::var(name).ok().filter(|text: &String| !text.is_empty());
        Ok(Self {
            secret: variable("AZURE_CLIENT_SECRET").map(SecretString::from),
            // Without its header the library asks the metadata service.
            identity_endpoint: variable("IDENTITY_HEADER").and(variable("IDENTITY_ENDPOINT")),
            network,
            direct: Arc::new(Network::to_machine(PROBE, ONE_WAY)?),
            executor: None,
        })
    }
}

/// The ways to try, in order. What is configured is the only one: where it is refused, becoming
/// somebody else would show another fleet.
///
/// # Errors
/// What is configured is incomplete, or its files cannot be read: with the setting's name.
pub(super) fn sources(
    config: &AzureConfig,
    around: &Surroundings,
) -> Result<Vec<Source>, AgentError> {
    let credential = &config.credential;
    let secret = credential.client_secret_file.clone().map(Secret::File);
    let secret = secret.or_else(|| around.secret.clone().map(Secret::Environment));
    match credential.kind {
        CredentialKind::WorkloadIdentity => Ok(vec![workload_identity(config, around)?]),
        CredentialKind::Auto if credential.federated_token_file.is_some() => {
            Ok(vec![workload_identity(config, around)?])
        }
        CredentialKind::ClientSecret => Ok(vec![client_secret(config, around, secret)?]),
        CredentialKind::Auto if secret.is_some() => {
            Ok(vec![client_secret(config, around, secret)?])
        }
        CredentialKind::ManagedIdentity => Ok(vec![managed_identity(config, around, false)?]),
        CredentialKind::DeveloperTools => Ok(developer_tools(credential, around)),
        CredentialKind::Auto => {
            let mut all = vec![managed_identity(config, around, true)?];
            all.extend(developer_tools(credential, around));
            Ok(all)
        }
    }
}

fn workload_identity(config: &AzureConfig, around: &Surroundings) -> Result<Source, AgentError> {
    let name = "workload identity";
    let credential = &config.credential;
    let file = credential.federated_token_file.clone();
    let file = needed(name, file, "credential.federated_token_file (AZURE_FEDERATED_TOKEN_FILE)")?;
    let (tenant, client) = application(name, credential)?;
    std::fs::read_to_string(&file).map_err(|error| {
        let shown = file.display();
        let problem = format!("credential.federated_token_file {shown} cannot be read: {error}");
        AgentError::Setup(format!("{problem}; check the pod's volumes and the file's rights"))
    })?;
    let options = authority(config, around);
    let make = move || -> Made {
        let options = WorkloadIdentityCredentialOptions {
            credential_options: ClientAssertionCredentialOptions {
                client_options: options.clone(),
            },
            client_id: Some(client.clone()),
            tenant_id: Some(tenant.clone()),
            token_file_path: Some(file.clone()),
        };
        Ok(WorkloadIdentityCredential::new(Some(options))?)
    };
    checked(Source::new(name, make))
}

fn client_secret(
    config: &AzureConfig,
    around: &Surroundings,
    secret: Option<Secret>,
) -> Result<Source, AgentError> {
    let name = "client secret";
    let secret = needed(name, secret, "credential.client_secret_file (or AZURE_CLIENT_SECRET)")?;
    let (tenant, client) = application(name, &config.credential)?;
    secret.read().map_err(|problem| {
        AgentError::Setup(format!("{problem}; give a file that holds the secret and nothing else"))
    })?;
    let options = authority(config, around);
    let kept = secret.clone();
    let make = move || -> Made {
        let secret = secret.read().map_err(|cause| {
            let remedy = "give a file that holds the secret and nothing else".to_owned();
            Lost { trouble: Trouble::Unauthenticated, cause, remedy }.lasting()
        })?;
        let options = ClientSecretCredentialOptions { client_options: options.clone() };
        let secret = SdkSecret::new(secret.expose_secret().to_owned());
        Ok(ClientSecretCredential::new(&tenant, client.clone(), secret, Some(options))?)
    };
    checked(Source { secret: Some(kept), ..Source::new(name, make) })
}

/// `probed`: whether the metadata service has to show itself first.
fn managed_identity(
    config: &AzureConfig,
    around: &Surroundings,
    probed: bool,
) -> Result<Source, AgentError> {
    let own = around.identity_endpoint.as_deref();
    let endpoint = Url::parse(own.unwrap_or(METADATA)).map_err(|_| {
        let remedy = "App Service sets it: leave it as it is";
        AgentError::Setup(format!("IDENTITY_ENDPOINT is no address; {remedy}"))
    })?;
    let transport = Arc::clone(&around.direct);
    let direct: Arc<dyn HttpClient> =
        Arc::new(Guarded { place: Place::Origin(endpoint), transport });
    let probed = probed && own.is_none();
    let client = config.credential.client_id.clone();
    let make = move || -> Made {
        let options = ManagedIdentityCredentialOptions {
            user_assigned_id: client.clone().map(UserAssignedId::ClientId),
            client_options: ClientOptions {
                retry: retries(),
                transport: Some(Transport::new(Arc::clone(&direct))),
                ..ClientOptions::default()
            },
        };
        let credential = ManagedIdentityCredential::new(Some(options))?;
        if !probed {
            return Ok(credential);
        }
        Ok(Arc::new(Probed { credential, direct: Arc::clone(&direct), seen: OnceCell::new() }))
    };
    Ok(Source::new("managed identity", make))
}

fn developer_tools(credential: &CredentialConfig, around: &Surroundings) -> Vec<Source> {
    let (tenant, executor) = (credential.tenant_id.clone(), around.executor.clone());
    let (tenant_id, runs) = (tenant.clone(), executor.clone());
    let az = move || -> Made {
        let options = AzureCliCredentialOptions {
            tenant_id: tenant_id.clone(),
            executor: runs.clone(),
            ..AzureCliCredentialOptions::default()
        };
        Ok(AzureCliCredential::new(Some(options))?)
    };
    let azd = move || -> Made {
        let options = AzureDeveloperCliCredentialOptions {
            tenant_id: tenant.clone(),
            executor: executor.clone(),
        };
        Ok(AzureDeveloperCliCredential::new(Some(options))?)
    };
    vec![Source::new("az", az), Source::new("azd", azd)]
}

/// How to reach the authority: its own host only.
fn authority(config: &AzureConfig, around: &Surroundings) -> ClientOptions {
    let authority = &config.endpoints.authority;
    let mut cloud = CustomConfiguration::default();
    cloud.authority_host = authority.to_string();
    let transport =
        Guarded { place: Place::Origin(authority.clone()), transport: Arc::clone(&around.network) };
    ClientOptions {
        retry: retries(),
        transport: Some(Transport::new(Arc::new(Authority(Arc::new(transport))))),
        cloud: Some(Arc::new(CloudConfiguration::Custom(cloud))),
        ..ClientOptions::default()
    }
}

fn retries() -> RetryOptions {
    RetryOptions::exponential(ExponentialRetryOptions {
        max_retries: 2,
        ..ExponentialRetryOptions::default()
    })
}

/// The tenant and the application.
fn application(name: &str, credential: &CredentialConfig) -> Result<(String, String), AgentError> {
    let tenant =
        needed(name, credential.tenant_id.clone(), "credential.tenant_id (AZURE_TENANT_ID)")?;
    let client =
        needed(name, credential.client_id.clone(), "credential.client_id (AZURE_CLIENT_ID)")?;
    Ok((tenant, client))
}

fn needed<T>(name: &str, value: Option<T>, setting: &str) -> Result<T, AgentError> {
    value.ok_or_else(|| {
        AgentError::Setup(format!("the {name} for Azure is incomplete: set {setting}"))
    })
}

/// The source, if its credential can be made of what is configured.
fn checked(source: Source) -> Result<Source, AgentError> {
    match source.make() {
        Ok(_) => Ok(source),
        Err(lost) => Err(AgentError::Setup(format!(
            "the {} for Azure cannot be used: {}; {}",
            source.name, lost.cause, lost.remedy
        ))),
    }
}
