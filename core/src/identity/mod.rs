//! Who this process is: the in-process metadata collector.
//!
//! Detectors look at environment and files for what speaks for their place; those with a sign are
//! asked side by side, under one deadline. Their parts are merged in this order, the most specific
//! first, and the first to name a key wins: `lambda`, `ecs`, `eks`, `gke`, `aks`, `kubernetes`,
//! `ec2`, `gcp`, `azure`, `local`. Keys of `cloud` and `host` are only taken from parts of the cloud
//! that the first part named.

mod cache;
mod client;
mod collector;
mod detectors;
mod document;
mod finding;
mod hints;
mod kubernetes;
mod merge;
mod process;
pub mod redact;
mod report;
mod service_account;
mod surroundings;

pub use collector::Collector;
pub use document::{Fields, Identity};
pub use finding::Trouble;
pub use redact::REDACTED;
pub use report::{Collected, Outcome, Report};
pub use surroundings::{ROOT_VARIABLE, Surroundings};

use serde_json::{Value, json};

/// The host's name, as the kernel has it.
#[must_use]
pub fn hostname() -> String {
    gethostname::gethostname().to_string_lossy().into_owned()
}

/// The identity document of this process. The command line stays out: it may hold a secret.
#[must_use]
pub fn identity(agent: &str, version: &str, environment: Option<String>) -> Value {
    let executable =
        std::env::current_exe().map(|path| path.to_string_lossy().into_owned()).unwrap_or_default();
    json!({
        "host": { "name": hostname() },
        "process": { "pid": std::process::id(), "executable": executable },
        "resource": {
            "telemetry.sdk.name": "openfinops-agents",
            "telemetry.sdk.version": env!("CARGO_PKG_VERSION"),
            "runtime.name": "rust",
            "os.type": std::env::consts::OS,
        },
        "service": { "name": agent, "version": version },
        "environment": environment.unwrap_or_else(|| "unknown".to_owned()),
    })
}
