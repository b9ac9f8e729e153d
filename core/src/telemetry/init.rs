//! One call that starts telemetry and logging in any service.

use std::sync::Arc;
use std::time::Duration;

use tracing_subscriber::layer::{Layer as _, SubscriberExt as _};
use tracing_subscriber::util::{SubscriberInitExt as _, TryInitError};
use tracing_subscriber::{EnvFilter, fmt};

use super::local::local_identity;
use super::settings::{Settings, SettingsError};
use super::start::{StartError, Telemetry};

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
/// standard error as `RUST_LOG` says (by default from level INFO on). Who the process is gets
/// collected in the background.
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
    let identified = telemetry.clone();
    let collect = move || identified.identify(Arc::new(local_identity()));
    std::thread::Builder::new()
        .name("identity".to_owned())
        .spawn(collect)
        .map_err(StartError::Thread)?;
    Ok(Guard { telemetry })
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
