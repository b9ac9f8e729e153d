//! One call that starts telemetry and logging in any service.

use std::sync::Arc;
use std::time::Duration;

use tracing_subscriber::layer::{Layer as _, SubscriberExt as _};
use tracing_subscriber::util::{SubscriberInitExt as _, TryInitError};
use tracing_subscriber::{EnvFilter, fmt};

use super::settings::{Settings, SettingsError};
use super::shared::program;
use super::start::{StartError, Telemetry};
use crate::identity::{Collector, Identity, Surroundings};

/// What a service's version is where nobody says.
const UNKNOWN: &str = "unknown";
/// How long the end of a program waits for its last events.
const LAST_EVENTS: Duration = Duration::from_secs(5);

/// Ends telemetry when it is dropped: keep it until the end of `main`.
#[must_use = "telemetry ends when the guard is dropped"]
pub struct Guard {
    telemetry: Telemetry,
}

/// Why telemetry could not be started.
#[derive(Debug, thiserror::Error)]
pub enum InitError {
    /// A variable says what cannot be.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// What a variable names cannot be used.
    #[error(transparent)]
    Start(#[from] StartError),
    /// The program has a subscriber.
    #[error("the program has a tracing subscriber already: add Telemetry::layer to it instead")]
    Subscriber(#[from] TryInitError),
}

/// Starts telemetry as the environment says ([`Settings::from_environment`]), and logging to
/// standard error as `RUST_LOG` says (by default from level INFO on). Where `ENABLE_CLOUD_METADATA`
/// is on, finding out who the process is may take up to a second; see
/// [`Collector`](crate::identity::Collector).
///
/// # Errors
/// A variable is wrong, the file cannot be opened, or the program has a global subscriber.
pub fn init() -> Result<Guard, InitError> {
    let (settings, warning) = Settings::read(|name| std::env::var(name).ok())?;
    let telemetry = Telemetry::start(settings)?;
    let levels = EnvFilter::builder()
        .with_default_directive(tracing::level_filters::LevelFilter::INFO.into())
        .from_env_lossy();
    let logs = fmt::layer().with_writer(std::io::stderr).with_filter(levels);
    tracing_subscriber::registry().with(logs).with(telemetry.layer()).try_init()?;
    if let Some(warning) = warning {
        tracing::warn!("{warning}");
    }
    telemetry.identify(Arc::new(identity()?));
    Ok(Guard { telemetry })
}

/// Who this process is. On a thread of its own: the caller's may be busy with a runtime, in which
/// nothing may wait.
fn identity() -> Result<Identity, StartError> {
    let collect = || {
        let collector = Collector::new(Surroundings::of_this_process());
        let collector = collector.service(program(), UNKNOWN);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        Ok(runtime.block_on(collector.collect()).identity)
    };
    let thread = std::thread::Builder::new().name("identity".to_owned()).spawn(collect);
    let collected = thread.map_err(StartError::Thread)?.join();
    // A panic has been told; that the process is not known is no reason not to run.
    collected.unwrap_or_else(|_| Ok(Identity::default())).map_err(StartError::Thread)
}

impl Guard {
    /// Telemetry itself: to flush it, or for its metrics.
    #[must_use]
    pub fn telemetry(&self) -> &Telemetry {
        &self.telemetry
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.telemetry.shutdown(LAST_EVENTS);
    }
}
