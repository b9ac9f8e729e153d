//! What can be set, with the names of upstream's files.

use std::time::Duration;

use finops_core::config::{Kind, Setting, agent_settings};

/// The shortest time between two cycles.
pub const SHORTEST_INTERVAL: Duration = Duration::from_secs(1);

/// The interval of this agent: upstream's default, and down to a second.
static INTERVAL: Setting = Setting {
    key: "interval",
    aliases: &["interval_seconds", "collection_interval"],
    environment: &["COLLECTION_INTERVAL"],
    kind: Kind::Duration,
    default: Some("60"),
    help: "Time between the starts of two cycles: seconds, or 5m, 1h. At least 1 second.",
    example: "",
};

/// Every setting of the generic agent, in the order of the example file.
#[must_use]
pub fn settings() -> Vec<&'static Setting> {
    let common = agent_settings().map(|it| if it.key == INTERVAL.key { &INTERVAL } else { it });
    common.chain(GENERIC_SETTINGS).collect()
}

/// The settings that only the generic agent has.
pub const GENERIC_SETTINGS: &[Setting] = &[
    text("agent_type", Some("generic_telemetry"), "What the agent calls itself at the server.", ""),
    Setting {
        key: "hostname",
        aliases: &[],
        environment: &["OPENFINOPS_HOSTNAME"],
        kind: Kind::Text,
        default: None,
        help: "The machine's name in documents. Default: what the system says; in a pod that is the \
               pod's name, where the node's is wanted.",
        example: "rack7-node3",
    },
    Setting {
        key: "region",
        aliases: &["site"],
        environment: &["OPENFINOPS_REGION"],
        kind: Kind::Text,
        default: Some("on-premise"),
        help: "Where the machine is: a data centre, a site. The server wants a region.",
        example: "",
    },
    Setting {
        key: "capabilities",
        aliases: &[],
        environment: &[],
        kind: Kind::Texts,
        default: Some("system_monitoring"),
        help: "What the agent says at the server that it can do.",
        example: "",
    },
    Setting {
        key: "health_check_interval",
        aliases: &[],
        environment: &[],
        kind: Kind::Duration,
        default: None,
        help: "Time between two looks at the server, as upstream's files have it: the agent \
               registers again at least as often as `heartbeat` and as this say.",
        example: "300",
    },
    Setting {
        key: "plugins_directory",
        aliases: &[],
        environment: &["OPENFINOPS_PLUGINS_DIRECTORY"],
        kind: Kind::Text,
        default: None,
        help: "A folder in which every executable is a plugin that prints JSON. Neither the folder \
               nor a plugin in it may be writable by everyone.",
        example: "/etc/openfinops/plugins.d",
    },
    Setting {
        key: "plugin_concurrency",
        aliases: &[],
        environment: &[],
        kind: Kind::Whole,
        default: Some("8"),
        help: "How many plugin commands run at once.",
        example: "",
    },
    Setting {
        key: "collectors",
        aliases: &[],
        environment: &[],
        kind: Kind::Tree,
        default: None,
        help: "The collectors that are built in. Without this, system_metrics is on, gpu_metrics \
               where nvidia-smi is installed, and the others are off. A command of custom_commands \
               is divided at its blanks and goes through no shell.",
        example: include_str!("examples/collectors.yaml"),
    },
    Setting {
        key: "plugins",
        aliases: &[],
        environment: &[],
        kind: Kind::Tree,
        default: None,
        help: "Commands whose output is measured, and may be priced. Formats: json, jsonl, csv, \
               tsv, key_value, prometheus, regex, text. docs/plugins.md describes every key.",
        example: include_str!("examples/plugins.yaml"),
    },
    Setting {
        key: "rates",
        aliases: &[],
        environment: &[],
        kind: Kind::Tree,
        default: None,
        help: "Your own prices in USD, each with its source and the day from which it holds. Units: \
               hour, month, vCPU-hour, GiB-hour, GiB-month, GPU-hour, kWh.",
        example: include_str!("examples/rates.yaml"),
    },
    Setting {
        key: "machine",
        aliases: &[],
        environment: &[],
        kind: Kind::Tree,
        default: None,
        help: "What this machine costs: which rates hold for its parts, its electricity, its \
               hardware. Without it the machine has no price, and none is invented.",
        example: include_str!("examples/machine.yaml"),
    },
];

const fn text(
    key: &'static str,
    default: Option<&'static str>,
    help: &'static str,
    example: &'static str,
) -> Setting {
    Setting { key, aliases: &[], environment: &[], kind: Kind::Text, default, help, example }
}
