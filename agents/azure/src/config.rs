//! The settings that only the Azure agent has.

use std::path::PathBuf;
use std::time::Duration;

use url::{Host, Url};

use finops_core::config::{Checker, Kind, Setting};

use crate::cloud::{Cloud, Endpoints};

/// The settings that only the Azure agent has.
pub const AZURE_SETTINGS: &[Setting] = &[
    Setting {
        key: "subscription",
        aliases: &["subscription_id", "subscriptions"],
        environment: &["AZURE_SUBSCRIPTION_ID"],
        kind: Kind::Texts,
        default: Some("all"),
        help: "The subscriptions to collect, by their ids: one, several, or `all` that the \
               identity can see, looked up anew in each cycle.",
        example: "",
    },
    Setting {
        key: "resource_group",
        aliases: &["resource_groups"],
        environment: &["OPENFINOPS_AZURE_RESOURCE_GROUP"],
        kind: Kind::Texts,
        default: None,
        help: "Only what is in these resource groups. Nodes of AKS are in a group of their own.",
        example: "[web, data]",
    },
    Setting {
        key: "cloud",
        aliases: &[],
        environment: &["OPENFINOPS_AZURE_CLOUD"],
        kind: Kind::Choice(Cloud::NAMES),
        default: Some("public"),
        help: "Which of Microsoft's clouds: it decides where tokens come from, what they are for \
               and where Azure answers.",
        example: "",
    },
    Setting {
        key: "credential.kind",
        aliases: &[],
        environment: &["OPENFINOPS_AZURE_CREDENTIAL"],
        kind: Kind::Choice(CredentialKind::NAMES),
        default: Some("auto"),
        help: "How the agent proves who it is. `auto` takes the first that is there: workload \
               identity (AZURE_FEDERATED_TOKEN_FILE), a client secret (AZURE_CLIENT_SECRET), a \
               managed identity, developer tools (az, azd).",
        example: "",
    },
    Setting {
        key: "credential.tenant_id",
        aliases: &["tenant_id"],
        environment: &["AZURE_TENANT_ID"],
        kind: Kind::Text,
        default: None,
        help: "The tenant of the identity: needed for workload identity and client secrets.",
        example: "00000000-0000-0000-0000-000000000000",
    },
    Setting {
        key: "credential.client_id",
        aliases: &["client_id"],
        environment: &["AZURE_CLIENT_ID"],
        kind: Kind::Text,
        default: None,
        help: "The application's id; for a managed identity the user-assigned one to take.",
        example: "00000000-0000-0000-0000-000000000000",
    },
    Setting {
        key: "credential.client_secret_file",
        aliases: &[],
        environment: &["AZURE_CLIENT_SECRET_FILE"],
        kind: Kind::Text,
        default: None,
        help: "A file that holds the client secret and nothing else. The secret itself can be in \
               AZURE_CLIENT_SECRET, and never in this file.",
        example: "/run/secrets/azure-client-secret",
    },
    Setting {
        key: "credential.federated_token_file",
        aliases: &[],
        environment: &["AZURE_FEDERATED_TOKEN_FILE"],
        kind: Kind::Text,
        default: None,
        help: "The token that Kubernetes gives the pod, for workload identity.",
        example: "/var/run/secrets/azure/tokens/azure-identity-token",
    },
    Setting {
        key: "endpoints.authority",
        aliases: &[],
        environment: &["AZURE_AUTHORITY_HOST"],
        kind: Kind::Text,
        default: None,
        help: "Where tokens come from, https only. Default: the cloud's.",
        example: "https://login.microsoftonline.com",
    },
    Setting {
        key: "endpoints.arm",
        aliases: &[],
        environment: &["OPENFINOPS_AZURE_ARM"],
        kind: Kind::Text,
        default: None,
        help: "Where Azure Resource Manager answers, https only: for Azure Stack, private links and \
               proxies that look into TLS. Default: the cloud's.",
        example: "https://management.azure.com",
    },
    Setting {
        key: "endpoints.metrics",
        aliases: &[],
        environment: &["OPENFINOPS_AZURE_METRICS"],
        kind: Kind::Text,
        default: None,
        help: "Where the metrics batch API answers, https only; {region} stands for a region's \
               name. Default: the cloud's.",
        example: "https://{region}.metrics.monitor.azure.com",
    },
    Setting {
        key: "tls.ca_file",
        aliases: &[],
        environment: &["OPENFINOPS_AZURE_CA_FILE"],
        kind: Kind::Text,
        default: None,
        help: "Certificates (PEM) that are trusted for Azure beside the system's: of a proxy that \
               looks into TLS, or of Azure Stack.",
        example: "/etc/openfinops/proxy-ca.pem",
    },
    Setting {
        key: "api.timeout",
        aliases: &[],
        environment: &["OPENFINOPS_API_TIMEOUT"],
        kind: Kind::Duration,
        default: Some("30"),
        help: "How long one try of an Azure call may take.",
        example: "",
    },
    Setting {
        key: "api.attempts",
        aliases: &[],
        environment: &["OPENFINOPS_API_ATTEMPTS"],
        kind: Kind::Whole,
        default: Some("5"),
        help: "How often an Azure call is tried where it is throttled or fails in passing.",
        example: "",
    },
    Setting {
        key: "monitor.max_requests_per_cycle",
        aliases: &[],
        environment: &["OPENFINOPS_MAX_METRIC_REQUESTS"],
        kind: Kind::Whole,
        default: Some("2000"),
        help: "The most requests to Azure Monitor in one cycle, over all subscriptions; one asks \
               for up to 50 resources. Beyond it the least important are left out first: machines, \
               then databases and apps, and only then what costs depend on. 0 asks for none.",
        example: "",
    },
];

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
            api_attempts: 5,
            max_metric_requests: 2_000,
        }
    }
}

impl AzureConfig {
    /// Reads the settings; mistakes go to `check`.
    pub fn check(check: &mut Checker) -> Self {
        let default = Self::default();
        let cloud = check.choice("cloud").and_then(|name| Cloud::named(&name)).unwrap_or_default();
        let attempts = check.whole("api.attempts", 1).unwrap_or(5).min(20);
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

#[cfg(test)]
mod tests {
    use std::path::Path;

    use finops_core::config::{ConfigErrors, Layers};

    use super::*;

    const ONE: &str = "11111111-2222-3333-4444-555555555555";

    fn checked(yaml: &str) -> (AzureConfig, Result<(), ConfigErrors>) {
        let mut layers = Layers::new(AZURE_SETTINGS);
        layers.text(Path::new("agent.yaml"), yaml);
        let mut check = Checker::new(layers);
        let config = AzureConfig::check(&mut check);
        (config, check.finish())
    }

    fn mistakes(yaml: &str) -> String {
        checked(yaml).1.unwrap_err().to_string()
    }

    #[test]
    fn nothing_configured_is_every_subscription_of_the_public_cloud() {
        let (config, result) = checked("{}");
        result.unwrap();
        assert_eq!(config.subscriptions, Subscriptions::All);
        assert_eq!(config.endpoints.arm.as_str(), "https://management.azure.com/");
        assert_eq!(config.credential, CredentialConfig::default());
        assert_eq!(config.max_metric_requests, 2_000);
    }

    #[test]
    fn a_sovereign_cloud_has_its_own_endpoints_and_each_can_be_replaced() {
        let yaml = "cloud: usgov\nendpoints:\n  arm: https://arm.example:8443/base\n";
        let (config, result) = checked(yaml);
        result.unwrap();
        assert_eq!(config.endpoints.authority.as_str(), "https://login.microsoftonline.us/");
        assert_eq!(config.endpoints.arm.as_str(), "https://arm.example:8443/base");
        assert_eq!(config.endpoints.metrics, "https://{region}.metrics.monitor.azure.us/");
        assert_eq!(config.cloud.arm_audience(), "https://management.usgovcloudapi.net/.default");
    }

    #[test]
    fn subscriptions_are_ids_each_once_in_small_letters() {
        let yaml = format!("subscription: [{ONE}, {}]\n", ONE.to_uppercase());
        let (config, result) = checked(&yaml);
        result.unwrap();
        assert_eq!(config.subscriptions, Subscriptions::Named(vec![ONE.to_owned()]));
        for odd in [
            "production",
            "11111111222233334444555555555555",
            "{11111111-2222-3333-4444-555555555555}",
        ] {
            let text = mistakes(&format!("subscription: ['{odd}']\n"));
            assert!(
                text.contains(&format!("has \"{odd}\"")) && text.contains("az account list"),
                "{text}"
            );
        }
        assert!(mistakes(&format!("subscription: [all, {ONE}]\n")).contains("is `all` and more"));
    }

    #[test]
    fn endpoints_in_clear_text_or_with_a_password_are_refused() {
        for (key, text) in [
            ("authority", "http://login.example"),
            ("arm", "http://arm.example"),
            ("metrics", "http://{region}.example"),
        ] {
            let text = mistakes(&format!("endpoints:\n  {key}: '{text}'\n"));
            assert!(text.contains(&format!("`endpoints.{key}`")), "{text}");
            assert!(text.contains("not https") && text.contains("in clear text"), "{text}");
        }
        let text = mistakes("endpoints:\n  arm: https://me:secret@arm.example\n");
        assert!(text.contains("user name or password") && !text.contains("secret@"), "{text}");
        assert!(mistakes("endpoints:\n  arm: arm.example\n").contains("not an address"));
    }

    #[test]
    fn a_groups_name_cannot_hold_a_quote_or_a_slash() {
        checked("resource_group: [Web-1_(a).b, données]\n").1.unwrap();
        for odd in ["a'b", "a/b", "a b", "dot."] {
            let text = mistakes(&format!("resource_group: [\"{odd}\"]\n"));
            assert!(text.contains("resource_group"), "{text}");
        }
    }
}
