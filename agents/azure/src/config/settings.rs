//! What can be set.

use finops_core::config::{Kind, Setting};

use super::CredentialKind;
use crate::cloud::Cloud;

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
        default: Some("12"),
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
