//! The main job: a whole fleet, priced to the last digit. Every expected figure is worked out from
//! the price facts in `support/facts.rs`.

// Helpers outside of test functions unwrap too: a panic is how a test fails.
#![allow(clippy::unwrap_used)]

#[path = "../support/mod.rs"]
mod support;

// The AWS agent's tests read the same events.
#[allow(dead_code)]
#[path = "../../../aws/tests/traces/events.rs"]
mod events;

mod emulator;
mod narrowed;
mod openfinops;
mod role;
mod traces;
mod whole;
