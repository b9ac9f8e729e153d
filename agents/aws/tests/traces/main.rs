//! Who an agent is and what it did, as others read it: `identify`, telemetry.v2 events of real cycles, the trace context
//! that the server gets, and what an OTLP receiver makes of it.

// Helpers outside of test functions unwrap too: a panic is how a test fails.
#![allow(clippy::unwrap_used)]

#[path = "../support/mod.rs"]
mod support;

mod cycles;
mod events;
mod identity;
mod keys;
mod kubernetes;
mod metrics;
mod otlp;
mod sending;
