mod door;
mod network;
mod paging;
mod server;

use crate::arm::Operation;

/// What the tests ask for.
pub(super) const DISKS: Operation =
    Operation { permission: "Microsoft.Compute/disks/read", api_version: "2024-03-02" };

/// The path of it.
pub(super) const PATH: &str = "/subscriptions/S-1/providers/Microsoft.Compute/disks";
