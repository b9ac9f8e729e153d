//! The settings that only the Azure agent has.

mod settings;
#[cfg(test)]
mod tests;

use std::path::PathBuf;
use std::time::Duration;

use url::{Host, Url};

use finops_core::config::Checker;
use finops_pricing::settings::PriceConfig;

use crate::cloud::{Cloud, Endpoints};

pub use settings::AZURE_SETTINGS;

/// Which subscriptions to collect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subscriptions {
    /// All that the identity can see.
    All,
    /// These, by their ids in small letters.
    Named(Vec<String>),
}

/// How the agent proves who it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CredentialKind {
    /// The first that is there, in the order below.
    #[default]
    Auto,
    /// A token of Kubernetes, exchanged.
    WorkloadIdentity,
    /// An application and its secret.
    ClientSecret,
    /// The identity of the machine, app or container.
    ManagedIdentity,
    /// What `az` or `azd` is logged in as.
    DeveloperTools,
}

impl CredentialKind {
    /// The words by which a kind is configured.
    pub const NAMES: &'static [&'static str] =
        &["auto", "workload_identity", "client_secret", "managed_identity", "developer_tools"];

    fn named(name: &str) -> Option<Self> {
        Some(match name {
            "auto" => Self::Auto,
            "workload_identity" => Self::WorkloadIdentity,
            "client_secret" => Self::ClientSecret,
            "managed_identity" => Self::ManagedIdentity,
            "developer_tools" => Self::DeveloperTools,
            _ => return None,
        })
    }
}

/// Who the agent is to Azure. The client secret is read where it is used and kept nowhere else.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CredentialConfig {
    /// How it proves that.
    pub kind: CredentialKind,
    /// The tenant.
    pub tenant_id: Option<String>,
    /// The application or the user-assigned identity.
    pub client_id: Option<String>,
    /// A file with the client secret; else it is in `AZURE_CLIENT_SECRET`.
    pub client_secret_file: Option<PathBuf>,
    /// A file with the token of Kubernetes.
    pub federated_token_file: Option<PathBuf>,
}

/// The checked settings that only the Azure agent has.
#[derive(Debug, Clone)]
pub struct AzureConfig {
    /// Which subscriptions.
    pub subscriptions: Subscriptions,
    /// Only what is in these resource groups; all where there are none.
    pub resource_groups: Vec<String>,
    /// Which cloud: what tokens are for.
    pub cloud: Cloud,
    /// Where it answers.
    pub endpoints: Endpoints,
    /// Certificates beside the system's.
    pub ca_file: Option<PathBuf>,
    /// Who the agent is.
    pub credential: CredentialConfig,
    /// How long one try of a call may take.
    pub api_timeout: Duration,
    /// How often a call is tried.
    pub api_attempts: u32,
    /// The most requests to Azure Monitor a cycle.
    pub max_metric_requests: u64,
    /// Where prices come from.
    pub prices: PriceConfig,
}

impl Default for AzureConfig {
    fn default() -> Self {
        Self {
            subscriptions: Subscriptions::All,
            resource_groups: Vec::new(),
            cloud: Cloud::Public,
            endpoints: Cloud::Public.endpoints(),
            ca_file: None,
            credential: CredentialConfig::default(),
            api_timeout: Duration::from_secs(30),
            api_attempts: 12,
            max_metric_requests: 2_000,
            prices: PriceConfig::default(),
        }
    }
}

impl AzureConfig {
    /// Reads the settings; mistakes go to `check`.
    pub fn check(check: &mut Checker) -> Self {
        let default = Self::default();
        let cloud = check.choice("cloud").and_then(|name| Cloud::named(&name)).unwrap_or_default();
        let attempts = check.whole("api.attempts", 1).unwrap_or(12).min(20);
        Self {
            subscriptions: subscriptions(check),
            resource_groups: resource_groups(check),
            cloud,
            endpoints: endpoints(check, cloud),
            ca_file: check.text("tls.ca_file").map(PathBuf::from),
            credential: credential(check),
            api_timeout: check
                .duration("api.timeout", Duration::from_secs(1))
                .unwrap_or(default.api_timeout),
            api_attempts: u32::try_from(attempts).unwrap_or(default.api_attempts),
            max_metric_requests: check
                .whole("monitor.max_requests_per_cycle", 0)
                .unwrap_or(default.max_metric_requests),
            prices: PriceConfig::check(check),
        }
    }
}

fn subscriptions(check: &mut Checker) -> Subscriptions {
    let names: Vec<String> =
        check.texts("subscription").iter().map(|name| name.to_ascii_lowercase()).collect();
    if names.is_empty() || names == ["all"] {
        return Subscriptions::All;
    }
    if names.iter().any(|name| name == "all") {
        check.mistake("subscription", "is `all` and more", "write either all or the ids");
    }
    let mut known: Vec<String> = Vec::new();
    for name in names.into_iter().filter(|name| name != "all") {
        if uuid::Uuid::try_parse(&name).is_err() || name.len() != 36 {
            check.mistake(
                "subscription",
                format!("has \"{name}\""),
                "write its id, 8-4-4-4-12 digits: `az account list` shows it",
            );
        } else if !known.contains(&name) {
            known.push(name);
        }
    }
    Subscriptions::Named(known)
}

/// Names of up to 90 letters, digits and `_ - . ( )`, which do not end in a dot.
/// <https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules>
fn resource_groups(check: &mut Checker) -> Vec<String> {
    let names = check.texts("resource_group");
    for name in &names {
        let letters =
            name.chars().all(|letter| letter.is_alphanumeric() || "_-.()".contains(letter));
        if !letters || name.chars().count() > 90 || name.ends_with('.') {
            check.mistake(
                "resource_group",
                format!("has \"{name}\""),
                "write a group's name: letters, digits, _ - . ( )",
            );
        }
    }
    names
}

fn endpoints(check: &mut Checker, cloud: Cloud) -> Endpoints {
    let default = cloud.endpoints();
    let authority = check.text("endpoints.authority");
    let arm = check.text("endpoints.arm");
    let metrics = check.text("endpoints.metrics");
    let mut address = |key, text: Option<String>, default: Url| match text {
        Some(text) => https(check, key, &text).unwrap_or(default),
        None => default,
    };
    let authority = address("endpoints.authority", authority, default.authority);
    let arm = address("endpoints.arm", arm, default.arm);
    let metrics = metrics
        .filter(|text| https(check, "endpoints.metrics", &text.replace("{region}", "r")).is_some())
        .unwrap_or(default.metrics);
    Endpoints { authority, arm, metrics }
}

/// An address that tokens may be sent to.
fn https(check: &mut Checker, key: &str, text: &str) -> Option<Url> {
    let remedy = "write https://host: tokens are not sent in clear text";
    let problem = match Url::parse(text) {
        Ok(url) if !url.username().is_empty() || url.password().is_some() => {
            "holds a user name or password".to_owned()
        }
        Ok(url)
            if url.scheme() == "https"
                && url.host().is_some_and(|host| host != Host::Domain("")) =>
        {
            return Some(url);
        }
        Ok(url) if url.scheme() == "http" => format!("is {text}: not https"),
        _ => format!("is \"{text}\", not an address"),
    };
    check.mistake(key, problem, remedy);
    None
}

fn credential(check: &mut Checker) -> CredentialConfig {
    let kind = check.choice("credential.kind");
    CredentialConfig {
        kind: kind.and_then(|name| CredentialKind::named(&name)).unwrap_or_default(),
        tenant_id: check.text("credential.tenant_id"),
        client_id: check.text("credential.client_id"),
        client_secret_file: check.text("credential.client_secret_file").map(PathBuf::from),
        federated_token_file: check.text("credential.federated_token_file").map(PathBuf::from),
    }
}
