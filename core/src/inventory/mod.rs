//! What the agent saw last, with every cost line: kept in its file, so that a command after a
//! restart knows what is there, what it costs and why.
//!
//! Invariants:
//! - One row a service and scope holds the service's last answer, in full or in part. A service that
//!   fails keeps what it answered before.
//! - It is written in the transaction that stores the snapshot's documents and history.
//! - Reading takes the memory of one resource and the prices of one row.

mod in_use;
mod purge;
mod read;
mod record;
mod stored;

#[cfg(test)]
mod tests;

pub use in_use::{InUse, in_use};
pub use purge::purge;
pub use read::{Answered, PricedLine, PricedResource, answered, each, read};
pub use record::record;

/// The table: one step of the store's schema.
pub const SCHEMA: &str = include_str!("../store/migrations/0004_inventory.sql");
