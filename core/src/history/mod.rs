//! What the agent saw over time, kept in SQLite beside the outbox.
//!
//! **A cost is a rate with the time it was observed.** When a service of a scope answers, each
//! resource in the answer accrues its rate over the time since the service's last good answer,
//! provided that the two are at most two intervals apart ([`Cadence`]). A longer distance is a gap:
//! nothing accrues over it and nothing fills it later. A service that fails changes nothing about
//! its resources, and the next good answer counts from the last good one.
//!
//! Invariants:
//! - Money accrues from the exact rate and is rounded once a snapshot and resource, half away from
//!   zero, to a pico-USD (1e-12 USD). The parts of a time that is cut at midnight or at the hour add
//!   up to the whole.
//! - What has no price has no cost: `NULL`, never zero. Of what is partly priced, the known part.
//! - Time is counted in whole seconds between snapshots' starts rounded down, so that no fraction is
//!   lost or counted twice over a day.
//! - Days are UTC days. A resource is counted under the name and tags that it had when it was last
//!   seen, in the past as well.

mod cadence;
mod hours;
pub(crate) mod money;
mod observed;
mod purge;
pub(crate) mod read;
mod record;
mod resources;
mod services;

pub use cadence::Cadence;
pub use hours::{Hour, hours};
pub use purge::purge;
pub use record::record;

/// The tables, all of them named `history_…`: one step of the store's schema.
pub const SCHEMA: &str = include_str!("schema.sql");

/// Milliseconds in an hour.
pub(crate) const HOUR_MILLISECONDS: i64 = 3_600_000;

/// Milliseconds in a UTC day.
pub(crate) const DAY_MILLISECONDS: i64 = 86_400_000;

/// The UTC day, counted since 1970, of a time in milliseconds since 1970.
pub(crate) fn day_of(milliseconds: i64) -> i64 {
    milliseconds.div_euclid(DAY_MILLISECONDS)
}
