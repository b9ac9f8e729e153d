//! The Azure agent: discovers what runs in subscriptions, prices it from list prices, and pushes
//! one snapshot a subscription to an OpenFinOps server.
//!
//! As a library it is [`AzureAgent::builder`] and the five verbs of
//! [`finops_core::agent::Agent`]; the binary adds the command line.

#![forbid(unsafe_code)]

pub mod cli;
pub mod config;

mod agent;
mod arm;
mod builder;
mod check;
mod cloud;
mod collect;
mod credentials;
mod inventory;
mod links;
mod metrics;
mod prices;
#[cfg(test)]
mod recorded;
mod scope;
mod services;
mod subscriptions;

pub use agent::AzureAgent;
pub use builder::AzureAgentBuilder;
pub use cloud::{Cloud, Endpoints};
pub use finops_core::assembly::BuildError;
