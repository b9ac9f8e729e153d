//! What can be set.

use finops_core::config::{Kind, Setting};

/// Where an API answers.
macro_rules! endpoint {
    ($key:literal, $variable:literal, $help:literal, $example:literal) => {
        Setting {
            key: $key,
            aliases: &[],
            environment: &[$variable],
            kind: Kind::Text,
            default: None,
            help: $help,
            example: $example,
        }
    };
}

/// The settings that only the Google Cloud agent has.
pub const GCP_SETTINGS: &[Setting] = &[
    Setting {
        key: "project",
        aliases: &["project_id", "projects"],
        environment: &["OPENFINOPS_GCP_PROJECT", "GOOGLE_CLOUD_PROJECT"],
        kind: Kind::Texts,
        default: None,
        help: "The projects to collect, by their ids. Default: those of `folder` and \
               `organization`; without these the project that the agent runs in.",
        example: "[my-project, my-other-project]",
    },
    Setting {
        key: "folder",
        aliases: &["folders"],
        environment: &["OPENFINOPS_GCP_FOLDER"],
        kind: Kind::Texts,
        default: None,
        help: "Folders, by their numbers: every active project below them is collected, looked up \
               anew in each cycle through Cloud Asset Inventory.",
        example: "[\"345678901234\"]",
    },
    Setting {
        key: "organization",
        aliases: &["organizations"],
        environment: &["OPENFINOPS_GCP_ORGANIZATION"],
        kind: Kind::Texts,
        default: None,
        help: "Organisations, by their numbers, in the same way.",
        example: "[\"123456789012\"]",
    },
    Setting {
        key: "region",
        aliases: &["regions"],
        environment: &["OPENFINOPS_GCP_REGION"],
        kind: Kind::Texts,
        default: None,
        help: "Only what is in these regions. Default: all, and what is in several. Buckets in two \
               regions or more are left out where regions are named.",
        example: "[us-central1, europe-west4]",
    },
    Setting {
        key: "autopilot.pods",
        aliases: &[],
        environment: &["OPENFINOPS_GCP_AUTOPILOT_PODS"],
        kind: Kind::Flag,
        default: Some("true"),
        help: "Whether the pods of Autopilot clusters are read from the clusters themselves: what \
               they request is what is billed. Without it those clusters have no price but their \
               management fee.",
        example: "",
    },
    endpoint!(
        "endpoints.all",
        "OPENFINOPS_GCP_ENDPOINT",
        "Where all APIs answer that have no address of their own below: https, or http on this \
         machine. For Private Service Connect.",
        "https://restricted.googleapis.com"
    ),
    endpoint!(
        "endpoints.compute",
        "OPENFINOPS_GCP_COMPUTE",
        "Where Compute Engine answers.",
        "https://compute-mine.p.googleapis.com"
    ),
    endpoint!(
        "endpoints.container",
        "OPENFINOPS_GCP_CONTAINER",
        "Where Kubernetes Engine answers.",
        "https://container-mine.p.googleapis.com"
    ),
    endpoint!(
        "endpoints.functions",
        "OPENFINOPS_GCP_FUNCTIONS",
        "Where Cloud Functions answers.",
        "https://cloudfunctions-mine.p.googleapis.com"
    ),
    endpoint!(
        "endpoints.run",
        "OPENFINOPS_GCP_RUN",
        "Where Cloud Run answers.",
        "https://run-mine.p.googleapis.com"
    ),
    endpoint!(
        "endpoints.sql",
        "OPENFINOPS_GCP_SQL",
        "Where Cloud SQL answers.",
        "https://sqladmin-mine.p.googleapis.com"
    ),
    endpoint!(
        "endpoints.storage",
        "OPENFINOPS_GCP_STORAGE",
        "Where Cloud Storage answers.",
        "https://storage-mine.p.googleapis.com"
    ),
    endpoint!(
        "endpoints.monitoring",
        "OPENFINOPS_GCP_MONITORING",
        "Where Cloud Monitoring answers.",
        "https://monitoring-mine.p.googleapis.com"
    ),
    endpoint!(
        "endpoints.asset",
        "OPENFINOPS_GCP_ASSET",
        "Where Cloud Asset Inventory answers.",
        "https://cloudasset-mine.p.googleapis.com"
    ),
    Setting {
        key: "api.timeout",
        aliases: &[],
        environment: &["OPENFINOPS_API_TIMEOUT"],
        kind: Kind::Duration,
        default: Some("30"),
        help: "How long one try of a Google Cloud call may take.",
        example: "",
    },
    Setting {
        key: "api.attempts",
        aliases: &[],
        environment: &["OPENFINOPS_API_ATTEMPTS"],
        kind: Kind::Whole,
        default: Some("12"),
        help: "How often a Google Cloud call is tried where it is throttled or fails in passing.",
        example: "",
    },
    Setting {
        key: "monitor.max_requests_per_cycle",
        aliases: &[],
        environment: &["OPENFINOPS_MAX_METRIC_REQUESTS"],
        kind: Kind::Whole,
        default: Some("2000"),
        help: "The most requests to Cloud Monitoring in one cycle, over all projects; one asks for \
               one metric of all resources of a project. Beyond it what costs depend on is asked \
               first. 0 asks for none.",
        example: "",
    },
    Setting {
        key: "prices.api_key_file",
        aliases: &[],
        environment: &["OPENFINOPS_PRICES_API_KEY_FILE"],
        kind: Kind::Text,
        default: None,
        help: "A file that holds an API key for Google's price list (the Cloud Billing API). \
               Without it the agent's own credentials are used.",
        example: "/run/secrets/google-api-key",
    },
];
