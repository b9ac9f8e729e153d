//! What measures: the trait, and the collectors that are built in.

mod collector;
mod figures;
mod system;

pub use collector::{Capacity, CollectError, Collected, Collector};
pub use system::SystemMetrics;
