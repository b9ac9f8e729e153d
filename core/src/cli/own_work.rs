//! What an agent tells of itself: who it is, and what it did.

use std::sync::Arc;
use std::time::Duration;

use tracing::Level;

use super::logging::OWN;
use crate::config::{AgentConfig, TelemetryConfig};
use crate::identity::{Collector, Identity, Surroundings};
use crate::telemetry::{Destination, Settings, StartError, Telemetry, TraceContext};

/// How long the last events of a process may take to get out.
const LAST_EVENTS: Duration = Duration::from_secs(5);

/// Starts tracing as configured. With `caller`, root spans belong to that trace.
///
/// # Errors
/// The file for events cannot be opened.
pub fn start_telemetry(
    config: &TelemetryConfig,
    caller: Option<TraceContext>,
) -> Result<Telemetry, StartError> {
    Telemetry::start(Settings {
        file: config.file.as_deref().map(Destination::of),
        receiver: config.receiver.clone(),
        otlp: config.otlp.clone(),
        sample_ratio: config.sample_ratio,
        targets: OWN.map(str::to_owned).into(),
        level: Level::INFO,
        parent: caller,
    })
}

/// What finds out who this process is, as configured.
#[must_use]
pub fn collector(name: &str, version: &str, config: &AgentConfig) -> Collector {
    Collector::new(Surroundings::of_this_process())
        .service(name, version)
        .environment(config.environment.clone())
        .enabled_by_default(config.telemetry.cloud_metadata)
}

/// Finds out who this process is, and tells `telemetry`. What could not be learned is logged.
pub async fn introduce(collector: &Collector, telemetry: &Telemetry) -> Arc<Identity> {
    let collected = collector.collect().await;
    for report in &collected.reports {
        for trouble in &report.troubles {
            let hint = trouble.hint.as_deref().unwrap_or_default();
            tracing::info!(detector = report.detector, hint, "unknown: {}", trouble.what);
        }
    }
    let identity = Arc::new(collected.identity);
    telemetry.identify(Arc::clone(&identity));
    identity
}

/// Sends and writes the last events of a process that is about to end.
pub async fn finish_telemetry(telemetry: Telemetry) {
    // It waits, which must not hold up what still runs here.
    let ended = tokio::task::spawn_blocking(move || telemetry.shutdown(LAST_EVENTS));
    // A panic in it has been logged, and there is nothing left to do.
    let _ = ended.await;
}
