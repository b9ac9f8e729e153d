//! Spans for an OpenTelemetry collector, by HTTP with protobuf bodies.
//! <https://opentelemetry.io/docs/specs/otlp/#otlphttp>

use std::collections::VecDeque;
use std::time::Duration;

use opentelemetry_otlp::{SpanExporter, WithExportConfig as _, WithHttpConfig as _};
use opentelemetry_sdk::trace::{SpanData, SpanExporter as _};
use reqwest::redirect::Policy;
use url::Url;

use super::health::Health;
use super::queue::Queue;
use super::resource::resource;
use super::{BATCH, Way, serve as serve_way};
use crate::telemetry::metrics::Reason;
use crate::telemetry::shared::Shared;
use crate::telemetry::start::StartError;

/// How long a span waits for others to go along with.
const PACE: Duration = Duration::from_secs(1);
/// What is added to the base address.
const PATH: &str = "/v1/traces";

/// Where spans go. Headers, the time limit and compression are the exporter's to read from
/// `OTEL_EXPORTER_OTLP_HEADERS`, `_TIMEOUT` and `_COMPRESSION`.
pub(super) struct Collector {
    exporter: SpanExporter,
    name: String,
}

impl Collector {
    pub(super) fn new(base: &Url) -> Result<Self, StartError> {
        let endpoint = format!("{}{PATH}", base.as_str().trim_end_matches('/'));
        // A redirect could carry the headers, and what authorises them, to another host.
        let client = reqwest::Client::builder().redirect(Policy::none()).build();
        let client = client.map_err(|error| StartError::Otlp(error.to_string()))?;
        let exporter = SpanExporter::builder()
            .with_http()
            .with_http_client(client)
            .with_endpoint(endpoint)
            .build();
        let exporter = exporter.map_err(|error| StartError::Otlp(error.to_string()))?;
        let name = format!("the collector at {}", base.host_str().unwrap_or_default());
        Ok(Self { exporter, name })
    }
}

/// Exports what waits until telemetry is shut down.
pub(super) async fn serve(
    mut collector: Collector,
    queue: &Queue<VecDeque<SpanData>>,
    shared: &Shared,
) {
    let mut health = Health::default();
    let mut known = false;
    collector.exporter.set_resource(&resource(shared.identity(), &shared.described().0.service));
    serve_way(Way::Otlp, queue, PACE, shared, async || {
        if !known && let Some(identity) = shared.identity() {
            known = true;
            collector.exporter.set_resource(&resource(Some(identity), identity.service_name()));
        }
        loop {
            let batch = take(queue);
            let count = batch.len() as u64;
            if count == 0 {
                return;
            }
            match collector.exporter.export(batch).await {
                Ok(()) => health.worked(shared, &collector.name),
                Err(error) => {
                    shared.metrics.drop_events(Reason::Otlp, count);
                    health.failed(shared, &collector.name, &error.to_string());
                }
            }
        }
    })
    .await;
}

fn take(queue: &Queue<VecDeque<SpanData>>) -> Vec<SpanData> {
    let mut held = queue.locked();
    let count = held.buffer.len().min(BATCH);
    held.size -= count;
    held.things -= count;
    held.buffer.drain(..count).collect()
}
