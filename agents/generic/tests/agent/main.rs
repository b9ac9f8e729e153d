//! The agent as a user meets it: the real binary on this machine.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod beats;
mod command_line;
mod cost;
mod library;
#[path = "../../../../lab/server.rs"]
mod openfinops;
mod plugins;
mod server;
#[path = "../support/mod.rs"]
mod support;
mod upstream;
