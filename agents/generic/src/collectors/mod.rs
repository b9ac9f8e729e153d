//! What measures: the trait, and the collectors that are built in.

mod collector;

pub use collector::{Capacity, CollectError, Collected, Collector};
