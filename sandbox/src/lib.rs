//! Clouds in a box: the APIs that the agents ask, answered on this machine for a fleet that comes
//! from a seed and a size, with the true cost of it worked out beside.
//!
//! Nothing here knows the agents' code: shapes are the vendors', prices are read from the tables
//! as text, and costs are worked out by the sandbox's own rules. No agent depends on it.
#![forbid(unsafe_code)]

pub mod aws;
pub mod azure;
pub mod cli;
pub mod cloud;
pub mod control;
pub mod counts;
pub mod draw;
pub mod facts;
pub mod faults;
pub mod gcp;
pub mod http;
pub mod machine;
pub mod names;
pub mod receiver;
pub mod running;
pub mod show;
pub mod size;
pub mod truth;
