//! Logs: for people on a terminal, JSON otherwise; always on standard error.

use std::io::IsTerminal as _;

use tracing_subscriber::Layer as _;
use tracing_subscriber::filter::{LevelFilter, Targets, filter_fn};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::telemetry::Telemetry;

/// The crates whose spans and messages are the agent's own.
pub(super) const OWN: [&str; 6] =
    ["finops_core", "finops_pricing", "aws_agent", "azure_agent", "gcp_agent", "generic_agent"];

/// Starts logging at `level`, and tracing where there is a `telemetry`; libraries stay a level
/// quieter.
pub fn start_logging(level: &str, telemetry: Option<&Telemetry>) {
    start(level, None, telemetry);
}

/// The same for a single cycle: what becomes of its documents is said at its end, in one sentence.
pub fn start_logging_once(level: Option<&str>, telemetry: Option<&Telemetry>) {
    let quiet = level.is_none().then_some("finops_core::delivery");
    start(level.unwrap_or("warn"), quiet, telemetry);
}

/// Starts logging at `level`, but for what is `quiet`.
fn start(level: &str, quiet: Option<&str>, telemetry: Option<&Telemetry>) {
    // The configuration knows these words only.
    let level: LevelFilter = level.parse().unwrap_or(LevelFilter::INFO);
    let libraries =
        if level >= LevelFilter::DEBUG { LevelFilter::INFO } else { LevelFilter::ERROR };
    // Not an `EnvFilter`: its expressions bring half a megabyte of code.
    let filter = Targets::new()
        .with_default(libraries)
        .with_targets(OWN.map(|name| (name, level)))
        .with_targets(quiet.map(|name| (name, LevelFilter::OFF)));
    let layer = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    let messages = if std::io::stderr().is_terminal() {
        layer.with_target(false).boxed()
    } else {
        layer.json().with_span_list(false).with_current_span(false).boxed()
    };
    // A message says by itself what it is about: spans are for the traces.
    let only_messages = filter_fn(|metadata| metadata.is_event());
    let subscriber = tracing_subscriber::registry()
        .with(messages.with_filter(filter).with_filter(only_messages));
    // A second start (in a test, or an embedding program) keeps the first subscriber.
    let _ = match telemetry {
        Some(telemetry) => subscriber.with(telemetry.layer()).try_init(),
        None => subscriber.try_init(),
    };
    log_panics();
}

/// A panic is contained where it happens; what is said of it is one line like any other.
fn log_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        let what = panic.payload_as_str().unwrap_or("no message");
        tracing::error!(place, "internal error: {what}; please report it with this line");
    }));
}
