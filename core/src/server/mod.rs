//! The OpenFinOps server's two calls: register and ingest.

mod client;
mod retry;

pub use client::{SendError, ServerClient};
pub use retry::RetryPolicy;
