//! The settings of every agent that say what it tells of itself: its identity and its traces.

use url::Url;

use super::agent_settings::server_url;
use super::check::Checker;
use super::run_settings::setting;
use super::setting::{Kind, Setting};

/// The settings of every agent that say what it tells of itself.
pub const TELEMETRY_SETTINGS: &[Setting] = &[
    setting(
        "cloud_metadata",
        &["ENABLE_CLOUD_METADATA"],
        Kind::Flag,
        Some("true"),
        "Whether the agent asks the metadata service of its machine and the Kubernetes API who it \
         is. `identify` shows the answer.",
        "",
    ),
    setting(
        "telemetry.file",
        &["TELEMETRY_FILE"],
        Kind::Text,
        None,
        "Where the agent's own work is written as telemetry.v2 events, one a line: a file, or \
         `stderr`.",
        "/var/log/openfinops/aws-agent.telemetry.jsonl",
    ),
    setting(
        "telemetry.receiver_url",
        &["RECEIVER_URL"],
        Kind::Text,
        None,
        "A receiver that takes telemetry.v2 events, in batches, as a JSON array.",
        "http://localhost:8000/telemetry",
    ),
    setting(
        "telemetry.otlp_endpoint",
        &["OTEL_EXPORTER_OTLP_ENDPOINT"],
        Kind::Text,
        None,
        "An OpenTelemetry collector, Jaeger or Tempo: spans go to /v1/traces below it, as OTLP \
         over HTTP.",
        "http://localhost:4318",
    ),
    setting(
        "telemetry.sample_ratio",
        &["TELEMETRY_SAMPLE_RATIO"],
        Kind::Ratio,
        Some("1"),
        "The share of cycles that are traced, from 0 to 1. One with an error is traced in any \
         case, from the error on.",
        "",
    ),
    setting(
        "telemetry.snapshot_events",
        &["OPENFINOPS_TELEMETRY_SNAPSHOT_EVENTS"],
        Kind::Whole,
        Some("200"),
        "The most events that a snapshot carries under `traces`; 0 for none.",
        "",
    ),
];

/// The checked settings of what an agent tells of itself.
#[derive(Debug, Clone)]
pub struct TelemetryConfig {
    /// Whether metadata services and the Kubernetes API are asked.
    pub cloud_metadata: bool,
    /// A file for events, or `stderr`.
    pub file: Option<String>,
    /// A receiver of events.
    pub receiver: Option<Url>,
    /// The base address of an OTLP receiver.
    pub otlp: Option<Url>,
    /// The share of cycles that are traced, from 0 to 1.
    pub sample_ratio: f64,
    /// The most events that a snapshot carries.
    pub snapshot_events: usize,
}

impl Default for TelemetryConfig {
    fn default() -> Self {
        Self {
            cloud_metadata: true,
            file: None,
            receiver: None,
            otlp: None,
            sample_ratio: 1.0,
            snapshot_events: 200,
        }
    }
}

impl TelemetryConfig {
    /// Reads the settings; mistakes go to `check`.
    pub(super) fn check(check: &mut Checker) -> Self {
        let default = Self::default();
        Self {
            cloud_metadata: check.flag("cloud_metadata").unwrap_or(default.cloud_metadata),
            file: check.text("telemetry.file").filter(|text| !text.is_empty()),
            receiver: address(check, "telemetry.receiver_url"),
            otlp: address(check, "telemetry.otlp_endpoint"),
            sample_ratio: check.ratio("telemetry.sample_ratio").unwrap_or(default.sample_ratio),
            snapshot_events: check
                .whole("telemetry.snapshot_events", 0)
                .and_then(|most| usize::try_from(most).ok())
                .unwrap_or(default.snapshot_events),
        }
    }
}

fn address(check: &mut Checker, key: &'static str) -> Option<Url> {
    let text = check.text(key).filter(|text| !text.is_empty() && text != "none")?;
    match server_url(&text) {
        Ok(url) => Some(url),
        Err((problem, _)) => {
            let remedy = "write http://host:port/path or https://…, without a user's name, or none";
            check.mistake(key, problem, remedy);
            None
        }
    }
}
