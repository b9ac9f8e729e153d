//! Several agents that share the work.

mod layout;
mod shard;

pub use layout::Layout;
pub use shard::{MOST_REPLICAS, NoShard, Shard};
