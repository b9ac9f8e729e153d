//! Agents that share their work, against a scripted Lease API: whatever happens to a replica, to its
//! connection, to a clock or to the Lease, no scope is collected twice in an interval, no two
//! replicas lead at once, and once the fault is over somebody collects.

// Helpers outside of test functions unwrap too: a panic is how a test fails.
#![allow(clippy::unwrap_used)]

mod agent;
mod fleet;
mod journal;
mod lease_api;
mod side_by_side;

mod clocks;
mod connection;
mod hand_over;
mod parts;
mod paused;
mod roll_out;
mod tampering;
mod without_lease;
