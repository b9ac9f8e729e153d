//! Configuration: raw values from four layers become checked settings once, and every mistake is
//! reported in one run with its key, its place and what would be right.
//!
//! Defaults < YAML file < environment < flags. One table of [`Setting`]s gives the checks, the
//! unknown-key detection, the example file and its documentation.

mod agent_settings;
mod branch;
mod check;
mod duration;
mod error;
mod example;
mod file;
mod layers;
mod replica_settings;
mod run_settings;
mod setting;
mod sinks;
mod size;
mod telemetry_settings;

pub use agent_settings::{AGENT_SETTINGS, AgentConfig, Output, agent_settings, is_open};
pub use branch::{Branch, Written};
pub use check::{Checker, Table};
pub use duration::parse_duration;
pub use error::{ConfigError, ConfigErrors};
pub use example::example;
pub use layers::{Flag, Layers};
pub use replica_settings::{REPLICA_SETTINGS, ReplicaConfig};
pub use run_settings::{Limits, RUN_SETTINGS, RunConfig, WhenFull};
pub use setting::{Kind, Place, Setting};
pub use sinks::{SinkConfig, SinkTarget};
pub use size::parse_size;
pub use telemetry_settings::{TELEMETRY_SETTINGS, TelemetryConfig};

#[cfg(test)]
mod tests;
