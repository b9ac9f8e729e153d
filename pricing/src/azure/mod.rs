//! Rules for Azure.
//!
//! Components and skus are named in each rule; figures come from the price book only.

pub mod functions;
mod measured;
pub mod sql;
pub mod storage;

pub use measured::Measured;
