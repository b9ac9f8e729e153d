//! Logs: for people on a terminal, JSON otherwise; always on standard error.

use std::io::IsTerminal as _;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::util::SubscriberInitExt as _;

/// Starts logging at `level`; libraries stay a level quieter.
pub fn start_logging(level: &str) {
    let libraries = if matches!(level, "debug" | "trace") { "info" } else { "error" };
    let own =
        ["finops_core", "finops_pricing", "aws_agent", "azure_agent", "gcp_agent", "generic_agent"];
    let directives = own.map(|name| format!("{name}={level}")).join(",");
    let filter = EnvFilter::new(format!("{libraries},{directives}"));
    let terminal = std::io::stderr().is_terminal();
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // A second start (in a test, or an embedding program) keeps the first subscriber.
    let _ = if terminal {
        builder.with_target(false).finish().try_init()
    } else {
        builder.json().finish().try_init()
    };
}
