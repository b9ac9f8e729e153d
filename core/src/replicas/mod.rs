//! Several agents that share the work: each with its part of the scopes, or one that collects and
//! others that stand by.
//!
//! | | without a Lease | with a Lease |
//! |---|---|---|
//! | without a shard | one agent, which collects everything | one of several collects (`leader`) |
//! | with a shard | each knows its part by itself (`layout`) | they agree anew in each interval how many they are (`agreement`) |

mod agreement;
mod intervals;
mod layout;
mod leader;
mod lease;
mod moment;
mod replica;
mod shard;
mod starts;
mod turn;

pub use layout::Layout;
pub use replica::{Replica, ReplicaError, Standing};
pub use shard::{MOST_REPLICAS, NoShard, Shard};
pub(crate) use turn::Turn;
