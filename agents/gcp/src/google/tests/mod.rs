//! Calls to a server on this machine.

mod cluster;
mod door;
mod lists;
mod refusals;
mod tokens;
