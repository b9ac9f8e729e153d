//! The Google Cloud agent: discovers what runs in projects, prices it from list prices, and pushes
//! one snapshot a project to an OpenFinOps server.
//!
//! As a library it is [`GcpAgent::builder`] and the five verbs of
//! [`finops_core::agent::Agent`]; the binary adds the command line.

#![forbid(unsafe_code)]

pub mod cli;
pub mod config;

mod agent;
mod builder;
mod check;
mod collect;
mod endpoints;
mod google;
mod links;
mod metrics;
mod prices;
mod projects;
#[cfg(test)]
mod recorded;
mod scope;
mod services;

pub use agent::GcpAgent;
pub use builder::GcpAgentBuilder;
pub use endpoints::{Api, Endpoints};
pub use finops_core::assembly::BuildError;
