//! A user's own rates, for machines that no vendor has a list price for: a price for each
//! processor, GiB and kilowatt hour, a flat price, or bought hardware over its lifetime.
//!
//! **What is not configured costs nothing and is not guessed**: a machine without any rate is
//! unpriced, and so is each part that has a rate but whose size is not known.

mod hardware;
mod machine;
mod rates;

pub use hardware::{Hardware, Lifetime};
pub use machine::{Machine, MachineRates, Power, machine};
pub use rates::{MOST, MOST_PLACES, Rate, gibibytes, unit};
