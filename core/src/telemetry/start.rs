//! Starting telemetry, and stopping it.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tracing::Subscriber;
use tracing_subscriber::Layer;
use tracing_subscriber::registry::LookupSpan;

use super::layer;
use super::metrics::Metrics;
use super::settings::Settings;
use super::shared::Shared;
use super::ways::{self, Queues, Ways};
use crate::identity::Identity;

/// Telemetry at work. Cheap to clone; it ends with [`Telemetry::shutdown`].
#[derive(Clone)]
pub struct Telemetry {
    shared: Arc<Shared>,
}

/// Why telemetry could not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The file cannot be opened to append to it.
    #[error(
        "cannot open the telemetry file '{}': {source}; check its folder and permissions",
        path.display()
    )]
    File {
        /// Its path.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The share of traces is no number from 0 to 1.
    #[error("the share of traces to record is {0}, but must be from 0 to 1")]
    Ratio(f64),
    /// The client that posts to the receiver cannot be made.
    #[error("cannot prepare requests to the telemetry receiver: {0}")]
    Client(String),
    /// The exporter of spans cannot be made.
    #[error("cannot prepare the export to OpenTelemetry: {0}")]
    Otlp(String),
    /// The background thread cannot be started.
    #[error("cannot start the telemetry thread: {0}")]
    Thread(io::Error),
    /// A metric was defined twice or wrongly.
    #[error("cannot make the telemetry metrics: {0}")]
    Metrics(#[from] prometheus::Error),
}

impl Telemetry {
    /// Opens what the settings name and starts the thread that writes there, if anything is
    /// named.
    ///
    /// # Errors
    /// The file cannot be opened, the share of traces is none, or the system gives no thread.
    pub fn start(settings: Settings) -> Result<Self, StartError> {
        if !(0.0..=1.0).contains(&settings.sample_ratio) {
            return Err(StartError::Ratio(settings.sample_ratio));
        }
        let ways = Ways::open(&settings)?;
        let queues = Queues::of(&settings);
        let shared = Arc::new(Shared::new(settings, Metrics::new()?, queues));
        ways.start(Arc::clone(&shared))?;
        Ok(Self { shared })
    }

    /// Says who this process is. It may come late; events before it carry the service's
    /// name alone. The first word stands.
    pub fn identify(&self, identity: Arc<Identity>) {
        self.shared.identify(identity);
    }

    /// The layer that turns spans into events: the outermost one of a subscriber over a
    /// [`Registry`](tracing_subscriber::Registry), and only one of it.
    pub fn layer<S>(&self) -> impl Layer<S> + use<S>
    where
        S: Subscriber + for<'a> LookupSpan<'a>,
    {
        layer::layer(Arc::clone(&self.shared))
    }

    /// Waits until all events so far are out, at most for `within`. It blocks.
    pub fn flush(&self, within: Duration) {
        ways::flush(&self.shared, within);
    }

    /// The same, and takes no more events: what comes later is dropped and counted.
    pub fn shutdown(&self, within: Duration) {
        ways::shut_down(&self.shared, within);
    }

    /// Counts of recorded spans and of dropped events.
    #[must_use]
    pub fn metrics(&self) -> &Metrics {
        &self.shared.metrics
    }
}
