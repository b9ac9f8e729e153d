//! The generic agent: measures any Linux machine, runs plugin commands, prices both by their owner's
//! own rates, and pushes a snapshot to an OpenFinOps server.
//!
//! As a library it is [`GenericAgent::builder`] and the five verbs of
//! [`finops_core::agent::Agent`]; a program adds collectors of its own with
//! [`GenericAgentBuilder::register_metric_collector`]. The binary adds the command line.

#![forbid(unsafe_code)]

pub mod cli;
pub mod collectors;
pub mod command;
pub mod config;
pub mod parse;
pub mod template;

mod agent;
mod builder;
mod custom_commands;
mod folder;
mod gpu;
mod host;
mod measurement;
mod plugin;
mod plugins_command;
mod registered;
mod resources;
mod station;

pub use agent::GenericAgent;
pub use builder::GenericAgentBuilder;
pub use finops_core::assembly::BuildError;
pub use plugin::Plugin;
pub use registered::Figures;
