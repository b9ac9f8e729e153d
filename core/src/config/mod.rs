//! Configuration: raw values from four layers become checked settings once, and every mistake is
//! reported in one run with its key, its place and what would be right.
//!
//! Defaults < YAML file < environment < flags. One table of [`Setting`]s gives the checks, the
//! unknown-key detection, the example file and its documentation.

mod agent_settings;
mod check;
mod duration;
mod error;
mod example;
mod file;
mod layers;
mod setting;

pub use agent_settings::{AGENT_SETTINGS, AgentConfig, Output};
pub use check::{Checker, Table};
pub use duration::parse_duration;
pub use error::{ConfigError, ConfigErrors};
pub use example::example;
pub use layers::{Flag, Layers};
#[cfg(test)]
mod tests;

pub use setting::{Kind, Place, Setting};
