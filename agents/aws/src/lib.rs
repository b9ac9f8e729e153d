//! The AWS agent: discovers what runs in accounts and regions, prices it from list prices, and
//! pushes one snapshot a scope to an OpenFinOps server.
//!
//! As a library it is [`AwsAgent::builder`] and the five verbs of
//! [`finops_core::agent::Agent`]; the binary adds the command line.

#![forbid(unsafe_code)]

pub mod cli;
pub mod config;

mod accounts;
mod agent;
mod builder;
mod call_spans;
mod check;
mod collect;
mod failure;
mod links;
mod meter;
mod metrics;
mod pages;
mod prices;
mod scope;
mod services;
mod sieve;
mod whole;

pub use agent::AwsAgent;
pub use builder::AwsAgentBuilder;
pub use finops_core::assembly::BuildError;
