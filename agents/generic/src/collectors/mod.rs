//! What measures: the trait, and the collectors that are built in.

mod collector;
mod figures;
pub mod gpu;
mod process;
mod system;

pub use collector::{Capacity, CollectError, Collected, Collector};
pub use process::ProcessMetrics;
pub use system::SystemMetrics;
