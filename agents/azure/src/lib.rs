//! The Azure agent: discovers what runs in subscriptions, prices it from list prices, and pushes
//! one snapshot a subscription to an OpenFinOps server.
//!
//! As a library it is AzureAgent and the five verbs of
//! [`finops_core::agent::Agent`]; the binary adds the command line.

pub mod config;

mod arm;
mod cloud;
mod credentials;
mod inventory;
mod metrics;
mod scope;
mod services;

pub use cloud::{Cloud, Endpoints};
pub use finops_core::assembly::BuildError;
