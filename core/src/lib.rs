//! The shared core of the OpenFinOps agents.
//!
//! Data flows one way: configuration → scopes → services → prices → snapshot → outbox → server.
//! Every module takes the former one's type and knows nothing of what comes after it;
//! `ARCHITECTURE.md` shows the path of one resource.

pub mod config;
pub mod model;
pub mod wire;
