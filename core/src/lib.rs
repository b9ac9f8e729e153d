//! The shared core of the OpenFinOps agents.
//!
//! Data flows one way: configuration → scopes → services → prices → snapshot → outbox → sinks.
//! Every module takes the former one's type and knows nothing of what comes after it;
//! `ARCHITECTURE.md` shows the path of one resource.

#![forbid(unsafe_code)]

pub mod admin;
pub mod agent;
pub mod assembly;
mod assembly_methods;
pub mod cli;
pub mod collecting;
pub mod config;
pub mod daily;
pub mod data_dir;
pub mod delivery;
pub mod figures;
pub mod history;
pub mod identity;
mod in_cluster;
pub mod inventory;
pub mod meter;
pub mod model;
pub mod outbox;
pub mod progress;
pub mod replicas;
pub mod report;
pub mod run;
pub mod service;
pub mod sinks;
pub mod store;
pub mod telemetry;
pub mod wire;

#[doc(hidden)]
pub use secrecy::SecretString;
