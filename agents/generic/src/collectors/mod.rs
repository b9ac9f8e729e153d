//! What measures: the trait, and the collectors that are built in.

mod collector;
mod docker;
mod figures;
pub mod gpu;
mod process;
mod system;

pub use collector::{Capacity, CollectError, Collected, Collector};
pub use docker::DockerMetrics;
pub use process::ProcessMetrics;
pub use system::SystemMetrics;
