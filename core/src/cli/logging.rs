//! Logs: for people on a terminal, JSON otherwise; always on standard error.

use std::io::IsTerminal as _;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::util::SubscriberInitExt as _;

/// Starts logging at `level`; libraries stay a level quieter.
pub fn start_logging(level: &str) {
    start(level, "");
}

/// The same for a single cycle: what becomes of its documents is said at its end, in one sentence.
pub fn start_logging_once(level: Option<&str>) {
    start(level.unwrap_or("warn"), if level.is_none() { ",finops_core::delivery=off" } else { "" });
}

fn start(level: &str, more: &str) {
    let libraries = if matches!(level, "debug" | "trace") { "info" } else { "error" };
    let own =
        ["finops_core", "finops_pricing", "aws_agent", "azure_agent", "gcp_agent", "generic_agent"];
    let directives = own.map(|name| format!("{name}={level}")).join(",");
    let filter = EnvFilter::new(format!("{libraries},{directives}{more}"));
    let terminal = std::io::stderr().is_terminal();
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // A second start (in a test, or an embedding program) keeps the first subscriber.
    let _ = if terminal {
        builder.with_target(false).finish().try_init()
    } else {
        builder.json().finish().try_init()
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
