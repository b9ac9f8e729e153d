//! Telemetry as a program meets it: spans in, events out.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on says so")]

mod captures;
mod events;
mod files;
mod identities;
mod layers;
mod metrics;
mod nesting;
mod opentelemetry;
mod receiver;
mod sampling;
mod schema;
mod secrets;
mod support;
